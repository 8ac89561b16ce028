"""`Bounds`: a box in homogeneous essential coordinates, and what forms are on it at least and at most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from flint import fmpq, fmpz_mat
from numpy.typing import NDArray

from relupoly.exact.doubles import UNIT_ROUNDOFF
from relupoly.exact.floats import Floats, FloatVectors
from relupoly.exact.matrices import from_rows, integer_rows
from relupoly.exact.rationals import nearest_float


@dataclass(frozen=True)
class Bounds:
    """The box lower <= x <= upper.

    Attributes
    ----------
    lower, upper : tuple of fmpq, length d
    """

    lower: tuple[fmpq, ...]
    upper: tuple[fmpq, ...]

    @cached_property
    def outer(self) -> tuple[Floats, Floats]:
        """Doubles that are not above the lower bounds, and not below the upper ones; shape (d,) each."""
        return _rounded(self.lower, -np.inf), _rounded(self.upper, np.inf)

    @cached_property
    def inner(self) -> tuple[Floats, Floats]:
        """Doubles that are not below the lower bounds, and not above the upper ones; shape (d,) each."""
        return _rounded(self.lower, np.inf), _rounded(self.upper, -np.inf)

    @cached_property
    def size(self) -> Floats:
        """How large homogeneous coordinates are at most, 1 for the last; shape (d + 1,)."""
        low, high = self.outer
        return np.append(np.maximum(np.abs(low), np.abs(high)), 1.0)

    @cached_property
    def center(self) -> Floats:
        """A point strictly inside, unless the box is too thin for doubles; shape (d,)."""
        middle = [nearest_float((low + high) / 2) for low, high in zip(self.lower, self.upper, strict=True)]
        return np.array(middle, dtype=np.float64)

    @property
    def inequalities(self) -> fmpz_mat:
        """Homogeneous forms that are not negative on the box, shape (2 d, d + 1): those of lower bounds, then of upper ones."""
        size, rows = len(self.lower), []
        for sign, bounds in ((1, self.lower), (-1, self.upper)):
            for place, bound in enumerate(bounds):
                row = [fmpq(0)] * (size + 1)
                row[place], row[-1] = fmpq(sign), -sign * bound
                rows.append(row)
        return integer_rows(from_rows(rows, size + 1))

    def enclose(self, forms: FloatVectors) -> tuple[Floats, Floats]:
        """What each form is on the box at least, and at most."""
        return enclosed(forms, *self.outer)

    def least_exactly(self, form: Sequence[fmpq]) -> fmpq:
        """The least value of a homogeneous form with t = 1."""
        total = fmpq(form[-1])
        for entry, low, high in zip(form, self.lower, self.upper, strict=False):
            total += entry * (low if entry > 0 else high)
        return total

    def holds_strictly(self, point: Sequence[fmpq]) -> bool:
        """Whether a point of R^d is in the interior."""
        return all(low < entry < high for low, entry, high in zip(self.lower, point, self.upper, strict=True))


def enclosed(forms: FloatVectors, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """What homogeneous forms are at least, and at most, where coordinates are between bounds and the last one is 1.

    Parameters
    ----------
    forms : FloatVectors, shape (k, d + 1)
    low, high : ndarray of float64, shape (d,)

    Notes
    -----
    The sum of k products has an error of at most k u / (1 - k u) of the sum of sizes; the constant is doubled for the
    rounding of the bounds themselves, as in `relupoly.exact.floats`.
    """
    size = np.append(np.maximum(np.abs(low), np.abs(high)), 1.0)
    linear, constant = forms.value[:, :-1], forms.value[:, -1]
    rising = np.maximum(linear, 0.0)
    falling = linear - rising
    least = rising @ low + falling @ high + constant
    most = rising @ high + falling @ low + constant
    error = forms.error @ size + 4 * (forms.width + 4) * UNIT_ROUNDOFF * (np.abs(forms.value) @ size)
    error *= 1 + 2 * (forms.width + 4) * UNIT_ROUNDOFF
    return least - error, most + error


def _rounded(bounds: Sequence[fmpq], towards: float) -> Floats:
    """Doubles on one side of rationals."""
    found: NDArray[np.float64] = np.array([nearest_float(bound) for bound in bounds], dtype=np.float64)
    for place, (value, bound) in enumerate(zip(found.tolist(), bounds, strict=True)):
        exact = fmpq(*value.as_integer_ratio())
        if exact > bound if towards < 0 else exact < bound:
            found[place] = np.nextafter(value, towards)
    return found
