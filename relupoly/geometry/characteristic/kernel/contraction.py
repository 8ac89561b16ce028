"""Contractions of weighted arrangements, down to those of rank 3."""

from __future__ import annotations

import numpy as np

from relupoly.geometry.characteristic.kernel.arithmetic import scale_vector, times
from relupoly.geometry.characteristic.kernel.compiler import njit
from relupoly.geometry.characteristic.kernel.field import BAD, EMPTY
from relupoly.geometry.characteristic.kernel.symmetry import orbits
from relupoly.geometry.characteristic.kernel.tables import find, table_for, top_of


@njit
def contract(rows, weights, index, field, out, out_weights):
    """Restrict all vectors to one of them: the vectors in one coordinate less, with added weights; how many, or BAD."""
    primes, reciprocals, _ = field
    m, k, count = rows.shape
    by = rows[index]
    top = top_of(by, k)
    codes, table = np.empty(m, np.int64), table_for(m)
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


@njit
def finish(rows, weights, base, field, moduli, inverses, sums):
    """Add up the last Whitney numbers above a flat of corank 4, modulo primes.

    sums[d] becomes, modulo each prime, the sum over all chains of d < 4 flats above it of the product of their shares. The
    share of a flat in the one before it is z / (n + z), where z hyperplanes contain the flat but not the one before, and
    n contain that.

    Parameters
    ----------
    base : int
        How many hyperplanes contain the flat.
    inverses : ndarray of int64, shape (number of moduli, more than the number of hyperplanes)
        Of 1, 2, 3, ... modulo each prime.
    """
    m, _, count = rows.shape
    leader, sizes = np.empty(m, np.int64), np.zeros(m, np.int64)
    if not orbits(rows, weights, field, leader):
        return BAD
    for i in range(m):
        sizes[leader[i]] += 1
    out, out_weights = np.empty((m, 3, count), np.int64), np.empty(m, np.int64)
    part = np.zeros((3, len(moduli)), np.int64)
    for q in range(len(moduli)):
        for d in range(len(sums)):
            sums[d, q] = d == 0
    for i in range(m):
        if not sizes[i]:
            continue
        found = contract(rows, weights, i, field, out, out_weights)
        total = base + weights[i]
        if found < 0 or _finish_rank_3(out[:found], out_weights, total, field, moduli, inverses, part) < 0:
            return BAD
        for q in range(len(moduli)):
            share = sizes[i] * weights[i] * inverses[q, total] % moduli[q]
            for d in range(3):
                sums[d + 1, q] = (sums[d + 1, q] + share * part[d, q]) % moduli[q]
    return 0


@njit
def _finish_rank_3(rows, weights, base, field, moduli, inverses, sums):
    """The same above a flat of corank 3."""
    m, _, count = rows.shape
    p = field.primes[0] if len(field.inverses) else 0
    at_slope, slopes = np.zeros(p + 1, np.int64), np.empty(m, np.int64)
    out, out_weights = np.empty((m, 2, count), np.int64), np.empty(m, np.int64)
    for q in range(len(moduli)):
        for d in range(len(sums)):
            sums[d, q] = d == 0
    for i in range(m):
        if p:
            found = _weights_on_line(rows, weights, i, field, at_slope, slopes, out_weights)
        else:
            found = contract(rows, weights, i, field, out, out_weights)
        if found < 0:
            return BAD
        total = base + weights[i]
        for q in range(len(moduli)):
            part = np.int64(0)
            for j in range(found):
                part += out_weights[j] * inverses[q, total + out_weights[j]] % moduli[q]
            share = weights[i] * inverses[q, total] % moduli[q]
            sums[1, q] = (sums[1, q] + share) % moduli[q]
            sums[2, q] = (sums[2, q] + share * (part % moduli[q])) % moduli[q]
    return 0


@njit
def _weights_on_line(rows, weights, index, field, at_slope, slopes, out):
    """The weights of the points in which lines meet one of them; `at_slope` is zero before and after."""
    p, reciprocal, inverses = field.primes[0], field.reciprocals[0], field.inverses
    x, y = rows[index, 0, 0], rows[index, 1, 0]
    top = top_of(rows[index], 3)
    found = 0
    for j in range(len(rows)):
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
