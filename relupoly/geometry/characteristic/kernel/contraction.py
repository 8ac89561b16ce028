"""Contractions of weighted arrangements, down to those of rank 3."""

from __future__ import annotations

import numpy as np

from relupoly.geometry.characteristic.kernel.arithmetic import scale_vector, times
from relupoly.geometry.characteristic.kernel.field import BAD, EMPTY
from relupoly.geometry.characteristic.kernel.room import (
    CODES,
    INNER,
    INNER_WEIGHTS,
    LEADER,
    OUTER,
    OUTER_WEIGHTS,
    SIZES,
    SLOPES,
)
from relupoly.geometry.characteristic.kernel.symmetry import canonical, orbits
from relupoly.geometry.characteristic.kernel.tables import empty, find, table_size, top_of
from relupoly.jit import njit


@njit()
def contract(rows, m, k, weights, index, field, out, out_weights, room):
    """Restrict m vectors with k coordinates to one of them: those in one coordinate less, with added weights.

    Returns how many there are, or BAD.
    """
    primes, reciprocals, _ = field
    count = len(primes)
    by = rows[index]
    top = top_of(by, k)
    codes, table = room.words[CODES], room.tables[0][: table_size(m)]
    empty(table)
    found = 0
    for i in range(m):
        if i == index:
            continue
        row = out[found]
        for q in range(count):
            factor = rows[i, top, q]
            for c in range(k):
                if c == top:
                    continue
                x = rows[i, c, q]
                if factor and c < top:
                    x -= times(factor, by[c, q], primes[q], reciprocals[q])
                row[c - (c > top), q] = x + primes[q] if x < 0 else x
        if scale_vector(row, k - 1, field) < 0:
            return BAD
        place, code = find(table, codes, out, row, k - 1)
        if table[place] == EMPTY:
            table[place], codes[found] = found, code
            out_weights[found] = weights[i]
            found += 1
        else:
            out_weights[table[place]] += weights[i]
    return found


@njit()
def section(rows, weights, index, field, out, out_weights, room):
    """Restrict vectors to one of them, in a form that is, mostly, the same for isomorphic ones; how many there are, or BAD."""
    m, k, _ = rows.shape
    narrower, sums = room.narrower, room.words[OUTER_WEIGHTS]
    found = contract(rows, m, k, weights, index, field, narrower, sums, room)
    if found < 0:
        return BAD
    status = canonical(narrower[:found], sums, field, out[:found], out_weights, room)
    return found if status == 0 else status


@njit()
def finish(rows, weights, base, field, shares, room):
    """Add up the last Whitney numbers above a flat of corank 4, modulo primes.

    `shares.sums[0, d]` becomes, modulo each prime, the sum over all chains of d < 4 flats above it of the product of their
    shares. The share of a flat in the one before it is z / (n + z), where z hyperplanes contain the flat but not the one
    before, and n contain that.

    Parameters
    ----------
    base : int
        How many hyperplanes contain the flat.
    """
    m = len(rows)
    moduli, inverses, sums = shares
    leader, sizes = room.words[LEADER], room.words[SIZES]
    if orbits(rows, weights, field, leader, room) < 0:
        return BAD
    for i in range(m):
        sizes[i] = 0
    for i in range(m):
        sizes[leader[i]] += 1
    out, out_weights = room.vectors[OUTER], room.words[OUTER_WEIGHTS]
    for q in range(len(moduli)):
        for d in range(4):
            sums[0, d, q] = d == 0
    for i in range(m):
        if not sizes[i]:
            continue
        found = contract(rows, m, 4, weights, i, field, out, out_weights, room)
        total = base + weights[i]
        if found < 0 or _finish_rank_3(out, found, out_weights, total, field, shares, room) < 0:
            return BAD
        for q in range(len(moduli)):
            share = sizes[i] * weights[i] * inverses[q, total] % moduli[q]
            for d in range(3):
                sums[0, d + 1, q] = (sums[0, d + 1, q] + share * sums[1, d, q]) % moduli[q]
    return 0


@njit()
def _finish_rank_3(rows, m, weights, base, field, shares, room):
    """The same above a flat of corank 3, to which m vectors are restricted; into `shares.sums[1]`."""
    moduli, inverses, sums = shares
    p = field.primes[0] if len(field.inverses) else 0
    out, out_weights = room.vectors[INNER], room.words[INNER_WEIGHTS]
    for slope in range(len(room.slopes)):
        room.slopes[slope] = 0
    for q in range(len(moduli)):
        for d in range(3):
            sums[1, d, q] = d == 0
    for i in range(m):
        if p:
            found = _weights_on_line(rows, m, weights, i, field, out_weights, room)
        else:
            found = contract(rows, m, 3, weights, i, field, out, out_weights, room)
        if found < 0:
            return BAD
        total = base + weights[i]
        for q in range(len(moduli)):
            part = np.int64(0)
            for j in range(found):
                part += out_weights[j] * inverses[q, total + out_weights[j]] % moduli[q]
            share = weights[i] * inverses[q, total] % moduli[q]
            sums[1, 1, q] = (sums[1, 1, q] + share) % moduli[q]
            sums[1, 2, q] = (sums[1, 2, q] + share * (part % moduli[q])) % moduli[q]
    return 0


@njit()
def _weights_on_line(rows, m, weights, index, field, out, room):
    """The weights of the points in which m lines meet one of them; `room.slopes` is zero before and after."""
    p, reciprocal, inverses = field.primes[0], field.reciprocals[0], field.inverses
    x, y = rows[index, 0, 0], rows[index, 1, 0]
    at_slope, slopes = room.slopes, room.words[SLOPES]
    top = top_of(rows[index], 3)
    found = 0
    for j in range(m):
        if j == index:
            continue
        right, up = rows[j, 0, 0], rows[j, 1, 0]
        if top == 2:
            if rows[j, 2, 0]:
                right -= x
                up -= y
                right += p if right < 0 else 0
                up += p if up < 0 else 0
            slope = times(right, inverses[up], p, reciprocal) if up else p
        elif rows[j, 2, 0] == 0:
            slope = p
        elif top == 1:
            slope = right - times(up, x, p, reciprocal)
            slope += p if slope < 0 else 0
        else:
            slope = up
        if at_slope[slope] == 0:
            slopes[found] = slope
            found += 1
        at_slope[slope] += weights[j]
    for a in range(found):
        out[a] = at_slope[slopes[a]]
        at_slope[slopes[a]] = 0
    return found
