"""Polyhedra: what is accepted has interior points, what is refused is named."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles.brute_force import feasible

from relupoly.errors import DomainError
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.run import Run, Stopped

ENTRY = st.integers(-2, 2)


@given(st.integers(1, 3), st.data())
def test_exactly_the_sets_with_interior_points_are_accepted(dimension, data):
    row = st.lists(ENTRY, min_size=dimension, max_size=dimension)
    system = data.draw(st.lists(st.tuples(row, ENTRY), min_size=1, max_size=6))
    forms = [(*(Fraction(-entry) for entry in row), Fraction(bound)) for row, bound in system]
    full = feasible([(form, any(form[:-1])) for form in forms])
    if not full:
        fault = "no interior" if feasible([(form, False) for form in forms]) else "is empty"
        with pytest.raises(DomainError, match=fault):
            Polyhedron.from_inequalities(*zip(*system, strict=True))
        return
    polyhedron = Polyhedron.from_inequalities(*zip(*system, strict=True))
    assert (polyhedron.dimension, polyhedron.matrix.nrows()) == (dimension, len(system))


@pytest.mark.parametrize(
    ("rows", "bounds", "fault"),
    [
        ([], [], "A has no row"),
        ([[]], [1], "A has no column"),
        ([[1, 2], [3]], [1, 1], "row 2 of A has 1 entries, but row 1 has 2"),
        ([[1], [2]], [1], "b has 1 entries, but A has 2 rows"),
        ([[1, "x"]], [1], r'A\[1\]\[2\]: "x" is not a number'),
        ([[1]], [float("nan")], r"b\[1\]: nan is not a finite number"),
        ([[1], [-1]], [0, -1], "the domain is empty"),
        ([[1], [-1]], [1, -1], "the domain has no interior"),
        ([[0, 0]], [-1], "the domain is empty"),
        ([[1, 1], [-1, -1], [1, 0]], ["1/3", "-1/3", 5], "the domain has no interior"),
    ],
)
def test_faults_are_named(rows, bounds, fault):
    with pytest.raises(DomainError, match=fault):
        Polyhedron.from_inequalities(rows, bounds)


@pytest.mark.parametrize(
    ("lower", "upper", "fault"),
    [
        ([0], [1, 1], "the box has 1 lower and 2 upper bounds"),
        ([0, 2], [1, 1], "coordinate 2 of the box: lo = 2 > hi = 1; swap them"),
        ([0, "1/3"], [1, "1/3"], "coordinate 2 of the box: lo = hi = 1/3"),
        (["inf"], [1], "lower bound 1"),
        ([], [], "A has no column"),
    ],
)
def test_faults_of_boxes_are_named(lower, upper, fault):
    with pytest.raises(DomainError, match=fault):
        Polyhedron.box(lower, upper)


def test_a_width_below_every_double_is_a_width():
    assert Polyhedron.box([0], ["1e-400"]).dimension == 1
    assert Polyhedron.from_inequalities([[1], [-1]], ["1e-400", 0]).dimension == 1
    with pytest.raises(DomainError, match="is empty"):
        Polyhedron.from_inequalities([[1], [-1]], ["-1e-400", 0])


def test_rows_of_zeros_that_hold_say_nothing():
    assert Polyhedron.from_inequalities([[0, 0], [0, 0]], [0, 3]).dimension == 2


def test_a_box_in_many_dimensions_is_what_its_rows_say():
    box = Polyhedron.box([-1] * 3, [2] * 3)
    rows = [[-1, 0, 0], [0, -1, 0], [0, 0, -1], [1, 0, 0], [0, 1, 0], [0, 0, 1]]
    assert box == Polyhedron.from_inequalities(rows, [1] * 3 + [2] * 3)
    assert Polyhedron.box([0] * 500, [1] * 500).matrix.ncols() == 500


def test_the_proof_of_an_interior_point_can_be_stopped():
    with pytest.raises(Stopped, match="deadline"):
        Polyhedron.from_inequalities([[1, 1], [-1, 0], [0, -1]], [1, 0, 0], Run(deadline=0))
