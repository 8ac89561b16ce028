"""The activation cells of a net as records, one by one, in the order of the walk."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from relupoly.geometry.domain import Domain
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Network
from relupoly.pieces.listing.parts import Parts
from relupoly.pieces.listing.pieces import list_pieces
from relupoly.pieces.listing.records import CELL_FIELDS, CellRecord
from relupoly.pieces.listing.walked import records_of
from relupoly.pieces.notions import AFFINE, CLOSED, OPEN
from relupoly.run import UNLIMITED, Run


def list_cells(
    network: Network, domain: Domain | DomainUnion | None = None, fields: Collection[str] = CELL_FIELDS, *, run: Run = UNLIMITED
) -> Iterator[CellRecord]:
    """The full-dimensional activation cells of a net, one by one.

    Parameters
    ----------
    network : Network
    domain : Domain or DomainUnion, optional
        All of R^n by default. Cells of a union are cut where its sets' boundaries, and hyperplanes that go on from them, pass.
    fields : collection of str
        What is told of each, of `relupoly.pieces.listing.records.FIELDS`; by default all but `piece`, which is known when all
        cells have been seen: then they are listed once more for each notion.
    run : Run, optional
        Asked at every step whether to go on.

    Yields
    ------
    CellRecord

    Raises
    ------
    DomainError
        If the domain lies in a space of another dimension, or sets in different subspaces touch.
    SizeError
        If there are so many cells that nobody lists them.

    Examples
    --------
    >>> absolute_value = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
    >>> for cell in list_cells(absolute_value, Domain.box([-1], [2])):
    ...     print(cell.pattern, cell.gradient, cell.vertices, cell.volume)
    ('-+',) ((-1,),) ((-1,), (0,)) 1
    ('+-',) ((1,),) ((2,), (0,)) 2
    """
    parts, number = Parts.of(network, domain, run), 1
    pieces = _pieces(parts, run) if "piece" in fields else None
    for listed in parts.listed:
        for record in records_of(parts, listed, fields, number, run):
            yield replace(record, piece={name: of[record.number] for name, of in pieces.items()}) if pieces else record
            number = record.number + 1


def _pieces(parts: Parts, run: Run) -> dict[str, dict[int, int]]:
    """By notion, the number of each cell's piece; affine functions of several subspaces are not told apart."""
    notions = (OPEN, CLOSED, AFFINE) if len(parts.frames) == 1 else (OPEN, CLOSED)
    return {
        notion: {
            cell.number: piece.number
            for piece in list_pieces(parts.network, parts.domain, notion, ("number", "cells"), run=run)
            for cell in piece.cells
        }
        for notion in notions
    }
