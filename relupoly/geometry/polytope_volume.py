"""The volume of a polytope whose vertices and facets are known.

Seen from one of its vertices, a polytope is the union of the pyramids over the facets that do not contain it, and a facet is
divided in the same way. That goes down to simplices, whose volumes are determinants. No hull is computed: the incidences tell
which faces there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import factorial

from flint import fmpq, fmpq_mat


def polytope_volume(vertices: Sequence[Sequence[fmpq]], facets: Sequence[int]) -> fmpq:
    """The volume of a full-dimensional polytope in R^n.

    Parameters
    ----------
    vertices : sequence of sequences of fmpq, each of length n
    facets : sequence of int
        The vertices on each facet, as sets of bits.

    Examples
    --------
    >>> square = [[fmpq(x), fmpq(y)] for x in (0, 2) for y in (0, 1)]
    >>> polytope_volume(square, [0b0011, 0b1100, 0b0101, 0b1010])
    2
    """
    dimension = len(vertices[0])
    if dimension == 1:
        return abs(vertices[0][0] - vertices[1][0])
    if dimension == 2:
        return _area(vertices, facets)
    total = fmpq(0)
    for simplex in simplices((1 << len(vertices)) - 1, facets, dimension):
        total += abs(_determinant([vertices[place] for place in simplex]))
    return total / factorial(dimension)


def simplices(face: int, facets: Sequence[int], dimension: int) -> Iterator[tuple[int, ...]]:
    """The simplices into which a face of a polytope is divided, by the numbers of their vertices; its first vertex is in each.

    Parameters
    ----------
    face : int
        The vertices on the face, as a set of bits.
    facets : sequence of int
        Those of the facets of a polytope of which it is a face.
    dimension : int
        That of the face.

    Notes
    -----
    With vertices numbered alike, two polytopes divide a common face alike.

    Examples
    --------
    >>> sorted(simplices(0b1111, [0b0011, 0b1100, 0b0101, 0b1010], 2))
    [(0, 1, 3), (0, 2, 3)]
    """
    low = face & -face
    apex = low.bit_length() - 1
    if dimension == 0:
        yield (apex,)
        return
    for side in _maximal([face & other for other in facets if face & other != face], dimension):
        if not side & low:
            for simplex in simplices(side, facets, dimension - 1):
                yield (apex, *simplex)


def _maximal(sets: Sequence[int], least: int) -> list[int]:
    """The largest of some sets of vertices, each once; those with too few vertices for a facet are left out."""
    distinct = [one for one in set(sets) if one.bit_count() >= least]
    return [one for one in distinct if not any(one & other == one != other for other in distinct)]


def _area(vertices: Sequence[Sequence[fmpq]], edges: Sequence[int]) -> fmpq:
    """The area of a polygon: triangles between its first vertex and the edges that do not contain it."""
    x, y = vertices[0]
    total = fmpq(0)
    for edge in edges:
        if not edge & 1:
            one, other = vertices[(edge & -edge).bit_length() - 1], vertices[edge.bit_length() - 1]
            total += abs((one[0] - x) * (other[1] - y) - (one[1] - y) * (other[0] - x))
    return total / 2


def _determinant(simplex: Sequence[Sequence[fmpq]]) -> fmpq:
    start = simplex[0]
    return fmpq_mat([[entry - first for entry, first in zip(row, start, strict=True)] for row in simplex[1:]]).det()
