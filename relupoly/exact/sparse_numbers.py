"""What the entries of a sparse matrix are, all at once: integers, doubles, how long in bits.

A large layer has millions of entries; each of them as a rational would take seconds.
"""

from __future__ import annotations

import numpy as np

from relupoly.exact.doubles import SIGNIFICANT_BITS
from relupoly.exact.rationals import is_double
from relupoly.exact.sparse import SparseMatrix
from relupoly.exact.tables import WORD, Table

_PLAIN = 1000
"""A power of two below 2^1000 as denominator, and numerators below 2^53: such a number is a double, no subnormal."""


def are_integers(matrix: SparseMatrix) -> bool:
    """Whether all entries are integers.

    Examples
    --------
    >>> are_integers(SparseMatrix.identity(2))
    True
    """
    if matrix.numerator.dtype == object:
        return not any(numerator % matrix.denominator for numerator in matrix.numerator)
    return matrix.denominator == 1 or not np.any(matrix.numerator % _fitting(matrix))


def are_doubles(matrix: SparseMatrix) -> bool:
    """Whether all entries are doubles.

    Examples
    --------
    >>> from flint import fmpq, fmpq_mat
    >>> are_doubles(SparseMatrix.from_dense(fmpq_mat(1, 2, [fmpq(1, 2), fmpq(3)])))
    True
    >>> are_doubles(SparseMatrix.from_dense(fmpq_mat(1, 1, [fmpq(1, 3)])))
    False
    """
    if matrix.denominator.bit_length() <= _PLAIN and matrix.denominator.bit_count() == 1:
        numerators = _distinct(matrix)
        odd = np.abs(numerators) // _lowest_bits(numerators)
        if int(np.max(odd, initial=0)) < 2**SIGNIFICANT_BITS and int(np.max(np.abs(numerators), initial=0)) < 2**_PLAIN:
            return True
    return all(map(is_double, matrix.nonzeros()))


def most_bits(matrix: SparseMatrix) -> int:
    """The number of bits of the largest numerator or denominator of an entry; 0 where there is none.

    Examples
    --------
    >>> from flint import fmpq, fmpq_mat
    >>> most_bits(SparseMatrix.from_dense(fmpq_mat(1, 2, [fmpq(1, 8), fmpq(3)])))
    4
    """
    if not matrix.count:
        return 0
    numerators = _distinct(matrix)
    if matrix.denominator.bit_count() == 1:
        shared = np.minimum(_lowest_bits(numerators), _fitting(matrix))
    else:
        shared = np.gcd(numerators, _fitting(matrix))
    largest = int(np.max(np.abs(numerators) // shared))
    return max(largest, matrix.denominator // int(np.min(shared))).bit_length()


def _distinct(matrix: SparseMatrix) -> Table:
    """The numerators, each once where they are no words: a convolution has few, and each operation on them takes long."""
    if matrix.numerator.dtype != object:
        return matrix.numerator
    return np.array(list(set(matrix.numerator.tolist())), dtype=object)


def _fitting(matrix: SparseMatrix) -> Table:
    """The denominator as an array without axes, in a word if it is one."""
    return np.array(matrix.denominator, dtype=np.int64 if matrix.denominator < WORD else object)


def _lowest_bits(numerators: Table) -> Table:
    """The largest power of two that divides each number."""
    return numerators & -numerators
