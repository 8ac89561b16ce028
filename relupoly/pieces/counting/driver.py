"""The driver of all counts: a part takes in what is left of its work, then has its second look, if it needs one.

What the work is, the caller says: all cells as one task (`take_all`), or the tasks of a shard, in threads or on a cluster
(`relupoly.parallel.run`).
"""

from __future__ import annotations

import time
from collections.abc import Callable

from relupoly.pieces.counting.part import Part, Split
from relupoly.run import UNLIMITED, Run, Stopped

# How many cells the compiled walk may count at a time where there is a limit, which is exact: some milliseconds of work.
_STEPS = 20_000


def drive(part: Part, work: Callable[[], None], jobs: int | None, run: Run, start: float) -> None:
    """Let a part take in what is left, and note why it was stopped, if it was, and how long it took.

    Parameters
    ----------
    part : Part
    work : callable
        Adds what is not done to the part.
    jobs : int or None
        The number of threads of a second look.
    run : Run
        That of the second look.
    start : float
        When the work began, by `time.perf_counter`.
    """
    try:
        if not part.complete:
            work()
        part.finish(jobs, run)
    except Stopped as stop:
        part.stopped = stop.reason
    finally:
        part.seconds += time.perf_counter() - start


def take_all(part: Part, limit: int | None = None, jobs: int = 1, run: Run = UNLIMITED) -> None:
    """Let a part take all cells of its plan, as one task; those before a stop count, too.

    Parameters
    ----------
    part : Part
        With nothing done.
    limit : int, optional
        Stop when there are more cells than this.
    jobs : int
        The number of threads.
    run : Run, optional
        Asked at every step whether to go on; told the number of cells, now and then.
    """
    plan, counters = part.plan, part.counters
    part.begin(Split(plan.least_tasks, ""))
    if part.complete:
        return
    walk = plan.walk(run, jobs)
    steps = None if limit is None else lambda: min(_STEPS, limit - counters.cells)
    try:
        for cells in walk.cells(counters.detail, steps):
            if counters.cells == limit:
                raise Stopped("limit")
            counters.take(cells)
            run.progress(counters.cells)
    finally:
        part.exact_predicates += walk.exact_predicates
    part.done.add(0)
