"""A guess, in doubles, which constraints hold with equality at the optimum of a linear program.

It is a simplex method in numpy that first makes all constraints hold, without care, and then goes uphill. Nothing rests on it:
the exact method of `relupoly.geometry.exact_simplex` begins with what is guessed here, and goes on from there; a bad guess
costs time.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Places: TypeAlias = NDArray[np.int64]

# Rows have largest entry 1, so what rounding leaves of a zero is far below this, and what is not zero mostly above.
_SMALL = 1e-9
_EXCHANGES_EACH = 3  # for each row and column: more are the sign of a cycle, which rounding can make


def guess_basis(rows: Sequence[Sequence[int]], objective: Sequence[int]) -> list[int]:
    """The numbers of the rows that are 0 where the method ends, or where it is given up.

    Parameters
    ----------
    rows : sequence of sequences of int
        Forms that may not be negative: a constant and a coefficient for each variable.
    objective : sequence of int
        A form, too; to be maximised.
    """
    table = np.array([_scaled(row) for row in [*rows, objective]])
    count, dimension = len(rows), len(objective) - 1
    basic, others = np.arange(count), np.arange(count, count + dimension)
    with np.errstate(all="ignore"):
        _exchange_free(table, basic, others)
        for _ in range(_EXCHANGES_EACH * (count + dimension)):
            pair = _next_pair(table, basic, others, count)
            if pair is None:
                break
            _exchange(table, basic, others, *pair)
    return [int(one) for one in others if one < count]


def _exchange_free(table: Floats, basic: Places, others: Places) -> None:
    """Make free variables basic, each for the row that depends on it most."""
    count = len(basic)
    for column in range(len(others)):
        able = np.where(basic < count, np.abs(table[:-1, column + 1]), 0)
        row = int(able.argmax()) if count else 0
        if count and able[row] > _SMALL:
            _exchange(table, basic, others, row, column)


def _next_pair(table: Floats, basic: Places, others: Places, count: int) -> tuple[int, int] | None:
    """The row and the column to exchange next; None at the end.

    The most negative row goes with the column that does least harm to the objective; where no row is negative, the best column
    goes with the row that it first brings to 0.
    """
    constants = np.where(basic < count, table[:-1, 0], 0)
    slack = others < count
    if constants.min(initial=0) < -_SMALL:
        row = int(constants.argmin())
        able = slack & (table[row, 1:] > _SMALL)
        harm = np.where(able, np.maximum(-table[-1, 1:], 0) / table[row, 1:], np.inf)
        return (row, int(harm.argmin())) if able.any() else None
    worth = np.where(slack, table[-1, 1:], 0)
    if worth.max(initial=0) <= _SMALL:
        return None
    column = int(worth.argmax())
    able = (basic < count) & (table[:-1, column + 1] < -_SMALL)
    steps = np.where(able, table[:-1, 0] / -table[:-1, column + 1], np.inf)
    return (int(steps.argmin()), column) if able.any() else None


def _exchange(table: Floats, basic: Places, others: Places, row: int, column: int) -> None:
    pivot = table[row, column + 1]
    solved = table[row] / -pivot
    solved[column + 1] = 1 / pivot
    factors = table[:, column + 1].copy()
    table[:, column + 1] = 0
    table += np.multiply.outer(factors, solved)
    table[row] = solved
    basic[row], others[column] = others[column], basic[row]


def _scaled(row: Sequence[int]) -> list[float]:
    """A form with largest entry 1; Python divides integers of any size."""
    most = max(map(abs, islice(row, 1, None)), default=0) or max(map(abs, row), default=0) or 1
    return [_ratio(entry, most) for entry in row]


def _ratio(entry: int, most: int) -> float:
    try:
        return entry / most
    except OverflowError:
        return float("inf") if entry > 0 else float("-inf")
