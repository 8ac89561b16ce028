"""The preactivations of the last hidden layer on one cell after the other, exactly.

Consecutive cells of a walk differ in few neurons of the layer before. So the product of the layer's matrix with the active
rows of the map before is not computed anew: each neuron that came or went adds or takes a matrix of rank one.
"""

from __future__ import annotations

import numpy as np
from flint import fmpz, fmpz_mat
from numpy.typing import NDArray

from relupoly.exact.doubles import EPSILON, FLOAT_BITS, LARGEST_WHOLE
from relupoly.exact.floats import FloatVectors
from relupoly.exact.sparse import SparseMatrix
from relupoly.exact.vectors import Vectors
from relupoly.pieces.forms.augmented import times
from relupoly.pieces.forms.layer_map import LayerMap

# Where more neurons changed, one product of matrices in C is quicker than so many updates in Python.
_MOST_CHANGES = 12


class LastForms:
    """Remembers the forms on the last cell."""

    def __init__(self) -> None:
        self._previous: LayerMap | None = None
        self._active: NDArray[np.bool_] = np.zeros(0, dtype=np.bool_)
        self._product = fmpz_mat(0, 0)
        self._rows: list[list[fmpz]] = []
        self._columns: dict[int, fmpz_mat] = {}

    def of(self, layer_map: LayerMap) -> fmpz_mat:
        """The forms of a layer and its constant, one row for each, up to one positive factor."""
        previous, active = layer_map.previous, layer_map.active
        if previous is None or active is None:
            return layer_map.forms
        matrix = layer_map.net.layers[layer_map.layer]
        if previous is not self._previous:
            self._previous, self._rows = previous, previous.forms.tolist()
            changes = None
        else:
            changes = np.flatnonzero(active != self._active).tolist()
        if changes is None or len(changes) > _MOST_CHANGES or isinstance(matrix, SparseMatrix):
            masked = [entry if on else fmpz(0) for row, on in zip(self._rows, active, strict=True) for entry in row]
            self._product = times(matrix, fmpz_mat(len(self._rows), layer_map.net.dimension, masked))
        else:
            for neuron in changes:
                row = self._rows[neuron] if active[neuron] else [-entry for entry in self._rows[neuron]]
                self._product += self._column(matrix, neuron) * fmpz_mat(1, len(row), row)
        self._active = active
        return self._product

    def _column(self, matrix: fmpz_mat, neuron: int) -> fmpz_mat:
        """The weights of a neuron of the layer before; all maps are of the same layer."""
        if neuron not in self._columns:
            self._columns[neuron] = fmpz_mat(matrix.nrows(), 1, [matrix[row, neuron] for row in range(matrix.nrows())])
        return self._columns[neuron]


def working_vectors(forms: fmpz_mat, kind: type[Vectors]) -> Vectors:
    """The forms in working arithmetic; for floats, faster than `FloatVectors.from_integers` where the entries allow it."""
    entries = [int(entry) for entry in forms.entries()]
    if kind is not FloatVectors or max(map(int.bit_length, entries)) > FLOAT_BITS:
        return kind.from_integers(forms)
    value = np.array(entries, dtype=np.float64).reshape(forms.nrows(), forms.ncols())
    size = np.abs(value)
    return FloatVectors(value, np.where(size < LARGEST_WHOLE, 0.0, EPSILON * size))
