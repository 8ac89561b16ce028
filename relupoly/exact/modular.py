"""Matrices modulo primes: fingerprints of exact quantities, and proofs that such quantities are equal.

Two integers with different residues are different: that is a proof. Equal residues modulo one prime near 2^61 are only a
strong hint. But integers that are equal modulo several primes, and whose difference is smaller than the product of these, are
equal: that is a proof again. For it there are the primes just below 2^31, whose products fit machine words.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import islice

import numpy as np
from flint import fmpz_mat, nmod_mat
from numpy.typing import NDArray

from relupoly.exact.primes import primes_below

PRIME = 2**61 - 1
"""One machine word for flint, and so large that two different functions hardly ever have the same fingerprint."""

Residues = list[int]
ShortResidues = NDArray[np.uint64]


def residue_matrix(matrix: fmpz_mat) -> nmod_mat:
    """An integer matrix modulo the prime."""
    return nmod_mat(matrix, PRIME)


def random_residues(count: int, seed: int) -> Residues:
    """Reproducible random residues, none of them 0."""
    source = random.Random(seed)
    return [source.randrange(1, PRIME) for _ in range(count)]


def row_times(entries: Sequence[int], matrix: nmod_mat) -> Residues:
    """The product of a row and a matrix."""
    return [int(entry) for entry in (nmod_mat(1, len(entries), list(entries), PRIME) * matrix).entries()]


def short_primes(count: int) -> list[int]:
    """The largest primes below 2^31, descending.

    Examples
    --------
    >>> short_primes(3)
    [2147483647, 2147483629, 2147483587]
    """
    return list(islice(primes_below(2**31), count))


def primes_beyond(bound: int) -> list[int]:
    """As many short primes as it takes for a product larger than a bound."""
    found, product = list[int](), 1
    for prime in primes_below(2**31):
        found.append(prime)
        product *= prime
        if product > bound:
            break
    return found


def short_residues(matrix: fmpz_mat, primes: Sequence[int]) -> ShortResidues:
    """An integer matrix modulo short primes; shape (primes, rows, columns)."""
    entries = [[int(entry) for entry in nmod_mat(matrix, prime).entries()] for prime in primes]
    return np.array(entries, dtype=np.uint64).reshape(len(primes), matrix.nrows(), matrix.ncols())


def short_products(matrices: ShortResidues, columns: ShortResidues, primes: Sequence[int]) -> ShortResidues:
    """The product of a matrix and a column modulo each prime; shapes (primes, rows, columns), (primes, columns)."""
    moduli = np.array(primes, dtype=np.uint64)
    products: ShortResidues = matrices * columns[:, None, :] % moduli[:, None, None]
    return np.asarray(products.sum(axis=-1) % moduli[:, None], dtype=np.uint64)
