"""Exact decimals: the texts of a format whose numbers are decimals, as they stand."""

from __future__ import annotations

from flint import fmpq, fmpz

from relupoly.errors import NumberError
from relupoly.exact.rationals import parse_rational

# After the point: where there are more, an exponent is easier to read.
_MOST_ZEROS = 5


def parse_decimal(text: str) -> fmpq:
    """The rational that a decimal stands for; unlike `parse_rational`, a fraction is no number here.

    Examples
    --------
    >>> parse_decimal("-2.5e-1")
    -1/4
    """
    if "/" in text:
        raise NumberError("it is a fraction; write a decimal")
    return parse_rational(text)


def has_decimal(value: fmpq) -> bool:
    """Whether a rational has a finite decimal expansion: its denominator has no prime factors but 2 and 5.

    Examples
    --------
    >>> has_decimal(fmpq(1, 40)), has_decimal(fmpq(1, 3))
    (True, False)
    """
    return _places(value.q) is not None


def exact_decimal(value: fmpq) -> str:
    """The finite decimal of a rational that has one.

    Raises
    ------
    NumberError
        If it has none.

    Examples
    --------
    >>> exact_decimal(fmpq(-3, 8)), exact_decimal(fmpq(1, 10**12)), exact_decimal(fmpq(12))
    ('-0.375', '1e-12', '12.0')
    """
    places = _places(value.q)
    if places is None:
        raise NumberError(f"{value} has no finite decimal; round it first")
    digits = str((abs(value) * fmpq(10) ** places).p)
    sign = "-" if value < 0 else ""
    if places > len(digits) + _MOST_ZEROS:
        return f"{sign}{digits}e-{places}"
    digits = digits.zfill(places + 1)
    whole = len(digits) - places
    return f"{sign}{digits[:whole]}.{digits[whole:] or '0'}"


def _places(denominator: fmpz) -> int | None:
    """The least number of decimal places that a fraction in lowest terms needs, or None."""
    twos = (denominator & -denominator).bit_length() - 1
    rest, fives = denominator >> twos, 0
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None
