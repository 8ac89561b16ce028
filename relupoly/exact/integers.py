"""Exact integer vectors: 64-bit words while they provably suffice, Python's integers afterwards.

Before each operation a bound on its largest result is computed from the largest entries of its operands; only when that
bound fits a word is the operation done in words. So overflow cannot happen, and what grew once shrinks back when the
greatest common divisors are taken out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from flint import fmpz, fmpz_mat
from numpy.typing import NDArray

from relupoly.exact.tables import WORD, Table, largest, shrunk
from relupoly.exact.vectors import Index, Signs


class IntegerVectors:
    """A table of row vectors of integers.

    Attributes
    ----------
    data : ndarray of int64 or of Python's integers, shape (m, n)
    """

    __slots__ = ("data",)

    def __init__(self, data: Table) -> None:
        self.data = data

    def __len__(self) -> int:
        return len(self.data)

    @property
    def width(self) -> int:
        """The length of each vector."""
        return int(self.data.shape[1])

    @classmethod
    def from_integers(cls, matrix: fmpz_mat) -> IntegerVectors:
        """The rows of an integer matrix."""
        entries = [int(entry) for entry in matrix.entries()]
        return cls(shrunk(np.array(entries, dtype=object).reshape(matrix.nrows(), matrix.ncols())))

    @classmethod
    def from_directions(cls, matrix: fmpz_mat) -> IntegerVectors:
        """The rows of an integer matrix; whole numbers need no scale."""
        return cls.from_integers(matrix)

    def take(self, index: Index) -> IntegerVectors:
        """The named vectors."""
        return IntegerVectors(self.data[index])

    def flip(self, sides: Signs) -> IntegerVectors:
        """Each vector times its side, 1 or -1."""
        return IntegerVectors(self.data * sides[:, None])

    def balanced(self) -> IntegerVectors:
        """The vectors as they are: whole numbers need no scale."""
        return self

    def join(self, other: IntegerVectors) -> IntegerVectors:
        """These vectors, then the others."""
        return IntegerVectors(np.concatenate([self.data, other.data]))

    def products(self, other: IntegerVectors) -> IntegerVectors:
        """The scalar products of these vectors (rows) with the others (columns)."""
        return IntegerVectors(_product(self.data, other.data.T))

    def signs(self) -> Signs:
        """The sign of every entry."""
        return (self.data > 0).astype(np.int8) - (self.data < 0).astype(np.int8)

    def edge_rays(self, form: IntegerVectors, positive: Index, negative: Index) -> IntegerVectors:
        """For each pair of rays on different sides of a form, which is one vector, the ray between them where it vanishes."""
        values = form.products(self)
        above, below = values.data[0, positive][:, None], values.data[0, negative][:, None]
        high, low = self.data[positive], self.data[negative]
        if largest(above) * largest(low) + largest(below) * largest(high) >= WORD:
            above, below, high, low = (part.astype(object) for part in (above, below, high, low))
        rays = above * low - below * high
        return IntegerVectors(shrunk(rays // np.gcd.reduce(rays, axis=1)[:, None]))

    def image(self, previous: IntegerVectors, active: Index) -> IntegerVectors:
        """The product of this augmented layer with the active rows of the previous augmented map, without common factor."""
        data = _product(self.data[:, active], previous.data[active])
        return IntegerVectors(shrunk(data // np.gcd.reduce(data, axis=None)))

    def inaccurate(self) -> NDArray[np.intp]:
        """No vector: they are exact."""
        return np.zeros(0, dtype=np.intp)

    def rewritten(self, exact: Mapping[int, Sequence[fmpz]]) -> IntegerVectors:
        """The vectors as they are: they are exact already."""
        return self

    def beyond_machine(self) -> int:
        """The number of entries that words could not hold."""
        return self.data.size if self.data.dtype == object else 0


def _product(a: Table, b: Table) -> Table:
    if (a.dtype == object or b.dtype == object) or a.shape[1] * largest(a) * largest(b) >= WORD:
        a, b = a.astype(object), b.astype(object)
    return a @ b
