"""From the cells of a piece to its record: the facets of their union, whether it is convex, its volume."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from flint import fmpq

from relupoly.exact.fractions import to_fraction
from relupoly.geometry.linear_programs import maximize
from relupoly.pieces.listing.records import CellRecord, Facet, PieceRecord


def piece_record(
    number: int, notion: str, cells: Sequence[CellRecord], inner: Sequence[Sequence[bool]], fields: Collection[str]
) -> PieceRecord:
    """The record of a piece.

    Parameters
    ----------
    number : int
    notion : str
    cells : sequence of CellRecord
        At least one.
    inner : sequence of sequences of bool
        For each facet of each cell, whether it lies between two of them.
    fields : collection of str
        Of `relupoly.pieces.listing.records.PIECE_FIELDS`; what is not among them may be None.
    """
    first = cells[0]
    outer = [
        (facet, neighbour)
        for cell, flags in zip(cells, inner, strict=True)
        for facet, neighbour, is_inner in zip(cell.facets or (), cell.neighbours or (), flags, strict=True)
        if not is_inner
    ]
    facets = tuple(facet for facet, _ in outer)
    bounded = all(cell.bounded for cell in cells) if first.bounded is not None else None
    return PieceRecord(
        number,
        notion,
        tuple(cells),
        first.gradient,
        first.constant,
        facets if "facets" in fields else None,
        tuple(neighbour for _, neighbour in outer) if "neighbours" in fields else None,
        is_convex(cells, facets) if "convex" in fields else None,
        first.point,
        bounded,
        _volume(cells) if bounded and "volume" in fields else None,
    )


def is_convex(cells: Sequence[CellRecord], facets: Sequence[Facet]) -> bool:
    """Whether the union of some cells is convex.

    Parameters
    ----------
    cells : sequence of CellRecord
    facets : sequence of Facet
        Those that do not lie between two of them.

    Notes
    -----
    A union of polyhedra is convex if and only if all of it lies in the half-space of each of its outer facets: else a segment
    leads from an inner point to one of their intersection that is outside, and leaves the union through a facet.
    """
    return len(cells) == 1 or all(_lies_below(cell, facet) for facet in set(facets) for cell in cells)


def _lies_below(cell: CellRecord, facet: Facet) -> bool:
    """Whether a cell lies in a half-space."""
    if cell.vertices is not None and cell.rays is not None:
        below = all(facet.slack(vertex) >= 0 for vertex in cell.vertices)
        return below and all(
            sum((entry * x for entry, x in zip(facet.normal, ray, strict=True)), fmpq(0)) <= 0 for ray in cell.rays
        )
    own = cell.facets or ()
    rows = [[to_fraction(fmpq(entry)) for entry in one.normal] for one in own]
    best = maximize([to_fraction(fmpq(entry)) for entry in facet.normal], rows, [to_fraction(fmpq(one.offset)) for one in own])
    return best.value is not None and best.value <= to_fraction(fmpq(facet.offset))


def _volume(cells: Sequence[CellRecord]) -> fmpq | None:
    """The sum of the cells' volumes; None where one is not known."""
    total = fmpq(0)
    for cell in cells:
        if cell.volume is None:
            return None
        total += cell.volume
    return total
