"""`--deadline` in every phase: a clock that starts with the command, and strikes while files are read and work is prepared.

Long work asks a stopwatch at every step. Reading a file and setting the work up have no such steps: a reader may wait for
somebody to write into a pipe, or go through a million numbers. There an interval timer of the operating system raises an
exception in the main thread. It is disarmed before the work begins, which gets the time that is left.
"""

from __future__ import annotations

import _signal  # `signal` makes enumerations of it, for which --help would wait
import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any, cast

import click

from .unbegun import Unbegun

_START = "relupoly.start"
# Small inputs are read and prepared within it on a busy machine, too: so a deadline of 0 gets its whole partial answer.
_GRACE = 2.0
# The timer strikes again, since an exception in a finaliser is lost; so late that the first one has long been caught.
_AGAIN = 0.5

# Where an exception would leave the timer armed, or be lost and told as "ignored": the next strike will do.
_NOT_WITHIN = (__name__, "contextlib", "weakref", "_weakrefset")


class OutOfTime(Unbegun):
    """The deadline struck before the work began."""

    def __init__(self, text: str, file: str | None = None) -> None:
        super().__init__(text, file, "deadline")


class _Struck(BaseException):
    """What the timer raises; no `except Exception` of a reader takes it for something else."""


def start_clock(context: click.Context) -> None:
    """Let the time of a command begin now; without this it begins with the command's own code."""
    context.meta[_START] = time.perf_counter()


class TimeLimit:
    """The time that a command may take.

    Parameters
    ----------
    seconds : float or None
        None for no limit.
    """

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds
        context = click.get_current_context(silent=True)
        begun = context.meta.get(_START) if context else None
        self._start: float = time.perf_counter() if begun is None else begun
        self._grace = _GRACE

    @property
    def given(self) -> bool:
        """Whether there is a limit."""
        return self._seconds is not None

    @property
    def left(self) -> float | None:
        """The seconds that are left, not negative; None for no limit."""
        return None if self._seconds is None else max(0.0, self._seconds - self.elapsed)

    @property
    def elapsed(self) -> float:
        """The seconds since the start."""
        return time.perf_counter() - self._start

    def restart(self) -> None:
        """Begin anew, for the next of several inputs."""
        self._start = time.perf_counter()
        self._grace = _GRACE

    @contextlib.contextmanager
    def reading(self, file: str | None) -> Iterator[None]:
        """While open, a file is read.

        Raises
        ------
        OutOfTime
            If the deadline strikes; it names the file.
        """
        from relupoly.files.streams import display_name

        name = "" if file is None else f"{display_name(file)}: "
        with self._armed(f"{name}the deadline struck while it was read; nothing was computed", file):
            yield

    @contextlib.contextmanager
    def drawing(self, file: str) -> Iterator[None]:
        """While open, a picture is drawn of what is known.

        Raises
        ------
        OutOfTime
            If the deadline strikes; it names what the picture is of.
        """
        from relupoly.files.streams import display_name

        with self._armed(f"{display_name(file)}: the deadline struck while the picture was drawn; there is none", file):
            yield

    @contextlib.contextmanager
    def preparing(self, file: str) -> Iterator[Callable[[Callable[[], Any]], Callable[[], Any]]]:
        """While open, work is prepared, until it asks for the first time whether it should stop: then it stops by itself.

        Gives a function that wraps the question of the work.

        Raises
        ------
        OutOfTime
            If the deadline strikes before the work asks; it names what the work is about.
        """
        from relupoly.files.streams import display_name

        text = f"{display_name(file)}: the deadline struck while the work on it was prepared; nothing was computed"
        with self._armed(text, file) as release:

            def wrapped(ask: Callable[[], Any]) -> Callable[[], Any]:
                def first_disarm() -> Any:
                    release()
                    return ask()

                return first_disarm

            yield wrapped

    @contextlib.contextmanager
    def _armed(self, text: str, file: str | None) -> Iterator[Callable[[], None]]:
        left = self.left
        if left is None or threading.current_thread() is not threading.main_thread():
            yield lambda: None
            return
        timer = _Timer(max(left, self._grace))
        try:
            yield timer.release
        except KeyboardInterrupt:
            raise
        except BaseException:
            timer.disarm()
            # Whatever came of the exception on its way: an import that failed, another error.
            if timer.struck:
                raise OutOfTime(text, file) from None
            raise
        finally:
            timer.close()
            self._grace = max(0.01, self._grace - max(0.0, self.elapsed - cast(float, self._seconds)))
        if timer.struck:
            raise OutOfTime(text, file)


class _Timer:
    """Raises `_Struck` in the main thread after some seconds, unless it is disarmed before."""

    def __init__(self, seconds: float) -> None:
        self.struck = False
        self._open = True
        self._before = _signal.signal(_signal.SIGALRM, self._strike)
        # The longest that every system takes; nobody waits longer.
        _signal.setitimer(_signal.ITIMER_REAL, min(max(seconds, 1e-3), 1e8), _AGAIN)

    def disarm(self) -> None:
        """Let it not strike any more."""
        if self._open:
            self._open = False
            _signal.setitimer(_signal.ITIMER_REAL, 0)

    def release(self) -> None:
        """Leave the rest to the work, which has begun to ask: what it finds is an answer, even if a strike was lost before."""
        self.disarm()
        self.struck = False

    def close(self) -> None:
        """Disarm it, and give the signal back."""
        self.disarm()
        _signal.signal(_signal.SIGALRM, self._before)

    def _strike(self, number: int, frame: FrameType | None) -> None:
        if self._open and not (frame and frame.f_globals.get("__name__") in _NOT_WITHIN):
            self.struck = True
            raise _Struck
