"""A point inside a cell, as short as can be found: near the middle of its vertices, with few binary digits.

The sum of a cell's rays lies inside, too, but has hundreds of digits. Doubles choose a point, integers prove that it is inside.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import frexp, isfinite

from flint import fmpq, fmpz

from relupoly.exact.rationals import nearest_float
from relupoly.pieces.listing.corner import Corner
from relupoly.pieces.listing.records import Facet, Vector

# Binary digits beyond the first one of the cell's size that are tried.
_DIGITS = (2, 6, 14, 30, 46)


def point_inside(corners: Sequence[Corner], rays: Sequence[Vector], facets: Sequence[Facet]) -> Vector:
    """A point strictly inside a polyhedron.

    Parameters
    ----------
    corners : sequence of Corner
        Its vertices; at least one.
    rays : sequence of tuple of fmpq
    facets : sequence of Facet

    Examples
    --------
    >>> triangle = [Corner.of([fmpz(x), fmpz(y), fmpz(1)]) for x, y in ((0, 0), (1, 0), (0, 1))]
    >>> point_inside(triangle, [], [Facet((fmpz(1), fmpz(1)), fmpz(1), ())])
    (11/32, 11/32)
    """
    columns = list(zip(*(corner.near for corner in corners), strict=True))
    size = max((max(column) - min(column) for column in columns), default=0.0)
    share = 1 / len(corners)
    center = [sum(column) * share for column in columns]
    for ray in rays:
        longest = max(abs(nearest_float(entry)) for entry in ray)
        step = max(size, 1.0) / longest if isfinite(longest) else 0.0
        center = [entry + step * nearest_float(part) for entry, part in zip(center, ray, strict=True)]
    if isfinite(sum(center)) and isfinite(size):
        start = -frexp(size if size and not rays else 1.0)[1]
        for digits in _DIGITS:
            found = _rounded(center, start + digits)
            if found and all(_is_below(facet, found, start + digits) for facet in facets):
                return _scaled(found, start + digits)
    return exact_middle([corner.point for corner in corners], rays)


def exact_middle(vertices: Sequence[Vector], rays: Sequence[Vector]) -> Vector:
    """The mean of the vertices, plus the sum of the rays."""
    share = fmpq(1, len(vertices))
    middle = [sum(column, fmpq(0)) * share for column in zip(*vertices, strict=True)]
    return tuple(sum((ray[place] for ray in rays), entry) for place, entry in enumerate(middle))


def _scaled(point: Sequence[fmpz], shift: int) -> Vector:
    """A point times 2^-shift."""
    scale = fmpz(1) << abs(shift)
    return tuple([fmpq(entry, scale) if shift > 0 else fmpq(entry * scale) for entry in point])


def _rounded(center: Sequence[float], shift: int) -> list[fmpz] | None:
    """The center times 2^shift, rounded; None where that is out of the range of doubles."""
    try:
        scale = 2.0**shift
        return [fmpz(round(entry * scale)) for entry in center]
    except (OverflowError, ValueError):
        return None


def _is_below(facet: Facet, point: Sequence[fmpz], shift: int) -> bool:
    """Whether a point, times 2^shift, is strictly on the inner side of a facet."""
    total = fmpz(0)
    for entry, x in zip(facet.normal, point, strict=True):
        total += entry * x
    if shift >= 0:
        return bool(total < facet.offset << shift)
    return bool(total << -shift < facet.offset)
