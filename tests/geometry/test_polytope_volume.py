"""Volumes of polytopes from vertices and incidences: named polytopes, and random ones against hulls by cddlib."""

import itertools
from math import factorial

import pytest
from flint import fmpq, fmpq_mat, fmpz
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from oracles.half_spaces import volume
from oracles.hulls import hull

from relupoly.exact.matrices import primitive
from relupoly.geometry.polytope_volume import polytope_volume, simplices


def bits(face):
    return sum(1 << place for place in face)


def of_points(points):
    """The volume of a hull, by vertices that it has, and by pulling."""
    found = hull(points)
    corners = [place for place in range(len(found.points)) if frozenset([place]) in found.faces]
    renamed = {old: new for new, old in enumerate(corners)}
    vertices = [[fmpq(*entry.as_integer_ratio()) for entry in found.points[old]] for old in corners]
    facets = [bits(renamed[old] for old in facet if old in renamed) for facet in found.facets]
    return polytope_volume([primitive([*vertex, fmpq(1)]) for vertex in vertices], facets), found.volume()


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 6])
def test_cubes(n):
    corners = list(itertools.product((0, 2), repeat=n))
    facets = [[place for place, corner in enumerate(corners) if corner[axis] == end] for axis in range(n) for end in (0, 2)]
    vertices = [[*map(fmpz, corner), fmpz(3)] for corner in corners]
    assert polytope_volume(vertices, [bits(facet) for facet in facets]) == fmpq(2, 3) ** n


@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_cross_polytopes(n):
    points = [[sign * int(place == axis) for place in range(n)] for axis in range(n) for sign in (1, -1)]
    facets = [[2 * axis + side for axis, side in enumerate(chosen)] for chosen in itertools.product((0, 1), repeat=n)]
    vertices = [[*map(fmpz, point), fmpz(1)] for point in points]
    assert polytope_volume(vertices, [bits(facet) for facet in facets]) == fmpq(2**n, factorial(n))


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_simplices(n):
    points = [[0] * n, *([int(place == axis) for place in range(n)] for axis in range(n))]
    facets = [[place for place in range(n + 1) if place != left] for left in range(n + 1)]
    vertices = [[*map(fmpz, point), fmpz(1)] for point in points]
    assert polytope_volume(vertices, [bits(facet) for facet in facets]) == fmpq(1, factorial(n))


def test_a_point():
    assert polytope_volume([[fmpz(1)]], []) == 1


@settings(max_examples=40)
@given(st.data(), st.integers(1, 4))
def test_hulls_of_random_points(data, n):
    entry = st.fractions(-3, 3, max_denominator=4)
    points = data.draw(st.lists(st.lists(entry, min_size=n, max_size=n), min_size=n + 1, max_size=n + 4))
    first = points[0]
    steps = [[fmpq(*(a - b).as_integer_ratio()) for a, b in zip(point, first, strict=True)] for point in points[1:]]
    assume(fmpq_mat(steps).rank() == n)
    one, other = of_points(points)
    assert one == fmpq(*other.as_integer_ratio())


def test_lasserre_on_a_simplex():
    """The oracle of records: x, y, z >= 0, x + y + z <= 2, one of which is there twice."""
    rows = [[-1, 0, 0, 0], [0, -1, 0, 0], [0, 0, -1, 0], [1, 1, 1, 2], [2, 2, 2, 4], [1, 0, 0, 2]]
    assert volume([tuple(map(fmpq, row)) for row in rows]) == fmpq(8, 6)


def test_faces_are_divided_alike_on_both_sides():
    """A square face of two cubes is cut along the same diagonal, where its vertices have the same order."""
    corners = list(itertools.product((0, 1), repeat=3))
    facets = [bits(p for p, corner in enumerate(corners) if corner[axis] == end) for axis in range(3) for end in (0, 1)]
    one = bits(place for place, corner in enumerate(corners) if corner[0] == 1)
    found = {frozenset(corners[place][1:] for place in simplex) for simplex in simplices(one, facets, 2)}
    other = bits(place for place, corner in enumerate(corners) if corner[0] == 0)
    assert found == {frozenset(corners[place][1:] for place in simplex) for simplex in simplices(other, facets, 2)}
    assert len(found) == 2
