"""Restrictions of arrangements as machine code, over finite fields that have the same matroid as the rationals.

Vectors are tables of shape (m, k, q): m hyperplanes, k coordinates, q primes. One prime is enough where it exceeds every
minor of the vectors; otherwise several are, whose product does (`relupoly.geometry.characteristic.fields`). Then a number
that arises here vanishes modulo all primes exactly if it is 0, and where it vanishes modulo some of them only, those primes
are not fit to divide: the kernel gives up with `BAD`, and the caller takes others.

A vector is normalised when its last non-zero coordinate, its `top`, is 1. Vectors of one arrangement are kept in order of
their tops, so that those of each coordinate subspace come first.

This module is the one place in this package that imports numba; it is imported by the functions that need it. It is one
long file because numba's cache compares the time stamp of the file that holds the cached function, not of those that hold
what it calls.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np

BAD = -2
_FOREVER = 2**62
_FAILURES = 8
_EMPTY = -1
_STARTS = 500


class Field(NamedTuple):
    """The primes.

    Attributes
    ----------
    primes : ndarray of int64, shape (q,)
        Below 2^31.
    reciprocals : ndarray of float64, shape (q,)
    inverses : ndarray of int64
        For a single short prime p the inverses of 1, ..., p - 1 at these places; else empty.
    """

    primes: Any
    reciprocals: Any
    inverses: Any


def njit(**options: Any) -> Any:
    """Compile without checks for division by zero: there is none."""
    return numba.njit(error_model="numpy", **options)


@njit(cache=True, nogil=True)
def _copy(target, at, source, start, count, k):
    """Copy the first k coordinates of some vectors; in loops, which compile faster than slices."""
    for i in range(count):
        for c in range(k):
            for q in range(source.shape[2]):
                target[at + i, c, q] = source[start + i, c, q]


@njit(cache=True, nogil=True)
def _times(a, b, p, reciprocal):
    """The product modulo p; the quotient is at most one off, since it is below 2^31 and doubles have 53 bits."""
    x = a * b
    x -= np.int64(x * reciprocal) * p
    if x < 0:
        x += p
    elif x >= p:
        x -= p
    return x


@njit(cache=True, nogil=True)
def _inverse(x, p, table):
    """The inverse modulo p of 0 < x < p."""
    if len(table):
        return table[x]
    high, low = p, x
    before, now = np.int64(0), np.int64(1)
    while low > 1:
        quotient = high // low
        high, low = low, high - quotient * low
        before, now = now, before - quotient * now
    return now + p if now < 0 else now


@njit(cache=True, nogil=True)
def _scale(row, k, field):
    """Divide a vector by its last non-zero coordinate, and return its place, or BAD."""
    primes, reciprocals, inverses = field
    count = len(primes)
    for top in range(k - 1, -1, -1):
        present = 0
        for q in range(count):
            present += row[top, q] != 0
        if not present:
            continue
        if present < count:
            return BAD
        for q in range(count):
            if row[top, q] != 1:
                factor = _inverse(row[top, q], primes[q], inverses)
                for c in range(top):
                    row[c, q] = _times(row[c, q], factor, primes[q], reciprocals[q])
                row[top, q] = 1
        return top
    return BAD


@njit(cache=True, nogil=True)
def _code(row, k):
    """A number that is equal for equal vectors, and hardly ever for others."""
    code = np.int64(0)
    for c in range(k):
        for q in range(row.shape[1]):
            code = code * np.int64(1000003) + row[c, q]
    return code


@njit(cache=True, nogil=True)
def _place(code, mask):
    return ((code * np.int64(-7046029254386353131)) >> np.int64(28)) & mask


@njit(cache=True, nogil=True)
def _same(one, other, k):
    for c in range(k):
        for q in range(one.shape[1]):
            if one[c, q] != other[c, q]:
                return False
    return True


@njit(cache=True, nogil=True)
def _find(table, codes, rows, row, k):
    """Where a vector is in a hash table of the indices of others, or the empty place where it belongs; and its code."""
    code = _code(row, k)
    mask = len(table) - 1
    place = _place(code, mask)
    while table[place] != _EMPTY:
        other = table[place]
        if codes[other] == code and _same(rows[other], row, k):
            break
        place = (place + 1) & mask
    return place, code


@njit(cache=True, nogil=True)
def _table_for(count):
    size = 8
    while size < 4 * count:
        size *= 2
    return np.full(size, _EMPTY, np.int64)


@njit(cache=True, nogil=True)
def top_of(row, k):
    """The place of the last non-zero coordinate of a normalised vector."""
    top = k - 1
    while row[top, 0] == 0:
        top -= 1
    return top


@njit(cache=True, nogil=True)
def flat_size(rows, k):
    """How many vectors, in order of their tops, lie in the first k - 1 coordinates."""
    count = 0
    while count < len(rows) and rows[count, k - 1, 0] == 0:
        count += 1
    return count


@njit(cache=True, nogil=True)
def normalise(rows, field):
    """Normalise all vectors and put them in order of their tops; their order, or an empty one if a prime is bad."""
    m, k, _ = rows.shape
    tops = np.empty(m, np.int64)
    for i in range(m):
        tops[i] = _scale(rows[i], k, field)
        if tops[i] < 0:
            return np.empty(0, np.int64)
    order, at = np.empty(m, np.int64), 0
    for top in range(k):
        for i in range(m):
            if tops[i] == top:
                order[at] = i
                at += 1
    return order


# Deletion and restriction: one vector after another of the last block.


@njit(cache=True, nogil=True)
def _prepare(rows, low, k, table, codes, tops):
    """Enter the first `low` vectors, which lie in the first k - 1 coordinates, into a hash table."""
    for i in range(low):
        tops[i] = top_of(rows[i], k - 1)
        place, code = _find(table, codes, rows, rows[i], k - 1)
        table[place] = i
        codes[i] = code


@njit(cache=True, nogil=True)
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
        top = _scale(row, k, field)
        if top < 0:
            return BAD
        place, code = _find(table, codes, work, row, k)
        if table[place] == _EMPTY:
            table[place] = count
            codes[count] = code
            tops[count] = top
            count += 1
    mask = len(table) - 1
    for j in range(count - 1, low - 1, -1):
        place = _place(codes[j], mask)
        while table[place] != j:
            place = (place + 1) & mask
        table[place] = _EMPTY
    _merge(work, low, count, k, tops, out)
    return count


@njit(cache=True, nogil=True)
def _merge(work, low, count, k, tops, out):
    """Write the vectors in order of their tops; the first `low` of them are in that order."""
    old, at = 0, 0
    for top in range(k):
        while old < low and tops[old] == top:
            _copy(out, at, work, old, 1, k)
            old += 1
            at += 1
        for new in range(low, count):
            if tops[new] == top:
                _copy(out, at, work, new, 1, k)
                at += 1


@njit(cache=True, nogil=True)
def restriction(rows, index, field):
    """The restriction to the vector of an index in the last block of those before it; empty if a prime is bad."""
    m, k, primes = rows.shape
    low = flat_size(rows, k)
    codes, tops = np.empty(m, np.int64), np.empty(m, np.int64)
    table, work, out = _table_for(m), np.empty((m, k - 1, primes), np.int64), np.empty((m, k - 1, primes), np.int64)
    _copy(work, 0, rows, 0, low, k - 1)
    _prepare(work, low, k, table, codes, tops)
    count = _restrict(rows, low, index, field, table, codes, tops, work, out)
    return out[: max(0, count)]


@njit(cache=True, nogil=True)
def _shift(total, numbers):
    """Add s times a polynomial."""
    for d in range(1, len(total)):
        total[d] += numbers[d - 1]


@njit(cache=True, nogil=True)
def whitney(rows, field, numbers):
    """Write the Whitney numbers of an arrangement of rank at least 3; the status is 0 or BAD.

    With the block B of the vectors that have the last coordinate, and the rest A, in k - 1 coordinates, the numbers
    are w(s) = (1 + s) w(A; s) + s sum_{i > 0} w(A and B_0, ..., B_{i-1} restricted to B_i; s). Each rank has its own part of
    the arrays: numba cannot keep a function that calls itself on disk (numba issue 6061).
    """
    m, rank, primes = rows.shape
    tables = np.full((rank + 1, len(_table_for(m))), _EMPTY, np.int64)
    codes, tops = np.empty((rank + 1, m), np.int64), np.empty((rank + 1, m), np.int64)
    work, part = np.empty((rank + 1, m, rank, primes), np.int64), np.empty((rank + 1, m, rank, primes), np.int64)
    count, low, step = np.zeros(rank + 1, np.int64), np.zeros(rank + 1, np.int64), np.zeros(rank + 1, np.int64)
    sums, below = np.zeros((rank + 1, rank + 1), np.int64), np.zeros((rank + 1, rank + 1), np.int64)
    _copy(part[rank], 0, rows, 0, m, rank)
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
                    tables[k, place] = _EMPTY
                _copy(work[k], 0, here, 0, low[k], k - 1)
                _prepare(work[k, :, : k - 1], low[k], k, tables[k], codes[k], tops[k])
            fresh = False
        if k == 3:
            points = _points(here, low[k], field)
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
            _copy(part[k - 1], 0, here, 0, found, k - 1)
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


@njit(cache=True, nogil=True)
def _points(rows, low, field):
    """The second Whitney number of an arrangement of rank 3: how many distinct points earlier lines cut out of each."""
    if len(field.inverses):
        return _points_by_table(rows, low, field)
    return _points_by_search(rows, low, field)


@njit(cache=True, nogil=True)
def _points_by_table(rows, low, field):
    p, reciprocal, inverses = field.primes[0], field.reciprocals[0], field.inverses
    seen = np.zeros(p + 1, np.int64)
    for a in range(low):
        seen[rows[a, 0, 0] if rows[a, 1, 0] else p] = _FOREVER
    total = max(0, low - 1) + low * (len(rows) - low)
    for i in range(low, len(rows)):
        x, y = rows[i, 0, 0], rows[i, 1, 0]
        for j in range(low, i):
            right, up = rows[j, 0, 0] - x, rows[j, 1, 0] - y
            if up == 0:
                slope = p
            else:
                slope = _times(right + p if right < 0 else right, inverses[up + p if up < 0 else up], p, reciprocal)
            if seen[slope] < i:
                seen[slope] = i
                total += 1
    return total


@njit(cache=True, nogil=True)
def _points_by_search(rows, low, field):
    """The same where slopes are too many for a table; all that belong to one line are divided by one inverse."""
    primes, reciprocals, inverses = field
    m, count = len(rows), len(primes)
    slopes = np.empty((m, 1, count), np.int64)
    steps = np.empty((m, count), np.int64)
    products = np.empty((m + 1, count), np.int64)
    codes, table = np.empty(m, np.int64), _table_for(m)
    places = np.empty(m, np.int64)
    known, vertical_below = 0, False
    for a in range(low):
        if rows[a, 1, 0] == 0:
            vertical_below = True
            continue
        _copy(slopes, known, rows, a, 1, 1)
        place, code = _find(table, codes, slopes, slopes[known], 1)
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
                products[fresh + 1, q] = _times(products[fresh, q], steps[fresh, q], primes[q], reciprocals[q])
            fresh += 1
        for q in range(count):
            p, reciprocal = primes[q], reciprocals[q]
            inverse = _inverse(products[fresh, q], p, inverses)
            for a in range(fresh - 1, known - 1, -1):
                slopes[a, 0, q] = _times(slopes[a, 0, q], _times(inverse, products[a, q], p, reciprocal), p, reciprocal)
                inverse = _times(inverse, steps[a, q], p, reciprocal)
        found = 0
        for a in range(known, fresh):
            place, code = _find(table, codes, slopes, slopes[a], 1)
            if table[place] == _EMPTY:
                table[place], codes[a] = a, code
                places[found] = place
                found += 1
        for a in range(found):
            table[places[a]] = _EMPTY
        total += found
    return total


@njit(cache=True, nogil=True)
def large_flats(rows, field):
    """An order of the vectors whose first independent ones span large flats: each next one the largest above the last."""
    m, k, _ = rows.shape
    best, chosen = -1, 0
    images, group, weight = np.empty_like(rows), np.empty(m, np.int64), np.empty(m, np.int64)
    for i in range(0, m, 1 + m // _STARTS):
        _copy(images, 0, rows, 0, m, k)
        groups = _project(images, m, rows[i], field, group, weight)
        if groups < 0:
            return np.empty(0, np.int64)
        most = 0
        for g in range(groups):
            most = max(most, weight[g])
        if most > best:
            best, chosen = most, i
    order, basis = np.zeros(m, np.int64), np.zeros(m, np.bool_)
    _copy(images, 0, rows, 0, m, k)
    by = np.empty_like(rows[:1])
    for r in range(k):
        order[r] = chosen
        basis[chosen] = True
        _copy(by, 0, images, chosen, 1, k)
        groups = _project(images, m, by[0], field, group, weight)
        if groups < 0:
            return np.empty(0, np.int64)
        most = -1
        for i in range(m):
            if group[i] >= 0 and weight[group[i]] > most:
                most, chosen = weight[group[i]], i
    at = k
    for i in range(m):
        if not basis[i]:
            order[at] = i
            at += 1
    return order


@njit(cache=True, nogil=True)
def _project(rows, m, by, field, group, weight):
    """Project m vectors along one of them; the groups of those with equal images, -1 for zero, and the groups' sizes."""
    primes, reciprocals, _ = field
    _, k, count = rows.shape
    top = top_of(by, k)
    codes, table = np.empty(m, np.int64), _table_for(m)
    groups = 0
    for i in range(m):
        row = rows[i]
        nothing = True
        for q in range(count):
            factor = row[top, q]
            if factor:
                for c in range(top + 1):
                    x = row[c, q] - _times(factor, by[c, q], primes[q], reciprocals[q])
                    row[c, q] = x + primes[q] if x < 0 else x
            for c in range(k):
                nothing = nothing and row[c, q] == 0
        group[i] = -1
        if nothing:
            continue
        if _scale(row, k, field) < 0:
            return BAD
        place, code = _find(table, codes, rows, row, k)
        if table[place] == _EMPTY:
            table[place], codes[i] = i, code
            group[i] = groups
            weight[groups] = 0
            groups += 1
        else:
            group[i] = group[table[place]]
        weight[group[i]] += 1
    return groups


