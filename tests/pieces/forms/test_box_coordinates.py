"""`BoxCoordinates`: boxes of all sizes become moderate, and forms keep their values."""

from flint import fmpq, fmpq_mat
from hypothesis import given
from hypothesis import strategies as st

from relupoly.pieces.forms.box_coordinates import BoxCoordinates

EXPONENT = st.integers(-400, 400)


@st.composite
def intervals(draw):
    low = fmpq(draw(st.integers(-99, 99)), draw(st.integers(1, 99))) * fmpq(10) ** draw(EXPONENT)
    return low, low + fmpq(draw(st.integers(1, 99)), 7) * fmpq(10) ** draw(EXPONENT)


@given(intervals())
def test_boxes_are_of_moderate_size(interval):
    low, high = interval
    coordinates = BoxCoordinates.of([low], [high])
    [start], [end] = coordinates.of_points([low]), coordinates.of_points([high])
    assert fmpq(1, 2) <= end - start <= 2
    assert max(abs(start), abs(end)) <= 16


@given(intervals(), intervals())
def test_forms_have_the_same_values(one, other):
    coordinates = BoxCoordinates.of(*zip(one, other, strict=True))
    weight, bias = fmpq_mat([[3, -5], [0, 7]]), fmpq_mat([[1], [2]])
    moved, constant = coordinates.of_forms(weight, bias)
    for point in zip(one, other, strict=True):
        there = fmpq_mat(2, 1, list(coordinates.of_points(point)))
        assert moved * there + constant == weight * fmpq_mat(2, 1, list(point)) + bias


def test_weights_stay_as_they_are_on_boxes_near_the_origin():
    coordinates = BoxCoordinates.of([fmpq(0), fmpq(-1, 2)], [fmpq(1), fmpq(1, 2)])
    assert coordinates == BoxCoordinates((fmpq(0),) * 2, (fmpq(1),) * 2)
