"""A worker: a process that runs one job after another, each as the program would, and keeps what it has loaded.

It reads `NUMBER WORDS` (a JSON list) from one pipe, a job a line, and writes to another one: `begun` before it looks at a
job, then `CODE WORN RECORD`. Nothing of a job reaches the next one: streams, signals, timers, warnings and the limit on
memory are set anew; what the commands keep for a run hangs on their click context, which ends with the job. What cannot be
undone makes the worker *worn*: threads that go on, memory that stays taken, a bug. Whoever reads that lets another worker
take its place.

It ends with whoever holds the other end of its lifeline, however that ends.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import resource
import signal
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from types import FrameType

from relupoly.errors import InputError
from relupoly.geometry.cdd_process import end_with

from ..exit_codes import BUG, INPUT, INTERRUPTED, PARTIAL
from ..main import cli
from ..process.program import Interruption, outcome
from .capture import Capture
from .record import Ending, record_line
from .settings import Settings
from .words import check_command, completed

BEGUN = b"begun\n"
_RESIDENT, _DATA = 1, 5  # places in Linux's table of pages of a process
_SECONDS_TO_END = 0.5  # compiled code returns many times a second; a new worker takes as long
_SECONDS_BETWEEN = 0.002
_ROOM = 4  # A quarter of what a job may take may stay taken, or the next one would notice.
_MOST_KEPT = 512 * 2**20  # More memory than that is rather the last job's than the program's, and others may need it.


class Worker:
    """What runs jobs in this process, in its main thread.

    Parameters
    ----------
    settings : Settings
    capture : Capture
    """

    def __init__(self, settings: Settings, capture: Capture) -> None:
        self._settings, self._capture = settings, capture
        self._interruption: Interruption | None = None
        if settings.memory is not None:
            # Else the first job would pay for the program.
            importlib.import_module("llvmlite.binding")
            importlib.import_module("relupoly.pieces.count")
        self._begun_with = _memory(settings)
        self._threads = threading.active_count()
        signal.signal(signal.SIGINT, self._heard)

    def answer(self, number: int, words: list[str]) -> tuple[int, bool, bytes]:
        """Run a job: its exit code, whether this worker is worn, and the line of its record."""
        start = time.perf_counter()
        self._capture.fresh()
        code = self._run(words)
        out, err = self._capture.taken()
        worn = code in (BUG, INTERRUPTED) or self._is_worn()
        error = None
        if self._settings.timeout is not None and code == INTERRUPTED:
            code, error = PARTIAL, f"it was stopped after --timeout {self._settings.timeout:g}"
        ending = Ending(code, time.perf_counter() - start, out, err, error)
        return code, worn, record_line(number, words, ending)

    def _run(self, words: list[str]) -> int:
        """Run a command as the program does; its exit code."""
        interruption = self._interruption = Interruption()
        sys.argv = ["relupoly", *words]
        before = sys.unraisablehook
        sys.unraisablehook = interruption.unraisable
        try:
            with _limited(self._begun_with, self._settings.memory), warnings.catch_warnings():
                try:
                    check_command(words)
                    code = outcome(cli, interruption, completed(words, self._settings.timeout))
                except InputError as error:
                    print(f"Error: {error}", file=sys.stderr)
                    code = INPUT
        except KeyboardInterrupt:
            code = INTERRUPTED
        finally:
            self._interruption = None
            sys.unraisablehook = before
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, self._heard)
        return code

    def _heard(self, number: int, frame: FrameType | None) -> None:
        """Answer Ctrl-C, which the batch sends to a job that takes too long; between jobs it came too late."""
        if self._interruption is not None:
            self._interruption.come(number, frame)

    def _is_worn(self) -> bool:
        """Whether the job has left something that the next one would notice."""
        kept = _memory(self._settings) - self._begun_with
        memory = self._settings.memory
        return not self._threads_end() or kept > (_MOST_KEPT if memory is None else memory // _ROOM)

    def _threads_end(self) -> bool:
        """Whether the threads that the job has left end by themselves, soon."""
        end = time.monotonic() + _SECONDS_TO_END
        while threading.active_count() > self._threads:
            if time.monotonic() > end:
                return False
            time.sleep(_SECONDS_BETWEEN)
        return True


def _memory(settings: Settings) -> int:
    """The bytes that this process has: those that a limit counts if there is one, else those in memory; 0 if nobody knows."""
    with contextlib.suppress(OSError, ValueError), open("/proc/self/statm", "rb") as stream:
        return int(stream.read().split()[_RESIDENT if settings.memory is None else _DATA]) * resource.getpagesize()
    return 0


@contextlib.contextmanager
def _limited(begun_with: int, memory: int | None) -> Iterator[None]:
    """While open, this process may take so much more than it has begun with.

    What is limited are data, not addresses: threads reserve many times the addresses that they use.
    """
    if memory is None:
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limit = begun_with + memory
    resource.setrlimit(resource.RLIMIT_DATA, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def main(settings: str, jobs: int, answers: int, lifeline: int) -> None:
    """Run the jobs that come through one pipe, and answer through another one.

    Parameters
    ----------
    settings : str
        A text of `Settings`.
    jobs, answers, lifeline : int
        The descriptors of pipes.
    """
    end_with(lifeline)
    how = Settings.of(settings)
    with open(jobs, "rb") as source, Capture() as capture:
        worker = Worker(how, capture)
        for line in source:
            os.write(answers, BEGUN)
            number, _, words = line.partition(b" ")
            code, worn, record = worker.answer(int(number), json.loads(words))
            _write(answers, b"%d %d %s\n" % (code, worn, record))


def _write(descriptor: int, data: bytes) -> None:
    """Write all of it."""
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]
