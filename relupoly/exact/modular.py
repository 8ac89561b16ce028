"""Matrices modulo primes: fingerprints of exact quantities, and proofs that such quantities are equal.

Two integers with different residues are different: that is a proof. Equal residues modulo one prime near 2^61 are only a
strong hint. But integers that are equal modulo several primes, and whose difference is smaller than the product of these, are
equal: that is a proof again. For it there are the primes just below 2^31, whose products fit machine words.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from flint import fmpz_mat, nmod_mat
from numpy.typing import NDArray

from relupoly.exact.primes import primes_below
from relupoly.exact.sparse import SparseMatrix

PRIME = 2**61 - 1
"""One machine word for flint, and so large that two different functions hardly ever have the same fingerprint."""

Residues = list[int]
ShortResidues = NDArray[np.uint64]


def residue_matrix(matrix: fmpz_mat, modulus: int = PRIME) -> nmod_mat:
    """An integer matrix modulo a prime."""
    return nmod_mat(matrix, modulus)


def random_residues(count: int, seed: int) -> Residues:
    """Reproducible random residues, none of them 0."""
    source = random.Random(seed)
    return [source.randrange(1, PRIME) for _ in range(count)]


def row_times(entries: Sequence[int], matrix: nmod_mat) -> Residues:
    """The product of a row and a matrix."""
    return [int(entry) for entry in (nmod_mat(1, len(entries), list(entries), matrix.modulus()) * matrix).entries()]


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


@dataclass(frozen=True)
class SparseResidues:
    """A sparse integer matrix modulo short primes.

    Attributes
    ----------
    matrix : SparseMatrix
    value : ndarray of uint64, shape (primes, entries)
        The residues of the entries that are kept.
    """

    matrix: SparseMatrix
    value: ShortResidues

    @classmethod
    def of(cls, matrix: SparseMatrix, primes: Sequence[int]) -> SparseResidues:
        """The numerators of a sparse matrix modulo short primes."""
        entries = [(matrix.numerator % prime).astype(np.uint64) for prime in primes]
        return cls(matrix, np.array(entries, dtype=np.uint64).reshape(len(primes), matrix.count))

    def times(self, columns: ShortResidues, primes: Sequence[int]) -> ShortResidues:
        """The product with a column modulo each prime; shapes (primes, columns), (primes, rows)."""
        moduli = np.array(primes, dtype=np.uint64)[:, None]
        products = self.value * columns[:, self.matrix.column] % moduli
        return np.asarray(self.matrix.row_sums(products.T).T % moduli, dtype=np.uint64)


def short_residues(matrix: fmpz_mat, primes: Sequence[int]) -> ShortResidues:
    """An integer matrix modulo short primes; shape (primes, rows, columns).

    Entries that fit a machine word are divided there: an object for each residue takes ten times as long, and as much memory.
    """
    shape = len(primes), matrix.nrows(), matrix.ncols()
    try:
        words = np.fromiter(map(int, matrix.entries()), dtype=np.int64, count=shape[1] * shape[2])
    except OverflowError:
        entries = [[int(entry) for entry in nmod_mat(matrix, prime).entries()] for prime in primes]
        return np.array(entries, dtype=np.uint64).reshape(shape)
    return np.array([words % prime for prime in primes], dtype=np.uint64).reshape(shape)


def residues_of(matrix: fmpz_mat | SparseMatrix, primes: Sequence[int]) -> ShortResidues | SparseResidues:
    """An integer matrix modulo short primes, dense or sparse as it is."""
    return SparseResidues.of(matrix, primes) if isinstance(matrix, SparseMatrix) else short_residues(matrix, primes)


def dense_residues(residues: ShortResidues | SparseResidues) -> ShortResidues:
    """The same with the zeros; shape (primes, rows, columns)."""
    if not isinstance(residues, SparseResidues):
        return residues
    matrix = residues.matrix
    table = np.zeros((len(residues.value), *matrix.shape), dtype=np.uint64)
    table[:, matrix.row, matrix.column] = residues.value
    return table


def short_products(matrices: ShortResidues | SparseResidues, columns: ShortResidues, primes: Sequence[int]) -> ShortResidues:
    """The product of a matrix and a column modulo each prime; shapes (primes, rows, columns), (primes, columns)."""
    if isinstance(matrices, SparseResidues):
        return matrices.times(columns, primes)
    moduli = np.array(primes, dtype=np.uint64)
    products: ShortResidues = matrices * columns[:, None, :] % moduli[:, None, None]
    return np.asarray(products.sum(axis=-1) % moduli[:, None], dtype=np.uint64)
