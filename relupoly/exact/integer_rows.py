"""`IntegerRows`: the rows of a matrix without their zeros, each in integers times a positive factor of its own.

Whether rows are multiples of each other, and what signs their entries have, does not depend on such factors. In words numpy
compares millions of entries in milliseconds. One denominator for a whole matrix would be enormous where its entries have
many different ones; one for each row is as long as the row says.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from flint import fmpq, fmpq_mat
from numpy.typing import NDArray

from relupoly.exact.blocks import over_one_denominator
from relupoly.exact.matrices import primitive, rows_of
from relupoly.exact.sparse import Matrix, Places
from relupoly.exact.tables import Table, shrunk

Flags = NDArray[np.bool_]
Direction = tuple[bytes, tuple[int, ...]]


@dataclass(frozen=True, eq=False)
class IntegerRows:
    """Rows of integers.

    Attributes
    ----------
    start : ndarray of int64, shape (rows + 1,)
        Where the entries of each row start; at last, how many there are in all.
    column : ndarray of int64
        The column of each entry, ascending in each row.
    numerator : ndarray of int64 or of Python's integers
        None of them is 0.
    factor : list of fmpq
        Positive; each row of the matrix is its numerators times its factor.

    Examples
    --------
    >>> rows = IntegerRows.of(fmpq_mat(2, 2, [fmpq(1, 2), fmpq(1, 3), 0, -4]))
    >>> rows.numerator.tolist(), rows.column.tolist(), rows.factor
    ([3, 2, -24], [0, 1, 1], [1/6, 1/6])
    """

    start: Places
    column: Places
    numerator: Table
    factor: list[fmpq]

    @classmethod
    def of(cls, matrix: Matrix) -> IntegerRows:
        """The rows of a matrix."""
        kept = over_one_denominator(matrix)
        if kept is not None:
            return cls(kept.start, kept.column, kept.numerator, [fmpq(1, kept.denominator)] * kept.nrows())
        assert isinstance(matrix, fmpq_mat)
        numerators: list[int] = []
        places: list[list[int]] = []
        factors: list[fmpq] = []
        for row in rows_of(matrix):
            filled = [place for place, entry in enumerate(row) if entry]
            integers = primitive(row[place] for place in filled)
            numerators += map(int, integers)
            places.append(filled)
            factors.append(row[filled[0]] / integers[0] if filled else fmpq(1))
        start = np.concatenate([[0], np.cumsum([len(filled) for filled in places])]).astype(np.int64)
        column = np.array([place for filled in places for place in filled], dtype=np.int64)
        return cls(start, column, shrunk(np.array(numerators, dtype=object)), factors)

    @property
    def lengths(self) -> Places:
        """How many entries each row has."""
        return np.diff(self.start)

    @property
    def row(self) -> Places:
        """The row of each entry."""
        return np.repeat(np.arange(len(self.factor)), self.lengths)

    def taken(self, kept: Flags) -> IntegerRows:
        """The entries for which a flag is set."""
        before = np.concatenate([[0], np.cumsum(kept)])
        return replace(self, start=before[self.start], column=self.column[kept], numerator=self.numerator[kept])

    def every(self, flags: Flags) -> Flags:
        """For each row whether a flag is set for all of its entries."""
        found = np.ones(len(self.factor), dtype=np.bool_)
        filled = np.flatnonzero(self.lengths)
        if len(filled):
            found[filled] = np.logical_and.reduceat(flags, self.start[filled])
        return found

    def outline(self, index: int) -> tuple[int, ...]:
        """What all multiples of a row have in common and is found at once: where its entries are, and how two are related.

        The row has an entry.
        """
        first, last = int(self.start[index]), int(self.start[index + 1]) - 1
        one, two = int(self.numerator[first]), int(self.numerator[last])
        divisor = math.gcd(one, two) * (1 if one > 0 else -1)
        return int(self.column[first]), int(self.column[last]), last - first, one // divisor, two // divisor

    def lead(self, index: int) -> fmpq:
        """The first entry of a row that has one."""
        return self.factor[index] * int(self.numerator[self.start[index]])

    def direction(self, index: int) -> Direction:
        """What all multiples of a row have in common, and no other rows.

        Examples
        --------
            >>> rows = IntegerRows.of(fmpq_mat([[1, -2], [-3, 6], [1, 2]]))
        >>> [rows.direction(index) == rows.direction(0) for index in range(3)]
        [True, True, False]
        """
        part = slice(int(self.start[index]), int(self.start[index + 1]))
        integers = self.numerator[part]
        divisor = abs(int(np.gcd.reduce(integers))) * (1 if integers[0] > 0 else -1)
        return self.column[part].tobytes(), tuple((integers // divisor).tolist())
