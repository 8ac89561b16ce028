"""Counting a part: one shard of a count or all of it, on threads or on a cluster, with or without a checkpoint."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass

from relupoly.errors import PartError
from relupoly.files.streams import Location, located
from relupoly.geometry.domain import Domain
from relupoly.networks.network import Network
from relupoly.parallel.checkpoint import Checkpoint
from relupoly.pieces.counting.driver import drive
from relupoly.pieces.counting.part import Outcome, Part, Split
from relupoly.pieces.counting.plan import Plan
from relupoly.pieces.counting.tasks import Tasks
from relupoly.pieces.counting.worker import Worker, count_on_threads
from relupoly.pieces.notions import OPEN
from relupoly.run import UNLIMITED, Run, Stopped
from relupoly.run.cores import threads_for


def count_part(
    network: Network,
    domain: Domain | None = None,
    notion: str = OPEN,
    *,
    shard: tuple[int, int] = (1, 1),
    checkpoint: Location | None = None,
    scheduler: str | None = None,
    limit: int | None = None,
    jobs: int | None = None,
    run: Run = UNLIMITED,
) -> Part:
    """Count one shard of a net's pieces; the whole count is the merge of all shards.

    Parameters
    ----------
    network : Network
    domain : Domain, optional
        All of R^n by default.
    notion : str
        One of `relupoly.pieces.notions.NOTIONS`, or "all".
    shard : tuple of (int, int)
        (i, n) is the i-th of n shards, counted from 1. By default there is one.
    checkpoint : path, optional
        A file that holds the tasks done so far. Where it exists, only the tasks left are done.
    scheduler : str, optional
        The address of a Dask scheduler, whose workers do the tasks.
    limit : int, optional
        Stop when there are more cells than this in the part.
    jobs : int, optional
        The number of threads; by default one for each core. The cluster's workers have their own.
    run : Run, optional
        With a deadline, a question whether to stop, and somebody who is told the number of cells seen, now and then. Its
        portion is the number of tasks done, of those of the shard.

    Returns
    -------
    Part
        With `stopped` set where the count was stopped: then it holds the tasks that were done. With `unsaved` set where the
        checkpoint could not be written in the end.

    Raises
    ------
    DomainError
        If the domain lies in a space of another dimension than the net's input.
    InputError
        If there is no such notion or shard.
    PartError, FileFormatError
        If the checkpoint belongs to another count, is damaged, is in use by another run, or is at a place where nothing can be
        written.
    ClusterError
        If the cluster cannot be reached or does not do its work.

    Examples
    --------
    >>> hat = Network.from_rows([([[1], [1], [1]], [1, 0, -1]), ([[1, -2, 1]], None)])
    >>> part = count_part(hat, shard=(1, 2))
    >>> part.complete, part.missing()
    (False, ['shard 2/2'])
    >>> part.merge(count_part(hat, shard=(2, 2)))
    >>> part.count().pieces
    4
    """
    start, (number, shards) = time.perf_counter(), shard
    plan = Plan(network, domain or Domain(), notion, shards)
    if not 1 <= number <= shards:
        raise PartError(f"there is no shard {number}/{shards}; give one from 1/{shards} to {shards}/{shards}")
    store = Checkpoint(checkpoint) if checkpoint is not None else None
    with store.held() if store else contextlib.nullcontext():
        part = store.resume(plan) if store else Part(plan)
        meter, quiet = _Meter(limit, part.counters.cells), run.noticing(_Once(run.notice))
        telling = quiet.also(lambda: run.progress(meter.cells))
        tasks = _Shard(part, store, scheduler, meter, threads_for(jobs), quiet, telling)
        try:
            drive(part, lambda: tasks.do(number), threads_for(jobs), telling, start)
        finally:
            if store:
                store.save(part)
                part.unsaved = store.failure
    return part


@dataclass(frozen=True)
class _Shard:
    """The tasks of a part that are left in a shard. `telling` is the run of this thread: it says how far the part is."""

    part: Part
    store: Checkpoint | None
    scheduler: str | None
    meter: _Meter
    jobs: int
    run: Run
    telling: Run

    def do(self, number: int) -> None:
        """Do what is left of the shard with this number."""
        tasks = self.part.plan.tasks(self.telling)
        self._begin(tasks)
        # Closed at once where something stops this loop, so that no thread and no worker goes on.
        left, every = self.part.left(number), len(self.part.plan.numbers(number, len(tasks)))
        self.telling.portion(every - len(left), every)
        with contextlib.closing(self._outcomes(tasks, left)) as outcomes:
            for done, outcome in enumerate(outcomes, every - len(left) + 1):
                self.part.add(outcome)
                self.telling.portion(done, every)
                if self.store:
                    self.store.save_sometimes(self.part)

    def _begin(self, tasks: Tasks) -> None:
        """Compare how the work is divided with the checkpoint, and write that before the work begins."""
        with located(self.store.name) if self.store else contextlib.nullcontext():
            self.part.begin(Split(len(tasks), tasks.digest))
        if self.store:
            self.store.save(self.part)

    def _outcomes(self, tasks: Tasks, numbers: list[int]) -> Generator[Outcome, None, None]:
        """The outcomes of tasks as they come."""
        plan = self.part.plan
        if not numbers:
            return
        if self.scheduler is None:
            yield from count_on_threads(self._hire(tasks), numbers, self.jobs, self.telling)
        else:
            from relupoly.parallel.cluster import count_on_cluster

            found = count_on_cluster(self.scheduler, plan, tasks.digest, numbers, self.telling)
            with contextlib.closing(found) as outcomes:
                for outcome in outcomes:
                    self.meter.add(outcome.counters.cells)
                    yield outcome

    def _hire(self, tasks: Tasks) -> Callable[[], Worker]:
        """What makes the worker of a thread."""
        return lambda: Worker(self.part.plan, tasks, self.meter.add, self.run)


class _Meter:
    """Counts the cells that all threads see, and stops them beyond a limit."""

    def __init__(self, limit: int | None, cells: int) -> None:
        self._limit = limit
        self.cells = cells
        self._lock = threading.Lock()

    def add(self, cells: int) -> None:
        """Note that so many cells more were seen."""
        with self._lock:
            self.cells += cells
            if self._limit is not None and self.cells > self._limit:
                raise Stopped("limit")


class _Once:
    """Passes each notice on the first time only: threads that run side by side have the same to say."""

    def __init__(self, notice: Callable[[str], None]) -> None:
        self._notice = notice
        self._said: set[str] = set()

    def __call__(self, text: str) -> None:
        if text not in self._said:
            self._said.add(text)
            self._notice(text)
