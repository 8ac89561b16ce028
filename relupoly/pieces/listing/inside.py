"""A point inside a cell, as short as can be found: near the middle of its vertices, with few binary digits.

The sum of a cell's rays lies inside, too, but has hundreds of digits. Doubles choose a point, integers prove that it is inside.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import frexp, isfinite

from flint import fmpq, fmpz

from relupoly.exact.rationals import nearest_float
from relupoly.pieces.listing.records import Facet, Vector

# Binary digits beyond the first one of the cell's size that are tried.
_DIGITS = (2, 6, 14, 30, 46)


def point_inside(vertices: Sequence[Vector], rays: Sequence[Vector], facets: Sequence[Facet]) -> Vector:
    """A point strictly inside a polyhedron.

    Parameters
    ----------
    vertices, rays : sequences of tuples of fmpq
        At least one vertex.
    facets : sequence of Facet

    Examples
    --------
    >>> triangle = [(fmpq(0), fmpq(0)), (fmpq(1), fmpq(0)), (fmpq(0), fmpq(1))]
    >>> point_inside(triangle, [], [Facet((fmpz(1), fmpz(1)), fmpz(1), ())])
    (1/4, 1/4)
    """
    columns = [[nearest_float(entry) for entry in column] for column in zip(*vertices, strict=True)]
    size = max((max(column) - min(column) for column in columns), default=0.0)
    center = [sum(column) / len(column) for column in columns]
    for ray in rays:
        longest = max(abs(nearest_float(entry)) for entry in ray)
        step = max(size, 1.0) / longest if isfinite(longest) else 0.0
        center = [entry + step * nearest_float(part) for entry, part in zip(center, ray, strict=True)]
    if all(map(isfinite, center)) and isfinite(size):
        start = -frexp(size if size and not rays else 1.0)[1]
        for digits in _DIGITS:
            shift = start + digits
            found = _rounded(center, shift)
            if found and all(_is_below(facet, found, shift) for facet in facets):
                scale = fmpz(2) ** abs(shift)
                return tuple(fmpq(entry, scale) if shift > 0 else fmpq(entry * scale) for entry in found)
    return exact_middle(vertices, rays)


def exact_middle(vertices: Sequence[Vector], rays: Sequence[Vector]) -> Vector:
    """The mean of the vertices, plus the sum of the rays."""
    share = fmpq(1, len(vertices))
    middle = [sum(column, fmpq(0)) * share for column in zip(*vertices, strict=True)]
    return tuple(sum((ray[place] for ray in rays), entry) for place, entry in enumerate(middle))


def _rounded(center: Sequence[float], shift: int) -> list[fmpz] | None:
    """The center times 2^shift, rounded; None where that is out of the range of doubles."""
    try:
        return [fmpz(round(entry * 2.0**shift)) for entry in center]
    except OverflowError:
        return None


def _is_below(facet: Facet, point: Sequence[fmpz], shift: int) -> bool:
    """Whether a point, times 2^shift, is strictly on the inner side of a facet."""
    total = fmpz(0)
    for entry, x in zip(facet.normal, point, strict=True):
        total += entry * x
    if shift >= 0:
        return bool(total < facet.offset << shift)
    return bool(total << -shift < facet.offset)
