"""Functions whose level sets are collected, in the arrays of the compiled walk."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from flint import fmpz_mat

from relupoly.exact.floats import Floats, FloatVectors
from relupoly.exact.sparse import SparseMatrix
from relupoly.pieces import kernel
from relupoly.pieces.forms.homogeneous import HomogeneousNet

_ROOM = 2**15  # vertices that are handed over at a time: a megabyte


def no_levels() -> kernel.Levels:
    """For walks without level sets."""
    return _levels(0, 0, 1, 1, 0, 0)


def levels_of(net: HomogeneousNet, functions: Sequence[fmpz_mat]) -> kernel.Levels:
    """For walks that collect the vertices of {f = g}, for each of some functions g, given by the forms of their maps."""
    last = net.layers[-1]
    output = last.dense().numer_denom()[0] if isinstance(last, SparseMatrix) else last
    weight, weight_error, is_whole = _in_doubles(output)
    levels = _levels(len(functions), output.nrows() - 1, net.dimension, net.rows[-1], net.first_label[-1], _ROOM)
    for number, function in enumerate(functions):
        form, form_error, whole = _in_doubles(function)
        is_whole = is_whole and whole
        levels.form[number], levels.form_error[number] = form[:-1], form_error[:-1]
        levels.constant[number], levels.constant_error[number] = form[-1, -1], form_error[-1, -1]
    levels.weight[:], levels.weight_error[:] = weight[:-1], weight_error[:-1]
    levels.corner[:] = weight[-1, -1], weight_error[-1, -1]
    return levels._replace(whole=is_whole)


def _levels(functions: int, outputs: int, dimension: int, rows: int, labels: int, room: int) -> kernel.Levels:
    words = (2 * labels + 63) // 64
    return kernel.Levels(
        count=np.zeros(1, dtype=np.int64),
        cells=np.zeros(1, dtype=np.int64),
        found=np.zeros((room, 3), dtype=np.int64),
        key=np.zeros((room, words), dtype=np.uint64),
        base=np.zeros(words, dtype=np.uint64),
        form=np.zeros((functions, outputs, dimension)),
        form_error=np.zeros((functions, outputs, dimension)),
        constant=np.zeros(functions),
        constant_error=np.zeros(functions),
        weight=np.zeros((outputs, rows)),
        weight_error=np.zeros((outputs, rows)),
        corner=np.zeros(2),
        whole=False,
        output=np.zeros((outputs, dimension)),
        output_error=np.zeros((outputs, dimension)),
        scale=np.zeros(2),
        difference=np.zeros(dimension),
        difference_error=np.zeros(dimension),
        exact=np.zeros(1, dtype=np.bool_),
    )


def _in_doubles(matrix: fmpz_mat) -> tuple[Floats, Floats, bool]:
    """A matrix in doubles with error bounds, and whether these are whole numbers, exactly; long integers are scaled."""
    if max(abs(int(entry)) for entry in matrix.entries()) < kernel.EXACT:
        entries = [int(entry) for entry in matrix.entries()]
        values = np.array(entries, dtype=np.float64).reshape(matrix.nrows(), matrix.ncols())
        return values, np.zeros(values.shape), True
    vectors = FloatVectors.from_integers(matrix)
    return vectors.value, vectors.error, False
