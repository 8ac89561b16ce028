"""From cells to pieces: maximal open connected sets on which the function is affine (R4).

Two cells belong to one piece if they share a facet and have the same affine function. In a generic net that is rare, so
a cell is remembered only by those of its facets across which the function may stay the same. Crossing a facet that
supports the hyperplane of a single neuron flips just this neuron, and the function changes unless the derivative of the
outputs by this neuron's output vanishes. That derivative is computed modulo a prime: where it is not zero the function
changes, for certain. All other facets wait under their key for the cell on the other side; then the functions are
compared exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from relupoly.pieces.forms.homogeneous import HomogeneousNet
from relupoly.pieces.forms.layer_map import LayerMap, passing
from relupoly.pieces.merging.disjoint import DisjointSets
from relupoly.pieces.notions import OPEN
from relupoly.pieces.serialization import State, from_text, to_count, to_text
from relupoly.pieces.walk.cell import ActivationCell, same_function
from relupoly.pieces.walk.node import CountedCells, Detail


class OpenPieces:
    """Counts maximal open connected sets on which the function is affine.

    Counters of separate parts of a walk merge: a facet that waits in one may find its other side in the other.

    Attributes
    ----------
    cells, merges : int
        The number of pieces is their difference.
    """

    detail = Detail.MERGE

    def __init__(self, net: HomogeneousNet) -> None:
        self.net = net
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

    def add_counted(self, plain: CountedCells) -> None:
        """Take counted cells: each is a piece of its own."""
        self.cells += plain.count

    def add(self, cell: ActivationCell) -> int:
        """Take a cell, and return how many pieces of those before it joins to its own."""
        self.cells += 1
        return sum(self._meet(key, self.cells, cell.output) for key in silent_facets(cell))

    def merge(self, other: OpenPieces) -> list[LayerMap]:
        """Take over the cells of another counter; the function of two pieces that become one, for each time that happens."""
        before = self.cells
        self.cells += other.cells
        self.merges += other.merges
        found = other._waiting.items()
        return [function for key, (cell, function) in found if self._meet(key, before + other._piece(cell), function)]

    def state(self) -> State:
        """All that there is to know, for JSON: of each piece with facets that wait, its function and these facets."""
        pieces: dict[int, tuple[str, list[str]]] = {}
        for key, (cell, function) in self._waiting.items():
            pieces.setdefault(self._piece(cell), (to_text(function.pattern), []))[1].append(to_text(_packed(key)))
        return {"cells": self.cells, "merges": self.merges, "waiting": list(map(list, pieces.values()))}

    def restore(self, state: State) -> None:
        """Take over a state, into an empty counter."""
        self.cells, self.merges = to_count(state["cells"]), to_count(state["merges"])
        for piece, (pattern, facets_waiting) in enumerate(state["waiting"], 1):
            function = LayerMap.of_pattern(self.net, from_text(pattern))
            for facet in facets_waiting:
                self._waiting[_unpacked(from_text(facet), self.net.first_label[-1])] = (piece, function)

    def is_plausible(self, cells: int, complete: bool) -> bool:
        """Whether a state that was read can be that of so many cells, of all or of some."""
        pieces = len({piece for piece, _ in self._waiting.values()})
        return self.cells == cells and pieces <= self.count and bool(cells) == (self.count > 0)

    def waiting(self) -> list[LayerMap]:
        """The functions of the pieces that have facets that wait, in a counter that was read."""
        return list(dict(self._waiting.values()).values())

    def _meet(self, key: bytes, cell: int, function: LayerMap) -> bool:
        """A cell comes to a facet: whether it joins a piece on the other side to its own."""
        other = self._waiting.pop(key, None)
        if other is None:
            self._waiting[key] = (cell, function)
            return False
        joined = same_function(other[1], function) and self._sets.join(cell, other[0])
        self.merges += joined
        return joined

    def _piece(self, cell: int) -> int:
        """The cell that stands for a cell's piece."""
        piece = self._sets.find(cell)
        assert isinstance(piece, int)
        return piece


def _packed(key: bytes) -> bytes:
    """A face key in two bits for each sign."""
    signs = np.frombuffer(key, dtype=np.int8)
    return np.packbits(np.concatenate([signs > 0, signs < 0])).tobytes()


def _unpacked(data: bytes, length: int) -> bytes:
    """The face key with so many signs that these bytes stand for."""
    if len(data) != (2 * length + 7) // 8:
        raise ValueError("a facet of another net")
    bits = np.unpackbits(np.frombuffer(data, dtype=np.uint8), count=2 * length).astype(np.int8)
    return (bits[:length] - bits[length:]).tobytes()


def silent_facets(cell: ActivationCell) -> Iterator[bytes]:
    """The keys of the facets across which the function may stay the same."""
    for walls in cell.crossings(~changing(cell.net, cell.signs) if cell.all_signs.all() else None):
        yield cell.face_key(walls)


def changing(net: HomogeneousNet, signs: Sequence[NDArray[np.int8]]) -> NDArray[np.bool_]:
    """For each hyperplane, whether crossing it alone changes the function for certain, from a cell with these signs.

    Parameters
    ----------
    net : HomogeneousNet
    signs : sequence of ndarray of int8
        For each hidden layer, those of its hyperplanes' forms.
    """
    gradient = net.output_residues
    parts = []
    for layer in reversed(range(net.depth)):
        planes = net.hyperplanes[layer]
        if layer == net.depth - 1:
            parts.append(net.changing_last)
        else:
            nonzero = np.array([entry != 0 for entry in gradient[: net.widths[layer]]], dtype=np.bool_)
            parts.append(planes.alone & nonzero[planes.first])
        if layer:
            active = passing(net, layer, signs[layer][planes.of] * planes.side > 0)
            masked = [entry if on else 0 for entry, on in zip(gradient[:-1], active, strict=False)]
            gradient = net.row_times([*masked, 0], layer) if any(masked) else [0] * net.rows[layer - 1]
    return np.concatenate(parts[::-1])
