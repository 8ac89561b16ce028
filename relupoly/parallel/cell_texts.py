"""Texts of cells, made by several processes and given out in the order of the walk.

The walk finds a million cells in a second; what takes time are exact numbers and their texts, in Python. So this process walks,
and the others make records of bundles of cells. They are copies of this one, begun when it turns out that there is much to do:
whoever reads a few records waits for none.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Collection, Generator, Iterator
from dataclasses import dataclass, field

from relupoly.geometry.domain import Domain
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Network
from relupoly.parallel.forks import Forks
from relupoly.pieces.listing.cell_records import CellArrays, CellRecords
from relupoly.pieces.listing.parts import Parts
from relupoly.pieces.listing.records import CellRecord
from relupoly.pieces.listing.walked import cell_arrays, cell_records, records_of
from relupoly.run import UNLIMITED, Run

TextMaker = Callable[[CellRecord], str]

_ALONE = 0.3  # seconds of making texts: to copy the process and to end the copies takes a tenth of one
_WAITING = 3  # bundles for each process: what is kept when the reader is slow
_BUNDLE = 0.05  # seconds that it takes to make the texts of a bundle: the reader waits so long, and sending takes much less
_FIRST_BUNDLE = 64  # cells, where nobody knows yet how long one takes
_BETWEEN_TEXTS = 0.02  # seconds: whoever reads shall not wait until many texts are made that take long


def cell_texts(
    network: Network,
    domain: Domain | DomainUnion | None,
    fields: Collection[str],
    make: TextMaker,
    *,
    jobs: int = 1,
    run: Run = UNLIMITED,
) -> Generator[list[str]]:
    """The texts of all cells, in the order of `relupoly.pieces.listing.cells.list_cells`, some at a time.

    Parameters
    ----------
    network : Network
    domain : Domain, DomainUnion or None
        None for all of R^n.
    fields : collection of str
        Of `relupoly.pieces.listing.records.CELL_FIELDS`: what `make` wants to know of cells.
    make : callable
        Makes a text of a record, by the record alone.
    jobs : int
        The number of processes that make texts. With 1, and where processes cannot be copied, this one does all.
    run : Run, optional
        Asked now and then whether to go on.

    Raises
    ------
    DomainError, SizeError, Stopped
        As listing does.
    RelupolyError
        If a process was killed.

    Examples
    --------
    >>> absolute_value = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
    >>> sorted(sum(cell_texts(absolute_value, None, ("pattern",), lambda cell: cell.pattern[0]), []))
    ['+-', '-+']
    """
    parts = Parts.of(network, domain, run)
    with _Makers(parts, fields, make, jobs if sys.platform == "linux" else 1, run) as makers:
        number = 1
        for part, listed in enumerate(parts.listed):
            if listed.net.bounds:
                yield from makers.all()
                for record in records_of(parts, listed, fields, number, run):
                    number = record.number + 1
                    yield [make(record)]
                continue
            for cells in cell_arrays(listed, run):
                yield from makers.add(part, cells, number)
                number += len(cells.signs)
        yield from makers.all()


@dataclass
class _Makers:
    """Those who make texts: this process at first, then others.

    Attributes
    ----------
    parts : Parts
    fields : collection of str
    make : callable
    jobs : int
    run : Run
    """

    parts: Parts
    fields: Collection[str]
    make: TextMaker
    jobs: int
    run: Run
    _records: dict[int, CellRecords] = field(default_factory=dict)
    _forks: Forks[tuple[int, CellArrays, int], list[str]] | None = None
    _made: int = 0
    _spent: float = 0.0

    def __enter__(self) -> _Makers:
        return self

    def __exit__(self, *error: object) -> None:
        if self._forks is not None:
            self._forks.close()

    def add(self, part: int, cells: CellArrays, number: int) -> Iterator[list[str]]:
        """Take some cells of a part, the first of which has a number; texts of earlier ones, or theirs, may be ready."""
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

    def all(self) -> Iterator[list[str]]:
        """The texts that are still being made."""
        while self._forks:
            yield self._forks.wait()

    def _others(self) -> Forks[tuple[int, CellArrays, int], list[str]] | None:
        """The other processes, where it is time for them."""
        if self._forks is None and self.jobs > 1 and self._spent > _ALONE:
            try:
                self._forks = Forks(self._texts, self.jobs, self.run)
            except OSError:
                self.jobs = 1  # there is no room for more processes
        return self._forks

    def _own(self, part: int, cells: CellArrays, number: int) -> Iterator[list[str]]:
        """The texts of some cells, made here; those that take long come one by one."""
        found: list[str] = []
        start = time.perf_counter()
        for record in self._maker(part).of(cells, number):
            found.append(self.make(record))
            self._made += 1
            spent = time.perf_counter() - start
            if spent > _BETWEEN_TEXTS:
                self._spent += spent
                yield found
                found, start = [], time.perf_counter()
        self._spent += time.perf_counter() - start
        yield found

    def _texts(self, task: tuple[int, CellArrays, int]) -> list[str]:
        """The texts of some cells, made in another process."""
        part, cells, number = task
        return [self.make(record) for record in self._maker(part).of(cells, number)]

    def _maker(self, part: int) -> CellRecords:
        if part not in self._records:
            self._records[part] = cell_records(self.parts, self.parts.listed[part], self.fields, self.run)
        return self._records[part]
