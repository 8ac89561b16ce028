"""Numbers as reports show them: exactly, as a double, or in few digits."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any


def number(value: Fraction) -> float | str:
    """The double nearest to a rational; its text where there is none."""
    from flint import fmpq

    from relupoly.exact.rationals import nearest_float

    found = nearest_float(fmpq(value.numerator, value.denominator))
    return found if math.isfinite(found) else exact(value)


def exact(value: Fraction) -> str:
    """A rational as "p/q" or "p"."""
    from relupoly.training.certificate import exact_text

    return exact_text(value)


def decimal(value: Any) -> str:
    """A rational for people, rounded unless it is short."""
    from flint import fmpq

    from relupoly.exact.rationals import decimal_text

    return decimal_text(value if isinstance(value, fmpq) else fmpq(value.numerator, value.denominator))
