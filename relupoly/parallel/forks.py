"""`Forks`: copies of this process that do some work, piece by piece, and give it back in the order in which it came.

The pool of Python's library has one pipe for all results, and waits for ever when a process is killed in the midst of one; nor
does it end its processes with this one, however that ends. Here each copy has a pipe of its own, whose end tells that the copy
has ended, and a lifeline, whose end ends the copy. A copy has one task at a time: so none of the two ever writes into a pipe
while the other one does.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import pickle
import signal
import traceback
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

from relupoly.errors import RelupolyError
from relupoly.geometry.cdd_process import end_with
from relupoly.run import UNLIMITED, Run

Task = TypeVar("Task")
Result = TypeVar("Result")

_BETWEEN_TICKS = 0.02  # seconds: nobody notices that a deadline is so late


class Forks(Generic[Task, Result]):
    """Copies of this process, which end when this is closed, and with this process.

    Parameters
    ----------
    work : callable
        What is done with each task, whose result can be pickled. It must not wait for a thread, for copies have none.
    count : int
        How many copies.
    run : Run, optional
        Asked while results are waited for.

    Raises
    ------
    OSError
        If the system makes no copy.
    """

    def __init__(self, work: Callable[[Task], Result], count: int, run: Run = UNLIMITED) -> None:
        self._run = run
        self._tasks: deque[tuple[int, Task]] = deque()
        self._results: dict[int, Result] = {}
        self._put = self._given = 0
        self._all: list[_Fork] = []
        try:
            for _ in range(count):
                self._all.append(_Fork.of(work, self._all))
        except BaseException:
            self.close()
            raise

    def __len__(self) -> int:
        """How many tasks have come whose results were not given."""
        return self._put - self._given

    def put(self, task: Task) -> None:
        """Take a task, which waits until a copy is free."""
        self._tasks.append((self._put, task))
        self._put += 1
        self._hand_out()

    def ready(self) -> Iterator[Result]:
        """The next results, as far as they are there.

        Raises
        ------
        RelupolyError
            If a copy was killed.
        Exception
            What the work has raised.
        """
        self._collect(0)
        while self._given in self._results:
            yield self._next()

    def wait(self) -> Result:
        """The next result.

        Raises
        ------
        Stopped
            If the run ends before.
        RelupolyError, Exception
            As above.
        """
        while self._given not in self._results:
            self._run.tick()
            self._collect(_BETWEEN_TICKS)
        return self._next()

    def close(self) -> None:
        """End all copies, whatever they are at."""
        for one in self._all:
            one.end()

    def _next(self) -> Result:
        self._given += 1
        return self._results.pop(self._given - 1)

    def _hand_out(self) -> None:
        """Give tasks to the copies that have none."""
        for one in self._all:
            if self._tasks and one.at is None:
                one.at, task = self._tasks.popleft()
                with _told_if_killed():
                    one.connection.send(task)

    def _collect(self, seconds: float) -> None:
        """Take the results that come within a time."""
        busy = {one.connection: one for one in self._all if one.at is not None}
        for connection in wait([*busy], seconds):
            one = busy[connection]  # type: ignore[index]
            with _told_if_killed():
                result, error, trace = one.connection.recv()
            if error is not None:
                raise error from _InACopy(trace)
            assert one.at is not None
            self._results[one.at], one.at = result, None
        self._hand_out()


@contextlib.contextmanager
def _told_if_killed() -> Iterator[None]:
    """While open, this process writes to a copy, or reads what that writes."""
    try:
        yield
    except (EOFError, OSError):
        raise RelupolyError("a process that made records was killed; try again with --jobs 1") from None


class _InACopy(Exception):
    """Where an error was raised in a copy: its traceback, for whoever looks for the reason."""


@dataclass(eq=False)
class _Fork:
    """A copy of this process, as this process sees it.

    Attributes
    ----------
    process : BaseProcess
    connection : Connection
        For tasks and results.
    lifeline : Connection
        The copy ends when it is closed.
    at : int or None
        The number of the task that it has.
    """

    process: BaseProcess
    connection: Connection
    lifeline: Connection
    at: int | None = None

    @classmethod
    def of(cls, work: Callable[[Any], Any], earlier: Sequence[_Fork]) -> _Fork:
        """A new copy; it lets go of what is for the earlier ones."""
        context = multiprocessing.get_context("fork")
        ours, theirs = context.Pipe()
        watched, lifeline = context.Pipe(duplex=False)
        not_for_it = [ours, lifeline, *(end for one in earlier for end in (one.connection, one.lifeline))]
        process = context.Process(target=_serve, args=(work, theirs, watched, not_for_it), daemon=True)
        try:
            with warnings.catch_warnings():
                # Python warns where there are threads, as those of a library of linear algebra: the work uses none of them.
                warnings.simplefilter("ignore", DeprecationWarning)
                process.start()
        except BaseException:
            ours.close()
            lifeline.close()
            raise
        finally:
            theirs.close()
            watched.close()
        return cls(process, ours, lifeline)

    def end(self) -> None:
        """End it at once."""
        self.process.kill()
        self.process.join()
        self.connection.close()
        self.lifeline.close()


def _serve(work: Callable[[Any], Any], connection: Connection, lifeline: Connection, not_ours: Sequence[Connection]) -> None:
    """What a copy does: one task after another, until there are no more."""
    # The first process decides what happens on Ctrl-C.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for end in not_ours:
        end.close()
    end_with(lifeline.fileno())
    with contextlib.suppress(EOFError, OSError):
        while True:
            task = connection.recv()
            answer: tuple[Any, Exception | None, str]
            try:
                answer = (work(task), None, "")
            except Exception as error:
                answer = (None, _sendable(error), "".join(traceback.format_exception(error)))
            connection.send(answer)


def _sendable(error: Exception) -> Exception:
    """An error, or what tells of it where it cannot be pickled."""
    try:
        pickle.loads(pickle.dumps(error))  # our own bytes
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error
