"""Rational numbers: what users write becomes the exact number it stands for.

A binary float is the dyadic rational that it stores; a decimal in a text is that decimal. `flint.fmpq` is the number
type throughout: 15 to 250 times as fast as `fractions.Fraction`, and it needs no conversion to enter a matrix.
"""

from __future__ import annotations

import math
import numbers
import re
from typing import TYPE_CHECKING, Any

from flint import arb, fmpq, fmpz

from relupoly.errors import InputError, NumberError
from relupoly.exact.doubles import FLOAT_BITS, SIGNIFICANT_BITS
from relupoly.exact.limits import LARGEST_EXPONENT, MOST_COUNT_DIGITS, MOST_DIGITS
from relupoly.plain_text import clipped

if TYPE_CHECKING:
    from fractions import Fraction

_NUMBER = re.compile(r"\s*([+-]?)(?:(\d+)\s*/\s*(\d+)|(\d+(?:\.\d*)?|\.\d+)(?:[eE]([+-]?\d+))?)\s*", re.ASCII)


def parse_rational(text: str) -> fmpq:
    """The rational that a text stands for: an integer, a fraction ``p/q`` or a decimal with an optional exponent.

    Raises
    ------
    NumberError
        If the text is none of these, its denominator is 0, or it has more than 100,000 digits or an exponent beyond
        +-10,000 (such a number is a mistake, and would take all memory).

    Examples
    --------
    >>> parse_rational("0.1"), parse_rational("-3/6"), parse_rational("1e-2")
    (1/10, -1/2, 1/100)
    """
    if len(text) > MOST_DIGITS:
        raise NumberError(f"a number of {len(text)} characters is too long; write at most {MOST_DIGITS}")
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise NumberError(f'"{_clip(text)}" is not a number; write an integer, a decimal or a fraction "p/q"')
    sign, numerator, denominator, decimal, exponent = match.groups()
    if numerator is not None:
        if not denominator.strip("0"):
            raise NumberError(f'"{_clip(text)}" has the denominator 0')
        value = fmpq(_integer(numerator), _integer(denominator))
    else:
        whole, _, digits = decimal.partition(".")
        power = _exponent(exponent, text) - len(digits)
        value = fmpq(_integer(whole + digits)) * fmpq(10) ** power
    return -value if sign == "-" else value


