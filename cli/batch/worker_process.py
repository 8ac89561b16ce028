"""`WorkerProcess`: a worker, seen by whoever gives it jobs."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

from relupoly.plain_text import clipped

from ..exit_codes import PARTIAL
from .job import Job
from .record import Ending, record_line
from .settings import Settings

# The path first, so that nothing is imported from the current folder that this process would not import from there.
_PROGRAM = """
import sys
sys.path[:] = {path!r}
from relupoly_cli.batch.worker import main
main({settings!r}, {jobs}, {answers}, {lifeline})
"""
_CHUNK = 2**16  # as much as a pipe holds
_BEGUN = b"begun"
_LONGEST = 200  # characters of what a worker said: the line is to be read
# What libraries say, flint and LLVM among them, that end the process where memory is short.
_SHORT = re.compile(r"\bmemory\b|\balloc", re.IGNORECASE)
_UNTIL_ASKED = 0.5  # Seconds: the command's own deadline comes first, where it has one, and is told better.
_UNTIL_KILLED = 5.0  # Seconds after that: as long as the slowest commands take to write down what they have.


@dataclass(frozen=True)
class Done:
    """A job that has come to an end.

    Attributes
    ----------
    job : Job
    exit_code : int
    record : bytes
        Its line in the file of results.
    """

    job: Job
    exit_code: int
    record: bytes


class WorkerProcess:
    """A worker process; it ends with this one, however that ends.

    Parameters
    ----------
    settings : Settings

    Attributes
    ----------
    job : Job or None
        What it is at.
    begun : bool
        Whether it has said that it has begun with that.
    worn : bool
        Whether another worker should take its place.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        with contextlib.ExitStack() as opened:
            self._told = opened.enter_context(tempfile.TemporaryFile())
            jobs, self._jobs = _pipe(opened)
            self._answers, answers = _pipe(opened)
            lifeline, self._lifeline = _pipe(opened)
            theirs = (jobs, answers, lifeline)
            program = _PROGRAM.format(path=sys.path, settings=settings.text(), jobs=jobs, answers=answers, lifeline=lifeline)
            # In a session of its own: what a terminal sends is for the batch.
            self._process = subprocess.Popen(
                [sys.executable, "-c", program],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._told,
                pass_fds=theirs,
                start_new_session=True,
                cwd=settings.folder,
            )
            opened.pop_all()
        for descriptor in theirs:
            os.close(descriptor)
        os.set_blocking(self._answers, False)
        self._heard = bytearray()
        self._done: Done | None = None
        self._since = 0.0
        self._asked = False
        self._killed = False
        self.job: Job | None = None
        self.begun = self.worn = False

    def fileno(self) -> int:
        """The descriptor on which it answers."""
        return self._answers

    @property
    def elapsed(self) -> float:
        """The seconds since it was given its job."""
        return time.monotonic() - self._since

    def give(self, job: Job) -> bool:
        """Let it do a job; whether it could be told."""
        self.job, self.begun, self._asked, self._killed = job, False, False, False
        self._since = time.monotonic()
        left = memoryview(f"{job.number} {json.dumps(job.words)}\n".encode())
        try:
            while left:
                left = left[os.write(self._jobs, left) :]
        except BrokenPipeError:
            return False
        return True

    def hear(self) -> Done | None:
        """What it has said since it was asked last: a job that is done, if one is.

        Raises
        ------
        EOFError
            If it has ended.
        """
        whole = over = False
        while not whole and not over:
            try:
                piece = os.read(self._answers, _CHUNK)
            except BlockingIOError:
                break
            over = not piece
            self._heard += piece
            whole = piece.endswith(b"\n")
            if b"\n" in piece:
                *lines, rest = bytes(self._heard).split(b"\n")
                self._heard[:] = rest
                for line in lines:
                    self._take(line)
        done, self._done = self._done, None
        if over and done is None:
            raise EOFError
        return done

    def _take(self, line: bytes) -> None:
        if line == _BEGUN:
            self.begun, self._since = True, time.monotonic()
            return
        code, worn, record = line.split(b" ", 2)
        assert self.job is not None
        self._done, self.job, self.worn = Done(self.job, int(code), record), None, worn == b"1"

    def limit(self) -> None:
        """See to it that its job takes no longer than it may: first ask, then kill."""
        timeout = self._settings.timeout
        if timeout is None or self.job is None or not self.begun:
            return
        late = self.elapsed - timeout
        if late >= _UNTIL_ASKED + _UNTIL_KILLED:
            self._killed = True
            self.kill()
        elif late >= _UNTIL_ASKED and not self._asked:
            self._asked = True
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGINT)

    def ended(self) -> Done | None:
        """What is known of its job after it has ended; None if it had none, or has not begun with it."""
        status = self._process.wait()
        if self.job is None or not self.begun:
            return None
        code = 128 - status if status < 0 else 1
        what = f"it was killed by {_name(-status)}" if status < 0 else f"its worker left with exit code {status}"
        words = self.last_words
        if self._killed:
            code = PARTIAL
            error = f"it was killed, {self.elapsed:.1f} s after it had begun, because of --timeout {self._settings.timeout:g}"
        elif _SHORT.search(words):
            code, error = PARTIAL, f"there is not enough memory: {words}"
        else:
            error = f"{what}{f', saying {words}' if words else ''}{_reason(-status, self._settings)}"
        return Done(self.job, code, record_line(self.job.number, self.job.words, Ending(code, self.elapsed, error=error)))

    def kill(self) -> None:
        """End it at once."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    def close(self) -> None:
        """End it, and let go of all that belongs to it."""
        self.kill()
        self._process.wait()
        for descriptor in (self._jobs, self._answers, self._lifeline):
            os.close(descriptor)
        self._told.close()

    @property
    def last_words(self) -> str:
        """What it has said last to stderr, in a line."""
        size = os.fstat(self._told.fileno()).st_size
        lines = os.pread(self._told.fileno(), _LONGEST, max(0, size - _LONGEST)).decode("utf-8", "backslashreplace").split("\n")
        return clipped(next((line.strip() for line in reversed(lines) if line.strip()), ""), _LONGEST)


def _pipe(opened: contextlib.ExitStack) -> tuple[int, int]:
    """The ends of a pipe, closed if what follows fails."""
    ends = os.pipe()
    for descriptor in ends:
        opened.callback(os.close, descriptor)
    return ends


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _reason(number: int, settings: Settings) -> str:
    """What may have ended a worker, by a signal or, not positive, by itself."""
    if number == signal.SIGKILL:
        return "; perhaps there was not enough memory"
    if settings.memory is not None:
        return "; perhaps --job-memory did not suffice"
    return "; this may be a bug of relupoly or of a package that it uses, please report it with the job"
