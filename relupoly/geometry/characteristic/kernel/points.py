"""Arrangements of rank 3: the points of the projective plane that lie on several of their lines."""

from __future__ import annotations

import numpy as np

from relupoly.geometry.characteristic.kernel.arithmetic import inverse_of, times
from relupoly.geometry.characteristic.kernel.compiler import njit
from relupoly.geometry.characteristic.kernel.field import BAD, EMPTY, FOREVER
from relupoly.geometry.characteristic.kernel.tables import copy_vectors, find, table_for


@njit
def count_points(rows, low, field):
    """The second Whitney number of an arrangement of rank 3: how many distinct points earlier lines cut out of each."""
    if len(field.inverses):
        return _points_by_table(rows, low, field)
    return _points_by_search(rows, low, field)


@njit
def _points_by_table(rows, low, field):
    p, reciprocal, inverses = field.primes[0], field.reciprocals[0], field.inverses
    seen = np.zeros(p + 1, np.int64)
    for a in range(low):
        seen[rows[a, 0, 0] if rows[a, 1, 0] else p] = FOREVER
    total = max(0, low - 1) + low * (len(rows) - low)
    for i in range(low, len(rows)):
        x, y = rows[i, 0, 0], rows[i, 1, 0]
        for j in range(low, i):
            right, up = rows[j, 0, 0] - x, rows[j, 1, 0] - y
            if up == 0:
                slope = p
            else:
                slope = times(right + p if right < 0 else right, inverses[up + p if up < 0 else up], p, reciprocal)
            if seen[slope] < i:
                seen[slope] = i
                total += 1
    return total


@njit
def _points_by_search(rows, low, field):
    """The same where slopes are too many for a table; all that belong to one line are divided by one inverse."""
    primes, reciprocals, inverses = field
    m, count = len(rows), len(primes)
    slopes = np.empty((m, 1, count), np.int64)
    steps = np.empty((m, count), np.int64)
    products = np.empty((m + 1, count), np.int64)
    codes, table = np.empty(m, np.int64), table_for(m)
    places = np.empty(m, np.int64)
    known, vertical_below = 0, False
    for a in range(low):
        if rows[a, 1, 0] == 0:
            vertical_below = True
            continue
        copy_vectors(slopes, known, rows, a, 1, 1)
        place, code = find(table, codes, slopes, slopes[known], 1)
        table[place], codes[known] = known, code
        known += 1
    total = max(0, low - 1) + low * (m - low)
    for i in range(low, m):
        fresh, vertical = known, vertical_below
        for q in range(count):
            products[known, q] = 1
        for j in range(low, i):
            absent = 0
            for q in range(count):
                x, y = rows[j, 0, q] - rows[i, 0, q], rows[j, 1, q] - rows[i, 1, q]
                slopes[fresh, 0, q] = x + primes[q] if x < 0 else x
                steps[fresh, q] = y + primes[q] if y < 0 else y
                absent += y == 0
            if absent == count:
                total += not vertical
                vertical = True
                continue
            if absent:
                return np.int64(BAD)
            for q in range(count):
                products[fresh + 1, q] = times(products[fresh, q], steps[fresh, q], primes[q], reciprocals[q])
            fresh += 1
        for q in range(count):
            p, reciprocal = primes[q], reciprocals[q]
            inverse = inverse_of(products[fresh, q], p, inverses)
            for a in range(fresh - 1, known - 1, -1):
                slopes[a, 0, q] = times(slopes[a, 0, q], times(inverse, products[a, q], p, reciprocal), p, reciprocal)
                inverse = times(inverse, steps[a, q], p, reciprocal)
        found = 0
        for a in range(known, fresh):
            place, code = find(table, codes, slopes, slopes[a], 1)
            if table[place] == EMPTY:
                table[place], codes[a] = a, code
                places[found] = place
                found += 1
        for a in range(found):
            table[places[a]] = EMPTY
        total += found
    return total
