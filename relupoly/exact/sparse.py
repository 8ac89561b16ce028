"""Sparse exact matrices: the weights of convolutions and pools, which are mostly zeros.

The rows are kept one after another: for each entry its column and its numerator; all entries have one denominator. Numerators
are 64-bit words where they fit, Python's integers where they do not (`relupoly.exact.tables`). A matrix of doubles has a power
of two as its denominator, so its numerators are short unless its entries are of very different sizes.

What a dense matrix would hold is never written down: products visit what is there. `dense` is for small matrices alone.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias, overload

import numpy as np
from flint import fmpq, fmpq_mat, fmpz, fmpz_mat
from numpy.typing import NDArray

from relupoly.exact.matrices import cleared
from relupoly.exact.tables import WORD, Table, largest, shrunk

Places = NDArray[np.int64]

# Products of single entries that are written down at once: so many words are little memory, and long enough for numpy.
_AT_ONCE = 2**22


@dataclass(frozen=True, eq=False)
class SparseMatrix:
    """A rational matrix of which the entries that are not 0 are kept.

    Attributes
    ----------
    shape : (int, int)
    start : ndarray of int64, shape (rows + 1,)
        Where the entries of each row start; at last, how many there are in all.
    column : ndarray of int64
        The column of each entry, ascending in each row.
    numerator : ndarray of int64 or of Python's integers
        None of them is 0; words are below 2^62.
    denominator : int
        Positive.

    Examples
    --------
    >>> matrix = SparseMatrix.from_triples((2, 3), [0, 1, 1], [2, 0, 2], [fmpq(1, 2), fmpq(3), fmpq(-1)])
    >>> matrix * fmpq_mat(3, 1, [1, 1, 4])
    [ 2]
    [-1]
    """

    shape: tuple[int, int]
    start: Places
    column: Places
    numerator: Table
    denominator: int

    @classmethod
    def from_triples(
        cls, shape: tuple[int, int], rows: Iterable[int], columns: Iterable[int], entries: Sequence[fmpq]
    ) -> SparseMatrix:
        """The matrix with these entries, in any order; what is named several times is added up."""
        scale = math.lcm(*(int(entry.q) for entry in entries))
        numerators = np.array([int(entry.p) * (scale // int(entry.q)) for entry in entries], dtype=object)
        return cls.from_places(
            shape, np.array(list(rows), dtype=np.int64), np.array(list(columns), dtype=np.int64), numerators, scale
        )

    @classmethod
    def from_places(
        cls, shape: tuple[int, int], rows: Places, columns: Places, numerators: Table, denominator: int = 1
    ) -> SparseMatrix:
        """The same from arrays: places of int64, numerators of int64 below 2^62 or of Python's integers.

        Raises
        ------
        ValueError
            If a place is not in the matrix.
        """
        for places, length in ((rows, shape[0]), (columns, shape[1])):
            if len(places) and not 0 <= int(places.min()) <= int(places.max()) < length:
                raise ValueError(f"an entry is outside of a matrix of shape {shape}")
        numerators = shrunk(numerators)
        order = _order(rows, columns)
        if order is not None:
            rows, columns, numerators = rows[order], columns[order], numerators[order]
        first = np.ones(len(rows), dtype=np.bool_)
        first[1:] = (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1])
        if not first.all():
            numerators = _sums(numerators, np.flatnonzero(first))
            rows, columns = rows[first], columns[first]
        kept = numerators != 0
        if not kept.all():
            rows, columns, numerators = rows[kept], columns[kept], numerators[kept]
        start = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=shape[0]))]).astype(np.int64)
        return cls(shape, start, columns, numerators, denominator)

    @classmethod
    def from_dense(cls, matrix: fmpq_mat) -> SparseMatrix:
        """A dense matrix without its zeros."""
        integers, scale = cleared(matrix)
        numerators = shrunk(np.array([int(entry) for entry in integers], dtype=object))
        places = np.flatnonzero(numerators)
        rows, columns = np.divmod(places, max(1, matrix.ncols()))
        return cls.from_places((matrix.nrows(), matrix.ncols()), rows, columns, numerators[places], int(scale))

    @classmethod
    def identity(cls, size: int) -> SparseMatrix:
        """The unit matrix."""
        return cls((size, size), np.arange(size + 1), np.arange(size), np.ones(size, dtype=np.int64), 1)

    @classmethod
    def zeros(cls, rows: int, columns: int) -> SparseMatrix:
        """The matrix without entries."""
        nothing = np.zeros(0, dtype=np.int64)
        return cls((rows, columns), np.zeros(rows + 1, dtype=np.int64), nothing, nothing, 1)

    def nrows(self) -> int:
        """The number of rows."""
        return self.shape[0]

    def ncols(self) -> int:
        """The number of columns."""
        return self.shape[1]

    @property
    def count(self) -> int:
        """The number of entries that are not 0."""
        return len(self.column)

    @property
    def row(self) -> Places:
        """The row of each entry."""
        return np.repeat(np.arange(self.shape[0]), np.diff(self.start))

    def nonzeros(self) -> list[fmpq]:
        """The entries that are not 0, row by row."""
        return [fmpq(numerator, self.denominator) for numerator in self.numerator.tolist()]

    def entries(self) -> list[fmpq]:
        """All entries, the zeros too, row by row: for small matrices."""
        return [entry for row in self.tolist() for entry in row]

    def tolist(self) -> list[list[fmpq]]:
        """The rows, with their zeros: for small matrices."""
        rows = [[fmpq(0)] * self.shape[1] for _ in range(self.shape[0])]
        for row, column, entry in zip(self.row.tolist(), self.column.tolist(), self.nonzeros(), strict=True):
            rows[row][column] = entry
        return rows

    def dense(self) -> fmpq_mat:
        """The same as a dense matrix: for small matrices."""
        integers = np.zeros(self.shape[0] * self.shape[1], dtype=object)
        integers[self.row * self.shape[1] + self.column] = self.numerator
        return fmpq_mat(fmpz_mat(*self.shape, integers.tolist())) * fmpq(1, self.denominator)

    def row_of(self, index: int) -> tuple[list[int], list[int]]:
        """The columns of a row's entries, and their numerators."""
        part = slice(int(self.start[index]), int(self.start[index + 1]))
        return self.column[part].tolist(), self.numerator[part].tolist()

    def __eq__(self, other: object) -> bool:
        if isinstance(other, fmpq_mat):
            other = SparseMatrix.from_dense(other)
        if not isinstance(other, SparseMatrix):
            return NotImplemented
        return (
            self.shape == other.shape
            and np.array_equal(self.start, other.start)
            and np.array_equal(self.column, other.column)
            and bool(
                np.all(self.numerator.astype(object) * other.denominator == other.numerator.astype(object) * self.denominator)
            )
        )

    def __hash__(self) -> int:
        return hash((self.shape, self.count))

    def __neg__(self) -> SparseMatrix:
        return SparseMatrix(self.shape, self.start, self.column, -self.numerator, self.denominator)

    def __add__(self, other: SparseMatrix) -> SparseMatrix:
        if self.shape != other.shape:
            raise ValueError(f"matrices of shapes {self.shape} and {other.shape} cannot be added")
        scale = math.lcm(self.denominator, other.denominator)
        parts = [_times(part.numerator, scale // part.denominator) for part in (self, other)]
        return SparseMatrix.from_places(
            self.shape,
            np.concatenate([self.row, other.row]),
            np.concatenate([self.column, other.column]),
            _joined(parts),
            scale,
        )

    def __sub__(self, other: SparseMatrix) -> SparseMatrix:
        return self + -other

    @overload
    def __mul__(self, other: fmpq_mat) -> fmpq_mat: ...

    @overload
    def __mul__(self, other: SparseMatrix) -> SparseMatrix: ...

    def __mul__(self, other: fmpq_mat | SparseMatrix) -> fmpq_mat | SparseMatrix:
        """The product with a sparse matrix, which is sparse, or with a dense one, which is dense."""
        if isinstance(other, SparseMatrix):
            return self._times_sparse(other)
        if not isinstance(other, fmpq_mat):
            return NotImplemented
        integers, scale = other.numer_denom()
        product = self.times_integers(integers)
        return fmpq_mat(product) * fmpq(1, int(scale) * self.denominator)

    def __rmul__(self, other: fmpq_mat) -> fmpq_mat:
        """The product of a dense matrix with this one, which is dense."""
        if not isinstance(other, fmpq_mat):
            return NotImplemented
        product: fmpq_mat = self.transpose() * other.transpose()
        return product.transpose()

    def times_integers(self, matrix: fmpz_mat) -> fmpz_mat:
        """The product of the numerators with a dense integer matrix.

        Examples
        --------
        >>> SparseMatrix.identity(2).times_integers(fmpz_mat([[1, 2], [3, 4]]))
        [1, 2]
        [3, 4]
        """
        self._check_inner(matrix.nrows())
        shape = (matrix.nrows(), matrix.ncols())
        table = shrunk(np.array([int(entry) for entry in matrix.entries()], dtype=object).reshape(shape))
        product = self.times_table(table)
        return fmpz_mat(self.shape[0], shape[1], [fmpz(entry) for entry in product.ravel().tolist()])

    def times_table(self, table: Table) -> Table:
        """The product of the numerators with a table of integers, shape (columns, k)."""
        factors = self.numerator
        longest = int(np.diff(self.start).max(initial=0))
        if factors.dtype == object or table.dtype == object or longest * largest(factors) * largest(table) >= WORD:
            factors, table = factors.astype(object), table.astype(object)
        product = np.zeros((self.shape[0], table.shape[1]), dtype=table.dtype)
        block = max(1, _AT_ONCE // max(1, self.count))
        for first in range(0, table.shape[1], block):
            part = slice(first, first + block)
            product[:, part] = self.row_sums(factors[:, None] * table[self.column, part])
        return product

    def row_sums(self, values: Table) -> Table:
        """The sums, row by row, of a table with one row for each entry."""
        sums = np.zeros((self.shape[0], *values.shape[1:]), dtype=values.dtype)
        filled = np.flatnonzero(np.diff(self.start))
        if len(filled):
            sums[filled] = np.add.reduceat(values, self.start[filled], axis=0)
        return sums

    def transpose(self) -> SparseMatrix:
        """The transposed matrix."""
        return SparseMatrix.from_places((self.shape[1], self.shape[0]), self.column, self.row, self.numerator, self.denominator)

    def scaled(self, factors: Sequence[fmpq]) -> SparseMatrix:
        """Each row times a factor of its own."""
        scale = math.lcm(*(int(factor.q) for factor in factors))
        numerators = np.array([int(factor.p) * (scale // int(factor.q)) for factor in factors], dtype=object)
        product = self.numerator.astype(object) * numerators[self.row]
        return SparseMatrix.from_places(self.shape, self.row, self.column, product, self.denominator * scale)

    def times_rows(self, factors: Table, denominator: int = 1) -> SparseMatrix:
        """Each row times a factor of its own: integers over one denominator.

        Examples
        --------
        >>> SparseMatrix.identity(2).times_rows(np.array([3, 0]), 2).dense()
        [3/2, 0]
        [  0, 0]
        """
        one, two = self.numerator, factors[self.row]
        if one.dtype == object or two.dtype == object or largest(one) * largest(two) >= WORD:
            one, two = one.astype(object), two.astype(object)
        return SparseMatrix.from_places(self.shape, self.row, self.column, one * two, self.denominator * denominator)

    def take_rows(self, index: Sequence[int] | Places) -> SparseMatrix:
        """The named rows, in their order; a row may be named several times."""
        chosen = np.asarray(index, dtype=np.int64)
        sizes = np.diff(self.start)[chosen]
        start = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        place = np.arange(start[-1]) + np.repeat(self.start[chosen] - start[:-1], sizes)
        return SparseMatrix((len(chosen), self.shape[1]), start, self.column[place], self.numerator[place], self.denominator)

    def take_columns(self, index: Sequence[int] | Places) -> SparseMatrix:
        """The named columns, each once, in their order."""
        chosen = np.asarray(index, dtype=np.int64)
        new = np.full(self.shape[1], -1, dtype=np.int64)
        new[chosen] = np.arange(len(chosen))
        kept = new[self.column] >= 0
        return SparseMatrix.from_places(
            (self.shape[0], len(chosen)), self.row[kept], new[self.column[kept]], self.numerator[kept], self.denominator
        )

    def _check_inner(self, rows: int) -> None:
        if self.shape[1] != rows:
            raise ValueError(f"a matrix with {self.shape[1]} columns is not multiplied by one with {rows} rows")

    def _times_sparse(self, other: SparseMatrix) -> SparseMatrix:
        self._check_inner(other.shape[0])
        sizes = np.diff(other.start)[self.column]
        ends = np.cumsum(sizes)
        place = np.arange(ends[-1] if len(ends) else 0) + np.repeat(other.start[self.column] - (ends - sizes), sizes)
        one, two = np.repeat(self.numerator, sizes), other.numerator[place]
        if one.dtype == object or two.dtype == object or largest(one) * largest(two) >= WORD:
            one, two = one.astype(object), two.astype(object)
        return SparseMatrix.from_places(
            (self.shape[0], other.shape[1]),
            np.repeat(self.row, sizes),
            other.column[place],
            one * two,
            self.denominator * other.denominator,
        )


Matrix: TypeAlias = fmpq_mat | SparseMatrix


def stacked(blocks: Sequence[SparseMatrix]) -> SparseMatrix:
    """The blocks, one below the other.

    Examples
    --------
    >>> stacked([SparseMatrix.identity(2), SparseMatrix.zeros(1, 2)]).dense()
    [1, 0]
    [0, 1]
    [0, 0]
    """
    width = blocks[0].shape[1]
    if any(block.shape[1] != width for block in blocks):
        raise ValueError("matrices with different numbers of columns are not put one below the other")
    return _below(blocks, [0] * len(blocks), width)


def block_diagonal(blocks: Sequence[SparseMatrix]) -> SparseMatrix:
    """The blocks, one below the other, each in columns of its own.

    Examples
    --------
    >>> block_diagonal([SparseMatrix.identity(1), SparseMatrix.from_dense(fmpq_mat(1, 2, [2, 3]))]).dense()
    [1, 0, 0]
    [0, 2, 3]
    """
    *starts, width = itertools.accumulate((block.shape[1] for block in blocks), initial=0)
    return _below(blocks, starts, width)


def _below(blocks: Sequence[SparseMatrix], shifts: Sequence[int], columns: int) -> SparseMatrix:
    """The blocks, one below the other, each so many columns to the right."""
    scale = math.lcm(*(block.denominator for block in blocks))
    offsets = itertools.accumulate((block.count for block in blocks), initial=0)
    starts = [block.start[1:] + offset for block, offset in zip(blocks, offsets, strict=False)]
    return SparseMatrix(
        (sum(block.shape[0] for block in blocks), columns),
        np.concatenate([[0], *starts]).astype(np.int64),
        np.concatenate([block.column + shift for block, shift in zip(blocks, shifts, strict=True)]),
        _joined([_times(block.numerator, scale // block.denominator) for block in blocks]),
        scale,
    )


def _order(rows: Places, columns: Places) -> Places | None:
    """The order of places by rows, then by columns; None if they are in that order."""
    down, right = np.diff(rows), np.diff(columns)
    if bool(((down > 0) | ((down == 0) & (right >= 0))).all()):
        return None
    return np.lexsort((columns, rows))


def _times(numerators: Table, factor: int) -> Table:
    if factor == 1 or not len(numerators):
        return numerators
    if numerators.dtype != object and largest(numerators) * factor < WORD:
        return numerators * factor
    return shrunk(numerators.astype(object) * factor)


def _joined(parts: Sequence[Table]) -> Table:
    """Tables one after another: of words only if all are."""
    if any(part.dtype == object for part in parts):
        parts = [part.astype(object) for part in parts]
    return np.concatenate(parts)


def _sums(numerators: Table, first: Places) -> Table:
    """The sums of the entries from each of these places up to the next; words only if they suffice."""
    if numerators.dtype != object and len(numerators) * largest(numerators) >= WORD:
        numerators = numerators.astype(object)
    return shrunk(np.add.reduceat(numerators, first))
