"""Primes, from some number down: what matrices are taken modulo."""

from __future__ import annotations

from collections.abc import Iterator

from flint import fmpz


def primes_below(number: int) -> Iterator[int]:
    """The odd primes below a number, from the largest down.

    Examples
    --------
    >>> list(primes_below(14))
    [13, 11, 7, 5, 3]
    """
    return (candidate for candidate in range((number - 2) | 1, 2, -2) if fmpz(candidate).is_prime())
