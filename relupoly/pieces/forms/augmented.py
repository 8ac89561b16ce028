"""Augmented layers: integer matrices [[W, b], [0, c]], dense or sparse, and what is asked of both."""

from __future__ import annotations

from typing import TypeAlias, TypeVar

import numpy as np
from flint import fmpz, fmpz_mat

from relupoly.exact.blocks import densely
from relupoly.exact.matrices import cleared
from relupoly.exact.sparse import SparseMatrix
from relupoly.networks.network import Layer

IntegerMatrix: TypeAlias = fmpz_mat | SparseMatrix
"""A sparse one has the denominator 1."""

Entry = TypeVar("Entry")


def augment(layer: Layer) -> tuple[IntegerMatrix, list[int]]:
    """The augmented matrix of a layer, and the entries that are kept of it, row by row.

    They have no common factor, since c is the least common denominator of the rationals in W and b.
    """
    if isinstance(layer.weight, SparseMatrix):
        matrix = _augment_sparse(layer.weight, layer)
        return matrix, matrix.numerator.tolist()
    entries = _augment_dense(layer)
    return fmpz_mat(layer.outputs + 1, layer.inputs + 1, entries), list(map(int, entries))


def times(matrix: IntegerMatrix, forms: fmpz_mat) -> fmpz_mat:
    """The product with a dense matrix of few columns."""
    return matrix.times_integers(forms) if isinstance(matrix, SparseMatrix) else matrix * forms


def corner(matrix: IntegerMatrix) -> fmpz:
    """The constant c."""
    return (
        fmpz(int(matrix.numerator[-1])) if isinstance(matrix, SparseMatrix) else matrix[matrix.nrows() - 1, matrix.ncols() - 1]
    )


def constants(matrix: IntegerMatrix) -> list[fmpz]:
    """The last column: what the rows are where nothing is active."""
    last = fmpz_mat([[0]] * (matrix.ncols() - 1) + [[1]])
    return [fmpz(entry) for entry in times(matrix, last).entries()]


def sizes(matrix: IntegerMatrix) -> IntegerMatrix:
    """The absolute values of the entries."""
    if isinstance(matrix, SparseMatrix):
        return SparseMatrix(matrix.shape, matrix.start, matrix.column, np.abs(matrix.numerator), 1)
    return fmpz_mat(matrix.nrows(), matrix.ncols(), [abs(entry) for entry in matrix.entries()])


def split_rows(entries: list[Entry], length: int) -> list[list[Entry]]:
    """The rows of a matrix, of some length that is not 0."""
    return [entries[start : start + length] for start in range(0, len(entries), length)]


def _augment_dense(layer: Layer) -> list[fmpz]:
    weight, below = cleared(densely(layer.weight))
    bias, other = cleared(layer.bias)
    constant = below.lcm(other)
    factor, other_factor = constant // below, constant // other
    scaled = [entry * factor for entry in weight]
    rows = split_rows(scaled, layer.inputs) if layer.inputs else [[] for _ in range(layer.outputs)]
    entries: list[fmpz] = []
    for row, offset in zip(rows, [entry * other_factor for entry in bias], strict=True):
        entries += row
        entries.append(offset)
    return [*entries, *[fmpz(0)] * layer.inputs, constant]


def _augment_sparse(weight: SparseMatrix, layer: Layer) -> SparseMatrix:
    bias, other = cleared(layer.bias)
    # The denominator may be larger than it needs to be; what all numerators have in common with it goes.
    common = int(np.gcd.reduce(weight.numerator.astype(object), initial=weight.denominator))
    below = fmpz(weight.denominator // common)
    constant = below.lcm(other)
    factor, other_factor = int(constant // below), int(constant // other)
    numerators = weight.numerator.astype(object) // common * factor
    offsets = np.array([int(entry) * other_factor for entry in bias] + [int(constant)], dtype=object)
    rows, inputs = layer.outputs + 1, layer.inputs
    return SparseMatrix.from_places(
        (rows, inputs + 1),
        np.concatenate([weight.row, np.arange(rows)]),
        np.concatenate([weight.column, np.full(rows, inputs, dtype=np.int64)]),
        np.concatenate([numerators, offsets]),
    )
