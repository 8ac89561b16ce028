"""Matrices of either kind, dense or sparse: their blocks, rows and columns.

What is made of a sparse block and others is sparse: a dense result would write down the zeros that it was made to leave out.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from flint import fmpq, fmpq_mat, fmpz

from relupoly.exact import matrices, sparse
from relupoly.exact.sparse import Matrix, SparseMatrix

_LONG = 1100
"""Bits of a denominator beyond which it is long: that of doubles, however small, has no more."""


def stack(*blocks: Matrix) -> Matrix:
    """The blocks, one below the other: sparse if one of them is.

    Examples
    --------
    >>> stack(fmpq_mat([[1, 0]]), fmpq_mat([[2, 3]]))
    [1, 0]
    [2, 3]
    """
    dense = [block for block in blocks if not isinstance(block, SparseMatrix)]
    return matrices.stack(*dense) if len(dense) == len(blocks) else sparse.stacked(list(map(sparsely, blocks)))


def beside(left: Matrix, right: Matrix) -> Matrix:
    """Two blocks of equal height, side by side: sparse if one of them is.

    Examples
    --------
    >>> beside(fmpq_mat([[1], [2]]), fmpq_mat([[3], [4]]))
    [1, 3]
    [2, 4]
    """
    if isinstance(left, SparseMatrix) or isinstance(right, SparseMatrix):
        return sparse.stacked([sparsely(left).transpose(), sparsely(right).transpose()]).transpose()
    return matrices.beside(left, right)


def block_diagonal(blocks: Sequence[Matrix]) -> Matrix:
    """The blocks, one below the other, each in columns of its own: sparse if one of them is.

    Examples
    --------
    >>> block_diagonal([fmpq_mat([[1]]), fmpq_mat([[2, 3]])])
    [1, 0, 0]
    [0, 2, 3]
    """
    whole = sparse.block_diagonal(list(map(sparsely, blocks)))
    return whole if any(isinstance(block, SparseMatrix) for block in blocks) else whole.dense()


def take_rows(matrix: Matrix, indices: Sequence[int]) -> Matrix:
    """The matrix of the named rows, in their order."""
    return matrix.take_rows(indices) if isinstance(matrix, SparseMatrix) else matrices.take_rows(matrix, indices)


def take_columns(matrix: Matrix, indices: Sequence[int]) -> Matrix:
    """The matrix of the named columns, each once, in their order."""
    return matrix.take_columns(indices) if isinstance(matrix, SparseMatrix) else matrices.take_columns(matrix, indices)


def nonzero_rows(matrix: Matrix) -> list[dict[int, fmpq]]:
    """For each row its entries that are not 0, by their columns, ascending.

    Examples
    --------
    >>> nonzero_rows(fmpq_mat([[0, 3], [0, 0]]))
    [{1: 3}, {}]
    """
    if not isinstance(matrix, SparseMatrix):
        return [{place: entry for place, entry in enumerate(row) if entry} for row in matrices.rows_of(matrix)]
    places, entries = matrix.column.tolist(), matrix.nonzeros()
    ends = matrix.start.tolist()
    return [dict(zip(places[first:end], entries[first:end], strict=True)) for first, end in itertools.pairwise(ends)]


def from_nonzero_rows(rows: Sequence[Mapping[int, fmpq]], columns: int, sparse: bool) -> Matrix:
    """The matrix with such rows.

    Examples
    --------
    >>> from_nonzero_rows([{1: fmpq(3)}, {}], 2, sparse=False)
    [0, 3]
    [0, 0]
    """
    if not sparse:
        zero = fmpq(0)
        return matrices.from_rows([[row.get(place, zero) for place in range(columns)] for row in rows], columns)
    triples = [(number, place, entry) for number, row in enumerate(rows) for place, entry in row.items()]
    heights, places, entries = zip(*triples, strict=True) if triples else ((), (), ())
    return SparseMatrix.from_triples((len(rows), columns), heights, places, entries)


def over_one_denominator(matrix: Matrix) -> SparseMatrix | None:
    """The same matrix without its zeros; None where its entries have so many denominators that their common one is long.

    Examples
    --------
    >>> over_one_denominator(fmpq_mat(1, 3, [fmpq(1, 2), 0, fmpq(1, 3)])).denominator
    6
    """
    if isinstance(matrix, SparseMatrix):
        return matrix
    common = fmpz(1)
    for denominator in {entry.q for entry in matrix.entries()}:
        common = common.lcm(denominator)
        if common.bit_length() > _LONG:
            return None
    return SparseMatrix.from_dense(matrix)


def sparsely(matrix: Matrix) -> SparseMatrix:
    """The same matrix without its zeros."""
    return matrix if isinstance(matrix, SparseMatrix) else SparseMatrix.from_dense(matrix)


def densely(matrix: Matrix) -> fmpq_mat:
    """The same matrix with its zeros: for small matrices."""
    return matrix.dense() if isinstance(matrix, SparseMatrix) else matrix
