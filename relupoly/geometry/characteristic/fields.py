"""Finite fields that have the same matroid as the rationals, for vectors with integer entries.

Which sets of vectors are independent is all that a characteristic polynomial depends on. A set of r of them is so exactly
if its r x r minor is not 0, and a minor that is smaller than the product of some primes is 0 exactly if it vanishes modulo
all of them. So a bound for all r x r minors tells which primes are enough: one that exceeds it, or several whose product
does, as long as no number that is not 0 vanishes modulo some of them. That is noticed, and then other primes are taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isqrt, prod

import numpy as np
from flint import fmpz
from numpy.typing import NDArray

from relupoly.exact.primes import primes_below
from relupoly.geometry.arrangement import Row
from relupoly.geometry.characteristic.kernel.field import Field

# Products of two residues fit in 63 bits.
_LARGEST = 2**31
# Inverses in a table fit in the cache; above, they are computed.
_TABLE = 2**16


class BadPrimeError(Exception):
    """A number that is not 0 vanishes modulo one of the primes."""


def minor_bound(vectors: Sequence[Row]) -> int:
    """A bound for the absolute values of all r x r minors of vectors of length r.

    Examples
    --------
    Determinants of order 3 with entries 0 and 1 are at most 2, by any reckoning less than 5.

    >>> minor_bound([(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (1, 0, 1), (0, 1, 1), (1, 1, 1)])
    2

    Notes
    -----
    Hadamard's inequality for the rows and for the columns. And for the columns of the matrix with one row and one column
    more, ((1, c), (-1, M - c)), which has the same determinant as M for any c: with c in the middle of each column's
    entries, determinants of 0 and 1 are at most (r + 1)^((r+1)/2) / 2^r.
    """
    rank = len(vectors[0])
    lengths = sorted((sum(entry * entry for entry in vector) for vector in vectors), reverse=True)[:rank]
    columns = [max(abs(entry) for entry in column) for column in zip(*vectors, strict=True)]
    squares = [prod(lengths), prod(rank * entry * entry for entry in columns)]
    spans = [(max(column), min(column)) for column in zip(*vectors, strict=True)]
    doubled = [(high + low) ** 2 + rank * (high - low) ** 2 for high, low in spans]
    squares.append((rank + 1) * prod(doubled) // 4**rank)
    return isqrt(min(squares))


def choose_field(vectors: Sequence[Row], attempt: int = 0) -> Field:
    """Primes for vectors: the shortest one that is enough, or several; other ones at each attempt."""
    bound = minor_bound(vectors)
    if bound < _LARGEST // 2:
        primes = [next(_primes_above(max(bound, 2)))]
    else:
        primes, product = [], 1
        for prime in primes_below(_LARGEST - attempt * 2**24):
            if product > bound:
                break
            primes.append(prime)
            product *= prime
    inverses = [0, *(pow(x, -1, primes[0]) for x in range(1, primes[0]))] if primes[0] < _TABLE else []
    whole = np.array(primes, dtype=np.int64)
    return Field(whole, 1.0 / whole, np.array(inverses, dtype=np.int64))


def residues(vectors: Sequence[Row], field: Field) -> NDArray[np.int64]:
    """Vectors modulo the primes, shape (m, k, q)."""
    return np.array([[[entry % int(p) for p in field.primes] for entry in vector] for vector in vectors], dtype=np.int64)


def _primes_above(number: int) -> Iterator[int]:
    return (candidate for candidate in range(number + 1, 2 * number + 2) if fmpz(candidate).is_prime())
