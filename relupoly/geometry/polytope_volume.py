"""The volume of a polytope whose vertices and facets are known.

Seen from one of its vertices, a polytope is the union of the pyramids over the facets that do not contain it, and a facet is
divided in the same way. That goes down to simplices, whose volumes are determinants. No hull is computed: the incidences tell
which faces there are. Vertices are homogeneous integer vectors, so that determinants need no division, and their sum one: with
rationals, each sum looked for a common divisor of numbers that had become longer, three times as slow in R^3.

A box in R^8 has 40,320 such simplices, but 256 vertices. Where every vertex lies on n facets, as most do, Lawrence's formula
has one term for each vertex; it is used in many dimensions.

J. Lawrence, Polytope volume computation, Mathematics of Computation 57 (1991).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from math import factorial

from flint import fmpq, fmpq_mat, fmpz, fmpz_mat

from relupoly.run import UNLIMITED, Run

# From so many dimensions on Lawrence's formula is used, as measured on cells of nets: in R^4 both take 2 ms for a cell, in R^5
# it takes half as long, in R^6 a tenth.
_MANY = 5


def polytope_volume(
    vertices: Sequence[Sequence[fmpz]],
    facets: Sequence[int],
    normals: Sequence[Sequence[fmpz]] | None = None,
    run: Run = UNLIMITED,
) -> fmpq:
    """The volume of a full-dimensional polytope in R^n.

    Parameters
    ----------
    vertices : sequence of sequences of fmpz, each of length n + 1
        Homogeneous: (x, w) with w > 0 stands for the point x / w.
    facets : sequence of int
        The vertices on each facet, as sets of bits.
    normals : sequence of sequences of fmpz, each of length n, optional
        Of the facets, outward; with them polytopes of many dimensions whose vertices are simple take less time.
    run : Run, optional
        Asked at every vertex, or simplex, of polytopes of many dimensions whether to go on.

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
    if n == 3:
        return _space(vertices, facets)
    if n >= _MANY and normals is not None:
        on = [[place for place, facet in enumerate(facets) if facet >> number & 1] for number in range(len(vertices))]
        if all(len(one) == n for one in on):
            return simple_volume(vertices, [[normals[place] for place in one] for one in on], run)
    heights = [vertex[-1] for vertex in vertices]
    total, below = fmpz(0), fmpz(1)  # over the product of the heights of the vertices seen so far
    place_of: dict[int, fmpz] = {}
    for facet in facets:
        if facet & 1:
            continue
        for simplex in simplices(facet, facets, n - 1):
            if n >= _MANY:
                run.tick()
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


def simple_volume(
    vertices: Sequence[Sequence[fmpz]], normals: Sequence[Sequence[Sequence[fmpz]]], run: Run = UNLIMITED
) -> fmpq:
    """The volume of a simple polytope by Lawrence's formula: a sum over its vertices.

    Parameters
    ----------
    vertices : sequence of sequences of fmpz, each of length n + 1
        Homogeneous.
    normals : sequence of sequences of sequences of fmpz
        For each vertex those of the n facets that contain it, outward.
    run : Run, optional
        Asked at every vertex whether to go on.

    Notes
    -----
    Let c = A^T g for the normals A at the vertex v. The volume is the sum of <c, v>^n / (n! |det A| g_1 ... g_n) over all
    vertices, for any c that makes no g_i vanish: no edge is orthogonal to it.

    Examples
    --------
    >>> corners = [[fmpz(x), fmpz(y), fmpz(1)] for x in (0, 2) for y in (0, 1)]
    >>> sides = [[[fmpz(2 * x - 1), fmpz(0)], [fmpz(0), fmpz(2 * y - 1)]] for x in (0, 1) for y in (0, 1)]
    >>> simple_volume(corners, sides)
    2
    """
    for first in itertools.count(1):
        found = _lawrence(vertices, normals, generic_direction(len(vertices[0]) - 1, first), run)
        if found is not None:
            return found
    raise AssertionError("some direction is orthogonal to no edge")


def generic_direction(n: int, first: int) -> list[fmpz]:
    """Points of a curve that lies in no finite union of hyperplanes: one of n hundred of them will do."""
    base = fmpz(100 + first)
    return [base**power % fmpz(1009) + 1 for power in range(1, n + 1)]


def _lawrence(
    vertices: Sequence[Sequence[fmpz]], normals: Sequence[Sequence[Sequence[fmpz]]], direction: Sequence[fmpz], run: Run
) -> fmpq | None:
    """Lawrence's sum; None where the direction is orthogonal to an edge."""
    n = len(direction)
    aim = fmpq_mat(n, 1, list(map(fmpq, direction)))
    total = fmpq(0)
    for vertex, rows in zip(vertices, normals, strict=True):
        run.tick()
        matrix = fmpq_mat([list(map(fmpq, column)) for column in zip(*rows, strict=True)])
        below = abs(matrix.det())
        for entry in matrix.solve(aim).entries():
            below *= entry
        if not below:
            return None
        value = sum((one * x for one, x in zip(direction, vertex[:-1], strict=True)), fmpz(0))
        total += fmpq(value, vertex[-1]) ** n / below
    return abs(total) / factorial(n)


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


def _space(vertices: Sequence[Sequence[fmpz]], facets: Sequence[int]) -> fmpq:
    """The volume in R^3: tetrahedra of the first vertex and triangles into which the facets without it are divided.

    Minors of the two vertices that all tetrahedra over a facet share are computed once for it.
    """
    total, below = fmpz(0), fmpz(1)
    a, b, c, d = vertices[0]
    for facet in facets:
        if facet & 1:
            continue
        places = [place for place in range(facet.bit_length()) if facet >> place & 1]
        first, product = places[0], fmpz(1)
        p, q, r, s = vertices[first]
        ab, ac, ad = a * q - b * p, a * r - c * p, a * s - d * p
        bc, bd, cd = b * r - c * q, b * s - d * q, c * s - d * r
        own = fmpz(0)
        for place in places:
            product *= vertices[place][3]
        for edge in {facet & other for other in facets if facet & other != facet}:
            if edge.bit_count() == 2 and not edge >> first & 1:
                e, f, g, h = vertices[(edge & -edge).bit_length() - 1]
                w, x, y, z = vertices[edge.bit_length() - 1]
                size = (
                    ab * (g * z - h * y)
                    - ac * (f * z - h * x)
                    + ad * (f * y - g * x)
                    + bc * (e * z - h * w)
                    - bd * (e * y - g * w)
                    + cd * (e * x - f * w)
                )
                own += abs(size) * (product // (s * h * z))
        total = total * product + own * below
        below *= product
    return fmpq(total, 6 * d * below)


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
