"""The rank of a sparse matrix modulo a prime, level by level.

A row and a column meet where there is an entry. The columns in as many steps from a first one are a level, and a row meets
columns of two levels only, one after the other. So elimination needs two levels at a time: what is left of the rows of a level,
when its columns are gone, are rows of the next one. The rows of a convolution meet few columns near by, and their levels are
narrow rings: the rank takes a small part of the time of the dense matrix, which is never written down.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from flint import nmod_mat
from numpy.typing import NDArray

from relupoly.exact.sparse import Places, SparseMatrix

_FEW_LEVELS = 4  # with so few, two of them are about the whole matrix, and `rank` is quicker than `rref`

Level = tuple[Places, Places]
"""Rows, and the columns that they have in common with the level before."""


def rank_by_levels(matrix: SparseMatrix, prime: int) -> int:
    """The rank of the numerators modulo a prime below 2^63.

    Examples
    --------
    >>> from flint import fmpq_mat
    >>> rank_by_levels(SparseMatrix.from_dense(fmpq_mat([[1, 2, 0], [0, 1, 1], [1, 3, 1]])), 101)
    2
    """
    across = matrix.transpose()
    left = np.ones(matrix.ncols(), dtype=np.bool_)
    rank = 0
    while left.any():
        # The farthest one from any is at an end, from where the levels are narrow.
        *_, (_, far) = _levels(matrix, across, int(np.argmax(left)))
        levels = list(_levels(matrix, across, int(far[0])))
        for _, columns in levels:
            left[columns] = False
        if len(levels) <= _FEW_LEVELS:
            levels = [(np.unique(np.concatenate([rows for rows, _ in levels])), np.concatenate([own for _, own in levels]))]
        rank += _rank(matrix, levels, prime)
    return rank


def _levels(matrix: SparseMatrix, across: SparseMatrix, first: int) -> Iterator[Level]:
    """The levels from a column on: the rows that meet it, and no level before, and its columns."""
    seen, met = (np.zeros(length, dtype=np.bool_) for length in matrix.shape)
    columns = np.array([first], dtype=np.int64)
    while len(columns):
        met[columns] = True
        rows = _new(across, columns, seen)
        yield rows, columns
        columns = _new(matrix, rows, met)


def _new(matrix: SparseMatrix, index: Places, seen: NDArray[np.bool_]) -> Places:
    """The columns of some rows that were not seen; they are from now on."""
    found = np.unique(matrix.take_rows(index).column)
    found = found[~seen[found]]
    seen[found] = True
    return found


def _rank(matrix: SparseMatrix, levels: list[Level], prime: int) -> int:
    """The rank of the rows of all levels: the number of pivots in the columns of each."""
    carried: NDArray[np.object_] = np.zeros((0, len(levels[0][1])), dtype=object)
    if len(levels) == 1:
        return int(_front(matrix, carried, *levels[0], levels[0][1][:0], prime).rank())
    rank = 0
    following = [columns for _, columns in levels[1:]] + [levels[0][1][:0]]
    for (rows, own), after in zip(levels, following, strict=True):
        reduced, pivots = _front(matrix, carried, rows, own, after, prime).rref()
        table = np.array(list(map(int, reduced.entries())), dtype=object).reshape(reduced.nrows(), len(own) + len(after))
        own_pivots = np.count_nonzero((table[:pivots, : len(own)] != 0).any(axis=1))
        rank += int(own_pivots)
        carried = table[own_pivots:pivots, len(own) :]
    return rank


def _front(
    matrix: SparseMatrix, carried: NDArray[np.object_], rows: Places, own: Places, after: Places, prime: int
) -> nmod_mat:
    """What is left of earlier rows, and below it some rows, on the columns of two levels."""
    part = matrix.take_rows(rows).take_columns(np.concatenate([own, after]))
    table = np.zeros((len(carried) + len(rows), len(own) + len(after)), dtype=object)
    table[: len(carried), : len(own)] = carried
    table[part.row + len(carried), part.column] = part.numerator % prime
    return nmod_mat(*table.shape, table.ravel().tolist(), prime)
