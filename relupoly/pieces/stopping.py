"""Stopping long work: a clock that is asked at every step."""

from __future__ import annotations

import time
from collections.abc import Callable

from relupoly.run import Stopped


class Stopwatch:
    """Measures time since its creation, and stops work that takes too long or is interrupted.

    Parameters
    ----------
    deadline : float or None
        In seconds.
    interrupted : callable
        Whether somebody wants the work to stop.
    """

    def __init__(self, deadline: float | None = None, interrupted: Callable[[], bool] = lambda: False) -> None:
        self._start = time.perf_counter()
        self._deadline = deadline
        self._interrupted = interrupted

    @property
    def elapsed(self) -> float:
        """Seconds since the creation."""
        return time.perf_counter() - self._start

    def check(self) -> None:
        """Raise `Stopped` if it is time."""
        if self._interrupted():
            raise Stopped("interrupted")
        if self._deadline is not None and self.elapsed > self._deadline:
            raise Stopped("deadline")
