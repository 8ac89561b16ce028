"""Names of facets between cells, the same on both sides.

In a convex part a pattern has one cell at most, and two cells have one facet in common at most. So a facet is named by the
patterns on its two sides, each with the number of its part.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from relupoly.pieces.listing.on_facet import point_on_facet
from relupoly.pieces.listing.parts import Parts
from relupoly.pieces.listing.records import CellRecord, Pattern
from relupoly.run import UNLIMITED, Run

Located = tuple[int, CellRecord]
"""A cell, behind the number of the part in which it lies."""


def facets_named(parts: Parts, part: int, cell: CellRecord, flags: Sequence[bool], run: Run = UNLIMITED) -> list[Hashable]:
    """The names of the facets with a flag."""
    return [facet_name(parts, part, cell, place, run) for place, flag in enumerate(flags) if flag]


def facet_name(parts: Parts, part: int, cell: CellRecord, place: int, run: Run = UNLIMITED) -> Hashable:
    """The name of a facet behind which there is a cell.

    Parameters
    ----------
    parts : Parts
    part : int
        The number of the cell's part.
    cell : CellRecord
        With facets and neighbours.
    place : int
        Which of its facets, from 0.
    run : Run, optional
    """
    return frozenset(((part, cell.pattern), behind(parts, part, cell, place, run)))


def behind(parts: Parts, part: int, cell: CellRecord, place: int, run: Run = UNLIMITED) -> tuple[int, Pattern]:
    """The part and the pattern of the cell behind a facet."""
    assert cell.facets is not None
    assert cell.neighbours is not None
    pattern, facet = cell.neighbours[place], cell.facets[place]
    assert pattern is not None, "there is a cell behind it"
    listed = parts.listed[part]
    frame = parts.frame_of(listed)
    if frame.is_convex or not listed.is_side(facet):
        return part, pattern
    return frame.part_beside(point_on_facet(cell, place, run), facet.normal), pattern
