"""What proves that a form is not negative on a cell: multipliers, in doubles with error bounds, or exactly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from flint import fmpq, fmpq_mat, fmpz, fmpz_mat

from relupoly.exact.doubles import UNIT_ROUNDOFF
from relupoly.exact.floats import Floats, FloatVectors
from relupoly.geometry.box_simplex import Basis
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


def exact_least(
    form: Sequence[fmpz], rows: Sequence[Sequence[fmpz]], basis: Basis, bounds: Bounds
) -> tuple[fmpq | None, list[fmpq] | None]:
    """What a basis tells: a lower bound of a form on the polytope, and a point of the polytope, as far as it tells these.

    Parameters
    ----------
    form : sequence of fmpz, length D
    rows : sequence of sequences of fmpz
        Of the whole cell.
    """
    size = len(form) - 1
    solved, tight = basis.solved.tolist(), basis.rows.tolist()
    square = fmpz_mat(len(tight), len(solved), [rows[row][column] for row in tight for column in solved])
    try:
        multipliers = _solve(square.transpose(), [form[column] for column in solved])
        least = None
        if all(entry >= 0 for entry in multipliers):
            rest = [fmpq(entry) for entry in form]
            for factor, row in zip(multipliers, tight, strict=True):
                rest = [one - factor * other for one, other in zip(rest, rows[row], strict=True)]
            least = bounds.least_exactly(rest)
        point = [bounds.upper[j] if basis.upper[j] else bounds.lower[j] for j in range(size)]
        free = [j for j in range(size) if j not in set(solved)]
        right = [-sum((rows[row][j] * point[j] for j in free), fmpq(rows[row][-1])) for row in tight]
        for j, entry in zip(solved, _solve(square, right), strict=True):
            point[j] = entry
    except ZeroDivisionError:
        return None, None
    inside = all(low <= entry <= high for low, entry, high in zip(bounds.lower, point, bounds.upper, strict=True))
    if not inside or any(value(row, point) < 0 for row in rows):
        return least, None
    return least, point


def value(form: Sequence[fmpz], point: Sequence[fmpq]) -> fmpq:
    """A homogeneous form at a point with t = 1."""
    return sum((one * other for one, other in zip(form, point, strict=False)), fmpq(form[-1]))


def _solve(square: fmpz_mat, right: Sequence[fmpq | fmpz]) -> list[fmpq]:
    if not right:
        return []
    return list(fmpq_mat(square).solve(fmpq_mat(len(right), 1, list(right))).entries())
