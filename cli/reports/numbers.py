"""Numbers as reports show them: exactly, as a double, or in few digits."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any


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
