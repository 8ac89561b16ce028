"""Exact numbers as certificates write them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relupoly.certificates.numbers import integer, primitive, rational, shown
from relupoly.errors import CheckFailed
from relupoly.training.check.dual_bounds import Data
from relupoly.training.check.header import digest


@given(st.fractions())
def test_texts_and_integers(value: Fraction) -> None:
    assert rational(str(value)) == value
    assert rational(f"{2 * value.numerator}/{2 * value.denominator}") == value
    assert rational(value.numerator) == value.numerator


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_doubles(value: float) -> None:
    assert rational(value) == Fraction(value)


@pytest.mark.parametrize("text", ["0", "-0", "007", "0/5", "-10/4", "5/010"])
def test_forms_of_numbers(text: str) -> None:
    assert rational(text) == Fraction(text)


NO_TEXTS = ("", "-", "--1", "+1", "1.0", "1e5", " 1", "1 ", "1\n", "1/", "/2", "1/-2", "1/2/3", "1_0", "inf", "nan", "0x10")
NO_QUOTIENTS = ("1/0", "0/0", "1/00", "-1/0")
NO_ASCII = ("\u0661", "\u00bd")


@pytest.mark.parametrize("value", [None, True, False, [], {}, float("nan"), float("inf"), *NO_TEXTS, *NO_QUOTIENTS, *NO_ASCII])
def test_what_is_none(value: Any) -> None:
    with pytest.raises(CheckFailed, match="is not an exact number"):
        rational(value)


@pytest.mark.parametrize(
    ("text", "said"),
    [("a" * 38, "'" + "a" * 38 + "'"), ("a" * 39, "'" + "a" * 36 + "..."), ("a" * 900, "'" + "a" * 36 + "...")],
)
def test_long_texts_are_clipped(text: str, said: str) -> None:
    with pytest.raises(CheckFailed) as caught:
        rational(text)
    assert str(caught.value) == f"{said} is not an exact number"


@pytest.mark.parametrize("length", [1, 3999, 4000, 4001, 4300, 4301, 8000, 8001, 20_001])
def test_integers_of_any_length(length: int) -> None:
    """Python itself refuses more than 4300 digits."""
    assert integer("1" + "0" * (length - 1)) == 10 ** (length - 1)
    assert integer("9" * length) == 10**length - 1
    assert rational("-" + "9" * length) == 1 - 10**length
    assert rational("1/" + "9" * length) == Fraction(1, 10**length - 1)


@pytest.mark.parametrize("power", [1, 1999, 2000, 2001, 3999, 4000, 4001, 6001, 9000])
@pytest.mark.parametrize("step", [-1, 0, 1, 10**1500])
def test_the_digest_of_long_numbers(power: int, step: int) -> None:
    """It is that of the decimal digits, written by another library."""
    import hashlib

    from flint import fmpz

    value = 10**power + step
    for sign in (1, -1):
        found = digest(Data([[Fraction(sign * value)]], [Fraction(1, value)], [Fraction(1)]))
        # 1/1 is written as 1.
        target = "1" if value == 1 else f"1/{fmpz(value)}"
        assert found == hashlib.sha256(f"{fmpz(sign * value)} {target} 1\n".encode()).hexdigest()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(0), "0"),
        (Fraction(-7, 999), "-7/999"),
        (Fraction(7, 1000), "0.007"),
        (Fraction(10**9 - 1), "999999999"),
        (Fraction(10**9), "1e+09"),
        (Fraction(-(10**9)), "-1e+09"),
        (Fraction(1, 3 * 10**9), "3.33333333e-10"),
        (Fraction(10**309), "a number beyond 1e308"),
    ],
)
def test_numbers_for_people(value: Fraction, text: str) -> None:
    assert shown(value) == text


def test_vectors_without_common_factor() -> None:
    assert primitive([6, -4, 0]) == [3, -2, 0]
    assert primitive([3, -2, 0]) == [3, -2, 0]
    assert primitive([0, 0]) == [0, 0]
