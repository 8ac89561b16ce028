"""Vertices and facets of named polytopes, which are known; of others, against brute force; and there and back again."""

import itertools
from fractions import Fraction
from math import factorial

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from oracles.cones import POLYTOPES, cyclic_polytope, permutohedron, primitive, rank, rays_by_brute_force

from relupoly.errors import DomainError
from relupoly.exact.matrices import integer_rows, rows_of
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.geometry.v_representation import VRepresentation
from relupoly.run import Run, Stopped


def polyhedron_of(rows):
    """The polyhedron where <a, x> + b >= 0 for all rows (a, b)."""
    return Polyhedron.from_inequalities([[-entry for entry in row[:-1]] for row in rows], [row[-1] for row in rows])


def fractions(matrix):
    return [tuple(Fraction(int(entry.p), int(entry.q)) for entry in row) for row in rows_of(matrix)]


def sides(polyhedron):
    """The inequalities as primitive rows (a, b)."""
    rows = [
        [-entry for entry in row] + [end]
        for row, end in zip(rows_of(polyhedron.matrix), polyhedron.bound.entries(), strict=True)
    ]
    return {tuple(map(int, row)) for row in integer_rows(fmpq_mat(rows)).tolist()}


@pytest.mark.parametrize("name", POLYTOPES)
class TestNamedPolytopes:
    def test_vertices(self, name):
        rows, f_vector = POLYTOPES[name]
        found = polyhedron_of(rows).vertices()
        expected = {tuple(Fraction(entry, ray[-1]) for entry in ray[:-1]) for ray in rays_by_brute_force(rows)}
        assert fractions(found.vertices) == sorted(expected)
        assert (found.vertices.nrows(), found.rays.nrows(), found.lines.nrows()) == (f_vector[0], 0, 0)

    def test_facets_of_the_hull_of_the_vertices(self, name):
        rows, f_vector = POLYTOPES[name]
        facets = {primitive(row) for row in rows}
        assert len(facets) == (f_vector[-2] if len(f_vector) > 1 else 2)
        assert sides(Polyhedron.from_vertices(rows_of(polyhedron_of(rows).vertices().vertices))) == facets


@pytest.mark.parametrize("n", [3, 4, 5])
def test_the_vertices_of_the_permutahedron_are_the_permutations(n):
    found = fractions(polyhedron_of(permutohedron(n)).vertices().vertices)
    assert found == sorted(point[:-1] for point in itertools.permutations(range(1, n + 1)))
    assert len(found) == factorial(n)


@pytest.mark.parametrize("n", [1, 3, 6])
def test_the_cube_has_a_vertex_for_each_choice_of_sides(n):
    lower, upper = [Fraction(-1, 3)] * n, [Fraction(2 + i) for i in range(n)]
    assert fractions(Polyhedron.box(lower, upper).vertices().vertices) == sorted(
        itertools.product(*zip(lower, upper, strict=True))
    )


@pytest.mark.parametrize("n", [1, 2, 4])
def test_the_cross_polytope_has_a_facet_for_each_choice_of_signs(n):
    corners = [[sign * int(i == j) for j in range(n)] for i in range(n) for sign in (1, -1)]
    expected = {(*signs, 1) for signs in itertools.product((1, -1), repeat=n)}
    assert sides(Polyhedron.from_vertices([*corners, [0] * n])) == expected


def test_the_cyclic_polytope_from_its_curve():
    points = [[t, t**2, t**3, t**4] for t in range(8)]
    assert sides(Polyhedron.from_vertices(points)) == {primitive(row) for row in cyclic_polytope(4, 8)}


class TestUnbounded:
    def test_the_orthant(self):
        unit = [[int(i == j) for j in range(3)] for i in range(3)]
        found = Polyhedron.from_inequalities([[-entry for entry in row] for row in unit], [0] * 3).vertices()
        assert (found.vertices.tolist(), found.rays.tolist(), found.lines.nrows()) == ([[0, 0, 0]], sorted(unit), 0)
        assert sides(Polyhedron.from_vertices([[0] * 3], unit)) == {(*row, 0) for row in unit}

    def test_a_slab_has_lines(self):
        # 0 <= x + y + z <= 1
        slab = polyhedron_of([[1, 1, 1, 0], [-1, -1, -1, 1]])
        found = slab.vertices()
        assert found.vertices.tolist() == [[0, 0, 0], [0, 0, 1]]
        assert (found.rays.nrows(), found.lines.tolist()) == (0, [[1, 0, -1], [0, 1, -1]])
        assert sides(Polyhedron.from_vertices(found.vertices.tolist(), lines=found.lines.tolist())) == sides(slab)

    def test_the_whole_space(self):
        with pytest.raises(DomainError, match="span the whole space"):
            Polyhedron.from_vertices([[0]], rays=[[1], [-1]])
        everything = Polyhedron(fmpq_mat(0, 2), fmpq_mat(0, 1)).vertices()
        assert (everything.vertices.tolist(), everything.lines.tolist()) == ([[0, 0]], [[1, 0], [0, 1]])


