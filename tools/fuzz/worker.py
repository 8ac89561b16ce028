"""A worker: a process that goes through cases, one by one, under limits of time and memory."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import time
from collections.abc import Iterator
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from types import FrameType
from typing import Any

from findings import Findings, described
from targets import Target

from relupoly.errors import RelupolyError


class TooSlow(BaseException):
    """A case takes longer than it may; no `except Exception` of a reader holds it up."""


def work(
    targets: list[Target],
    numbers: Iterator[int],
    seed: int,
    seconds: float,
    memory: int,
    findings: Path,
    current: Synchronized[int],
    began: Synchronized[float],
    until: float,
) -> None:
    """Go through cases until they or the time are over.

    Parameters
    ----------
    targets : list of Target
        Case k is number k // len(targets) of target k % len(targets).
    numbers : iterator of int
        The cases of this worker.
    seed : int
    seconds, memory : float, int
        What one case may take, the memory beyond what the process has when it begins.
    findings : Path
    current, began : shared values
        Where the process that watches reads which case is being done, and since when; 0 for none.
    until : float
        A time of `time.monotonic`.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGPROF, _too_slow)
    for one in targets:
        one.inputs  # noqa: B018  (made once, before memory is limited)
    _limit_memory(memory)
    os.close(0)  # nothing here may wait for somebody to type
    store = Findings(findings)
    for number in numbers:
        if time.monotonic() > until:
            return
        target = targets[number % len(targets)]
        case = number // len(targets)
        current.value = number
        data = target.case(seed, case)
        began.value = time.monotonic()
        try:
            with _limited(seconds):
                target.check(data)
        except RelupolyError:
            pass  # refused, as it should be; what is printed of the message is the business of the command line
        except (Exception, TooSlow) as error:
            store.add(target.name, case, data, *described(error))
        began.value = 0.0


def _limit_memory(memory: int) -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[0]) if os.path.exists("/proc/self/statm") else 0
    limit = pages * resource.getpagesize() + memory
    resource.setrlimit(resource.RLIMIT_AS, (limit, resource.RLIM_INFINITY))


@contextlib.contextmanager
def _limited(seconds: float) -> Iterator[None]:
    # Time of this process, so that a busy machine finds nothing slow that is not.
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _too_slow(number: int, frame: FrameType | None) -> Any:
    raise TooSlow
