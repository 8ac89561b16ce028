"""A net in the arrays of the compiled walk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from flint import fmpz, fmpz_mat
from numpy.typing import NDArray

from relupoly.exact.floats import Floats, FloatVectors
from relupoly.exact.modular import random_residues
from relupoly.exact.sparse import SparseMatrix
from relupoly.exact.sparse_vectors import SparseFloats
from relupoly.pieces import kernel
from relupoly.pieces.forms.homogeneous import HomogeneousNet

_SEED = 20180430  # of the combination of outputs: any number, but the same in every run


def program_of(net: HomogeneousNet, every_wall: bool = False) -> kernel.Program:
    """The net in the kernel's arrays; `every_wall` as in `relupoly.pieces.walk.driver.Walk`."""
    planes = [len(layer.first) for layer in net.hyperplanes]
    deeper = net.floats[1:]
    columns = [_columns(layer) for layer in deeper]
    weights, sparse = _joined(columns), [layer.sparse for layer in columns]
    jumps = _joined([_jumps(net, number, layer) for number, layer in enumerate(columns)])
    infinity = FloatVectors.from_integers(fmpz_mat(1, net.dimension, [0] * (net.dimension - 1) + [1]))
    boundary = infinity.join(FloatVectors.from_directions(net.domain))
    combination = _combination(net)
    output = FloatVectors.from_integers(combination)
    return kernel.Program(
        dimension=net.dimension,
        fewest=1 if every_wall else max(1, net.dimension - 1),
        depth=net.depth,
        widths=np.array(net.widths, dtype=np.int64),
        planes=np.array(planes, dtype=np.int64),
        rows=np.array(net.rows, dtype=np.int64),
        column=weights.value,
        column_error=weights.error,
        column_at=weights.start,
        place=weights.place if any(sparse) else np.zeros(0, dtype=np.int32),
        sparse=np.array([False, *sparse]),
        norm=np.array([0.0, *(layer.row_sums(np.abs(layer.value)).max() for layer in columns)]),
        norm_error=np.array([0.0, *(layer.row_sums(layer.error).max() for layer in columns)]),
        rough=np.array([False, *(bool(layer.error.any()) for layer in columns)]),
        first=np.concatenate([layer.first for layer in net.hyperplanes]).astype(np.int64),
        final=np.concatenate([_finals(layer.of, len(layer.first)) for layer in net.hyperplanes]),
        plane_at=starts(planes),
        of=np.concatenate([layer.of for layer in net.hyperplanes]).astype(np.int64),
        side=np.concatenate([layer.side for layer in net.hyperplanes]),
        neuron_at=starts(net.widths),
        row_at=starts(net.rows),
        jump=jumps.value,
        jump_size=jumps.largest(np.abs(jumps.value)),
        jump_error=jumps.largest(jumps.error),
        jump_at=jumps.start,
        jump_place=jumps.place,
        rises=np.array([bool(entry) for entry in _rises(net, combination)]),
        two_sided=np.concatenate([layer.two_sided for layer in net.hyperplanes]),
        label=np.array(net.first_label, dtype=np.int64),
        boundary=boundary.value,
        boundary_error=boundary.error,
        output=output.value[0],
        output_error=output.error[0],
        output_doubt=2 * float(output.error[0].sum()),
    )


@dataclass(frozen=True)
class Columns:
    """A matrix column by column: the entries that are kept of each column, with their rows.

    Attributes
    ----------
    rows : int
    start : ndarray of int64, shape (columns + 1,)
    place : ndarray of int32
    value, error : ndarray of float64
    sparse : bool
        Whether entries may be missing.
    """

    rows: int
    start: NDArray[np.int64]
    place: NDArray[np.int32]
    value: Floats
    error: Floats
    sparse: bool = False

    @classmethod
    def of_rows(cls, rows: FloatVectors) -> Columns:
        """The matrix whose columns are these rows."""
        count, height = rows.value.shape
        start = np.arange(0, count * height + 1, height, dtype=np.int64) if height else np.zeros(count + 1, dtype=np.int64)
        place = np.tile(np.arange(height, dtype=np.int32), count)
        return cls(height, start, place, np.ascontiguousarray(rows.value).ravel(), np.ascontiguousarray(rows.error).ravel())

    def row_sums(self, entries: Floats) -> Floats:
        """The sum of entries, one for each that is kept, in each row."""
        sums = np.bincount(self.place, weights=entries, minlength=self.rows)
        return np.asarray(sums, dtype=np.float64)

    def largest(self, entries: Floats) -> Floats:
        """The largest of entries, none of them negative, in each column."""
        found = np.zeros(len(self.start) - 1)
        np.maximum.at(found, np.repeat(np.arange(len(found)), np.diff(self.start)), entries)
        return found

    def take(self, index: NDArray[np.intp]) -> Columns:
        """The named columns; where these are all, nothing is copied."""
        if np.array_equal(index, np.arange(len(self.start) - 1)):
            return self
        sizes = np.diff(self.start)[index]
        start = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        at = np.arange(start[-1]) + np.repeat(self.start[index] - start[:-1], sizes)
        return Columns(self.rows, start, self.place[at], self.value[at], self.error[at], self.sparse)


