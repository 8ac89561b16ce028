"""Rationals for people: exact where they are short, else rounded, compared with Python's fractions."""

from fractions import Fraction

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from relupoly.exact.short_texts import short_text, short_vector


@given(st.fractions())
def test_a_number_is_exact_or_rounded_to_six_digits(value):
    words = short_text(fmpq(value.numerator, value.denominator))
    if len(str(value)) <= 12:
        assert words == str(value)
    else:
        about, digits = words.split()
        assert about == "about"
        assert abs(Fraction(digits) - value) <= abs(value) / 100_000


@pytest.mark.parametrize("exponent", [-400, 400])
def test_numbers_beyond_doubles(exponent):
    words = short_text(fmpq(10) ** exponent / 3)
    assert words == f"about 3.33333e{exponent - 1:+}"


def test_the_entries_of_a_rounded_vector_are_decimals_but_for_short_ones():
    long = fmpq(1, 3**30)
    assert (
        short_vector([long, fmpq(1, 3), fmpq(12345, 6789), fmpq(123456789)]) == "about (4.85694e-15, 1/3, 1.81838, 123456789)"
    )
    assert short_vector([fmpq(12345, 6789), long], most=1) == "(4115/2263, and 1 more)"
    assert short_vector([]) == "()"
