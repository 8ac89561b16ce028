"""Dictionaries of linear programs: exchanges of forms, and what they prove."""

from __future__ import annotations

import numpy as np

from relupoly.jit import njit
from relupoly.pieces.kernel.arithmetic import product_at
from relupoly.pieces.kernel.constants import (
    EXACT,
    FLOATS,
    MOST_PIVOTS,
    NEGLIGIBLE,
    NEGLIGIBLE_PIVOT,
    UNIT,
)
from relupoly.pieces.kernel.regions import all_apart, insert_point


@njit()
def exchange(table, basis, row, enter, rows, d):
    """Exchange a row's form with the one of a column."""
    column = table[enter]
    factor = 1.0 / column[row]
    for i in range(rows):
        column[i] *= factor
    column[row] = 1.0
    for c in range(d):
        factor = table[c, row]
        if c != enter and factor != 0:
            target = table[c]
            for i in range(rows):
                target[i] -= factor * column[i]
            target[row] = 0.0
    basis[enter] = row


@njit()
def seek(table, basis, facets, row, rows, d):
    """Walk to where a form changes sign: the column to exchange it with there, -1 if it never does, -2 if there is trouble.

    Each step goes along the edge on which the form's size falls fastest. Where none falls, or so little that the form cannot
    vanish, the form has its minimum.
    """
    for _ in range(MOST_PIVOTS):
        value = table[d - 1, row]
        side = -1.0 if value > 0 else 1.0
        enter, slope = -1, abs(value) * NEGLIGIBLE
        for c in range(d - 1):
            if basis[c] < facets and side * table[c, row] > slope:
                enter, slope = c, side * table[c, row]
        if enter < 0:
            return -1
        leave = _blocking(table, facets, enter, d)
        if leave < 0 or abs(value) * -table[enter, leave] <= table[d - 1, leave] * slope:
            return enter
        exchange(table, basis, leave, enter, rows, d)
    return -2


@njit()
def _blocking(table, facets, enter, d):
    """The wall that an edge runs into; -1 if there is none."""
    column, constant = table[enter], table[d - 1]
    leave, step = -1, np.inf
    for i in range(facets):
        if column[i] < -NEGLIGIBLE_PIVOT and constant[i] < -column[i] * step:
            leave, step = i, constant[i] / -column[i]
    return leave


@njit()
def misses(room, table, basis, facets, row, d):
    """Whether a hyperplane certainly misses the flat inside the cone, as its dictionary says.

    Where its form has its smallest value, it is that multiple of the sum of walls, plus multiples of forms that are
    not negative on the flat. These multiples are taken as they are: whatever is left of the form, is too small
    to matter.
    """
    form, form_error, reach = room.form, room.form_error, room.reach
    value = table[d - 1, row]
    doubt = 0.0
    for z in range(d):
        rest, size, error = form[row, z], abs(form[row, z]), form_error[row, z]
        for c in range(d):
            factor = table[c, row]
            if basis[c] < facets and factor * value < 0:
                continue
            term = factor * form[basis[c], z]
            rest -= term
            size += abs(term)
            error += abs(factor) * form_error[basis[c], z]
        doubt += (abs(rest) + 4 * (d + 4) * UNIT * size + error) * reach[z]
    return abs(value) > doubt * (1 + 4 * (d + 4) * UNIT)


@njit()
def is_vertex(room, table, basis, facets, planes, d):
    """Whether a dictionary's vertex is certainly one, and off all walls but those of its basis.

    Then its flat meets the inside of the cone, and the forms that vanish there are independent. The vertex solves linear
    equations, of which the dictionary holds an approximate inverse: see `refresh`. Bounds are coarser than there: for a form
    and a vector, the form's sum of sizes times the vector's largest entry.
    """
    form, size, rounding, vertex, entry, residual = room.form, room.size, room.rounding, room.vertex, room.entry, room.residual
    at = facets + planes + 1
    largest = 0.0
    for z in range(d):
        vertex[z] = table[d - 1, at + z]
        largest = max(largest, abs(vertex[z]))
    vanishing = np.uint64(0)
    for c in range(d):
        i = basis[c]
        gap = -1.0 if c == d - 1 else 0.0
        for z in range(d):
            gap += form[i, z] * vertex[z]
        residual[c] = abs(gap) + rounding[i] * (largest + 1) + 4 * (d + 4) * UNIT
        if i < facets:
            vanishing |= np.uint64(1) << np.uint64(i)
    worst = norm = 0.0
    for x in range(d):
        for z in range(d):
            entry[z] = -1.0 if x == z else 0.0
        bound = total = 0.0
        # Four at a time: the loops are short, and each costs something to begin.
        for c in range(0, d - 3, 4):
            p, q, r, s = table[c, at + x], table[c + 1, at + x], table[c + 2, at + x], table[c + 3, at + x]
            one, two, three, four = basis[c], basis[c + 1], basis[c + 2], basis[c + 3]
            for z in range(d):
                entry[z] += p * form[one, z] + q * form[two, z] + r * form[three, z] + s * form[four, z]
        for c in range(d - d % 4, d):
            p, one = table[c, at + x], basis[c]
            for z in range(d):
                entry[z] += p * form[one, z]
        for c in range(d):
            p = abs(table[c, at + x])
            bound += p * residual[c]
            total += p * rounding[basis[c]]
        for z in range(d):
            total += abs(entry[z])
        if not (bound < EXACT and total < 0.25):
            return False
        worst, norm = max(worst, bound), max(norm, total)
    norm += 8 * (d + 4) * UNIT
    # The largest error of an entry of the vertex; the factor covers the rounding of all sums of sizes.
    worst *= (1 + 2 * norm) * (1 + 16 * (d + 4) * UNIT)
    for z in range(d):
        room.vertex_error[z] = worst
    for i in range(facets):
        value = 0.0
        for z in range(d):
            value += form[i, z] * vertex[z]
        if not (vanishing >> np.uint64(i)) & np.uint64(1) and not value > 2 * (
            worst * size[i] + rounding[i] * (largest + worst)
        ):
            return False
    return True


@njit()
def count_points(room, table, basis, facets, planes, level, d):
    """In how many points the open hyperplanes cross a flat that is a segment; -1 if that cannot be proved.

    Both ends are vertices for certain, all forms have certain signs there, and no two points may be the same.
    """
    form, form_error, vertex, error = room.form, room.form_error, room.vertex, room.vertex_error
    count, chosen, start, start_error = room.count[level, 0], room.open[level], room.start, room.start_error
    if not is_vertex(room, table, basis, facets, planes, d):
        return -1
    for i in range(count):
        row = facets + chosen[i]
        start[i], start_error[i] = product_at(form[row], form_error[row], np.int64(0), vertex, error, d, FLOATS)
    enter = np.int64(0)
    while basis[enter] >= facets:
        enter += 1
    leave = _blocking(table, facets, enter, d)
    if leave < 0:
        return -1
    exchange(table, basis, leave, enter, facets + planes + 1 + d, d)
    if not is_vertex(room, table, basis, facets, planes, d):
        return -1
    points = np.int64(0)
    for i in range(count):
        row = facets + chosen[i]
        a, a_error = start[i], start_error[i]
        b, b_error = product_at(form[row], form_error[row], np.int64(0), vertex, error, d, FLOATS)
        if not (abs(a) > 2 * a_error and abs(b) > 2 * b_error):
            return -1
        if (a > 0) != (b > 0):
            insert_point(room, points, abs(a), a_error, abs(b), b_error)
            points += 1
    return points if all_apart(room, points) else -1
