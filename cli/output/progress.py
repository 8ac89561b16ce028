"""Progress on stderr, where somebody watches a terminal; silence elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType

from relupoly.plain_text import plain_text

from . import log

_SECONDS_BETWEEN_LOGS = 60.0  # long work takes hours: a line a minute tells how it goes, and can be read
_SECONDS_BETWEEN = 0.2  # five times a second looks alive, and can still be read


def in_words(seconds: float) -> str:
    """A time as people say it.

    Examples
    --------
    >>> in_words(7.2), in_words(200), in_words(5000)
    ('7 s', '3 min', '1 h 23 min')
    """
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


class Progress:
    """A line on stderr that says how many things were found, and how fast.

    Parameters
    ----------
    noun : str
        What is counted.
    shown : bool
        Whether to draw; nothing is drawn either where stderr is no terminal.
    total : int, optional
        How many there will be, where that is known: then the time that is left is estimated.
    roughly : bool
        Whether the total is an estimate.
    """

    def __init__(self, noun: str, shown: bool, total: int | None = None, roughly: bool = False) -> None:
        self._noun = noun
        self._of = _of(roughly)
        self._tasks: tuple[int, int, int] | None = None
        self._shown = shown and sys.stderr is not None and sys.stderr.isatty()
        self._total = total
        self._start = self._last = self._logged = time.monotonic()
        self._width = 0

    def __call__(self, count: int, more: Callable[[], str] = str) -> None:
        """Say how many there are so far, and what `more` says, if it is time for that."""
        self._tell(lambda seconds: self._line(count, seconds) + more())

    def begin(self, noun: str, total: int | None = None, roughly: bool = False) -> None:
        """From now on something else is counted, from 0 on."""
        self._noun, self._total, self._tasks = noun, total, None
        self._of = _of(roughly)
        self._start = time.monotonic()

    def portion(self, done: int, total: int) -> None:
        """Note how many of how many tasks are done: by them the time that is left is estimated from now on."""
        self._tasks = (done if self._tasks is None else self._tasks[0], done, total)

    def wait(self, done: int, more: str) -> None:
        """Say how many of a few long things are done, if it is time for that, and how long they take."""
        self._tell(
            lambda seconds: (
                f"{self._number(done)} {self._noun}, {seconds:.0f} s{self._left(0, done, self._total, seconds)}{more}"
            )
        )

    def _tell(self, line: Callable[[float], str]) -> None:
        """Draw a line, and keep it in the log, each if it is time for that."""
        now = time.monotonic()
        if self._shown and now - self._last >= _SECONDS_BETWEEN:
            self._last = now
            self._draw(line(now - self._start))
        if log.current() is not None and now - self._logged >= _SECONDS_BETWEEN_LOGS:
            self._logged = now
            log.write(line(now - self._start))

    def _line(self, count: int, seconds: float) -> str:
        """How many there are, how fast they come, since when, and when the last one can be expected."""
        rate = count / max(seconds, 1e-9)
        digits = 0 if rate >= 10 or rate == int(rate) else 1
        line = f"{self._number(count)} {self._noun}, {rate:.{digits}f} a second, {seconds:.0f} s"
        if self._tasks is None:
            return line + self._left(0, count, self._total, seconds)
        before, done, total = self._tasks
        return f"{line}, {done} of {total} tasks{self._left(before, done, total, seconds)}"

    def _number(self, count: int) -> str:
        """How many there are, of how many."""
        return f"{count}" if self._total is None else f"{count}{self._of}{self._total}"

    def _left(self, before: int, done: int, total: int | None, seconds: float) -> str:
        """When the last one can be expected, by those that were done in so many seconds; nothing where that is not known."""
        if total is None or not before < done < total:
            return ""
        return f", about {in_words((total - done) * seconds / (done - before))} left"

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.clear()

    def clear(self) -> None:
        """Wipe the line out, so that an answer can take its place."""
        if self._width:
            self._draw("")
            sys.stderr.write("\r")
            sys.stderr.flush()
            self._width = 0

    def leave(self) -> None:
        """Leave the line as it is, with the ^C that a terminal shows at its end: what follows begins a new one."""
        if sys.stderr is not None and sys.stderr.isatty():
            sys.stderr.write("\n")
            sys.stderr.flush()
        self._width = 0

    def _draw(self, text: str) -> None:
        import shutil

        # A line that fills the terminal would wrap, and \r could not go back to its beginning.
        text = plain_text(text)[: shutil.get_terminal_size().columns - 1]
        sys.stderr.write("\r" + text.ljust(self._width))
        sys.stderr.flush()
        self._width = len(text)


def _of(roughly: bool) -> str:
    return " of about " if roughly else " of "
