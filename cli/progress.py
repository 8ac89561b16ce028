"""Progress on stderr, where somebody watches a terminal; silence elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType

from relupoly.plain_text import plain_text

_SECONDS_BETWEEN = 0.2  # five times a second looks alive, and can still be read


class Progress:
    """A line on stderr that says how many things were found, and how fast.

    Parameters
    ----------
    noun : str
        What is counted.
    shown : bool
        Whether to draw; nothing is drawn either where stderr is no terminal.
    """

    def __init__(self, noun: str, shown: bool) -> None:
        self._noun = noun
        self._shown = shown and sys.stderr is not None and sys.stderr.isatty()
        self._start = self._last = time.monotonic()
        self._width = 0

    def __call__(self, count: int, more: Callable[[], str] = str) -> None:
        """Say how many there are so far, and what `more` says, if it is time for that."""
        if self._is_due():
            seconds = self._last - self._start
            self._draw(f"{count} {self._noun}, {count / max(seconds, 1e-9):.0f} a second, {seconds:.0f} s{more()}")

    def wait(self, done: int, more: str) -> None:
        """Say how many of a few long things are done, if it is time for that, and how long they take."""
        if self._is_due():
            self._draw(f"{done} {self._noun}, {self._last - self._start:.0f} s{more}")

    def _is_due(self) -> bool:
        now = time.monotonic()
        due = self._shown and now - self._last >= _SECONDS_BETWEEN
        if due:
            self._last = now
        return due

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
