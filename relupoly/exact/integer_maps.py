"""Affine maps whose coefficients have one denominator, so that they are applied in integers alone: `integer_map`.

A point is a vector of integers over one denominator, and so is its image: sums of products of integers, with nothing to
reduce on the way. A product of rational matrices clears denominators each time anew; this does it once for each map.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from flint import fmpq_mat, fmpz, fmpz_mat

from relupoly.exact.matrices import beside
from relupoly.exact.sparse import Matrix, SparseMatrix
from relupoly.exact.tables import shrunk

Integers: TypeAlias = "Sequence[int | fmpz]"

# Doubles have denominators of up to 1,074 bits. Longer ones come from fractions with many different denominators: multiples
# by all of them would take memory, each entry as much as a whole row.
_MOST_BITS = 2**12


@dataclass(frozen=True)
class DenseMap:
    """An affine map x -> (W x + b) / denominator with integers W and b.

    Attributes
    ----------
    joint : fmpz_mat, shape (n_out, n_in + 1)
        W, and b as its last column.
    denominator : int
    """

    joint: fmpz_mat
    denominator: int

    def apply(self, numerators: Integers, denominator: int | fmpz) -> tuple[Integers, int | fmpz]:
        """The image of the point numerators / denominator, in the same form; it need not be in lowest terms.

        Parameters
        ----------
        numerators : sequence of integers, length n_in
        denominator : integer
            Positive.
        """
        column = fmpz_mat(len(numerators) + 1, 1, [*numerators, denominator])
        return (self.joint * column).entries(), denominator * self.denominator


@dataclass(frozen=True)
class SparseMap:
    """The same, where W is a sparse matrix of numerators times a factor: its own denominator divides the common one.

    Attributes
    ----------
    weight : SparseMatrix, shape (n_out, n_in)
    factor : int
    offset : tuple of int, length n_out
    denominator : int
    """

    weight: SparseMatrix
    factor: int
    offset: tuple[int, ...]
    denominator: int

    def apply(self, numerators: Integers, denominator: int | fmpz) -> tuple[Integers, int | fmpz]:
        """The image of a point, as for `DenseMap`."""
        table = np.array([[int(entry)] for entry in numerators], dtype=object)
        products = self.weight.times_table(shrunk(table)).ravel().tolist()
        scale = int(denominator)
        image = [product * self.factor + entry * scale for product, entry in zip(products, self.offset, strict=True)]
        return image, denominator * self.denominator


IntegerMap: TypeAlias = DenseMap | SparseMap


def integer_map(weight: Matrix, offset: fmpq_mat) -> IntegerMap | None:
    """The map x -> weight x + offset; None where the common denominator is too long for this to be faster.

    Parameters
    ----------
    weight : fmpq_mat or SparseMatrix, shape (n_out, n_in)
    offset : fmpq_mat, shape (n_out, 1)

    Examples
    --------
    >>> from flint import fmpq, fmpq_mat
    >>> half = integer_map(fmpq_mat([[fmpq(1, 2), 1]]), fmpq_mat([[fmpq(1, 3)]]))
    >>> half.apply([1, 2], 5)  # 1/2 * 1/5 + 2/5 + 1/3
    ([25], 30)
    """
    if not _is_short({int(entry.q) for entry in offset.entries()}):
        return None
    if isinstance(weight, SparseMatrix):
        numerators, own = offset.numer_denom()
        common = math.lcm(weight.denominator, int(own))
        offsets = tuple(int(entry) * (common // int(own)) for entry in numerators.entries())
        return SparseMap(weight, common // weight.denominator, offsets, common)
    if not _is_short({int(entry.q) for entry in weight.entries()}):
        return None
    joint, denominator = beside(weight, offset).numer_denom()
    return DenseMap(joint, int(denominator))


def _is_short(denominators: set[int]) -> bool:
    """Whether the least common multiple of some integers has few bits; long before that it is given up."""
    common = 1
    for one in denominators:
        common = math.lcm(common, one)
        if common.bit_length() > _MOST_BITS:
            return False
    return True
