"""Tallies: each takes the cells of a walk, one by one, and counts under one notion.

A tally keeps only what its notion needs: nothing for `activation` and `strict`, a few bytes for each function for `affine`,
the occurring patterns for `patterns`. The tallies of `open` and `closed` have modules of their own. Tallies of separate
parts of a walk merge; their state can be written down and restored.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from relupoly.pieces.cell import Cell, neuron_signs
from relupoly.pieces.complex import finite_faces
from relupoly.pieces.functions import Functions
from relupoly.pieces.homogeneous import HomogeneousNet
from relupoly.pieces.maps import pattern_bytes
from relupoly.pieces.node import Look
from relupoly.pieces.notions import ACTIVATION, AFFINE, PATTERNS, STRICT
from relupoly.pieces.states import State, from_text, to_count, to_text


class ActivationTally:
    """Counts full-dimensional activation cells (R2)."""

    look = Look.COUNT

    def __init__(self, net: HomogeneousNet) -> None:
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

    def merge(self, other: ActivationTally) -> None:
        """Take over the cells of another tally."""
        self.count += other.count

    def state(self) -> State:
        """All that there is to know, for JSON."""
        return {"count": self.count}

    def restore(self, state: State) -> None:
        """Take over a state, into an empty tally."""
        self.count = to_count(state["count"])


class StrictTally(ActivationTally):
    """Counts cells with a strict sign for every neuron (Hanin and Rolnick)."""

    look = Look.MERGE

    def counts(self) -> dict[str, int]:
        """The count so far, by notion."""
        return {STRICT: self.count}

    def add(self, cell: Cell) -> None:
        """Take a cell."""
        self.count += bool(cell.all_signs.all())


class AffineTally:
    """Counts distinct affine functions (R6).

    Attributes
    ----------
    functions : Functions
    """

    look = Look.EVERY

    def __init__(self, net: HomogeneousNet) -> None:
        self.functions = Functions(net)

    def counts(self) -> dict[str, int]:
        """The count so far, by notion."""
        return {AFFINE: self.functions.count}

    def add(self, cell: Cell) -> None:
        """Take a cell."""
        self.functions.add(cell.output)

    def merge(self, other: AffineTally) -> None:
        """Take over the cells of another tally."""
        for _ in self.functions.merge(other.functions):
            pass

    def state(self) -> State:
        """All that there is to know, for JSON."""
        return self.functions.state()

    def restore(self, state: State) -> None:
        """Take over a state, into an empty tally."""
        self.functions.restore(state)


class PatternsTally:
    """Counts the activation patterns that occur anywhere (R1); needs cells with every wall."""

    look = Look.EVERY

    def __init__(self, net: HomogeneousNet) -> None:
        self._width = max(1, pattern_bytes(net))
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

    def merge(self, other: PatternsTally) -> None:
        """Take over the cells of another tally."""
        self._patterns |= other._patterns

    def state(self) -> State:
        """All that there is to know, for JSON."""
        return {"patterns": to_text(b"".join(sorted(self._patterns)))}

    def restore(self, state: State) -> None:
        """Take over a state, into an empty tally."""
        data = from_text(state["patterns"])
        if len(data) % self._width:
            raise ValueError("patterns of another net")
        self._patterns = {data[start : start + self._width] for start in range(0, len(data), self._width)}


def _active(cell: Cell, signs: NDArray[np.int8]) -> bytes:
    """Which neurons are active where the hyperplanes' forms have the given signs."""
    parts, start = [], 0
    for layer, own in enumerate(cell.signs):
        parts.append(neuron_signs(cell.net, layer, signs[start : start + len(own)]) > 0)
        start += len(own)
    return np.packbits(np.concatenate(parts)).tobytes()