@njit(cache=True, nogil=True)
def in_standard_form(rows, order, field, out):
    """Write vectors in the basis of the first independent ones, so that as many entries as can be are 1, and normalised.

    The result depends only on the order and on which vectors there are up to a linear map and multiples: coordinates are
    scaled so that, along the vectors in their order, each that links coordinates not linked before has equal entries there.
    """
    primes, reciprocals, inverses = field
    m, k, count = rows.shape
    for x in range(m):
        _copy(out, x, rows, order[x], 1, k)
    if not _eliminate(out, field):
        return False
    for q in range(count):
        p, reciprocal = primes[q], reciprocals[q]
        scale, part = np.ones(k, np.int64), np.arange(k)
        for x in range(m):
            first = -1
            for c in range(k - 1, -1, -1):
                if out[x, c, q] == 0:
                    continue
                entry = _times(out[x, c, q], scale[c], p, reciprocal)
                if first < 0:
                    first, target = c, entry
                elif part[c] != part[first]:
                    factor = _times(target, _inverse(entry, p, inverses), p, reciprocal)
                    for d in range(k):
                        if part[d] == part[c] and d != c:
                            scale[d] = _times(scale[d], factor, p, reciprocal)
                            part[d] = part[first]
                    scale[c] = _times(scale[c], factor, p, reciprocal)
                    part[c] = part[first]
        for x in range(m):
            for c in range(k):
                out[x, c, q] = _times(out[x, c, q], scale[c], p, reciprocal)
    for x in range(m):
        if _scale(out[x], k, field) < 0:
            return False
    return True


