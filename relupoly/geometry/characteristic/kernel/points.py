"""Arrangements of rank 3: the points of the projective plane that lie on several of their lines."""

from __future__ import annotations

import numpy as np

from relupoly.geometry.characteristic.kernel.arithmetic import inverse_of, times
from relupoly.geometry.characteristic.kernel.field import BAD, EMPTY, FOREVER
from relupoly.geometry.characteristic.kernel.room import CODES, DIRECTIONS, HEIGHTS, PLACES, PRODUCTS
from relupoly.geometry.characteristic.kernel.tables import copy_vectors, empty, find, table_size
from relupoly.jit import njit


@njit()
def count_points(rows, m, low, field, room):
    """The second Whitney number of m vectors of rank 3: how many distinct points earlier lines cut out of each."""
    if len(field.inverses):
        return _points_by_table(rows, m, low, field, room)
    return _points_by_search(rows, m, low, field, room)


@njit()
def _points_by_table(rows, m, low, field, room):
    p, reciprocal, inverses = field.primes[0], field.reciprocals[0], field.inverses
    seen = room.slopes
    for slope in range(p + 1):
        seen[slope] = 0
    for a in range(low):
        seen[rows[a, 0, 0] if rows[a, 1, 0] else p] = FOREVER
    total = max(0, low - 1) + low * (m - low)
    for i in range(low, m):
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


@njit()
def _points_by_search(rows, m, low, field, room):
    """The same where slopes are too many for a table; all that belong to one line are divided by one inverse."""
    primes, reciprocals, inverses = field
    count = len(primes)
    slopes, steps, products = room.points[DIRECTIONS], room.points[HEIGHTS], room.points[PRODUCTS]
    codes, places = room.words[CODES], room.words[PLACES]
    table = room.tables[0][: table_size(m)]
    empty(table)
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
            products[known, 0, q] = 1
        for j in range(low, i):
            absent = 0
            for q in range(count):
                x, y = rows[j, 0, q] - rows[i, 0, q], rows[j, 1, q] - rows[i, 1, q]
                slopes[fresh, 0, q] = x + primes[q] if x < 0 else x
                steps[fresh, 0, q] = y + primes[q] if y < 0 else y
                absent += y == 0
            if absent == count:
                total += not vertical
                vertical = True
                continue
            if absent:
                return np.int64(BAD)
            for q in range(count):
                products[fresh + 1, 0, q] = times(products[fresh, 0, q], steps[fresh, 0, q], primes[q], reciprocals[q])
            fresh += 1
        for q in range(count):
            p, reciprocal = primes[q], reciprocals[q]
            inverse = inverse_of(products[fresh, 0, q], p, inverses)
            for a in range(fresh - 1, known - 1, -1):
                slopes[a, 0, q] = times(slopes[a, 0, q], times(inverse, products[a, 0, q], p, reciprocal), p, reciprocal)
                inverse = times(inverse, steps[a, 0, q], p, reciprocal)
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
