"""Affine subspaces."""

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given
from hypothesis import strategies as st

from relupoly.errors import DomainError
from relupoly.exact.matrices import column
from relupoly.geometry.subspace import AffineSubspace


def at(subspace, parameters):
    """The point with the given parameters."""
    return (subspace.origin + subspace.basis * column([fmpq(entry) for entry in parameters])).entries()


def test_the_points_are_where_they_should_be():
    points = [["1/2", 0, 1], [1, 0, 1], [0, "0.1", 1]]
    plane = AffineSubspace.through(points)
    assert at(plane, [0, 0]) == [fmpq(1, 2), 0, 1]
    assert at(plane, [1, 0]) == [1, 0, 1]
    assert at(plane, [0, 1]) == [0, fmpq(1, 10), 1]


@given(st.data())
def test_parameters_lead_back_to_the_point_and_other_points_have_none(data):
    entry = st.integers(-3, 3).map(fmpq)
    points = data.draw(st.lists(st.lists(entry, min_size=3, max_size=3), min_size=2, max_size=3))
    try:
        subspace = AffineSubspace.through(points)
    except DomainError:
        return
    parameters = data.draw(st.lists(entry, min_size=len(points) - 1, max_size=len(points) - 1))
    assert subspace.parameters(at(subspace, parameters)) == parameters
    other = data.draw(st.lists(entry, min_size=3, max_size=3))
    steps = [[x - start for x, start in zip(point, points[0], strict=True)] for point in [*points[1:], other]]
    lies_on_it = fmpq_mat(steps).rank() == len(points) - 1
    found = subspace.parameters(other)
    assert (found is not None) == lies_on_it
    assert found is None or at(subspace, found) == other


@given(st.data())
def test_composition_is_the_composition_of_maps(data):
    entry = st.integers(-3, 3)

    def subspace(n, k):
        points = data.draw(st.lists(st.lists(entry, min_size=n, max_size=n), min_size=k + 1, max_size=k + 1))
        try:
            return AffineSubspace.through(points)
        except DomainError:
            return AffineSubspace.fixing(n, dict.fromkeys(range(n - k), 2))

    outer, inner = subspace(4, 3), subspace(3, 2)
    parameters = data.draw(st.lists(entry, min_size=2, max_size=2))
    assert at(outer.compose(inner), parameters) == at(outer, at(inner, parameters))


def test_fixing_coordinates():
    line = AffineSubspace.fixing(3, {0: "1/3", 2: 7})
    assert (line.dimension, line.ambient_dimension) == (1, 3)
    assert at(line, [5]) == [fmpq(1, 3), 5, 7]
    assert at(AffineSubspace.fixing(2, {}), [1, 2]) == [1, 2]


@pytest.mark.parametrize(
    ("points", "fault"),
    [
        ([], "no point is given"),
        ([[1, 2]], "a single point"),
        ([[1, 2], [1, 2]], "2 points span only dimension 0"),
        ([[0, 0], [1, 1], [2, 2]], "3 points span only dimension 1"),
        ([[0], [1], [2]], "3 points span only dimension 1"),
        ([[0, 0], [1]], "point 2 has 1 coordinates, but point 1 has 2"),
    ],
)
def test_points_that_span_too_little(points, fault):
    with pytest.raises(DomainError, match=fault):
        AffineSubspace.through(points)


def test_everything_fixed_leaves_no_subspace():
    with pytest.raises(DomainError, match="single point"):
        AffineSubspace.fixing(2, {0: 1, 1: 1})


def test_points_that_are_dependent_only_to_a_double():
    near = [[0, 0], [1, 3], ["1e-30", "3.000000000000000000000000000001e-30"]]
    assert AffineSubspace.through(near).dimension == 2


def test_dependent_columns_are_refused():
    with pytest.raises(DomainError, match="3 points span only dimension 1"):
        AffineSubspace(column([fmpq(0), fmpq(0)]), fmpq_mat(2, 2, [1, 2, 2, 4]))
