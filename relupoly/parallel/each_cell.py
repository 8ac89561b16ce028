"""Some work on every cell, done by several processes, whose results are given out in the order of the walk.

The walk finds a million cells in a second; what takes time are exact numbers and their texts, in Python. So this process walks,
and the others make records of bundles of cells, and what is wanted of them. They are copies of this one, begun when it turns
out that there is much to do: whoever reads a few records waits for none.
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Collection, Generator, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from relupoly.parallel.forks import Forks
from relupoly.pieces.listing.cell_records import CellArrays, CellRecords
from relupoly.pieces.listing.parts import Parts
from relupoly.pieces.listing.records import CellRecord
from relupoly.pieces.listing.walked import cell_arrays, cell_records, records_of
from relupoly.run import UNLIMITED, Run

Result = TypeVar("Result")

_ALONE = 0.3  # seconds of work: to copy the process and to end the copies takes a tenth of one
_WAITING = 3  # bundles for each process: what is kept when the reader is slow
_BUNDLE = 0.05  # seconds that the work on a bundle takes: the reader waits so long, and sending takes much less
_FIRST_BUNDLE = 64  # cells, where nobody knows yet how long one takes
_BETWEEN_RESULTS = 0.02  # seconds: whoever reads shall not wait until there are many results that take long


def each_cell(
    parts: Parts,
    fields: Collection[str],
    work: Callable[[int, CellRecord], Result],
    *,
    jobs: int = 1,
    run: Run = UNLIMITED,
) -> Generator[list[Result]]:
    """The results of some work on all cells, in the order of `relupoly.pieces.listing.cells.list_cells`, some at a time.

    Parameters
    ----------
    parts : Parts
    fields : collection of str
        Of `relupoly.pieces.listing.records.CELL_FIELDS`: what the work wants to know of cells.
    work : callable
        Takes the number of a part and a cell of it; its results can be pickled.
    jobs : int
        The number of processes that work. With 1, and where processes cannot be copied, this one does all.
    run : Run, optional
        Asked now and then whether to go on.

    Raises
    ------
    SizeError, Stopped
        As listing does.
    RelupolyError
        If a process was killed.

    Examples
    --------
    >>> from relupoly.networks.network import Network
    >>> absolute_value = Parts.of(Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)]), None)
    >>> sorted(sum(each_cell(absolute_value, ("pattern",), lambda part, cell: cell.pattern[0]), []))
    ['+-', '-+']
    """
    with _Workers(parts, fields, work, jobs if sys.platform == "linux" else 1, run) as workers:
        number = 1
        for part, listed in enumerate(parts.listed):
            if listed.net.bounds:
                yield from workers.all()
                for record in records_of(parts, listed, fields, number, run):
                    number = record.number + 1
                    yield [work(part, record)]
                continue
            for cells in cell_arrays(listed, run):
                yield from workers.add(part, cells, number)
                number += len(cells.signs)
        yield from workers.all()


@dataclass(frozen=True)
class LookTogether:
    """A look at all cells, by several processes.

    Attributes
    ----------
    jobs : int
    """

    jobs: int

    def __call__(
        self, parts: Parts, fields: Collection[str], work: Callable[[int, CellRecord], Result], run: Run = UNLIMITED
    ) -> Generator[Result]:
        """As `relupoly.pieces.listing.look.look_alone`."""
        with contextlib.closing(each_cell(parts, fields, work, jobs=self.jobs, run=run)) as bundles:
            for results in bundles:
                run.tick()
                yield from results


@dataclass
class _Workers(Generic[Result]):
    """Those who work: this process at first, then others.

    Attributes
    ----------
    parts : Parts
    fields : collection of str
    work : callable
    jobs : int
    run : Run
    """

    parts: Parts
    fields: Collection[str]
    work: Callable[[int, CellRecord], Result]
    jobs: int
    run: Run
    _records: dict[int, CellRecords] = field(default_factory=dict)
    _forks: Forks[tuple[int, CellArrays, int], list[Result]] | None = None
    _made: int = 0
    _spent: float = 0.0

    def __enter__(self) -> _Workers[Result]:
        return self

    def __exit__(self, *error: object) -> None:
        if self._forks is not None:
            self._forks.close()

    def add(self, part: int, cells: CellArrays, number: int) -> Iterator[list[Result]]:
        """Take some cells of a part, the first of which has a number; results for earlier ones, or theirs, may be ready."""
        forks = self._others()
        if forks is None:
            yield from self._own(part, cells, number)
            return
        size = max(1, int(self._made / self._spent * _BUNDLE)) if self._made else _FIRST_BUNDLE
        for start in range(0, len(cells.signs), size):
            forks.put((part, cells[start : start + size], number + start))
            while len(forks) > _WAITING * self.jobs:
                yield forks.wait()
            yield from forks.ready()

    def all(self) -> Iterator[list[Result]]:
        """The results that are still being found."""
        while self._forks:
            yield self._forks.wait()

    def _others(self) -> Forks[tuple[int, CellArrays, int], list[Result]] | None:
        """The other processes, where it is time for them."""
        if self._forks is None and self.jobs > 1 and self._spent > _ALONE:
            try:
                self._forks = Forks(self._results, self.jobs, self.run)
            except OSError:
                self.jobs = 1  # there is no room for more processes
        return self._forks

    def _own(self, part: int, cells: CellArrays, number: int) -> Iterator[list[Result]]:
        """The results for some cells, found here; those that take long come one by one."""
        found: list[Result] = []
        start = time.perf_counter()
        for record in self._maker(part).of(cells, number):
            found.append(self.work(part, record))
            self._made += 1
            spent = time.perf_counter() - start
            if spent > _BETWEEN_RESULTS:
                self._spent += spent
                yield found
                found, start = [], time.perf_counter()
        self._spent += time.perf_counter() - start
        yield found

    def _results(self, task: tuple[int, CellArrays, int]) -> list[Result]:
        """The results for some cells, found in another process."""
        part, cells, number = task
        return [self.work(part, record) for record in self._maker(part).of(cells, number)]

    def _maker(self, part: int) -> CellRecords:
        if part not in self._records:
            self._records[part] = cell_records(self.parts, self.parts.listed[part], self.fields, self.run)
        return self._records[part]
