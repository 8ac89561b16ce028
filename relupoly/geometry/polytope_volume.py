"""The volume of a polytope whose vertices and facets are known.

Seen from one of its vertices, a polytope is the union of the pyramids over the facets that do not contain it, and a facet is
divided in the same way. That goes down to simplices, whose volumes are determinants. No hull is computed: the incidences tell
which faces there are. Vertices are homogeneous integer vectors, so that determinants need no division, and their sum one: with
rationals, each sum looked for a common divisor of numbers that had become longer, three times as slow in R^3.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import factorial

from flint import fmpq, fmpz, fmpz_mat


def polytope_volume(vertices: Sequence[Sequence[fmpz]], facets: Sequence[int]) -> fmpq:
    """The volume of a full-dimensional polytope in R^n.

    Parameters
    ----------
    vertices : sequence of sequences of fmpz, each of length n + 1
        Homogeneous: (x, w) with w > 0 stands for the point x / w.
    facets : sequence of int
        The vertices on each facet, as sets of bits.

    Examples
    --------
    >>> square = [[fmpz(x), fmpz(y), fmpz(2)] for x in (0, 2) for y in (0, 1)]
    >>> polytope_volume(square, [0b0011, 0b1100, 0b0101, 0b1010])
    1/2
    """
    n = len(vertices[0]) - 1
    if n == 0:
        return fmpq(1)
    if n == 2:
        return _area(vertices, facets)
    heights = [vertex[-1] for vertex in vertices]
    total, below = fmpz(0), fmpz(1)  # over the product of the heights of the vertices seen so far
    place_of: dict[int, fmpz] = {}
    for facet in facets:
        if facet & 1:
            continue
        for simplex in simplices(facet, facets, n - 1):
            size = abs(_determinant([vertices[0], *(vertices[place] for place in simplex)]))
            for place in (0, *simplex):
                if place not in place_of:
                    place_of[place] = heights[place]
                    total *= heights[place]
                    below *= heights[place]
            for place, height in place_of.items():
                if place and place not in simplex:
                    size *= height
            total += size
    return fmpq(total, below * factorial(n))


def _area(vertices: Sequence[Sequence[fmpz]], edges: Sequence[int]) -> fmpq:
    """The area of a polygon: triangles between its first vertex and the edges that do not contain it."""
    a, b, c = vertices[0]
    total, below = fmpz(0), fmpz(1)
    for edge in edges:
        if not edge & 1:
            p, q, r = vertices[(edge & -edge).bit_length() - 1]
            x, y, z = vertices[edge.bit_length() - 1]
            height = r * z
            total = total * height + below * abs(a * (q * z - r * y) + b * (r * x - p * z) + c * (p * y - q * x))
            below *= height
    return fmpq(total, 2 * c * below)


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
    With vertices numbered in the same order, two polytopes divide a common face alike.

    Examples
    --------
    >>> sorted(simplices(0b1111, [0b0011, 0b1100, 0b0101, 0b1010], 2))
    [(0, 1, 3), (0, 2, 3)]
    """
    low = face & -face
    apex = low.bit_length() - 1
    if face.bit_count() == dimension + 1:
        yield tuple([place for place in range(face.bit_length()) if face >> place & 1])
        return
    sides = {face & other for other in facets}
    sides.discard(face)
    for side in _maximal(sides, dimension):
        if not side & low:
            for simplex in simplices(side, facets, dimension - 1):
                yield (apex, *simplex)


def _maximal(sets: set[int], least: int) -> list[int]:
    """The largest of some sets of vertices; those with too few vertices for a facet of so many dimensions are left out."""
    found = [one for one in sets if one.bit_count() >= least]
    if least == 2:
        return found  # edges
    return [one for one in found if not any(one & other == one != other for other in found)]


def _determinant(rows: Sequence[Sequence[fmpz]]) -> fmpz:
    return fmpz_mat([list(row) for row in rows]).det()
