"""A point in the relative interior of a facet of a cell."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import fmpq

from relupoly.exact.fractions import from_fraction, to_fraction
from relupoly.geometry.linear_programs import find_point
from relupoly.pieces.listing.inside import exact_middle
from relupoly.pieces.listing.records import CellRecord, Facet, Vector
from relupoly.run import UNLIMITED, Run


def point_on_facet(cell: CellRecord, place: int, run: Run = UNLIMITED) -> Vector:
    """A point in the relative interior of a facet: the middle of its corners, where these are known.

    Parameters
    ----------
    cell : CellRecord
        With facets.
    place : int
        Which of the facets, from 0.
    run : Run, optional
    """
    assert cell.facets is not None
    if cell.vertices is None or cell.rays is None or cell.incidence is None:
        return point_between(cell.facets, place, run)
    count = len(cell.vertices)
    corners = cell.incidence[place]
    return exact_middle(
        [cell.vertices[one] for one in corners if one < count], [cell.rays[one - count] for one in corners if one >= count]
    )


def point_between(facets: Sequence[Facet], place: int, run: Run = UNLIMITED) -> Vector:
    """A point on one of some facets that is strictly on the inner side of the others, by a linear program."""
    strict = [_form(facet) for number, facet in enumerate(facets) if number != place]
    found = find_point(len(facets[place].normal), strict=strict, zero=[_form(facets[place])], run=run)
    assert found is not None, "a facet has a relative interior"
    return tuple(map(from_fraction, found))


def _form(facet: Facet) -> list[Fraction]:
    """The form that is not negative on the inner side, its constant first."""
    return [to_fraction(fmpq(facet.offset)), *(to_fraction(fmpq(-entry)) for entry in facet.normal)]
