"""Bounds: doubles on the right side of them, and enclosures of forms."""

import numpy as np
from flint import fmpq, fmpz, fmpz_mat
from hypothesis import given
from hypothesis import strategies as st

from relupoly.exact.floats import FloatVectors
from relupoly.pieces.forms.bounds import Bounds

NUMBER = st.fractions(-10, 10, max_denominator=10**20)


def rational(number):
    return fmpq(number.numerator, number.denominator)


@st.composite
def boxes(draw):
    pairs = draw(st.lists(st.tuples(NUMBER, st.fractions("1/10000000000000000000000", 5)), min_size=1, max_size=3))
    return Bounds(tuple(rational(low) for low, _ in pairs), tuple(rational(low + size) for low, size in pairs))


@given(boxes())
def test_doubles_are_on_the_side_that_is_asked_for(bounds):
    for kind, sign in ((bounds.outer, 1), (bounds.inner, -1)):
        for low, high, true_low, true_high in zip(*kind, bounds.lower, bounds.upper, strict=True):
            assert sign * (fmpq(*low.as_integer_ratio()) - true_low) <= 0
            assert sign * (fmpq(*high.as_integer_ratio()) - true_high) >= 0


@given(boxes(), st.lists(st.integers(-(2**50), 2**50), min_size=4, max_size=4), st.floats(0, 1))
def test_forms_are_enclosed(bounds, entries, error):
    size = len(bounds.lower)
    form = [fmpz(entry) for entry in [*entries[:size], entries[-1]]]
    exact = FloatVectors.from_integers(fmpz_mat(1, size + 1, form))
    low, high = bounds.enclose(exact)
    least, most = bounds.least_exactly(form), -bounds.least_exactly([-entry for entry in form])
    assert fmpq(*low[0].as_integer_ratio()) <= least
    assert most <= fmpq(*high[0].as_integer_ratio())
    doubtful = FloatVectors(exact.value, np.full_like(exact.value, error))
    wider, wide = bounds.enclose(doubtful)
    # With an error in each coefficient the form may be that much less at a corner.
    assert fmpq(*wider[0].as_integer_ratio()) <= least - fmpq(*error.as_integer_ratio())
    assert fmpq(*wide[0].as_integer_ratio()) >= most + fmpq(*error.as_integer_ratio())


def test_the_inequalities_are_those_of_the_box():
    bounds = Bounds((fmpq(-1, 2), fmpq(0)), (fmpq(1), fmpq(3)))
    assert bounds.inequalities.tolist() == [[2, 0, 1], [0, 1, 0], [-1, 0, 1], [0, -1, 3]]
    assert bounds.holds_strictly([fmpq(0), fmpq(1)])
    assert not bounds.holds_strictly([fmpq(1), fmpq(1)])
    assert np.array_equal(bounds.size, [1, 3, 1])