def parse_count(text: str) -> int | None:
    """The whole number that a text says; None if it is anything else, or has more than nine digits.

    Examples
    --------
    >>> parse_count("12"), parse_count("-1"), parse_count("1e3"), parse_count("1000000000")
    (12, None, None, None)
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_COUNT_DIGITS else None


def rational(value: Any) -> fmpq:
    """The exact value of a number: int, float, text, `Fraction`, `fmpq` or a numpy scalar.

    Raises
    ------
    NumberError
        If the value is not a number, or is infinite or NaN.

    Examples
    --------
    >>> rational(0.5), rational("0.1"), rational(0.1) == rational("0.1")
    (1/2, 1/10, False)
    """
    if isinstance(value, fmpq):
        return value
    if isinstance(value, str):
        return parse_rational(value)
    if isinstance(value, (int, fmpz)) and not isinstance(value, bool):
        return fmpq(value)
    if isinstance(value, numbers.Rational) and not isinstance(value, bool):
        return fmpq(int(value.numerator), int(value.denominator))
    if isinstance(value, numbers.Real) and not isinstance(value, bool):
        number = float(value)
        if not math.isfinite(number):
            raise NumberError(f"{number} is not a finite number")
        wide = getattr(value, "as_integer_ratio", number.as_integer_ratio)
        return fmpq(*map(int, wide()))
    raise NumberError(f'{_clip(repr(value))} is not a number; write a number or a text such as "1/3"')


def rational_at(value: Any, place: str, kind: type[InputError]) -> fmpq:
    """The exact value of a number, with an error that says where the number stands.

    Parameters
    ----------
    value
        As `rational` takes it.
    place : str
        What the error begins with.
    kind : type
        The class of the error.

    Raises
    ------
    InputError
        Of that class, if the value is not a finite number.

    Examples
    --------
    >>> rational_at("x", "row 1", NumberError)
    Traceback (most recent call last):
    relupoly.errors.NumberError: row 1: "x" is not a number; write an integer, a decimal or a fraction "p/q"
    """
    try:
        return rational(value)
    except NumberError as error:
        raise kind(f"{place}: {error}") from None


def nearest_float(value: fmpq) -> float:
    """The double nearest to a rational (infinite beyond the largest double).

    Examples
    --------
    >>> nearest_float(rational("1/3"))
    0.3333333333333333
    """
    try:
        return int(value.p) / int(value.q)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def float_below(value: fmpq) -> float:
    """The largest double that is not above a rational.

    Examples
    --------
    >>> float_below(rational("0.1")) < 0.1 == float_below(rational(0.1))
    True
    """
    nearest = nearest_float(value)
    if math.isinf(nearest):
        return math.nextafter(math.inf, 0) if value > 0 else nearest
    return nearest if rational(nearest) <= value else math.nextafter(nearest, -math.inf)


def float_above(value: fmpq) -> float:
    """The least double that is not below a rational; infinite beyond the largest one.

    Examples
    --------
    >>> float_above(rational("0.1")) == 0.1, float_above(fmpq(10) ** 400)
    (True, inf)
    """
    return -float_below(-value)


def scaled_float(value: fmpq | Fraction, exponent: int) -> float:
    """A rational times a power of two, rounded once.

    Raises
    ------
    OverflowError
        If the result is beyond the largest double.

    Examples
    --------
    >>> scaled_float(fmpq(1, 3), 1), scaled_float(fmpq(10) ** 400, -1330)
    (0.6666666666666666, 0.42668341947666016)
    """
    above, below = int(value.numerator), int(value.denominator)
    return (above << exponent) / below if exponent >= 0 else above / (below << -exponent)


def nearest_double(value: fmpq) -> fmpq | None:
    """The rational that the nearest double stores; None beyond the largest double.

    Examples
    --------
    >>> nearest_double(rational("0.1")) == rational(0.1), nearest_double(rational("1e400"))
    (True, None)
    """
    number = nearest_float(value)
    return rational(number) if math.isfinite(number) else None


def is_double(value: fmpq) -> bool:
    """Whether a rational is exactly a double.

    Examples
    --------
    >>> is_double(rational("1/4")), is_double(rational("0.1"))
    (True, False)
    """
    if value.q & (value.q - 1):
        return False
    short = value.p.bit_length() <= SIGNIFICANT_BITS and value.q.bit_length() <= FLOAT_BITS  # most doubles are seen at once
    return short or nearest_double(value) == value


def decimal_text(value: fmpq, places: int = 6) -> str:
    """A rational for people: itself when short, else rounded to some significant digits.

    Examples
    --------
    >>> decimal_text(rational("3")), decimal_text(rational("0.25")), decimal_text(rational("-1/3"))
    ('3', '0.25', '-1/3')
    >>> decimal_text(rational("1e9999"))
    '1.00000e+9999'
    """
    number = nearest_float(value)
    if math.isinf(number) or (number == 0 and value != 0):
        return str(arb(value).str(places, radius=False))
    if value.q == 1 or len(str(value)) <= places:
        short = str(value)
        plain = f"{number:.{places}g}"
        return plain if value.q != 1 and "e" not in plain and parse_rational(plain) == value else short
    return f"{number:.{places}g}"


def decimal_below(value: fmpq, places: int = 6) -> str:
    """The largest decimal with so many significant digits that is not above a rational.

    Examples
    --------
    >>> decimal_below(rational("2/3")), decimal_below(rational("-2/3")), decimal_below(rational("39.5"))
    ('0.666666', '-0.666667', '39.5')
    >>> decimal_below(rational("12345678.9")), decimal_below(rational("1e300") - 1)
    ('1.23456e7', '9.99999e299')
    """
    if not value:
        return "0"
    exponent = len(str(abs(value.p))) - len(str(value.q))
    exponent -= abs(value) < fmpq(10) ** exponent
    digits = str(abs((value * fmpq(10) ** (places - 1 - exponent)).floor()))
    exponent += len(digits) - places  # -99.99 rounds to -100
    digits = digits[:places].rstrip("0")
    sign = "-" if value < 0 else ""
    if 0 <= exponent < places:
        whole, rest = digits[: exponent + 1].ljust(exponent + 1, "0"), digits[exponent + 1 :]
        return f"{sign}{whole}.{rest}" if rest else f"{sign}{whole}"
    if -5 < exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{digits}"
    return f"{sign}{digits[0]}{'.' + digits[1:] if digits[1:] else ''}e{exponent}"


def _integer(digits: str) -> fmpz:
    return fmpz(digits) if digits else fmpz(0)


def _exponent(digits: str | None, text: str) -> int:
    if digits is None:
        return 0
    exponent = int(digits) if len(digits) <= MOST_COUNT_DIGITS else LARGEST_EXPONENT + 1
    if abs(exponent) > LARGEST_EXPONENT:
        raise NumberError(f'"{_clip(text)}" has an exponent beyond +-{LARGEST_EXPONENT}')
    return exponent


def _clip(text: str) -> str:
    return clipped(" ".join(text.split()))
