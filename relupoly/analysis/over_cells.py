"""One look at all cells of a net, for several quantities at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from relupoly.geometry.domain import Domain
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Network
from relupoly.pieces.listing.listed_net import ListedNet
from relupoly.pieces.listing.one_subspace import check_one_subspace
from relupoly.pieces.listing.parts import Parts
from relupoly.pieces.listing.records import CellRecord
from relupoly.pieces.listing.sieve import CellBlock, Sieve, SievedCells, cell_blocks
from relupoly.run import UNLIMITED, Run


class Quantity(Protocol):
    """What is found out cell by cell.

    Attributes
    ----------
    fields : tuple of str
        What it has to know of cells.
    """

    @property
    def fields(self) -> tuple[str, ...]:
        """What it has to know of cells."""

    @property
    def settled(self) -> bool:
        """Whether no other cell can change it."""

    def add(self, cell: CellRecord) -> None:
        """Take a cell."""


@runtime_checkable
class Sieving(Protocol):
    """A quantity that need not take all cells."""

    def sieve(self, listed: ListedNet) -> Sieve | None:
        """What tells which cells of a part it has to take; None for all."""


def over_cells(
    network: Network, domain: Domain | DomainUnion | None, quantities: Sequence[Quantity], run: Run = UNLIMITED
) -> int:
    """Give all cells to some quantities, until all are settled; how many cells that were.

    Parameters
    ----------
    network : Network
    domain : Domain, DomainUnion or None
        None for all of R^n.
    quantities : sequence of Quantity
        Where the run is stopped, they have what was found by then. Those that are `Sieving` get the cells that matter to them.
    run : Run, optional
        Asked at every step whether to go on; told how many cells there were.

    Raises
    ------
    DomainError, SizeError, Stopped
        As listing does; the first also where sets lie in several subspaces.
    """
    seen = 0
    for seen in each_block(network, domain, quantities, run):
        run.progress(seen)
    return seen


def each_block(
    network: Network, domain: Domain | DomainUnion | None, quantities: Sequence[Quantity], run: Run = UNLIMITED
) -> Iterator[int]:
    """The same, some cells at a time.

    Yields
    ------
    int
        How many cells there were so far.
    """
    check_one_subspace(domain, "an analysis")
    fields = tuple(dict.fromkeys(field for one in quantities for field in one.fields))
    parts, seen = Parts.of(network, domain, run), 0
    for listed in parts.listed:
        sieves = [one.sieve(listed) if isinstance(one, Sieving) else None for one in quantities]
        for block in cell_blocks(parts, listed, fields, seen + 1, run):
            run.tick()
            before = seen
            for place in _give(block, quantities, sieves, run):
                seen = before + place
                yield seen
                if all(one.settled for one in quantities):
                    return


def _give(block: CellBlock, quantities: Sequence[Quantity], sieves: Sequence[Sieve | None], run: Run) -> Iterator[int]:
    """Give cells to the quantities that they matter to; each time, how many cells there were so far."""
    cells = block.cells
    count = len(cells.signs)
    wanted = np.zeros((len(quantities), count), dtype=np.bool_)
    for number, (one, sieve) in enumerate(zip(quantities, sieves, strict=True)):
        if not one.settled:
            wanted[number, _places(cells, sieve)] = True
    places = np.flatnonzero(wanted.any(axis=0))
    for place, cell in zip(places.tolist(), block.records(places), strict=True):
        run.tick()
        for number, one in enumerate(quantities):
            if wanted[number, place] and not one.settled:
                one.add(cell)
        yield place + 1
    if not len(places) or places[-1] + 1 < count:
        yield count


def _places(cells: SievedCells, sieve: Sieve | None) -> NDArray[np.intp]:
    return np.arange(len(cells.signs)) if sieve is None else sieve(cells)
