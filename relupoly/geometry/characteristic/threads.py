"""Threads that nobody waits for: a stop need not wait for compiled code, which may count for minutes in one call.

The kernel releases Python's lock, so threads use all cores, and the one that waits for them looks up now and then. When it is
stopped, a call that is under way goes on to its end, in tables of its own, and what it finds is dropped; Python's end does not
wait for it.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

from relupoly.run import Run

if TYPE_CHECKING:
    from concurrent.futures import Future

Task = TypeVar("Task")
Result = TypeVar("Result")

_SECONDS_BETWEEN = 0.05  # short for whoever presses Ctrl-C, and long for a processor


class Abandoned(Exception):
    """Nobody waits for this any more."""


class Threads:
    """A context manager; what has not begun when its block is left, by an error perhaps, is never begun.

    Parameters
    ----------
    jobs : int
        The number of threads.
    run : Run, optional
    """

    def __init__(self, jobs: int, run: Run) -> None:
        self._run = run
        self._tasks: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._over = False
        self._threads = [threading.Thread(target=self._labour, daemon=True) for _ in range(jobs)]

    def __enter__(self) -> Threads:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._over = True
        for _ in self._threads:
            self._tasks.put(lambda: None)

    def check(self) -> None:
        """Raise `Abandoned` if nobody waits any more: to be called by tasks that take several steps."""
        if self._over:
            raise Abandoned

    def map(self, work: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        """The results of all tasks, in order."""
        from concurrent.futures import wait  # it brings the modules for logging, which no small count should wait for

        for found in [self._begin(work, task) for task in tasks]:
            while not wait([found], _SECONDS_BETWEEN).done:
                self._run.tick()
            yield found.result()

    def call(self, work: Callable[[], Result]) -> Result:
        """The result of one task."""
        return next(self.map(lambda _: work(), [None]))

    def _begin(self, work: Callable[[Task], Result], task: Task) -> Future[Result]:
        from concurrent.futures import Future

        found: Future[Result] = Future()

        def do() -> None:
            try:
                found.set_result(work(task))
            except BaseException as error:
                found.set_exception(error)

        self._tasks.put(do)
        return found

    def _labour(self) -> None:
        while not self._over:
            self._tasks.get()()
