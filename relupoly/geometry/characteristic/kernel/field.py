"""The primes that a count goes by, and the numbers that the kernel's functions share."""

from __future__ import annotations

from typing import Any, NamedTuple

# What a function returns instead of a number or a place when a prime is not fit to divide.
BAD = -2
# A place of a hash table that holds no index.
EMPTY = -1
# Larger than the index of any vector: a slope that is marked by it counts as met before.
FOREVER = 2**62
# How many vectors of one colour may fail to be the image of the first before no more are tried: each costs a standard form of
# the whole arrangement, and orbits that are not found only make the same count longer.
FAILURES = 8
# At most so many vectors are tried as the first of an order, evenly spread: each costs a projection of all others.
STARTS = 500


class Field(NamedTuple):
    """The primes.

    Attributes
    ----------
    primes : ndarray of int64, shape (q,)
        Below 2^31, so that products of two residues fit into a word.
    reciprocals : ndarray of float64, shape (q,)
        1 / p for each prime, rounded: division by p becomes a product (`arithmetic.times`).
    inverses : ndarray of int64, shape (p,) or (0,)
        For a single short prime p the inverses of 1, ..., p - 1 at these places; else empty.
    """

    primes: Any
    reciprocals: Any
    inverses: Any
