"""Restrictions of arrangements to hyperplanes, and the Whitney numbers by deletion and restriction."""

from __future__ import annotations

from relupoly.geometry.characteristic.kernel.arithmetic import scale_vector
from relupoly.geometry.characteristic.kernel.field import BAD, EMPTY
from relupoly.geometry.characteristic.kernel.points import count_points
from relupoly.geometry.characteristic.kernel.room import CODES, COUNTS, IMAGES, LOWS, STEPS, TOPS
from relupoly.geometry.characteristic.kernel.tables import copy_vectors, empty, find, flat_size, place_of, table_size, top_of
from relupoly.jit import njit


@njit()
def _prepare(rows, low, k, table, codes, tops):
    """Enter the first `low` vectors, which lie in the first k - 1 coordinates, into a hash table."""
    for i in range(low):
        tops[i] = top_of(rows[i], k - 1)
        place, code = find(table, codes, rows, rows[i], k - 1)
        table[place] = i
        codes[i] = code


@njit()
def _restrict(rows, k, low, index, field, table, codes, tops, work, out):
    """Restrict vectors with k coordinates to one of the last block; only the vectors before it.

    Those below the block stay what they are, and those of the block become differences with the chosen one. `table`,
    `codes`, `tops` and `work` hold the first `low` vectors already, and do so again at the end.

    Returns
    -------
    int
        How many vectors there are in `out`, in order of their tops; or BAD.
    """
    k -= 1
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


@njit()
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


@njit()
def restriction(rows, index, field, out, room):
    """Write the restriction to the vector of an index in the last block of those before it; how many vectors, or BAD."""
    m, k, _ = rows.shape
    low = flat_size(rows, m, k)
    codes, tops, work = room.words[CODES], room.words[TOPS], room.vectors[IMAGES]
    table = room.tables[0][: table_size(m)]
    empty(table)
    copy_vectors(work, 0, rows, 0, low, k - 1)
    _prepare(work, low, k, table, codes, tops)
    return _restrict(rows, k, low, index, field, table, codes, tops, work, out)


@njit()
def _shift(total, numbers):
    """Add s times a polynomial."""
    for d in range(1, len(total)):
        total[d] += numbers[d - 1]


@njit()
def whitney(rows, field, numbers, room):
    """Write the Whitney numbers of an arrangement of rank at least 3; the status is 0 or BAD.

    With the block B of the vectors that have the last coordinate, and the rest A, in k - 1 coordinates, the numbers
    are w(s) = (1 + s) w(A; s) + s sum_{i > 0} w(A and B_0, ..., B_{i-1} restricted to B_i; s). Each rank has its own part of
    the arrays: numba cannot keep a function that calls itself on disk (numba issue 6061).
    """
    m, rank, _ = rows.shape
    words, tables, size = room.words, room.tables, table_size(m)
    work, part = room.vectors[: rank + 1], room.vectors[rank + 1 :]
    count, low, step = words[COUNTS], words[LOWS], words[STEPS]
    sums, below = room.polynomials[0], room.polynomials[1]
    copy_vectors(part[rank], 0, rows, 0, m, rank)
    count[rank] = m
    k = rank
    fresh = True
    while True:
        here = part[k]
        codes, tops, table = words[2 * k + CODES], words[2 * k + TOPS], tables[k][:size]
        if fresh:
            low[k], step[k] = flat_size(here, count[k], k), 0
            for d in range(rank + 1):
                sums[k, d] = 0
            if k > 3:
                empty(table)
                copy_vectors(work[k], 0, here, 0, low[k], k - 1)
                _prepare(work[k], low[k], k, table, codes, tops)
            fresh = False
        if k == 3:
            points = count_points(here, count[k], low[k], field, room)
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
            found = _restrict(here, k, low[k], step[k], field, table, codes, tops, work[k], part[k - 1])
            if found < 0:
                return BAD
            if found == low[k]:
                _shift(sums[k], below[k])
                step[k] += 1
                continue
        k -= 1
        count[k] = found
        fresh = True
