"""Matrices of either kind, dense or sparse: their blocks, rows and columns.

What is made of a sparse block and others is sparse: a dense result would write down the zeros that it was made to leave out.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq_mat

from relupoly.exact import matrices, sparse
from relupoly.exact.sparse import Matrix, SparseMatrix


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


def sparsely(matrix: Matrix) -> SparseMatrix:
    """The same matrix without its zeros."""
    return matrix if isinstance(matrix, SparseMatrix) else SparseMatrix.from_dense(matrix)


def densely(matrix: Matrix) -> fmpq_mat:
    """The same matrix with its zeros: for small matrices."""
    return matrix.dense() if isinstance(matrix, SparseMatrix) else matrix
