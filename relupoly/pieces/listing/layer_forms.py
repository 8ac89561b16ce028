"""`LayerForms`: the exact forms of a layer on the current cell, and what else cells share that agree up to that layer.

Cells come in the order of the walk, so those that agree in the earlier layers come one after the other. What they have in
common is computed once: half-spaces, and vertices, which up to 2^n cells share. From one cell to the next few neurons change
sides: forms and outputs are brought up to date by these, in integers, so that nothing is lost. Profiles of nets with 60 neurons
in two layers: whole products of layers took nine tenths of the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import add, sub

import numpy as np
from flint import fmpq, fmpz, fmpz_mat
from numpy.typing import NDArray

from relupoly.exact.matrices import coprime
from relupoly.exact.sparse import SparseMatrix
from relupoly.pieces.forms.augmented import times
from relupoly.pieces.listing.corner import Corner
from relupoly.pieces.listing.listed_net import ListedNet
from relupoly.pieces.listing.recent import Recent
from relupoly.pieces.listing.records import Facet, Vector

Flags = NDArray[np.bool_]

# With more neurons than one in so many on the other side, a whole product is as fast.
_FEW = 4


@dataclass(eq=False)
class LayerForms:
    """The forms of a layer on the cells with given signs in the earlier ones.

    Attributes
    ----------
    signs : str
        Those of the earlier layers' neurons.
    active : ndarray of bool
        Which rows of the layer before pass on what they compute.
    forms : fmpz_mat, shape (rows, n + 1)
        In all coordinates of the domain; the last row is the constant.
    before : LayerForms or None
        The layer before.
    corners : Recent
        Where hyperplanes of this layer and earlier ones, or sides of the domain, meet.
    facets : Recent
        Half-spaces, by what supports them.
    summands : dict
        For a neuron, by its number, what it adds to each output where it is active; only of the last hidden layer.
    """

    signs: str
    active: Flags
    forms: fmpz_mat
    before: LayerForms | None = None
    corners: Recent[tuple[int, ...], Corner] = field(default_factory=Recent)
    facets: Recent[tuple[int, ...], Facet] = field(default_factory=Recent)
    summands: dict[int, list[list[fmpz]]] = field(default_factory=dict)
    _rows: dict[int, list[fmpz]] = field(default_factory=dict)

    def row(self, number: int) -> list[fmpz]:
        """The form of a neuron, up to a positive factor."""
        found = self._rows.get(number)
        if found is None:
            found = self._rows[number] = coprime(self.entries(number))
        return found

    def entries(self, number: int) -> list[fmpz]:
        """A row of the forms."""
        return [self.forms[number, place] for place in range(self.forms.ncols())]


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
        self.layers = [LayerForms("", np.zeros(0, dtype=np.bool_), self._plain.entry)]
        self._columns: dict[tuple[int, int], list[fmpz]] = {}

    def move(self, signs: str, active: Flags) -> None:
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
            old = self.layers[layer] if layer < len(self.layers) else None
            if old is not None and old.signs == signs[:end]:
                continue
            before = self.layers[layer - 1]
            flags = self._passing(layer - 1, active[self._ends[layer - 1] : end])
            forms = self._updated(layer, old, before, flags) or self._product(layer, before, flags)
            self.layers[layer:] = [LayerForms(signs[:end], flags, forms, before)]

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

    def outputs(self, active: Flags) -> list[tuple[tuple[Vector, ...], Vector]]:
        """Gradients and constants of cells that agree with the current one in all layers but the last hidden one.

        Parameters
        ----------
        active : ndarray of bool, shape (cells, neurons of the last hidden layer with ReLU)
        """
        last, depth = self.layers[-1], self._plain.depth
        flags = self._passing(depth - 1, active[0]).tolist()
        masked = [entry if on else fmpz(0) for row in self._output for entry, on in zip(row, flags, strict=True)]
        table = (fmpz_mat(len(self._output), len(flags), masked) * last.forms).tolist()
        one, rows = table[-1][-1], table[:-1]
        found = [_scaled(rows, one)]
        cells, neurons = np.nonzero(active[1:] != active[:-1])
        signs = np.where(active[cells + 1, neurons], 1, -1).tolist()
        places = np.searchsorted(cells, np.arange(len(active))).tolist()
        changed = neurons.tolist()
        for cell in range(len(active) - 1):
            for change in range(places[cell], places[cell + 1]):
                summands = self._summands(last, changed[change])
                if signs[change] > 0:
                    rows = [[*map(add, row, summand)] for row, summand in zip(rows, summands, strict=True)]
                else:
                    rows = [[*map(sub, row, summand)] for row, summand in zip(rows, summands, strict=True)]
            found.append(_scaled(rows, one))
        return found

    def _summands(self, last: LayerForms, neuron: int) -> list[list[fmpz]]:
        """What a neuron of the last hidden layer adds to each output where it is active."""
        found = last.summands.get(neuron)
        if found is None:
            # The last row is the constant.
            *column, _ = self._column(self._plain.depth, neuron)
            form = last.entries(neuron)
            found = last.summands[neuron] = [[weight * entry for entry in form] for weight in column]
        return found

    @cached_property
    def _output(self) -> list[list[fmpz]]:
        """The rows of the last layer."""
        last = self._plain.layers[-1]
        dense = last.dense().numer_denom()[0] if isinstance(last, SparseMatrix) else last
        rows: list[list[fmpz]] = dense.tolist()
        return rows

    def _passing(self, layer: int, active: Flags) -> Flags:
        """Which rows of a hidden layer pass on what they compute."""
        flags = np.ones(self._plain.rows[layer], dtype=np.bool_)
        flags[: len(active)] = active
        return flags

    def _product(self, layer: int, before: LayerForms, flags: Flags) -> fmpz_mat:
        """The forms of a layer, as a product of its matrix with the rows that are passed on."""
        matrix, zero = self._plain.layers[layer], fmpz(0)
        width = before.forms.ncols()
        nothing = [zero] * width
        masked = [
            entry for row, on in zip(before.forms.tolist(), flags.tolist(), strict=True) for entry in (row if on else nothing)
        ]
        return times(matrix, fmpz_mat(before.forms.nrows(), width, masked))

    def _updated(self, layer: int, old: LayerForms | None, before: LayerForms, flags: Flags) -> fmpz_mat | None:
        """The forms of a layer, from those that differ in a few rows that are passed on; None where these are many."""
        if old is None or old.before is not before:
            return None
        changed = np.flatnonzero(old.active != flags).tolist()
        if len(changed) * _FEW > len(flags):
            return None
        rows, width = old.forms.nrows(), before.forms.ncols()
        columns = [self._column(layer, row) for row in changed]
        left = fmpz_mat(rows, len(changed), [column[row] for row in range(rows) for column in columns])
        signed = [entry if flags[row] else -entry for row in changed for entry in before.entries(row)]
        return old.forms + left * fmpz_mat(len(changed), width, signed)

    def _column(self, layer: int, row: int) -> list[fmpz]:
        """What a row of the layer before contributes to each row of a layer."""
        found = self._columns.get((layer, row))
        if found is None:
            matrix = self._plain.layers[layer]
            if isinstance(matrix, SparseMatrix):
                unit = fmpz_mat(matrix.ncols(), 1, [int(place == row) for place in range(matrix.ncols())])
                found = times(matrix, unit).entries()
            else:
                found = [matrix[place, row] for place in range(matrix.nrows())]
            self._columns[layer, row] = found
        return found


def _scaled(rows: Sequence[Sequence[fmpz]], one: fmpz) -> tuple[tuple[Vector, ...], Vector]:
    """Gradients and constants of outputs, from forms over a constant."""
    return (
        tuple([tuple([fmpq(entry, one) for entry in row[:-1]]) for row in rows]),
        tuple([fmpq(row[-1], one) for row in rows]),
    )