@njit(cache=True, nogil=True)
def _eliminate(table, field):
    """Change coordinates so that the first independent vectors become unit vectors; False if a prime is bad."""
    primes, reciprocals, inverses = field
    m, k, count = table.shape
    done = 0
    for x in range(m):
        if done == k:
            return True
        pivot = done
        while pivot < k:
            present = 0
            for q in range(count):
                present += table[x, pivot, q] != 0
            if present == count:
                break
            if present:
                return False
            pivot += 1
        if pivot == k:
            continue
        for q in range(count):
            p, reciprocal = primes[q], reciprocals[q]
            factor = _inverse(table[x, pivot, q], p, inverses)
            for y in range(x, m):
                entry = _times(table[y, pivot, q], factor, p, reciprocal)
                table[y, pivot, q] = table[y, done, q]
                table[y, done, q] = entry
            for c in range(k):
                other = table[x, c, q]
                if c != done and other:
                    for y in range(x, m):
                        entry = table[y, c, q] - _times(other, table[y, done, q], p, reciprocal)
                        table[y, c, q] = entry + p if entry < 0 else entry
        done += 1
    return done == k


# Flats up to isomorphism: vectors with weights are coloured by the flats of rank 2 that they lie on.


@njit(cache=True, nogil=True)
def _mix(x):
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@njit(cache=True, nogil=True)
def _collinear(rows, field, members, starts):
    """The flats of rank 2 with three vectors or more: their members, end to end, and where each starts; how many, or BAD."""
    m, k, _ = rows.shape
    covered = np.zeros((m, m), np.bool_)
    group, weight = np.empty(m, np.int64), np.empty(m, np.int64)
    head, following = np.empty(m, np.int64), np.empty(m, np.int64)
    images, index = np.empty_like(rows), np.empty(m, np.int64)
    count, at = 0, 0
    starts[0] = 0
    for i in range(m):
        others = 0
        for j in range(i + 1, m):
            if not covered[i, j]:
                _copy(images, others, rows, j, 1, k)
                index[others] = j
                others += 1
        groups = _project(images, others, rows[i], field, group, weight)
        if groups < 0:
            return BAD
        for g in range(groups):
            head[g] = -1
        for x in range(others):
            following[x] = head[group[x]]
            head[group[x]] = x
        for g in range(groups):
            if weight[g] < 2:
                continue
            first = at
            members[at] = i
            at += 1
            x = head[g]
            while x >= 0:
                members[at] = index[x]
                at += 1
                x = following[x]
            for x in range(first, at):
                for y in range(first, at):
                    covered[members[x], members[y]] = True
            count += 1
            starts[count] = at
    return count