SMALL = st.integers(-3, 3)


def vectors(dimension, **sizes):
    return st.lists(st.lists(SMALL, min_size=dimension, max_size=dimension), **sizes)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 3), st.data())
def test_vertices_and_rays_are_those_of_brute_force(dimension, data):
    rows = data.draw(vectors(dimension + 1, min_size=dimension + 1, max_size=8))
    assume(rank([row[:-1] for row in rows]) == dimension)
    try:
        found = polyhedron_of(rows).vertices()
    except DomainError:
        return
    cone = rays_by_brute_force([*rows, [0] * dimension + [1]])
    assert fractions(found.vertices) == sorted(tuple(Fraction(entry, ray[-1]) for entry in ray[:-1]) for ray in cone if ray[-1])
    assert fractions(found.rays) == sorted(ray[:-1] for ray in cone if not ray[-1])
    assert found.lines.nrows() == 0


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 3), st.data())
def test_facets_are_those_of_brute_force(dimension, data):
    points = data.draw(vectors(dimension, min_size=dimension + 1, max_size=7))
    rays = data.draw(vectors(dimension, max_size=2))
    generators = [[*point, 1] for point in points] + [[*ray, 0] for ray in rays]
    assume(rank(generators) == dimension + 1)
    normals = rays_by_brute_force(generators)
    assume(rank(list(normals)) == dimension + 1)  # no line, so that the dual cone is full-dimensional
    expected = {row for row in normals if any(row[:-1])}
    assume(expected)
    assert sides(Polyhedron.from_vertices(points, rays)) == expected


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 3), st.data())
def test_there_and_back_again(dimension, data):
    """One set, described twice: what is found is the same, and its hull is the set."""
    rows = data.draw(vectors(dimension + 1, min_size=1, max_size=5))
    assume(any(any(row[:-1]) for row in rows))
    try:
        first = polyhedron_of(rows)
    except DomainError:
        return
    scale = data.draw(st.fractions(Fraction(1, 5), 5))
    implied = [a + b for a, b in zip(rows[0], rows[-1], strict=True)]
    found = first.vertices()
    again = polyhedron_of([[scale * entry for entry in row] for row in data.draw(st.permutations([*rows, implied]))]).vertices()
    assert again == found
    back = Polyhedron.from_vertices(found.vertices.tolist(), found.rays.tolist(), found.lines.tolist())
    assert sides(back) <= {primitive(row) for row in rows if any(row)}
    assert back.vertices() == found


@pytest.mark.parametrize(
    ("points", "rays", "fault"),
    [
        ([], [], "there is no vertex"),
        ([], [[1]], "there is no vertex"),
        ([[]], [], "a vertex has no coordinate"),
        ([[1, 2], [1]], [], "vertex 2 has 1 coordinates, but the first row has 2"),
        ([[1, 2]], [[1]], "ray 1 has 1 coordinates, but the first row has 2"),
        ([[1, "x"]], [], r'vertex 1\[2\]: "x" is not a number'),
        ([[1, 2]], [[0, float("inf")]], r"ray 1\[2\]: inf is not a finite number"),
        ([[0, 0], [1, 1]], [[2, 2]], "span dimension 1 only, so their hull has no interior"),
        ([[3, 4]], [], "span dimension 0 only"),
    ],
)
def test_faults_are_named(points, rays, fault):
    with pytest.raises(DomainError, match=fault):
        Polyhedron.from_vertices(points, rays)


def test_matrices_of_different_width():
    with pytest.raises(DomainError, match="rays have 1 coordinates, but vertices have 2"):
        VRepresentation(fmpq_mat(1, 2), fmpq_mat(1, 1), fmpq_mat(0, 2))


def test_deadlines_hold():
    with pytest.raises(Stopped, match="deadline"):
        Polyhedron.box([0] * 25, [1] * 25).vertices(Run(deadline=0.2))
    rows = [[fmpq(0)] * 25 + [fmpq(1)]]
    with pytest.raises(Stopped, match="deadline"):
        polyhedron_of([*rows, *([1] * k + [0] * (25 - k) + [1] for k in range(1, 26))]).vertices(Run(deadline=0))
