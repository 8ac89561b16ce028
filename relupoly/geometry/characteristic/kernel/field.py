"""The primes that a count goes by, and the numbers that the kernel's functions share."""

from __future__ import annotations

from typing import Any, NamedTuple

BAD = -2  # the status of a function that met a number that vanishes modulo a prime without being 0
EMPTY = -1  # a free place of a hash table
FOREVER = 2**62  # a stamp later than all others
FAILURES = 8  # comparisons within a class of equal colours that find no symmetry, before the rest is taken for different
STARTS = 500  # vectors tried as the first of an order; more gain little, and each takes a pass over all vectors


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
