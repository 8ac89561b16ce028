"""The activation cells of a net as records, one by one, in the order of the walk."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np

from relupoly.geometry.domain import Domain
from relupoly.networks.network import Network
from relupoly.pieces.listing.cell_records import CellArrays, CellRecords
from relupoly.pieces.listing.incidence import Incidence
from relupoly.pieces.listing.listed_net import ListedNet
from relupoly.pieces.listing.records import FIELDS, CellRecord
from relupoly.pieces.walk.cell import Cell
from relupoly.pieces.walk.driver import Walk
from relupoly.pieces.walk.node import Detail
from relupoly.run import UNLIMITED, Run


def list_cells(
    network: Network, domain: Domain | None = None, fields: Sequence[str] = FIELDS, *, run: Run = UNLIMITED
) -> Iterator[CellRecord]:
    """The full-dimensional activation cells of a net, one by one.

    Parameters
    ----------
    network : Network
    domain : Domain, optional
        All of R^n by default.
    fields : sequence of str
        What is told of each; all of `relupoly.pieces.listing.records.FIELDS` by default.
    run : Run, optional
        Asked at every step whether to go on.

    Yields
    ------
    CellRecord

    Raises
    ------
    DomainError
        If the domain lies in a space of another dimension.
    SizeError
        If there are so many cells that nobody lists them.

    Examples
    --------
    >>> absolute_value = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
    >>> for cell in list_cells(absolute_value, Domain.box([-1], [2])):
    ...     print(cell.pattern, cell.gradient, cell.vertices, cell.volume)
    ('+-',) ((1,),) ((0,), (2,)) 2
    ('-+',) ((-1,),) ((-1,), (0,)) 1
    """
    listed = ListedNet.of(network, domain or Domain())
    records = CellRecords(listed, fields)
    number = 1
    for cell in Walk(listed.net, run=run).cells(Detail.EVERY):
        assert isinstance(cell, Cell), "none is only counted"
        yield from records.of(_arrays(cell), number)
        number += 1


def _arrays(cell: Cell) -> CellArrays:
    weights = [1 << place for place in range(len(cell.cone.walls))]
    rays = [sum(itertools.compress(weights, row)) for row in cell.cone.tight.tolist()]
    return CellArrays(cell.all_signs[None, :].astype(np.int8), [Incidence(cell.cone.walls.tolist(), rays)])
