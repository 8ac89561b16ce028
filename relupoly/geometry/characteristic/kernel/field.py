"""The primes that a count goes by, and the numbers that the kernel's functions share."""

from __future__ import annotations

from typing import Any, NamedTuple

BAD = -2
FOREVER = 2**62
FAILURES = 8
EMPTY = -1
STARTS = 500


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
