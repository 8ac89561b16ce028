"""Solutions of linear equations, and what inequalities cut out of them."""

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given
from hypothesis import strategies as st

from relupoly.errors import DomainError
from relupoly.exact.matrices import column, from_rows
from relupoly.geometry.equations import cut_out, solutions
from relupoly.geometry.subspace import AffineSubspace

ENTRIES = st.integers(-3, 3) | st.fractions(max_denominator=5, min_value=-4, max_value=4)
EXACT = ENTRIES.map(lambda entry: fmpq(entry.numerator, entry.denominator))


@st.composite
def systems(draw):
    """Rows with a known common solution."""
    dimension = draw(st.integers(1, 5))
    vector = st.lists(EXACT, min_size=dimension, max_size=dimension)
    rows = draw(st.lists(vector, min_size=1, max_size=5))
    point = column(draw(vector))
    return rows, (from_rows(rows) * point).entries(), point


@given(systems())
def test_the_subspace_is_the_set_of_solutions(system):
    rows, values, point = system
    matrix = from_rows(rows)
    dimension, rank = matrix.ncols(), int(matrix.rank())
    if rank == dimension:
        with pytest.raises(DomainError, match="one point only"):
            solutions(rows, values, dimension)
        return
    found = solutions(rows, values, dimension)
    if rank == 0:
        assert found is None
        return
    assert found.dimension == dimension - rank
    assert matrix * found.origin == column(values)
    assert not any((matrix * found.basis).entries())
    # The known solution is one of its points.
    assert fmpq_mat(found.basis).rank() == _beside(found.basis, point - found.origin).rank()


def _beside(left, right):
    return from_rows([a + b for a, b in zip(left.tolist(), right.tolist(), strict=True)])


@given(systems(), EXACT.filter(bool))
def test_a_contradiction_is_empty(system, error):
    rows, values, _ = system
    with pytest.raises(DomainError, match="contradict each other"):
        solutions([*rows, rows[0]], [*values, values[0] + error], len(rows[0]))


def test_fixed_coordinates_leave_the_others_as_parameters():
    rows = [[fmpq(0), fmpq(2), fmpq(0)]]
    assert solutions(rows, [fmpq(3)], 3) == AffineSubspace.fixing(3, {1: "3/2"})


def test_no_equation_is_the_whole_space():
    assert solutions([], [], 2) is None
    assert cut_out([], [], None, "all").polyhedron is None
    assert cut_out([[fmpq(0), fmpq(0)]], [fmpq(0)], None, "all").polyhedron is None


@pytest.mark.parametrize(("bound", "strict"), [(-1, ()), (0, {0})])
def test_a_row_that_never_holds_is_empty(bound, strict):
    line = solutions([[fmpq(1), fmpq(0)]], [fmpq(0)], 2)
    assert cut_out([[fmpq(1), fmpq(0)]], [fmpq(0)], line, "line").polyhedron is None
    with pytest.raises(DomainError, match="the domain is empty"):
        cut_out([[fmpq(1), fmpq(0)]], [fmpq(bound)], line, "line", strict)
