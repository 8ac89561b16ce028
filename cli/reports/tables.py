"""Tables for people: aligned columns, and long numbers in few digits."""

from __future__ import annotations

from collections.abc import Sequence

_SHOWN_DIGITS = 20  # as many as 2^64 has: what fits a word is shown in full


def aligned(rows: Sequence[Sequence[str]], right: Sequence[int] = (), indent: str = "  ") -> list[str]:
    """The lines of a table; the columns with the numbers `right` are flush right.

    Examples
    --------
    >>> aligned([["a", "10"], ["bb", "5"]], right=[1])
    ['  a   10', '  bb   5']
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [f"{cell:>{w}}" if i in right else f"{cell:<{w}}" for i, (cell, w) in enumerate(zip(row, widths, strict=True))]
        lines.append((indent + "  ".join(cells)).rstrip())
    return lines


def at_most(number: int) -> str:
    """An upper bound in full if it is short, else the next larger number with three digits.

    Examples
    --------
    >>> at_most(10**19), at_most(10**20), at_most(9999 * 10**30)
    ('10000000000000000000', '1.01e20', '1.00e34')
    """
    digits = _digits(number)
    if len(digits) <= _SHOWN_DIGITS:
        return digits
    first, exponent = int(digits[:3]) + 1, len(digits) - 1
    return f"{first / 100:.2f}e{exponent}" if first < 1000 else f"1.00e{exponent + 1}"


def at_least(number: int) -> str:
    """A lower bound in full if it is short, else the next smaller number with three digits.

    Examples
    --------
    >>> at_least(10**19), at_least(2**100)
    ('10000000000000000000', '1.26e30')
    """
    digits = _digits(number)
    return digits if len(digits) <= _SHOWN_DIGITS else f"{int(digits[:3]) / 100:.2f}e{len(digits) - 1}"


def _digits(number: int) -> str:
    """The decimal digits; Python itself refuses to print integers of thousands of digits, flint does not."""
    from flint import fmpz

    return str(fmpz(number))
