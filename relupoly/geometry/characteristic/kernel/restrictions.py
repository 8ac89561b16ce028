"""Restrictions of arrangements to hyperplanes, and the Whitney numbers by deletion and restriction."""

from __future__ import annotations

import numpy as np

from relupoly.geometry.characteristic.kernel.arithmetic import scale_vector
from relupoly.geometry.characteristic.kernel.compiler import njit
from relupoly.geometry.characteristic.kernel.field import BAD, EMPTY
from relupoly.geometry.characteristic.kernel.points import count_points
from relupoly.geometry.characteristic.kernel.tables import copy_vectors, find, flat_size, place_of, table_for, top_of


@njit
def _prepare(rows, low, k, table, codes, tops):
    """Enter the first `low` vectors, which lie in the first k - 1 coordinates, into a hash table."""
    for i in range(low):
        tops[i] = top_of(rows[i], k - 1)
        place, code = find(table, codes, rows, rows[i], k - 1)
        table[place] = i
        codes[i] = code


@njit
def _restrict(rows, low, index, field, table, codes, tops, work, out):
    """Restrict vectors to one of the last block; only the vectors before it.

    Those below the block stay what they are, and those of the block become differences with the chosen one. `table`,
    `codes`, `tops` and `work` hold the first `low` vectors already, and do so again at the end.

    Returns
    -------
    int
        How many vectors there are in `out`, in order of their tops; or BAD.
    """
    k = rows.shape[1] - 1
    primes = field.primes
    count = low
    for j in range(low, low + index):
        row = work[count]
        for c in range(k):
            for q in range(len(primes)):
                x = rows[j, c, q] - rows[low + index, c, q]
                row[c, q] = x + primes[q] if x < 0 else x
        top = scale_vector(row, k, field)
        if top < 0:
            return BAD
        place, code = find(table, codes, work, row, k)
        if table[place] == EMPTY:
            table[place] = count
            codes[count] = code
            tops[count] = top
            count += 1
    mask = len(table) - 1
    for j in range(count - 1, low - 1, -1):
        place = place_of(codes[j], mask)
        while table[place] != j:
            place = (place + 1) & mask
        table[place] = EMPTY
    _merge(work, low, count, k, tops, out)
    return count


@njit
def _merge(work, low, count, k, tops, out):
    """Write the vectors in order of their tops; the first `low` of them are in that order."""
    old, at = 0, 0
    for top in range(k):
        while old < low and tops[old] == top:
            copy_vectors(out, at, work, old, 1, k)
            old += 1
            at += 1
        for new in range(low, count):
            if tops[new] == top:
                copy_vectors(out, at, work, new, 1, k)
                at += 1


@njit
def restriction(rows, index, field):
    """The restriction to the vector of an index in the last block of those before it; empty if a prime is bad."""
    m, k, primes = rows.shape
    low = flat_size(rows, k)
    codes, tops = np.empty(m, np.int64), np.empty(m, np.int64)
    table, work, out = table_for(m), np.empty((m, k - 1, primes), np.int64), np.empty((m, k - 1, primes), np.int64)
    copy_vectors(work, 0, rows, 0, low, k - 1)
    _prepare(work, low, k, table, codes, tops)
    count = _restrict(rows, low, index, field, table, codes, tops, work, out)
    return out[: max(0, count)]


@njit
def _shift(total, numbers):
    """Add s times a polynomial."""
    for d in range(1, len(total)):
        total[d] += numbers[d - 1]


@njit
def whitney(rows, field, numbers):
    """Write the Whitney numbers of an arrangement of rank at least 3; the status is 0 or BAD.

    With the block B of the vectors that have the last coordinate, and the rest A, in k - 1 coordinates, the numbers
    are w(s) = (1 + s) w(A; s) + s sum_{i > 0} w(A and B_0, ..., B_{i-1} restricted to B_i; s). Each rank has its own part of
    the arrays: numba cannot keep a function that calls itself on disk (numba issue 6061).
    """
    m, rank, primes = rows.shape
    tables = np.full((rank + 1, len(table_for(m))), EMPTY, np.int64)
    codes, tops = np.empty((rank + 1, m), np.int64), np.empty((rank + 1, m), np.int64)
    work, part = np.empty((rank + 1, m, rank, primes), np.int64), np.empty((rank + 1, m, rank, primes), np.int64)
    count, low, step = np.zeros(rank + 1, np.int64), np.zeros(rank + 1, np.int64), np.zeros(rank + 1, np.int64)
    sums, below = np.zeros((rank + 1, rank + 1), np.int64), np.zeros((rank + 1, rank + 1), np.int64)
    copy_vectors(part[rank], 0, rows, 0, m, rank)
    count[rank] = m
    k = rank
    fresh = True
    while True:
        here = part[k, : count[k], :k]
        if fresh:
            low[k], step[k] = flat_size(here, k), 0
            for d in range(rank + 1):
                sums[k, d] = 0
            if k > 3:
                for place in range(tables.shape[1]):
                    tables[k, place] = EMPTY
                copy_vectors(work[k], 0, here, 0, low[k], k - 1)
                _prepare(work[k, :, : k - 1], low[k], k, tables[k], codes[k], tops[k])
            fresh = False
        if k == 3:
            points = count_points(here, low[k], field)
            if points < 0:
                return BAD
            sums[3, 0], sums[3, 1], sums[3, 2], sums[3, 3] = 1, count[3], points, points - count[3] + 1
        if k == 3 or step[k] == count[k] - low[k]:
            if k == rank:
                for d in range(rank + 1):
                    numbers[d] = sums[rank, d]
                return 0
            above = k + 1
            if step[above] == 0:
                for d in range(rank + 1):
                    below[above, d] = sums[k, d]
                    sums[above, d] += sums[k, d]
            _shift(sums[above], sums[k])
            step[above] += 1
            k = above
            continue
        if step[k] == 0:
            found = low[k]
            copy_vectors(part[k - 1], 0, here, 0, found, k - 1)
        else:
            out = part[k - 1, :, : k - 1]
            found = _restrict(here, low[k], step[k], field, tables[k], codes[k], tops[k], work[k, :, : k - 1], out)
            if found < 0:
                return BAD
            if found == low[k]:
                _shift(sums[k], below[k])
                step[k] += 1
                continue
        k -= 1
        count[k] = found
        fresh = True
