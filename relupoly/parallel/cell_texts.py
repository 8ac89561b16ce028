"""Texts of cells, made by several processes and given out in the order of the walk.

The walk finds a million cells in a second; what takes time are exact numbers and their texts, in Python. So this process walks,
and the others make records of bundles of cells. They are copies of this one, begun when it turns out that there is much to do:
whoever reads a few records waits for none.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field

from relupoly.errors import RelupolyError
from relupoly.geometry.domain import Domain
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Network
from relupoly.pieces.listing.cell_records import CellArrays, CellRecords
from relupoly.pieces.listing.parts import Parts
from relupoly.pieces.listing.records import CellRecord
from relupoly.pieces.listing.walked import cell_arrays, cell_records, records_of
from relupoly.run import UNLIMITED, Run

TextMaker = Callable[[CellRecord], str]

_ALONE = 0.3  # seconds: to copy the process and to end the copies takes a tenth of one
_WAITING = 3  # bundles for each process: what is kept when the reader is slow


def cell_texts(
    network: Network,
    domain: Domain | DomainUnion | None,
    fields: Collection[str],
    make: TextMaker,
    *,
    jobs: int = 1,
    run: Run = UNLIMITED,
) -> Iterator[list[str]]:
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

    Examples
    --------
    >>> absolute_value = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
    >>> sorted(sum(cell_texts(absolute_value, None, ("pattern",), lambda cell: cell.pattern[0]), []))
    ['+-', '-+']
    """
    parts = Parts.of(network, domain, run)
    with _Makers(parts, fields, make, jobs if sys.platform == "linux" else 1) as makers:
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
    """

    parts: Parts
    fields: Collection[str]
    make: TextMaker
    jobs: int
    _records: dict[int, CellRecords] = field(default_factory=dict)
    _pool: ProcessPoolExecutor | None = None
    _waiting: deque[Future[list[str]]] = field(default_factory=deque)
    _start: float = field(default_factory=time.perf_counter)

    def __enter__(self) -> _Makers:
        return self

    def __exit__(self, *error: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def add(self, part: int, cells: CellArrays, number: int) -> Iterator[list[str]]:
        """Take some cells of a part, the first of which has a number; texts of earlier ones, or theirs, may be ready."""
        if self.jobs == 1 or time.perf_counter() - self._start < _ALONE:
            yield self.texts(part, cells, number)
            return
        if self._pool is None:
            _Copy.of = self
            context = multiprocessing.get_context("fork")
            self._pool = ProcessPoolExecutor(self.jobs, context, initializer=_begin)
        self._waiting.append(self._pool.submit(_texts, part, cells, number))
        while self._waiting and (self._waiting[0].done() or len(self._waiting) > _WAITING * self.jobs):
            yield self._next()

    def all(self) -> Iterator[list[str]]:
        """The texts that are still being made."""
        while self._waiting:
            yield self._next()

    def texts(self, part: int, cells: CellArrays, number: int) -> list[str]:
        """The texts of some cells."""
        if part not in self._records:
            self._records[part] = cell_records(self.parts, self.parts.listed[part], self.fields)
        return [self.make(record) for record in self._records[part].of(cells, number)]

    def _next(self) -> list[str]:
        try:
            return self._waiting.popleft().result()
        except BrokenProcessPool:
            raise RelupolyError("a process that made records was killed; try again with --jobs 1") from None


class _Copy:
    """What a copy of the process finds there."""

    of: _Makers


def _begin() -> None:
    """Let the first process decide what happens on Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _texts(part: int, cells: CellArrays, number: int) -> list[str]:
    return _Copy.of.texts(part, cells, number)