def _columns(layer: FloatVectors | SparseFloats) -> Columns:
    """An augmented layer column by column."""
    if isinstance(layer, FloatVectors):
        return Columns.of_rows(FloatVectors(layer.value.T, layer.error.T))
    return _transposed(layer.matrix, layer.value, layer.error)


def _transposed(matrix: SparseMatrix, value: Floats, error: Floats) -> Columns:
    """A sparse matrix with these entries column by column."""
    order = np.lexsort((matrix.row, matrix.column))
    start = np.concatenate([[0], np.cumsum(np.bincount(matrix.column, minlength=matrix.ncols()))]).astype(np.int64)
    return Columns(matrix.nrows(), start, matrix.row[order].astype(np.int32), value[order], error[order], sparse=True)


def _joined(parts: Sequence[Columns]) -> Columns:
    """The columns of several matrices end to end."""
    if len(parts) == 1:
        return parts[0]
    offsets = np.cumsum([0, *(len(part.value) for part in parts)])
    return Columns(
        max((part.rows for part in parts), default=0),
        np.concatenate([[0], *(part.start[1:] + offset for part, offset in zip(parts, offsets, strict=False))]).astype(
            np.int64
        ),
        np.concatenate([np.zeros(0, dtype=np.int32), *(part.place for part in parts)]),
        np.concatenate([np.zeros(0), *(part.value for part in parts)]),
        np.concatenate([np.zeros(0), *(part.error for part in parts)]),
    )


def _finals(of: NDArray[np.intp], planes: int) -> NDArray[np.int64]:
    """The last neuron on each hyperplane."""
    finals = np.zeros(planes, dtype=np.int64)
    np.maximum.at(finals, of, np.arange(len(of)))
    return finals


def _jumps(net: HomogeneousNet, number: int, following: Columns) -> Columns:
    """By how much the rows of the following layer rise across each hyperplane of a layer: columns."""
    planes, layer = net.hyperplanes[number], net.layers[number + 1]
    jumps = following.take(planes.first)
    several = np.flatnonzero(np.bincount(planes.of) > 1)
    if not len(several):
        return jumps
    rises = planes.rises(layer, several.tolist())
    if isinstance(rises, SparseMatrix):
        entries = SparseFloats(rises)
        exact = _transposed(rises, entries.value, entries.error)
    else:
        exact = _columns(FloatVectors.from_integers(rises))
    return _merged(jumps, exact, several)


def _merged(columns: Columns, others: Columns, chosen: NDArray[np.intp]) -> Columns:
    """The columns, those with the given numbers from another matrix that has these alone."""
    both = _joined([columns, others])
    index = np.arange(len(columns.start) - 1)
    index[chosen] = len(index) + np.arange(len(chosen))
    return both.take(index)


def _rises(net: HomogeneousNet, combination: fmpz_mat) -> list[fmpz]:
    """By how much the combination of the outputs rises across each hyperplane of the last hidden layer."""
    rises = net.hyperplanes[-1].rises(combination)
    assert isinstance(rises, fmpz_mat)
    return rises.entries()


def _combination(net: HomogeneousNet) -> fmpz_mat:
    """A random combination of the outputs, as a form in the last hidden layer's rows."""
    layer = net.layers[-1]
    outputs = layer.nrows() - 1
    factors = [*(fmpz(entry % 1009 + 1) for entry in random_residues(outputs, _SEED)), fmpz(0)]
    if isinstance(layer, SparseMatrix):
        return layer.transpose().times_integers(fmpz_mat(outputs + 1, 1, factors)).transpose()
    return fmpz_mat(1, outputs + 1, factors) * layer


def starts(sizes: Sequence[int]) -> NDArray[np.int64]:
    """Where each part starts when parts of these sizes are laid end to end."""
    return np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
