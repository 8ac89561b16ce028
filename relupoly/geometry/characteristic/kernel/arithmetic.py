"""Arithmetic modulo the primes of a field."""

from __future__ import annotations

import numpy as np

from relupoly.geometry.characteristic.kernel.field import BAD
from relupoly.jit import njit


@njit()
def times(a, b, p, reciprocal):
    """The product modulo p; the quotient is at most one off, since it is below 2^31 and doubles have 53 bits."""
    x = a * b
    x -= np.int64(x * reciprocal) * p
    if x < 0:
        x += p
    elif x >= p:
        x -= p
    return x


@njit()
def inverse_of(x, p, table):
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


@njit()
def scale_vector(row, k, field):
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
                factor = inverse_of(row[top, q], primes[q], inverses)
                for c in range(top):
                    row[c, q] = times(row[c, q], factor, primes[q], reciprocals[q])
                row[top, q] = 1
        return top
    return BAD
