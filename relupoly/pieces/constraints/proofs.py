"""What proves that a form is positive on a cell: multipliers, in doubles with error bounds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from flint import fmpq, fmpz

from relupoly.exact.doubles import UNIT_ROUNDOFF
from relupoly.exact.floats import Floats, FloatVectors
from relupoly.pieces.forms.bounds import Bounds


def is_positive(form: FloatVectors, rows: FloatVectors, multipliers: Floats, bounds: Bounds) -> bool:
    """Whether these multipliers prove that a form is positive on a box where no row is negative.

    Parameters
    ----------
    form : FloatVectors, shape (1, D)
    rows : FloatVectors, shape (m, D)
    multipliers : ndarray of float64, shape (m,)
        Not negative.

    Notes
    -----
    The form is the combination of rows, which is not negative, and a rest, which the box bounds from below. Any doubles will do
    as multipliers; what they are not exactly is in the rest.
    """
    used = np.flatnonzero(multipliers)
    weights = multipliers[used]
    value, error = rows.value[used], rows.error[used]
    rest = form.value[0] - weights @ value
    size = np.abs(form.value[0]) + weights @ np.abs(value)
    wrong = form.error[0] + weights @ error + 2 * (len(used) + 4) * UNIT_ROUNDOFF * size
    least, _ = bounds.enclose(FloatVectors(rest[None], wrong[None] * (1 + 4 * (len(used) + 4) * UNIT_ROUNDOFF)))
    return bool(least[0] > 0)


def value(form: Sequence[fmpz], point: Sequence[fmpq]) -> fmpq:
    """A homogeneous form at a point with t = 1."""
    return sum((one * other for one, other in zip(form, point, strict=False)), fmpq(form[-1]))
