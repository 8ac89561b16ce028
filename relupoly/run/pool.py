"""`Pool`: threads that take tasks, and the one thread that gives these and takes what comes of them.

Compiled code releases Python's lock, so threads use all cores. Each works on one task after another, with tables of its own,
and gets its next one as soon as it is done, whatever the others do. Whoever waits for them asks now and then whether to go on,
and may leave: what has not begun then never begins, and what is under way is dropped. There are two ways to leave.

* The threads are waited for (`spread`), where each asks at every step whether to go on, so that it ends soon.
* They are left to themselves (`Pool`), where compiled code, or the compiler, may take minutes in one call. Such a call goes on
  to its end; Python's end does not wait for it. What takes several steps asks `Pool.check` between them.

Work that can be halted from outside (the search of training looks at a flag) is halted by whoever leaves: a task should hold
what is needed for that, and `Pool.in_hand` are the tasks that are under way. Those belong to nobody else until what comes of
them was taken: so a bound that is asked for meanwhile, or a checkpoint, loses nothing.
"""

from __future__ import annotations

import contextlib
import itertools
import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Generic, TypeVar

from relupoly.run.run import UNLIMITED, Run

Task = TypeVar("Task")
Result = TypeVar("Result")

_SECONDS_BETWEEN = 0.05  # short for whoever presses Ctrl-C, and long for a processor
_RESULTS_AHEAD = 256  # as many as are found while one is taken in, so that threads seldom wait; but cells take memory
_TASKS_AHEAD = 4  # for each thread: it has its next task at once, even if whoever gives it is busy


class Abandoned(Exception):
    """Nobody waits for this any more."""


@dataclass(frozen=True)
class Found(Generic[Task, Result]):
    """What came of a task.

    Attributes
    ----------
    number : int
        That of the task, in the order in which they were given.
    task : Task
    result : Result
    done : bool
        Whether that was all: what the worker returned. Else it was said on the way.
    """

    number: int
    task: Task
    result: Result
    done: bool = True


