"""`Worker`: counts the tasks of a plan, one after another, each in a census of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from relupoly.parallel.part import Outcome
from relupoly.parallel.plan import Plan
from relupoly.pieces.tasks import Tasks
from relupoly.pieces.threads import spread


class Worker:
    """Counts tasks; one at a time, so each thread needs its own.

    Parameters
    ----------
    plan : Plan
    tasks : Tasks
        Those of the plan.
    tick : callable
        Called at every step; may raise to stop.
    seen : callable
        Told how many cells were found since it was last told; may raise to stop.
    notice : callable
        Told in a sentence what takes long, before it does.
    """

    def __init__(
        self,
        plan: Plan,
        tasks: Tasks,
        tick: Callable[[], None] = lambda: None,
        seen: Callable[[int], None] = lambda cells: None,
        notice: Callable[[str], None] = lambda text: None,
    ) -> None:
        self._plan = plan
        self._tasks = tasks
        self._seen = seen
        self._walk = plan.walk(tick, notice)

    def count(self, task: int) -> Outcome:
        """Count a task."""
        census, before = self._plan.census(), self._walk.exact_predicates
        for part in self._walk.below(self._tasks.nodes[task](self._walk), census.look):
            self._seen(census.take(part))
        # Dividing the work has decided signs, too; every machine does that, and they are counted with the first task.
        found = self._walk.exact_predicates - before + (0 if task else self._tasks.exact_predicates)
        return Outcome(task, census, found)


def count_on_threads(
    hire: Callable[[], Worker], numbers: Iterable[int], jobs: int, tick: Callable[[], None]
) -> Iterator[Outcome]:
    """The outcomes of tasks as they come, each task counted in one of several threads.

    Parameters
    ----------
    hire : callable
        Makes the worker of a thread.
    numbers : iterable of int
        The tasks.
    jobs : int
        The number of threads.
    tick : callable
        Called now and then in the calling thread; may raise to stop.
    """

    def labour() -> Callable[[int], Iterator[Outcome]]:
        worker = hire()
        return lambda task: iter([worker.count(task)])

    return spread(numbers, labour, jobs, tick)
