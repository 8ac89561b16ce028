"""Numbers as reports show them: exactly, as a double, or in few digits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from .words import listed

LONGEST = 24  # characters of a rational that people read as it is; longer ones are rounded


def number(value: Fraction) -> float | str:
    """The double nearest to a rational; its text where there is none."""
    from relupoly.exact.fractions import from_fraction
    from relupoly.exact.rationals import nearest_float

    found = nearest_float(from_fraction(value))
    return found if math.isfinite(found) else exact(value)


def exact(value: Fraction) -> str:
    """A rational as "p/q" or "p"."""
    from relupoly.exact.fractions import exact_text

    return exact_text(value)


def decimal(value: Any) -> str:
    """A rational for people, rounded unless it is short."""
    from relupoly.exact.rationals import decimal_text, rational

    return decimal_text(rational(value))


def shown(value: Any) -> str:
    """A rational for people: as it is, or rounded where it is long.

    Examples
    --------
    >>> from flint import fmpq
    >>> shown(fmpq(1, 3)), shown(fmpq(10**30, 3**40))
    ('1/3', '82252633399.6996')
    """
    text = str(value)
    if len(text) <= LONGEST:
        return text
    from relupoly.exact.rationals import nearest_float

    return f"{nearest_float(value):.15g}"


def about(value: Any) -> str:
    """A rational for people, which is marked where it is rounded.

    Examples
    --------
    >>> from flint import fmpq
    >>> about(fmpq(1, 3)), about(fmpq(10**30, 3**40))
    ('1/3', 'about 82252633399.6996')
    """
    text = shown(value)
    return text if text == str(value) else f"about {text}"


def shown_point(point: Sequence[Any]) -> str:
    """A point for people: its first coordinates in brackets, and how many more there are.

    Examples
    --------
    >>> shown_point([1, 2]), shown_point([0] * 784)[-31:]
    ('(1, 2)', '0, 0, and 772 more with --json)')
    """
    return f"({listed(list(map(shown, point)))})"
