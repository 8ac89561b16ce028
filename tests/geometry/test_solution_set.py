"""Solutions of inequalities: the same points as Fourier-Motzkin elimination finds, in their own dimension."""

from fractions import Fraction

import pytest
from flint import fmpq
from hypothesis import event, given
from hypothesis import strategies as st
from oracles.brute_force import feasible

from relupoly.geometry.solution_set import solution_set
from relupoly.geometry.subspace import CoordinateSubspace

ENTRY = st.integers(-2, 2)


def inequality(*row):
    """The inequality of a row (a_1, ..., a_n, b)."""
    *slopes, bound = map(fmpq, row)
    return tuple((place, slope) for place, slope in enumerate(slopes) if slope), bound


def holds_in(found, point):
    if found.domain is None:
        return tuple(point) == found.point
    parameters = found.domain.subspace.parameters(point) if found.domain.subspace else point
    polyhedron = found.domain.polyhedron
    return parameters is not None and (polyhedron is None or all(slack >= 0 for slack in polyhedron.slacks(parameters)))


@given(st.integers(1, 3), st.data())
def test_the_points_are_those_of_the_inequalities(size, data):
    rows = data.draw(st.lists(st.lists(ENTRY, min_size=size + 1, max_size=size + 1), max_size=7))
    found = solution_set([inequality(*row) for row in rows], size)
    forms = [(*(Fraction(-entry) for entry in row[:-1]), Fraction(row[-1])) for row in rows]
    assert (found is None) == (not feasible([(form, False) for form in forms]))
    if found is None:
        return
    event(f"dimension {found.domain.dimension or size if found.domain else 0} of {size}")
    grid = st.fractions(-3, 3, max_denominator=2).map(lambda one: fmpq(one.numerator, one.denominator))
    points = data.draw(st.lists(st.lists(grid, min_size=size, max_size=size), min_size=5, max_size=20))
    for point in points:
        inside = all(sum(a * x for a, x in zip(row[:-1], point, strict=True)) <= row[-1] for row in rows)
        assert holds_in(found, point) == inside


@given(st.lists(st.lists(ENTRY, min_size=4, max_size=4), max_size=6))
def test_the_dimension_is_that_of_the_set(rows):
    found = solution_set([inequality(*row) for row in rows], 3)
    if found is None:
        return
    forms = [(*(Fraction(-entry) for entry in row[:-1]), Fraction(row[-1])) for row in rows]
    tight = [form for form in forms if not feasible([(form, True), *((other, False) for other in forms if other != form)])]
    import sympy

    rank = sympy.Matrix([list(form[:-1]) for form in tight]).rank() if tight else 0
    dimension = (found.domain.dimension or 3) if found.domain else 0
    assert dimension == 3 - rank


def test_inputs_held_fixed_make_a_box_in_a_coordinate_subspace():
    rows = [
        inequality(*row) for row in ([1, 0, 0, 1], [-1, 0, 0, 0], [0, 1, 0, 5], [0, -2, 0, -10], [0, 1, 1, 7], [0, -1, -1, -4])
    ]
    found = solution_set(rows, 3)
    assert isinstance(found.domain.subspace, CoordinateSubspace)
    assert found.domain.subspace.fixed == {1: 5}
    [*low], [*high] = found.domain.polyhedron.lower, found.domain.polyhedron.upper
    assert (low, high) == ([0, -1], [1, 2])


@pytest.mark.parametrize(
    ("rows", "point"),
    [
        ([[1, 0, 1], [-1, 0, -1], [0, 1, 2], [0, -1, -2]], (1, 2)),
        ([[1, 0, 1], [-1, 0, -1], [0, 1, 2], [0, -1, -2], [1, 1, 2]], None),
        ([[1, 1, 0], [-1, 0, 0], [0, -1, 0]], (0, 0)),
        ([[1, 1, 0], [-1, -1, 0], [1, -1, 2], [-1, 1, -2]], (1, -1)),
        ([[1, 1, 0], [-1, -1, 0], [2, 2, 1], [-2, -2, -1]], None),
        ([[0, 0, -1]], None),
    ],
)
def test_points_and_nothing(rows, point):
    found = solution_set([inequality(*row) for row in rows], 2)
    assert found is None if point is None else found.point == point


def test_all_of_space():
    assert solution_set([inequality(0, 0, 3)], 2).domain.kind == "space"


def test_equations_that_contradict_each_other_in_a_space_with_room():
    equations = ([1, 1, 0, 0, 0], [0, 1, 1, 0, 0], [1, 0, -1, 0, 1])
    rows = [inequality(*(sign * entry for entry in row)) for row in equations for sign in (1, -1)]
    assert solution_set(rows, 4) is None
    assert solution_set(rows[:4], 4).domain.dimension == 2
