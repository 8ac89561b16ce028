"""The dual simplex method of `relupoly.geometry.box_simplex` as machine code: the same steps, some twenty times as fast.

What profiles taught: interpreted, three quarters of a count over constraints went into some five exchanges for each program, in
calls of numpy on short arrays.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from relupoly.jit import njit


class Workspace(NamedTuple):
    """A dictionary and one program about it.

    Attributes
    ----------
    table : ndarray of float64, shape (M, d + 1)
        Basic variables as forms in the others; the first m rows are used, here and below.
    basic : ndarray of int64, shape (M,)
    others : ndarray of int64, shape (d,)
    lower, upper : ndarray of float64, shape (d + M,)
        Bounds of coordinates, then of slacks.
    cost : ndarray of float64, shape (d + 1,)
        The objective in the variables that are not basic.
    inside : ndarray of float64, shape (d + M,)
        The values of all variables at a point of the interior.
    value : ndarray of float64, shape (d + M,)
        Those at the present basis, and at the end those of what was found.
    numbers : ndarray of float64, shape (3,)
        The objective at the point inside; what is taken for positive or for a violated bound; which share of what other
        variables do is too little for an exchange.
    ratio : ndarray of float64, shape (d,)
        Of those that may be exchanged, a heap.
    column : ndarray of int64, shape (d,)
        Which these are.
    """

    table: NDArray[np.float64]
    basic: NDArray[np.int64]
    others: NDArray[np.int64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    cost: NDArray[np.float64]
    inside: NDArray[np.float64]
    value: NDArray[np.float64]
    numbers: NDArray[np.float64]
    ratio: NDArray[np.float64]
    column: NDArray[np.int64]


@njit()
def least(work, m, without, steps):
    """Look for a point where the objective is negative, or for a basis at which it is positive.

    Parameters
    ----------
    work : Workspace
    m : int
        The number of rows.
    without : int
        The slack of a row that may be violated, or -1.
    steps : int
        How many exchanges at most.

    Returns
    -------
    int
        Twice the number of exchanges, and one more where a point was found.
    """
    for step in range(steps):
        total = _value(work, m)
        if total > work.numbers[1]:
            return 2 * step
        reach = _reach(work, m, without)
        start = work.numbers[0]
        if start + reach * (total - start) < -work.numbers[1]:
            for i in range(work.others.size):
                work.value[i] = work.inside[i] + reach * (work.value[i] - work.inside[i])
            return 2 * step + 1
        row = _most_violated(work, m)
        if row < 0:
            return 2 * step
        column = _entering(work, row)
        if column < 0:
            return 2 * step
        _exchange(work, m, row, column)
    return 2 * steps


@njit()
def _value(work, m):
    """The values of all variables where those that are not basic are at their better bounds. Returns that of the objective."""
    d = work.others.size
    total = work.cost[d]
    for j in range(d):
        place = work.others[j]
        at = work.lower[place] if work.cost[j] >= 0.0 else work.upper[place]
        work.value[place] = at
        work.ratio[j] = at
        total += work.cost[j] * at
    for i in range(m):
        line = work.table[i]
        value = line[d]
        for j in range(d):
            value += line[j] * work.ratio[j]
        work.value[work.basic[i]] = value
    return total


@njit()
def _reach(work, m, without):
    """Which share of the way from the point inside to the present one is in the polytope."""
    d = work.others.size
    reach = 1.0
    for i in range(m):
        place = work.basic[i]
        if place == without:
            continue
        start, end = work.inside[place], work.value[place]
        if end < work.lower[place] and end < start:
            reach = min(reach, (start - work.lower[place]) / (start - end))
        elif place < d and end > work.upper[place] and end > start:
            reach = min(reach, (work.upper[place] - start) / (end - start))
    return max(reach, 0.0)


@njit()
def _most_violated(work, m):
    """The row of the basic variable that violates a bound most, in shares of what it can be; -1 if none does."""
    row, most = -1, work.numbers[1]
    for i in range(m):
        place = work.basic[i]
        low, high, value = work.lower[place], work.upper[place], work.value[place]
        share = max(low - value, value - high) / (high - low)
        if share > most:
            row, most = i, share
    return row


@njit()
def _entering(work, row):
    """Which variable is exchanged for a basic one that violates a bound; those that are passed change to their other bound."""
    d = work.others.size
    place = work.basic[row]
    below, above = work.lower[place] - work.value[place], work.value[place] - work.upper[place]
    sign = 1.0 if below > above else -1.0
    left = max(below, above)
    line, most = work.table[row], 0.0
    for j in range(d):
        span = abs(line[j]) * (work.upper[work.others[j]] - work.lower[work.others[j]])
        most = max(most, span)
    most *= work.numbers[2]
    count = 0
    for j in range(d):
        rate = sign * line[j]
        able = rate > 0.0 if work.cost[j] >= 0.0 else rate < 0.0
        if able and abs(line[j]) * (work.upper[work.others[j]] - work.lower[work.others[j]]) > most:
            work.ratio[count] = abs(work.cost[j]) / abs(line[j])
            work.column[count] = j
            count += 1
    for start in range(count // 2 - 1, -1, -1):
        _sift(work, start, count)
    column = -1
    while count:
        column = work.column[0]
        other = work.others[column]
        left -= abs(line[column]) * (work.upper[other] - work.lower[other])
        if left <= 0.0:
            break
        count -= 1
        work.ratio[0], work.column[0] = work.ratio[count], work.column[count]
        _sift(work, 0, count)
    return column


@njit()
def _sift(work, start, count):
    """Bring an entry of the heap to its place."""
    ratio, column = work.ratio[start], work.column[start]
    hole = start
    while 2 * hole + 1 < count:
        child = 2 * hole + 1
        if child + 1 < count and work.ratio[child + 1] < work.ratio[child]:
            child += 1
        if work.ratio[child] >= ratio:
            break
        work.ratio[hole], work.column[hole] = work.ratio[child], work.column[child]
        hole = child
    work.ratio[hole], work.column[hole] = ratio, column


@njit()
def _exchange(work, m, row, column):
    """Exchange a basic variable and another one, in the objective as well."""
    d = work.others.size
    pivot, line = work.table[row, column], work.table[row]
    for j in range(d + 1):
        line[j] /= -pivot
    line[column] = 1.0 / pivot
    for i in range(m):
        if i != row:
            other = work.table[i]
            factor = other[column]
            if factor != 0.0:
                other[column] = 0.0
                for j in range(d + 1):
                    other[j] += factor * line[j]
    factor = work.cost[column]
    work.cost[column] = 0.0
    for j in range(d + 1):
        work.cost[j] += factor * line[j]
    work.basic[row], work.others[column] = work.others[column], work.basic[row]
