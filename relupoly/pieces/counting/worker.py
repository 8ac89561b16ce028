"""`Worker`: counts the tasks of a plan, one after another, each in counters of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from relupoly.pieces.counting.part import Outcome
from relupoly.pieces.counting.plan import Plan
from relupoly.pieces.counting.tasks import Tasks
from relupoly.run import UNLIMITED, Run
from relupoly.run.pool import spread


class Worker:
    """Counts tasks; one at a time, so each thread needs its own.

    Parameters
    ----------
    plan : Plan
    tasks : Tasks
        Those of the plan.
    seen : callable
        Told how many cells were found since it was last told; may raise to stop.
    run : Run, optional
        Asked at every step whether to go on; told in a sentence what takes long.
    """

    def __init__(
        self,
        plan: Plan,
        tasks: Tasks,
        seen: Callable[[int], None] = lambda cells: None,
        run: Run = UNLIMITED,
    ) -> None:
        self._plan = plan
        self._tasks = tasks
        self._seen = seen
        self._walk = plan.walk(run)

    def count(self, task: int) -> Outcome:
        """Count a task."""
        counters, before = self._plan.counters(), self._walk.exact_predicates
        for part in self._walk.below(self._tasks.nodes[task](self._walk), counters.detail):
            self._seen(counters.take(part))
        # Dividing the work has decided signs, too; every machine does that, and they are counted with the first task.
        found = self._walk.exact_predicates - before + (0 if task else self._tasks.exact_predicates)
        return Outcome(task, counters, found)


def count_on_threads(hire: Callable[[], Worker], numbers: Iterable[int], jobs: int, run: Run = UNLIMITED) -> Iterator[Outcome]:
    """The outcomes of tasks as they come, each task counted in one of several threads.

    Parameters
    ----------
    hire : callable
        Makes the worker of a thread.
    numbers : iterable of int
        The tasks.
    jobs : int
        The number of threads.
    run : Run, optional
        Asked now and then, in the calling thread, whether to go on.
    """

    def labour() -> Callable[[int], Iterator[Outcome]]:
        worker = hire()
        return lambda task: iter([worker.count(task)])

    return spread(numbers, labour, jobs, run)
