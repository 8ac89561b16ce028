"""Rationals for people: short ones exactly, long ones rounded, and whether one is.

The numbers of a trained network have a dozen digits and more, volumes of its cells hundreds: nobody reads them. Whatever is
shown in this way says that it is rounded, and stands beside a place where programs get all digits.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from flint import arb, fmpq, fmpz

from relupoly.exact.rationals import nearest_float

_LONGEST = 12  # characters of a number that people still take in at a glance, such as -1234/567890
_DIGITS = 6  # of a rounded number, as in other reports


def is_long(value: fmpq | fmpz) -> bool:
    """Whether a number is rounded here."""
    return len(str(value)) > _LONGEST


def short_texts(values: Sequence[fmpq | fmpz]) -> tuple[str, list[str]]:
    """Numbers as texts, and what stands before them: where one of them is long, all are rounded but the shortest.

    Examples
    --------
    >>> short_texts([fmpq(1, 3), fmpq(-1234, 567891)])
    ('', ['1/3', '-1234/567891'])
    >>> short_texts([fmpq(1, 3), fmpq(12, 567891), fmpq(-7320524835, 34359738368), fmpz(10) ** 400])
    ('about ', ['1/3', '2.11308e-05', '-0.213055', '1.00000e+400'])
    """
    return ("about ", list(map(_rounded, values))) if any(map(is_long, values)) else ("", list(map(str, values)))


def short_text(value: fmpq | fmpz) -> str:
    """A number; a long one rounded, with "about" before it.

    Examples
    --------
    >>> short_text(fmpq(1, 3)), short_text(fmpq(-7320524835, 34359738368))
    ('1/3', 'about -0.213055')
    """
    about, (text,) = short_texts([value])
    return about + text


def short_vector(entries: Sequence[fmpq | fmpz], most: int | None = None) -> str:
    """A vector; of many entries the first ones.

    Examples
    --------
    >>> short_vector([fmpq(1), fmpq(-1, 2)]), short_vector([fmpq(1, 3), fmpq(-7320524835, 34359738368), fmpq(5)], most=2)
    ('(1, -1/2)', 'about (1/3, -0.213055, and 1 more)')
    """
    about, texts = short_texts(entries[:most])
    more = f", and {len(entries) - len(texts)} more" if len(entries) > len(texts) else ""
    return f"{about}({', '.join(texts)}{more})"


def _rounded(value: fmpq | fmpz) -> str:
    exact = str(value)
    if len(exact) <= (_DIGITS if "/" in exact else _LONGEST):
        return exact
    number = nearest_float(fmpq(value))
    if math.isinf(number) or not number:  # there is no such double
        return str(arb(value).str(_DIGITS, radius=False))
    return f"{number:.{_DIGITS}g}"