@njit(cache=True, nogil=True)
def _refine(colours, members, starts, lines, colour_count):
    """Refine colours until nothing changes: vectors differ where the lines through them are coloured differently."""
    m = len(colours)
    mixed, sums = np.empty(m, np.uint64), np.empty(m, np.uint64)
    while colour_count < m:
        for i in range(m):
            mixed[i] = _mix(colours[i])
            sums[i] = 0
        for line in range(lines):
            total = np.uint64(0)
            for x in range(starts[line], starts[line + 1]):
                total += mixed[members[x]]
            total = _mix(total)
            for x in range(starts[line], starts[line + 1]):
                sums[members[x]] += total
        for i in range(m):
            sums[i] = _mix(mixed[i] + np.uint64(3) * sums[i])
        found = _distinct(sums)
        if found <= colour_count:
            break
        for i in range(m):
            colours[i] = sums[i]
        colour_count = found
    return colour_count


@njit(cache=True, nogil=True)
def _distinct(colours):
    order = np.argsort(colours)
    count = 1
    for i in range(1, len(order)):
        count += colours[order[i]] != colours[order[i - 1]]
    return count


@njit(cache=True, nogil=True)
def _single_out(colours, chosen, members, starts, lines, colour_count):
    """Give one vector a colour of its own, then one of the smallest class, until all differ; their order by colour.

    Where there are no lines that would carry the difference further, the order of equal colours is left as it is.
    """
    m = len(colours)
    step = np.uint64(0)
    while True:
        if chosen >= 0:
            step += np.uint64(1)
            colours[chosen] = _mix(colours[chosen] + step)
            colour_count = _refine(colours, members, starts, lines, colour_count + 1)
        order = np.argsort(colours)
        if colour_count >= m or not lines:
            return order
        chosen, fewest, at = -1, m + 1, 0
        while at < m:
            end = at + 1
            while end < m and colours[order[end]] == colours[order[at]]:
                end += 1
            if 1 < end - at < fewest:
                chosen, fewest = order[at], end - at
            at = end


