"""Each measurement runs in a fresh process: this starts it, waits for it and reads what it found."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cases import Case
from child import repeats

FOLDER = Path(__file__).resolve().parent
FILES = "{files}"
GRACE = 30.0


class Failed(Exception):
    """A child ended without figures."""


class TooSlow(Failed):
    """A child was ended because its time was over."""


@dataclass(frozen=True)
class Row:
    """The figures of a case."""

    case: Case
    cells: int
    pieces: int | None
    complete: bool
    certified: bool
    exact_predicates: int
    runs: int
    seconds: float
    cpu_seconds: float
    megabytes: float
    megabytes_before: float

    @property
    def rate(self) -> float:
        """Cells per second."""
        return self.cells / self.seconds

    @property
    def grown(self) -> float:
        """By how many megabytes the process grew while it counted."""
        return self.megabytes - self.megabytes_before

    @property
    def bytes_per_cell(self) -> float:
        """The growth in bytes, divided by the cells."""
        return self.grown * 2**20 / max(self.cells, 1)

    @property
    def right(self) -> bool:
        """Whether the count is certified, and is the known one where there is one."""
        return self.certified and (not self.complete or self.case.cells in (None, self.cells))

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        target = self.case.target
        if not target:
            return None
        value = {
            "seconds": self.seconds,
            "megabytes": self.megabytes,
            "rate": self.rate,
            "bytes_per_cell": self.bytes_per_cell,
        }
        return self.complete and target.met(value[target.quantity])


def measure(case: Case, runs: int, deadline: float) -> Row:
    """The figures of a case, measured in a process of its own."""
    deadline = max(deadline, case.deadline)
    figures = run_child(
        [sys.executable, FOLDER / "child.py", case.name, "--runs", runs, "--deadline", deadline], runs * deadline + GRACE
    )
    seconds, processor = figures.pop("seconds"), figures.pop("cpu_seconds")
    medians = {"seconds": statistics.median(seconds), "cpu_seconds": statistics.median(processor)}
    return Row(case, runs=len(seconds), **medians, **figures)


def run_child(command: Sequence[object], timeout: float) -> dict[str, Any]:
    """The JSON object that a process prints last; the process and its children end with the time."""
    with subprocess.Popen(
        [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as child:
        try:
            out, errors = child.communicate(timeout=timeout)
        except BaseException as error:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            if isinstance(error, subprocess.TimeoutExpired):
                raise TooSlow from None
            raise
    if child.returncode:
        raise Failed((errors.strip().splitlines() or [f"exit code {child.returncode}"])[-1])
    result: dict[str, Any] = json.loads(out.splitlines()[-1])
    return result


def time_command(command: Sequence[object], runs: int, fill: Callable[[Path], None] | None = None) -> float:
    """The median time of a command from start to finish, after one run that warms the caches of the disk.

    Parameters
    ----------
    command : sequence
    runs : int
        How often; long ones less.
    fill : callable, optional
        Puts files into a folder; each run gets a copy of it, whose name stands for `FILES` in the command.
    """
    with tempfile.TemporaryDirectory() as folder:
        files, copy = Path(folder) / "files", Path(folder) / "copy"
        files.mkdir()
        if fill:
            fill(files)
        words = [str(part).replace(FILES, str(copy)) for part in command]
        seconds: list[float] = []
        while len(seconds) < 2 or len(seconds) <= repeats(seconds[1], runs):
            shutil.copytree(files, copy)
            start = time.perf_counter()
            ended = subprocess.run(words, capture_output=True, text=True)
            seconds.append(time.perf_counter() - start)
            shutil.rmtree(copy)
            if ended.returncode:
                raise Failed((ended.stderr.strip().splitlines() or [f"exit code {ended.returncode}"])[-1])
    return statistics.median(seconds[1:])
