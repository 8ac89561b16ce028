"""`LayerForms`: the exact forms of a layer on the current cell, and what else cells share that agree up to that layer.

Cells come in the order of the walk, so those that agree in the earlier layers come one after the other. What they have in
common is computed once: half-spaces, vertices, and each neuron's part of the outputs. A vertex is shared by up to 2^n cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from flint import fmpq, fmpz, fmpz_mat
from numpy.typing import NDArray

from relupoly.exact.blocks import densely
from relupoly.exact.matrices import coprime
from relupoly.pieces.forms.augmented import IntegerMatrix, corner
from relupoly.pieces.forms.layer_map import LayerMap, passing
from relupoly.pieces.listing.corner import Corner
from relupoly.pieces.listing.listed_net import ListedNet
from relupoly.pieces.listing.records import Facet, Vector


@dataclass(eq=False)
class LayerForms:
    """The forms of a layer on the cells with given signs in the earlier ones.

    Attributes
    ----------
    signs : str
        Those of the earlier layers' neurons.
    layer_map : LayerMap
        In all coordinates of the domain.
    corners : dict
        Where hyperplanes of this layer and earlier ones, or sides of the domain, meet.
    facets : dict
        Half-spaces, by what supports them.
    """

    signs: str
    layer_map: LayerMap
    corners: dict[tuple[int, ...], Corner] = field(default_factory=dict)
    facets: dict[tuple[int, ...], Facet] = field(default_factory=dict)
    _rows: dict[int, list[fmpz]] = field(default_factory=dict)

    def row(self, number: int) -> list[fmpz]:
        """The form of a neuron, up to a positive factor."""
        found = self._rows.get(number)
        if found is None:
            forms = self.layer_map.forms
            found = self._rows[number] = coprime([forms[number, place] for place in range(forms.ncols())])
        return found

    @cached_property
    def parts(self) -> tuple[fmpz_mat, fmpz]:
        """Each row's part of the outputs, where it passes on what it computes: shape (rows, outputs (n + 1)); and of the 1."""
        forms, last = self.layer_map.forms, self.layer_map.net.layers[-1]
        weight = _dense(last)
        rows, columns = forms.nrows(), forms.ncols()
        table = forms.tolist()
        found = [
            weight[output, row] * entry for row in range(rows) for output in range(weight.nrows() - 1) for entry in table[row]
        ]
        return fmpz_mat(rows, (weight.nrows() - 1) * columns, found), corner(last) * forms[rows - 1, columns - 1]


class CurrentForms:
    """The forms of all layers on one cell after the other.

    Parameters
    ----------
    listed : ListedNet
    """

    def __init__(self, listed: ListedNet) -> None:
        self._listed = listed
        self._plain = listed.plain
        self._ends = np.cumsum([0, *self._plain.widths]).tolist()
        self.layers = [LayerForms("", LayerMap(self._plain, 0))]

    def move(self, signs: str, active: NDArray[np.bool_]) -> None:
        """Go to a cell with these signs.

        Parameters
        ----------
        signs : str
            Of all neurons with ReLU.
        active : ndarray of bool
            Which of them are active.
        """
        for layer in range(1, self._plain.depth):
            end = self._ends[layer]
            if layer < len(self.layers) and self.layers[layer].signs == signs[:end]:
                continue
            del self.layers[layer:]
            flags = passing(self._plain, layer - 1, active[self._ends[layer - 1] : end])
            self.layers.append(LayerForms(signs[:end], LayerMap(self._plain, layer, flags, self.layers[-1].layer_map)))

    def form(self, label: int) -> Sequence[fmpz]:
        """The form of a wall, up to a positive factor."""
        listed = self._listed
        layer, row = listed.layer_of[label], listed.row_of[label]
        if layer >= 0:
            return self.layers[layer].row(row)
        n = listed.dimension
        if label == 0:
            return [fmpz(0)] * n + [fmpz(1)]
        facet = listed.side_facets[label]
        return [*(-entry for entry in facet.normal), facet.offset]

    def outputs(self, active: NDArray[np.bool_]) -> list[tuple[tuple[Vector, ...], Vector]]:
        """Gradients and constants of cells that agree with the current one in all layers but the last hidden one.

        Parameters
        ----------
        active : ndarray of bool, shape (cells, neurons of the last hidden layer with ReLU)
        """
        last, depth = self.layers[-1], self._plain.depth
        parts, one = last.parts
        flags = np.ones((len(active), self._plain.rows[depth - 1]), dtype=np.int64)
        flags[:, : active.shape[1]] = active
        sums = (fmpz_mat(len(active), flags.shape[1], flags.ravel().tolist()) * parts).entries()
        width = self._listed.dimension + 1
        entries = [fmpq(entry, one) for entry in sums]
        rows = [tuple(entries[start : start + width]) for start in range(0, len(entries), width)]
        count = parts.ncols() // width
        found = []
        for start in range(0, len(rows), count):
            own = rows[start : start + count]
            found.append((tuple([row[:-1] for row in own]), tuple([row[-1] for row in own])))
        return found


def _dense(matrix: IntegerMatrix) -> fmpz_mat:
    return matrix if isinstance(matrix, fmpz_mat) else densely(matrix).numer_denom()[0]
