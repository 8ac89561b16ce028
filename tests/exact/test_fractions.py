"""The ways between Python's fractions and flint's rationals, and their texts."""

import math
from fractions import Fraction

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from relupoly.errors import NumberError
from relupoly.exact.doubles import EPSILON, LARGEST_WHOLE, UNIT_ROUNDOFF
from relupoly.exact.fractions import exact_text, from_fraction, parse_fraction, to_fraction
from relupoly.exact.rationals import float_above, float_below, nearest_double, scaled_float


@given(st.fractions())
def test_there_and_back(value):
    assert to_fraction(from_fraction(value)) == value
    assert parse_fraction(exact_text(value)) == value
    assert exact_text(value) == str(value)


def test_texts_of_any_length():
    digits = "1" + "0" * 20_000
    assert exact_text(parse_fraction(f"-{digits}1/{digits}")) == f"-{digits}1/{digits}"


@pytest.mark.parametrize("text", ["", "+1", " 1", "1 ", "1/0", "1/-2", "1/", "0.5", "1e3", "٣", 1, None, True, 0.5])
def test_what_exact_text_does_not_write(text):
    with pytest.raises(NumberError):
        parse_fraction(text)


@given(st.fractions(), st.integers(-1200, 900))
def test_scaled_floats_are_rounded_once(value, exponent):
    scaled = value * Fraction(2) ** exponent
    assert (
        scaled_float(value, exponent) == scaled_float(from_fraction(value), exponent) == scaled.numerator / scaled.denominator
    )


@given(st.fractions())
def test_floats_above(value):
    above = float_above(from_fraction(value))
    assert math.nextafter(above, -math.inf) < value <= above


@given(st.fractions())
def test_floats_below(value):
    below = float_below(from_fraction(value))
    assert below <= value < math.nextafter(below, math.inf)


def test_beyond_the_largest_double():
    large = fmpq(10) ** 400
    assert nearest_double(large) is nearest_double(-large) is None
    assert (float_below(large), float_below(-large)) == (math.nextafter(math.inf, 0), -math.inf)
    assert (float_above(large), float_above(-large)) == (math.inf, math.nextafter(-math.inf, 0))
    with pytest.raises(OverflowError):
        scaled_float(large, 0)


def test_the_constants_are_those_of_doubles():
    assert math.nextafter(1, 2) - 1 == EPSILON == math.ulp(1)
    assert 1 - UNIT_ROUNDOFF < 1 == 1 + UNIT_ROUNDOFF
    assert float(LARGEST_WHOLE) == float(LARGEST_WHOLE + 1) == LARGEST_WHOLE