@njit(cache=True, nogil=True)
def _structure(rows, weights, field, members, starts):
    """The lines of an arrangement, the stable colours that its weights and lines give, and how many colours there are."""
    colours = np.empty(len(rows), np.uint64)
    lines = _collinear(rows, field, members, starts)
    for i in range(len(rows)):
        colours[i] = _mix(np.uint64(weights[i]))
    count = _refine(colours, members, starts, lines, _distinct(colours)) if lines >= 0 else 0
    return lines, colours, count


@njit(cache=True, nogil=True)
def canonical(rows, weights, field, out, out_weights):
    """An isomorphic arrangement that is, mostly, the same for isomorphic ones; False if a prime is bad."""
    m = len(rows)
    members, starts = np.empty(m * m // 2 + m, np.int32), np.empty(m * m // 6 + m + 2, np.int32)
    lines, colours, count = _structure(rows, weights, field, members, starts)
    if lines < 0:
        return False
    order = _single_out(colours, -1, members, starts, lines, count)
    for x in range(m):
        out_weights[x] = weights[order[x]]
    return in_standard_form(rows, order, field, out)


@njit(cache=True, nogil=True)
def orbits(rows, weights, field, leader):
    """For each vector the leader of its orbit under automorphisms, as far as they are found; False if a prime is bad.

    Two vectors of one colour are singled out in turn. If the arrangement takes the same standard form both times, then
    the one order is carried to the other by a linear map that permutes the hyperplanes and keeps the weights.
    """
    m = len(rows)
    for i in range(m):
        leader[i] = i
    members, starts = np.empty(m * m // 2 + m, np.int32), np.empty(m * m // 6 + m + 2, np.int32)
    lines, colours, count = _structure(rows, weights, field, members, starts)
    if lines < 0:
        return False
    form, other = np.empty_like(rows), np.empty_like(rows)
    by_colour = np.argsort(colours)
    at = 0
    while at < m:
        end = at + 1
        while end < m and colours[by_colour[end]] == colours[by_colour[at]]:
            end += 1
        failures = 0
        if end - at > 1:
            first = by_colour[at]
            order = _single_out(colours.copy(), first, members, starts, lines, count)
            if not in_standard_form(rows, order, field, form):
                return False
        for x in range(at + 1, end):
            if failures == _FAILURES:
                break
            if _leader(leader, by_colour[x]) == _leader(leader, first):
                continue
            image = _single_out(colours.copy(), by_colour[x], members, starts, lines, count)
            if not in_standard_form(rows, image, field, other):
                return False
            if _equal(rows.shape, form, other) and _equal_at(weights, order, image):
                for i in range(m):
                    leader[_leader(leader, order[i])] = _leader(leader, image[i])
            else:
                failures += 1
        at = end
    for i in range(m):
        leader[i] = _leader(leader, i)
    return True


@njit(cache=True, nogil=True)
def _leader(leader, i):
    while leader[i] != i:
        leader[i] = leader[leader[i]]
        i = leader[i]
    return i


@njit(cache=True, nogil=True)
def _equal(shape, one, other):
    for i in range(shape[0]):
        if not _same(one[i], other[i], shape[1]):
            return False
    return True


@njit(cache=True, nogil=True)
def _equal_at(weights, order, image):
    for i in range(len(order)):
        if weights[order[i]] != weights[image[i]]:
            return False
    return True


@njit(cache=True, nogil=True)
def contract(rows, weights, index, field, out, out_weights):
    """Restrict all vectors to one of them: the vectors in one coordinate less, with added weights; how many, or BAD."""
    primes, reciprocals, _ = field
    m, k, count = rows.shape
    by = rows[index]
    top = top_of(by, k)
    codes, table = np.empty(m, np.int64), _table_for(m)
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
                    x -= _times(factor, by[c, q], primes[q], reciprocals[q])
                row[c - (c > top), q] = x + primes[q] if x < 0 else x
        if _scale(row, k - 1, field) < 0:
            return BAD
        place, code = _find(table, codes, out, row, k - 1)
        if table[place] == _EMPTY:
            table[place], codes[found] = found, code
            out_weights[found] = weights[i]
            found += 1
        else:
            out_weights[table[place]] += weights[i]
    return found


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
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
            slope = _times(right, inverses[up], p, reciprocal) if up else p
        elif rows[j, 2, 0] == 0:
            slope = p
        elif top == 1:
            slope = right - _times(up, x, p, reciprocal)
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
