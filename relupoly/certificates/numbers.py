"""Exact numbers as certificates write them: the checker's own on purpose, though `relupoly.exact` reads numbers, too."""

from __future__ import annotations

import re
from fractions import Fraction
from math import gcd, isfinite
from typing import Any

from relupoly.errors import CheckFailed

_RATIONAL = re.compile(r"(-?)([0-9]+)(?:/([0-9]+))?", re.ASCII)
# Python itself reads up to 4300 digits.
_LONG = 4000


def rational(value: Any) -> Fraction:
    """The number that a text "p/q" or "p" stands for, or an integer, or the double that a JSON number stores.

    Raises
    ------
    CheckFailed
        If it is none of these.

    Examples
    --------
    >>> rational("-3/6"), rational(0.5)
    (Fraction(-1, 2), Fraction(1, 2))
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return Fraction(value)
    if isinstance(value, float) and isfinite(value):
        return Fraction(value)
    match = _RATIONAL.fullmatch(value) if isinstance(value, str) else None
    if match is None or (match[3] is not None and not match[3].strip("0")):
        raise CheckFailed(f"{_clipped(value)} is not an exact number")
    number = Fraction(integer(match[2]), integer(match[3] or "1"))
    return -number if match[1] else number


def integer(digits: str) -> int:
    """The integer of a text of digits, however many: Python itself refuses more than 4300.

    Examples
    --------
    >>> integer("9" * 5000) == 10**5000 - 1
    True
    """
    if len(digits) <= _LONG:
        return int(digits)
    half = len(digits) // 2
    power: int = 10 ** (len(digits) - half)
    return integer(digits[:half]) * power + integer(digits[half:])


def shown(value: Fraction) -> str:
    """A number for people."""
    try:
        return str(value) if value.denominator < 1000 and abs(value) < 10**9 else f"{float(value):.9g}"
    except OverflowError:
        return "a number beyond 1e308"


def primitive(vector: list[int]) -> list[int]:
    """An integer vector without common factor."""
    divisor = gcd(*vector)
    return [entry // divisor for entry in vector] if divisor else vector


def _clipped(value: Any, most: int = 40) -> str:
    text = repr(value)
    return text if len(text) <= most else text[: most - 3] + "..."
