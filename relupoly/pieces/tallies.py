"""Tallies: each takes the cells of a walk, one by one, and counts under one notion.

A tally keeps only what its notion needs: nothing for `activation` and `strict`, one output map for each function for
`affine`, the occurring patterns for `patterns`. The tally of `open` has a module of its own.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from relupoly.pieces.cell import Cell, neuron_signs, same_function
from relupoly.pieces.complex import finite_faces
from relupoly.pieces.maps import LayerMap
from relupoly.pieces.node import Look
from relupoly.pieces.notions import ACTIVATION, AFFINE, PATTERNS, STRICT


class ActivationTally:
    """Counts full-dimensional activation cells (R2)."""

    look = Look.COUNT

    def __init__(self) -> None:
        self.count = 0

    def counts(self) -> dict[str, int]:
        """The count so far, by notion."""
        return {ACTIVATION: self.count}

    def add(self, cell: Cell) -> None:
        """Take a cell."""
        self.count += 1

    def add_plain(self, count: int) -> None:
        """Take a number of plain cells."""
        self.count += count


class StrictTally:
    """Counts cells with a strict sign for every neuron (Hanin and Rolnick)."""

    look = Look.MERGE

    def __init__(self) -> None:
        self.count = 0

    def counts(self) -> dict[str, int]:
        """The count so far, by notion."""
        return {STRICT: self.count}

    def add(self, cell: Cell) -> None:
        """Take a cell."""
        self.count += bool(cell.all_signs.all())

    def add_plain(self, count: int) -> None:
        """Take a number of plain cells."""
        self.count += count


class AffineTally:
    """Counts distinct affine functions (R6), and knows each cell's function by a number.

    Attributes
    ----------
    functions : list of LayerMap
        The output map of the first cell with each function.
    """

    look = Look.EVERY

    def __init__(self) -> None:
        self.functions: list[LayerMap] = []
        self._known: dict[int, list[int]] = {}

    @property
    def count(self) -> int:
        """The number of functions."""
        return len(self.functions)

    def counts(self) -> dict[str, int]:
        """The count so far, by notion."""
        return {AFFINE: self.count}

    def add(self, cell: Cell) -> int:
        """Take a cell, and return the number of its function."""
        alike = self._known.setdefault(hash(tuple(cell.output.residues)), [])
        for number in alike:
            if same_function(self.functions[number], cell.output):
                return number
        alike.append(len(self.functions))
        self.functions.append(cell.output)
        return alike[-1]


class PatternsTally:
    """Counts the activation patterns that occur anywhere (R1); needs cells with every wall."""

    look = Look.EVERY

    def __init__(self) -> None:
        self._patterns: set[bytes] = set()

    @property
    def count(self) -> int:
        """The number of patterns."""
        return len(self._patterns)

    def counts(self) -> dict[str, int]:
        """The count so far, by notion."""
        return {PATTERNS: self.count}

    def add(self, cell: Cell) -> None:
        """Take a cell: the patterns of all its faces that are not at infinity."""
        first = cell.net.first_label[0]
        for _, walls in finite_faces(cell):
            signs = cell.all_signs.copy()
            signs[walls[walls >= first] - first] = 0
            self._patterns.add(_active(cell, signs))


def _active(cell: Cell, signs: NDArray[np.int8]) -> bytes:
    """Which neurons are active where the hyperplanes' forms have the given signs."""
    parts, start = [], 0
    for layer, own in enumerate(cell.signs):
        parts.append(neuron_signs(cell.net, layer, signs[start : start + len(own)]) > 0)
        start += len(own)
    return np.packbits(np.concatenate(parts)).tobytes()
