"""Arrays of rationals against `Fraction`, entry by entry."""

from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from relupoly.exact.rational_arrays import RationalArray, float_bits, multiplied
from relupoly.exact.tables import WORD

FLOATS = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-8, 8).map(lambda number: number / 4)
RATIONALS = st.fractions() | st.integers(-(2**70), 2**70).map(Fraction)


def fractions(array):
    return [Fraction(int(entry.p), int(entry.q)) for entry in array.entries()]


def of(entries, shape=None):
    return RationalArray.of_rationals([fmpq(entry.numerator, entry.denominator) for entry in entries], shape)


def is_sound(array):
    """Words are small enough to be negated and added, and no word is needed where there are Python's integers."""
    assert array.numerator.dtype == object or int(np.max(np.abs(array.numerator), initial=0)) < WORD
    assert array.denominator > 0


@given(st.lists(FLOATS))
def test_floats_are_what_they_store(entries):
    array = RationalArray.of_floats(np.array(entries, dtype=np.float64))
    is_sound(array)
    assert fractions(array) == list(map(Fraction, entries))
    bits = float_bits(np.array(entries, dtype=np.float64))
    assert all(abs(int(number)).bit_length() <= bits for number in array.numerator)


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
def test_narrow_floats(kind):
    entries = np.array([0, -0.0, 1, -2, np.finfo(kind).max, np.finfo(kind).tiny, np.finfo(kind).smallest_subnormal], dtype=kind)
    assert fractions(RationalArray.of_floats(entries)) == [Fraction(float(entry)) for entry in entries]


@given(st.lists(st.tuples(RATIONALS, RATIONALS), max_size=5))
def test_arithmetic(pairs):
    one, two = (of([pair[side] for pair in pairs]) for side in (0, 1))
    for array, expected in (
        (one + two, [a + b for a, b in pairs]),
        (one - two, [a - b for a, b in pairs]),
        (one * two, [a * b for a, b in pairs]),
        (-one, [-a for a, _ in pairs]),
        (one.above_zero(), [max(a, Fraction(0)) for a, _ in pairs]),
    ):
        is_sound(array)
        assert fractions(array) == expected
    if all(a for a, _ in pairs):
        assert fractions(one.reciprocal()) == [1 / a for a, _ in pairs]


@given(RATIONALS, RATIONALS)
def test_arrays_without_axes(one, two):
    for array, expected in ((of([one], ()) + of([two], ()), one + two), (of([one], ()) * of([two], ()), one * two)):
        is_sound(array)
        assert array.shape == ()
        assert fractions(array) == [expected]


@pytest.mark.parametrize("most", [2**62 - 1, 2**62, 2**62 + 1, 2**63, 2**64 - 1, -(2**62), -(2**63)])
def test_numbers_beside_the_word(most):
    one = of([Fraction(most)])
    for array, expected in ((one + one, 2 * most), (one * one, most * most), (-one, -most), (one - one, 0)):
        is_sound(array)
        assert fractions(array) == [expected]
    assert fractions(RationalArray.of_floats(np.array([float(2**61), 0.5]))) == [2**61, Fraction(1, 2)]


def test_a_factor_beyond_a_word_leaves_zeros():
    assert multiplied(np.zeros(3, dtype=np.int64), 2**200).tolist() == [0, 0, 0]
    assert multiplied(np.array([3]), 2**200).tolist() == [3 * 2**200]


def test_no_reciprocal_of_0():
    with pytest.raises(ZeroDivisionError):
        of([Fraction(1), Fraction(0)]).reciprocal()


def test_shapes():
    array = RationalArray.of_integers(np.array([[True, False]]))
    assert (array.shape, array.size, fractions(array)) == ((1, 2), 2, [1, 0])
    assert array.moved(np.transpose).shape == (2, 1)
    assert RationalArray.zeros((2, 0)).entries() == []
