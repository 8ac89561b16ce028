"""From cells to pieces: maximal open connected sets on which the function is affine (R4).

Two cells belong to one piece if they share a facet and have the same affine function. In a generic net that is rare, so
a cell is remembered only by those of its facets across which the function may stay the same. Crossing a facet that
supports the hyperplane of a single neuron flips just this neuron, and the function changes unless the derivative of the
outputs by this neuron's output vanishes. That derivative is computed modulo a prime: where it is not zero the function
changes, for certain. All other facets wait under their key for the cell on the other side; then the functions are
compared exactly.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from relupoly.exact.modular import Residues, random_residues, row_times
from relupoly.geometry.faces import facets
from relupoly.pieces.cell import Cell, same_function
from relupoly.pieces.disjoint import DisjointSets
from relupoly.pieces.maps import LayerMap
from relupoly.pieces.node import Look
from relupoly.pieces.notions import OPEN

_SEED = 20161105


class OpenTally:
    """Counts maximal open connected sets on which the function is affine.

    Attributes
    ----------
    cells, merges : int
        The number of pieces is their difference.
    """

    look = Look.MERGE

    def __init__(self) -> None:
        self.cells = 0
        self.merges = 0
        self._waiting: dict[bytes, tuple[int, LayerMap]] = {}
        self._sets = DisjointSets()

    @property
    def count(self) -> int:
        """The number of pieces among the cells so far."""
        return self.cells - self.merges

    def counts(self) -> dict[str, int]:
        """The count so far, by notion."""
        return {OPEN: self.count}

    def add_plain(self, count: int) -> None:
        """Take a number of plain cells: each is a piece of its own."""
        self.cells += count

    def add(self, cell: Cell) -> int:
        """Take a cell, and return how many pieces of those before it joins to its own."""
        self.cells += 1
        merges = 0
        for key in silent_facets(cell):
            other = self._waiting.pop(key, None)
            if other is None:
                self._waiting[key] = (self.cells, cell.output)
            elif same_function(other[1], cell.output) and self._sets.join(self.cells, other[0]):
                merges += 1
        self.merges += merges
        return merges


def silent_facets(cell: Cell) -> Iterator[bytes]:
    """The keys of the facets across which the function may stay the same."""
    first = cell.net.first_label[0]
    crossings = [walls for walls in (cell.cone.walls[group] for group in facets(cell.cone)) if walls.min() >= first]
    if not crossings:
        return
    if cell.all_signs.all():
        changes = changing(cell)
        crossings = [walls for walls in crossings if len(walls) > 1 or not changes[walls[0] - first]]
    for walls in crossings:
        yield cell.face_key(walls)


def changing(cell: Cell) -> NDArray[np.bool_]:
    """For each hyperplane, whether crossing it alone changes the function for certain."""
    net = cell.net
    gradient = row_times(_output_combination(net.layers[-1].nrows() - 1), net.residues[-1])
    parts = []
    for layer in reversed(range(net.depth)):
        planes = net.hyperplanes[layer]
        alone = np.bincount(planes.of, minlength=len(planes.first)) == 1
        nonzero = np.array([entry != 0 for entry in gradient[:-1]], dtype=np.bool_)
        parts.append(alone & nonzero[planes.first])
        if layer:
            active = cell.signs[layer][planes.of] * planes.side > 0
            masked = [entry if on else 0 for entry, on in zip(gradient, active, strict=False)]
            gradient = row_times([*masked, 0], net.residues[layer])
    return np.concatenate(parts[::-1])


def _output_combination(outputs: int) -> Residues:
    """A random combination of the outputs; the constant does not count."""
    return [*random_residues(outputs, _SEED), 0]
