"""What users write becomes the number it stands for, exactly."""

import math
import numbers
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from relupoly.errors import NumberError
from relupoly.exact.rationals import decimal_below, decimal_text, is_double, nearest_float, parse_rational, rational


def exact(value):
    return Fraction(int(value.p), int(value.q))


@given(st.from_regex(r"[+-]?([0-9]{1,9}\.?[0-9]{0,9}|\.[0-9]{1,9})([eE][+-]?[0-9]{1,2})?", fullmatch=True))
def test_decimals_are_read_like_pythons_fractions(text):
    assert exact(parse_rational(text)) == Fraction(text)
    assert exact(parse_rational(f"  {text} ")) == Fraction(text)


@given(st.fractions())
def test_fractions_are_read_and_written(value):
    assert exact(parse_rational(str(value))) == value
    assert exact(rational(value)) == value
    assert rational(rational(value)) == rational(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_is_the_number_it_stores(number):
    value = rational(number)
    assert exact(value) == Fraction(number)
    assert is_double(value)
    assert nearest_float(value) == number


@pytest.mark.parametrize(
    "number",
    [np.float32(0.1), np.float64(0.1), np.longdouble(1) / 3, np.int8(-5), np.uint64(2**64 - 1), 2**200],
    ids=lambda number: type(number).__name__,
)
def test_numbers_of_other_types_are_not_rounded(number):
    value = rational(number)
    assert type(number)(int(value.p)) / type(number)(int(value.q)) == number if value.q != 1 else int(value.p) == int(number)


def test_a_rational_of_another_library_is_not_rounded():
    class Third(Fraction):
        """Stands for sympy's and gmpy2's rationals, which are registered as numbers.Rational and are no Fraction."""

    class Other:
        numerator, denominator = 1, 3

        def __float__(self):
            return 1 / 3

    numbers.Rational.register(Other)
    assert rational(Other()) == fmpq(1, 3)
    assert rational(Third(1, 3)) == fmpq(1, 3)


@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan, np.float32("nan"), "nan", "inf", "Infinity"])
def test_what_is_not_finite_is_no_number(number):
    with pytest.raises(NumberError, match="not a"):
        rational(number)


@pytest.mark.parametrize("value", [None, True, np.True_, 1j, [1], b"1", object, Decimal("0.1")], ids=repr)
def test_what_is_no_number_is_named(value):
    with pytest.raises(NumberError, match="is not a number; write"):
        rational(value)


@pytest.mark.parametrize(
    "text", ["", " ", "1/", "/2", "1/-2", "1//2", "0x10", "1_000", "1e", "e5", ".", "-", "1.2/3", "\u0661"]
)
def test_texts_that_are_no_numbers(text):
    with pytest.raises(NumberError, match="is not a number"):
        parse_rational(text)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("3/0", "denominator 0"),
        ("1/000", "denominator 0"),
        ("1e10001", "exponent beyond"),
        ("1e-99999999999999999999", "exponent beyond"),
        ("1" * 100_001, "too long"),
    ],
)
def test_numbers_that_are_mistakes(text, fault):
    with pytest.raises(NumberError, match=fault) as caught:
        parse_rational(text)
    assert len(str(caught.value)) < 200


def test_numbers_beyond_pythons_limit_for_texts():
    assert parse_rational("1" + "0" * 9_999) == fmpq(10) ** 9_999
    assert parse_rational("1e-10000") * fmpq(10) ** 10_000 == 1


@given(st.fractions(), st.integers(1, 30))
def test_the_nearest_float_is_pythons(value, places):
    assert nearest_float(rational(value)) == value.numerator / value.denominator
    assert is_double(rational(value)) == (Fraction(nearest_float(rational(value))) == value)


def test_beyond_the_largest_double():
    assert nearest_float(fmpq(10) ** 400) == math.inf
    assert nearest_float(-(fmpq(10) ** 400)) == -math.inf
    assert not is_double(fmpq(2) ** 1024)
    assert is_double(fmpq(2) ** 1023)
    assert is_double(fmpq(1, 2**1074))
    assert not is_double(fmpq(1, 2**1075))
    assert not is_double(fmpq(2**53 + 1))


@given(st.fractions(), st.integers(2, 9))
def test_texts_for_people_are_close_and_exact_where_short(value, places):
    text = decimal_text(rational(value), places)
    read = exact(parse_rational(text))
    assert abs(read - value) <= abs(value) * Fraction(10) ** (1 - places)
    assert value.denominator != 1 or read == value


@pytest.mark.parametrize(("value", "text"), [(fmpq(1, 1234), "1/1234"), (fmpq(1, 12345), "8.10045e-05")])
def test_up_to_how_many_characters_a_fraction_is_short(value, text):
    assert decimal_text(value, 6) == text


def test_long_texts_are_cut_to_forty_characters():
    with pytest.raises(NumberError, match=f'^"{"x" * 40}" is'):
        parse_rational("x" * 40)
    with pytest.raises(NumberError, match=f'^"{"x" * 37}[.]{{3}}" is'):
        parse_rational("x" * 41)


def test_0_is_the_largest_decimal_up_to_0():
    assert decimal_below(fmpq(0)) == "0"


def test_decimals_from_which_on_there_are_exponents():
    assert decimal_below(rational("0.00012345678")) == "0.000123456"
    assert decimal_below(rational("0.000012345678")) == "1.23456e-5"
