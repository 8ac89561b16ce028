"""Tables of vectors in the order of their tops, and hash tables that find a vector in them."""

from __future__ import annotations

import numpy as np

from relupoly.geometry.characteristic.kernel.arithmetic import scale_vector
from relupoly.geometry.characteristic.kernel.field import BAD, EMPTY
from relupoly.geometry.characteristic.kernel.room import TOPS
from relupoly.jit import njit


@njit()
def copy_vectors(target, at, source, start, count, k):
    """Copy the first k coordinates of some vectors; in loops, which compile faster than slices."""
    for i in range(count):
        for c in range(k):
            for q in range(source.shape[2]):
                target[at + i, c, q] = source[start + i, c, q]


@njit()
def _code(row, k):
    """A number that is equal for equal vectors, and hardly ever for others."""
    code = np.int64(0)
    for c in range(k):
        for q in range(row.shape[1]):
            code = code * np.int64(1000003) + row[c, q]
    return code


@njit()
def place_of(code, mask):
    """Where a hash table looks first for a code."""
    return ((code * np.int64(-7046029254386353131)) >> np.int64(28)) & mask


@njit()
def are_same(one, other, k):
    """Whether two vectors have the same first k coordinates."""
    for c in range(k):
        for q in range(one.shape[1]):
            if one[c, q] != other[c, q]:
                return False
    return True


@njit()
def find(table, codes, rows, row, k):
    """Where a vector is in a hash table of the indices of others, or the empty place where it belongs; and its code."""
    code = _code(row, k)
    mask = len(table) - 1
    place = place_of(code, mask)
    while table[place] != EMPTY:
        other = table[place]
        if codes[other] == code and are_same(rows[other], row, k):
            break
        place = (place + 1) & mask
    return place, code


@njit()
def empty(table):
    """Empty a hash table."""
    for place in range(len(table)):
        table[place] = EMPTY


@njit()
def table_size(count):
    """How long a hash table for so many vectors is."""
    size = 8
    while size < 4 * count:
        size *= 2
    return size


@njit()
def top_of(row, k):
    """The place of the last non-zero coordinate of a normalised vector."""
    top = k - 1
    while row[top, 0] == 0:
        top -= 1
    return top


@njit()
def flat_size(rows, m, k):
    """How many of m vectors, in order of their tops, lie in the first k - 1 coordinates."""
    count = 0
    while count < m and rows[count, k - 1, 0] == 0:
        count += 1
    return count


@njit()
def normalise(rows, field, order, room):
    """Normalise all vectors and write their order by their tops; the status is 0 or BAD."""
    m, k, _ = rows.shape
    tops = room.words[TOPS]
    for i in range(m):
        tops[i] = scale_vector(rows[i], k, field)
        if tops[i] < 0:
            return BAD
    at = 0
    for top in range(k):
        for i in range(m):
            if tops[i] == top:
                order[at] = i
                at += 1
    return 0
