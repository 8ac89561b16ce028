"""One look at all cells of a net, for several quantities at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from relupoly.geometry.domain import Domain
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Network
from relupoly.pieces.listing.cells import list_cells
from relupoly.pieces.listing.one_subspace import check_one_subspace
from relupoly.pieces.listing.records import CellRecord
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
        Where the run is stopped, they have what was found by then.
    run : Run, optional
        Asked at every cell whether to go on; told how many there were.

    Raises
    ------
    DomainError, SizeError, Stopped
        As listing does; the first also where sets lie in several subspaces.
    """
    check_one_subspace(domain, "an analysis")
    fields = tuple(dict.fromkeys(field for one in quantities for field in one.fields))
    seen = 0
    for cell in list_cells(network, domain, fields, run=run):
        run.tick()
        for one in quantities:
            if not one.settled:
                one.add(cell)
        seen += 1
        run.progress(seen)
        if all(one.settled for one in quantities):
            break
    return seen
