"""`Run`: what a long piece of work carries through all its calls.

Whoever begins the work makes one `Run` and passes it down; whoever works calls `tick` at every step, which raises `Stopped`
when the deadline has passed or somebody has asked for an end. Nothing below the command line prints: what there is to tell
goes to `progress` (how far the work is), `portion` (how much of it is done, where it is known how much there is), `notice` (a
sentence about what will take long) and `detail` (what was chosen, and why).
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from typing import Any


class Stopped(Exception):
    """The work was stopped before its end.

    Attributes
    ----------
    reason : str
        "limit", "deadline" or "interrupted".
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _never() -> bool:
    return False


def _ignore(state: Any) -> None:
    pass


def _ignore_portion(done: int, total: int) -> None:
    pass


def _nothing() -> None:
    pass


class Run:
    """One piece of work: its clock begins when this is made.

    Parameters
    ----------
    deadline : float, optional
        Stop after so many seconds.
    interrupted : callable, optional
        Asked at every step; True stops.
    progress : callable, optional
        Told now and then how far the work is: the number of cells seen, a `State` of a training, as the work's own docstring
        says.
    notice : callable, optional
        Told in a sentence what takes long, before it does.
    portion : callable, optional
        Told now and then how many of how many parts of the work are done, where it is divided into parts.
    detail : callable, optional
        Told in a sentence what the work has chosen, and why; the same sentence may come more than once.
    memory : int, optional
        How many bytes the work may take; None leaves that to the work.

    Examples
    --------
    >>> run = Run(deadline=0)
    >>> run.tick()
    Traceback (most recent call last):
    relupoly.run.run.Stopped: deadline
    """

    def __init__(
        self,
        *,
        deadline: float | None = None,
        interrupted: Callable[[], bool] = _never,
        progress: Callable[[Any], None] = _ignore,
        notice: Callable[[str], None] = _ignore,
        portion: Callable[[int, int], None] = _ignore_portion,
        detail: Callable[[str], None] = _ignore,
        memory: int | None = None,
    ) -> None:
        self._start = time.perf_counter()
        self._deadline = deadline
        self._interrupted = interrupted
        self._each_tick = _nothing
        self.progress = progress
        self.notice = notice
        self.portion = portion
        self.detail = detail
        self.memory = memory

    @property
    def elapsed(self) -> float:
        """Seconds since the beginning."""
        return time.perf_counter() - self._start

    @property
    def left(self) -> float | None:
        """The seconds until the deadline, not negative; None where there is no deadline."""
        return None if self._deadline is None else max(0.0, self._deadline - self.elapsed)

    @property
    def deadline(self) -> float | None:
        """The seconds from the beginning to the deadline."""
        return self._deadline

    @property
    def interrupted(self) -> bool:
        """Whether somebody wants the work to stop."""
        return self._interrupted()

    def tick(self) -> None:
        """Go on if there is time.

        Raises
        ------
        Stopped
            If the deadline has passed or somebody wants the work to stop.
        """
        if self.interrupted:
            raise Stopped("interrupted")
        if self._deadline is not None and self.elapsed > self._deadline:
            raise Stopped("deadline")
        self._each_tick()

    def within(self, seconds: float | None) -> Run:
        """The same run with a clock of its own, that begins now."""
        run = copy.copy(self)
        run._start, run._deadline = time.perf_counter(), seconds
        return run

    def reporting(self, progress: Callable[[Any], None]) -> Run:
        """The same run, for a part of the work whose progress is told in another way."""
        run = copy.copy(self)
        run.progress = progress
        return run

    def portioning(self, portion: Callable[[int, int], None]) -> Run:
        """The same run, where somebody else is told how many parts of the work are done."""
        run = copy.copy(self)
        run.portion = portion
        return run

    def noticing(self, notice: Callable[[str], None]) -> Run:
        """The same run, for a part of the work whose notices go elsewhere."""
        run = copy.copy(self)
        run.notice = notice
        return run

    def stopped_by(self, asked: Callable[[], bool]) -> Run:
        """The same run, which somebody else may stop, too."""
        run, before = copy.copy(self), self._interrupted
        run._interrupted = lambda: before() or asked()
        return run

    def also(self, each_tick: Callable[[], None]) -> Run:
        """The same run, which at every tick does something else, too; that may raise to stop the work."""
        before, run = self._each_tick, copy.copy(self)

        def both() -> None:
            before()
            each_tick()

        run._each_tick = both
        return run


UNLIMITED = Run()
"""The run of work that nobody limits, watches or stops."""