class Pool(Generic[Task, Result]):
    """Threads; a context manager, which leaves them to themselves at its end.

    Parameters
    ----------
    jobs : int
        The number of threads.
    hire : callable
        Makes the worker of a thread, in that thread: a function from a task to its result.

    Notes
    -----
    An error in a worker is raised where results are taken, at once, and whoever goes on taking is told again. Where the system
    gives fewer threads, there are fewer; where it gives none, entering the block raises a `MemoryError`.

    Examples
    --------
    >>> with Pool(2, lambda: abs) as pool:
    ...     _ = pool.give(-3)
    ...     print(pool.in_hand, pool.take(), pool.in_hand)
    [-3] Found(number=0, task=-3, result=3, done=True) []
    """

    def __init__(self, jobs: int, hire: Callable[[], Callable[[Task], Result]]) -> None:
        self._hire = hire
        self._numbers = itertools.count()
        self._in_hand: dict[int, Task] = {}
        self._tasks: queue.SimpleQueue[tuple[int, Task] | None] = queue.SimpleQueue()
        # A queue with a size of its own waits in Python, where Ctrl-C at the wrong moment lets go of a lock that is not held.
        self._results: queue.SimpleQueue[Found[Task, Result] | BaseException] = queue.SimpleQueue()
        self._room = threading.Semaphore(max(_RESULTS_AHEAD, jobs))
        self._error: BaseException | None = None
        self._over = False
        self._current = threading.local()
        self._threads = [threading.Thread(target=self._labour, daemon=True) for _ in range(jobs)]

    def __enter__(self) -> Pool[Task, Result]:
        try:
            self._threads = list(_begin(self._threads))
        except BaseException:  # Ctrl-C: those that have begun end
            self._leave()
            raise
        if not self._threads:
            raise MemoryError("no thread can be started")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._leave()

    def _leave(self) -> None:
        """Let each thread end when its task does."""
        self._over = True
        for _ in self._threads:
            self._tasks.put(None)
        # Room for the one thing that each thread may still say, so that none waits to be heard.
        for _ in self._threads:
            self._room.release()

    @property
    def in_hand(self) -> list[Task]:
        """The tasks that were given, and of which it was not taken that they are done; those that failed stay among them."""
        return list(self._in_hand.values())

    @property
    def is_free(self) -> bool:
        """Whether some thread has nothing to do."""
        return len(self._in_hand) < len(self._threads)

    def give(self, task: Task) -> int:
        """Let the next thread that is free work on a task; its number, counted from 0."""
        number = next(self._numbers)
        self._in_hand[number] = task
        self._tasks.put((number, task))
        return number

    def take(self, run: Run = UNLIMITED) -> Found[Task, Result]:
        """What comes next of any task; the run is asked whether to go on, as often as nothing has come for a while."""
        while (found := self.take_within(_SECONDS_BETWEEN)) is None:
            run.tick()
        return found

    def take_within(self, seconds: float | None) -> Found[Task, Result] | None:
        """What comes next of any task; None if nothing does in so many seconds, if they are given."""
        if self._error:
            raise self._error
        try:
            found = self._results.get(timeout=seconds)
        except queue.Empty:
            return None
        self._room.release()
        if isinstance(found, BaseException):
            self._error = found
            raise found
        if found.done:
            del self._in_hand[found.number]
        return found

    def map(self, tasks: Iterable[Task], run: Run = UNLIMITED) -> Iterator[Result]:
        """The results of tasks, in their order; the pool must have nothing else in hand meanwhile.

        Examples
        --------
        >>> with Pool(2, lambda: abs) as pool:
        ...     list(pool.map([-3, -2, -1]))
        [3, 2, 1]
        """
        numbers, arrived = [self.give(task) for task in tasks], dict[int, Result]()
        for number in numbers:
            while number not in arrived:
                found = self.take(run)
                arrived[found.number] = found.result
            yield arrived.pop(number)

    def say(self, result: Result) -> None:
        """Hand out a result before the task is done: for workers, while they are at a task.

        Raises
        ------
        Abandoned
            If nobody waits for it.
        """
        self._put(Found(self._current.number, self._current.task, result, done=False))
        self.check()

    def check(self) -> None:
        """Ask whether anybody still waits: for workers that take several steps.

        Raises
        ------
        Abandoned
            If nobody does.
        """
        if self._over:
            raise Abandoned

    def wait(self) -> None:
        """Wait for the threads, once the block was left: each ends when its task does, or says something, or asks."""
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()

    def _labour(self) -> None:
        """What each thread does."""
        try:
            work = self._hire()
            while (given := self._tasks.get()) is not None and not self._over:
                self._current.number, self._current.task = number, task = given
                self._put(Found(number, task, work(task)))
        except BaseException as error:
            if not self._over:
                self._put(error)

    def _put(self, found: Found[Task, Result] | BaseException) -> None:
        """Say something, once there is room for it."""
        self._room.acquire()
        self._results.put(found)


def _begin(threads: Iterable[threading.Thread]) -> Iterator[threading.Thread]:
    """Start threads, as many as the system gives: beyond a limit on threads, or on memory, those that there are do all."""
    with contextlib.suppress(RuntimeError):
        for thread in threads:
            thread.start()
            yield thread


def spread(
    tasks: Iterable[Task], hire: Callable[[], Callable[[Task], Iterator[Result]]], jobs: int, run: Run = UNLIMITED
) -> Iterator[Result]:
    """The results of all tasks, as they come; of each task there may be many.

    Parameters
    ----------
    tasks : iterable
        Taken one by one, a few ahead of the threads, in the calling thread.
    hire : callable
        Makes the worker of a thread, in that thread: a function from a task to its results.
    jobs : int
        The number of threads.
    run : Run, optional
        Asked before each result, and now and then, whether to go on: in the calling thread.

    Notes
    -----
    An error in a worker, or a stop, ends all workers after their current result, and is raised here. In the end, all threads
    have ended.

    Examples
    --------
    >>> sorted(spread([2, 3], lambda: lambda task: iter(range(task)), jobs=2))
    [0, 0, 1, 1, 2]
    """
    source = iter(tasks)

    def streaming() -> Callable[[Task], Any]:
        work = hire()

        def say_all(task: Task) -> None:
            for result in work(task):
                pool.say(result)

        return say_all

    pool: Pool[Task, Any] = Pool(jobs, streaming)
    try:
        with pool:
            for task in itertools.islice(source, _TASKS_AHEAD * jobs):
                pool.give(task)
            while pool.in_hand:
                run.tick()
                found = pool.take(run)
                if not found.done:
                    yield found.result
                    continue
                for task in itertools.islice(source, 1):
                    pool.give(task)
    finally:
        pool.wait()
