"""Counters: each takes the cells of a walk, one by one, and counts under one notion.

A counter keeps only what its notion needs: nothing for `activation` and `strict`, 8 bytes for each function for `affine`,
the patterns of cells and faces that are not simple for `patterns`. The counters of `open` and `closed` have modules of their
own. Counters of separate parts of a walk merge; their state can be written down and restored.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from relupoly.geometry.faces import bits_of, irregular_faces
from relupoly.pieces.forms.fingerprints import fingerprint, idle_fingerprint
from relupoly.pieces.forms.homogeneous import INFINITY, HomogeneousNet
from relupoly.pieces.forms.layer_map import pattern_bytes
from relupoly.pieces.merging.affine_functions import WalkMaker, count_functions
from relupoly.pieces.merging.fingerprint_set import FingerprintSet
from relupoly.pieces.notions import ACTIVATION, AFFINE, PATTERNS, STRICT
from relupoly.pieces.serialization import State, from_text, to_count, to_text
from relupoly.pieces.walk.cell import ActivationCell, Cell
from relupoly.pieces.walk.node import CountedCells, Detail, FingerprintedCells


class ActivationCounter:
    """Counts full-dimensional activation cells (R2)."""

    detail = Detail.COUNT

    def __init__(self, net: HomogeneousNet) -> None:
        self.count = 0

    def counts(self) -> dict[str, int]:
        """The count so far, by notion."""
        return {ACTIVATION: self.count}

    def add(self, cell: ActivationCell) -> None:
        """Take a cell."""
        self.count += 1

    def add_counted(self, plain: CountedCells) -> None:
        """Take counted cells."""
        self.count += plain.count

    def merge(self, other: ActivationCounter) -> None:
        """Take over the cells of another counter."""
        self.count += other.count

    def state(self) -> State:
        """All that there is to know, for JSON."""
        return {"count": self.count}

    def restore(self, state: State) -> None:
        """Take over a state, into an empty counter."""
        self.count = to_count(state["count"])

    def is_plausible(self, cells: int, complete: bool) -> bool:
        """Whether a state that was read can be that of so many cells, of all or of some."""
        return self.count == cells


class StrictCounter(ActivationCounter):
    """Counts cells with a strict sign for every neuron (Hanin and Rolnick)."""

    detail = Detail.MERGE

    def counts(self) -> dict[str, int]:
        """The count so far, by notion."""
        return {STRICT: self.count}

    def add(self, cell: ActivationCell) -> None:
        """Take a cell."""
        self.count += bool(cell.all_signs.all())

    def is_plausible(self, cells: int, complete: bool) -> bool:
        """Whether a state that was read can be that of so many cells, of all or of some."""
        return self.count <= cells


class AffineCounter:
    """Counts distinct affine functions (R6).

    Cells with an idle layer are not kept by their fingerprint: they are known by the last idle layer.
    """

    detail = Detail.FINGERPRINT

    def __init__(self, net: HomogeneousNet) -> None:
        self._net = net
        self._functions = FingerprintSet()
        self._idle: set[int] = set()
        self._cells = 0
        # How many functions more there are than fingerprints, once that is known.
        self._more: int | None = None

    @property
    def settled(self) -> bool:
        """Whether functions with the same fingerprint have been told apart."""
        return self._more is not None

    def counts(self) -> dict[str, int]:
        """The count by notion; of functions that are different for certain, as long as it is not settled."""
        alone = sum(one not in self._functions for one in set(self._idle_fingerprints()))
        return {AFFINE: self._functions.count + alone + (self._more or 0)}

    def add(self, cell: ActivationCell) -> None:
        """Take a cell."""
        self._more = None
        self._cells += 1
        idle = cell.output.idle_layer
        if idle is None:
            self._functions.add(fingerprint(cell.output))
        else:
            self._idle.add(idle)

    def add_counted(self, plain: CountedCells) -> None:
        """Take counted cells."""
        assert isinstance(plain, FingerprintedCells)
        self._more = None
        self._cells += plain.count
        self._functions.add_all(plain.fingerprints)
        self._idle |= plain.idle.keys()

    def settle(self, walk: WalkMaker) -> None:
        """Tell functions with the same fingerprint apart, once all cells have been seen."""
        idle = self._idle_fingerprints()
        again = {one for one in idle if idle.count(one) > 1 or one in self._functions}
        doubtful = np.union1d(self._functions.several(), np.array(sorted(again), dtype=np.uint64))
        self._more = count_functions(self._net, doubtful, walk, self._cells) - len(doubtful)

    def merge(self, other: AffineCounter) -> None:
        """Take over the cells of another counter."""
        if other._cells:
            self._more = None if self._cells else other._more
        self._cells += other._cells
        self._functions.merge(other._functions)
        self._idle |= other._idle

    def state(self) -> State:
        """All that there is to know, for JSON."""
        return {"cells": self._cells, "idle": sorted(self._idle), "more": self._more} | self._functions.state()

    def restore(self, state: State) -> None:
        """Take over a state, into an empty counter."""
        self._cells = to_count(state["cells"])
        self._idle = {to_count(layer) for layer in state["idle"]}
        self._more = None if state["more"] is None else to_count(state["more"])
        self._functions.restore(state)

    def is_plausible(self, cells: int, complete: bool) -> bool:
        """Whether a state that was read can be that of so many cells, of all or of some."""
        known = self._functions.count + len(self._idle)
        settled = self._more is None or complete
        layers = all(layer < self._net.depth for layer in self._idle)
        return self._cells == cells and bool(known) == bool(cells) and known + (self._more or 0) <= cells and layers and settled

    def _idle_fingerprints(self) -> list[int]:
        """The fingerprints of the functions of cells with an idle layer."""
        return [idle_fingerprint(self._net, layer) for layer in self._idle]


class PatternCounter:
    """Counts the activation patterns that occur anywhere (R1); needs cells with every wall.

    Different cells have different patterns: if a form vanishes on one cell, it does so wherever the pattern is the same. So
    there are as many patterns as cells, and those that occur on lower-dimensional faces only.

    Let all signs of a cell be strict; let a face lie on no more walls than it must, and let none of these have neurons that are
    active on both sides. Then the walls' forms are independent, and those on the neighbours are combinations of them,
    triangular in the order of layers. So there is a cell at the face on which they all are negative: it has the face's pattern.
    And all cells at such a face are of this kind. Only patterns of other faces, and of cells that have any, need to be kept.
    """

    detail = Detail.SIMPLE

    def __init__(self, net: HomogeneousNet) -> None:
        self._width = max(1, pattern_bytes(net))
        first, empty = net.first_label[0], np.zeros(0, dtype=np.int8)  # a net without hidden layers has no hyperplanes
        layers = list(zip(net.hyperplanes, net.first_label, strict=False))
        self._two_sided = np.concatenate([empty.astype(np.bool_), *(planes.two_sided for planes, _ in layers)])
        self._of = np.concatenate([empty.astype(np.intp), *(planes.of + start - first for planes, start in layers)])
        self._side = np.concatenate([empty, *(planes.side for planes, _ in layers)])
        self._plain = 0
        self._patterns: set[bytes] = set()

    @property
    def count(self) -> int:
        """The number of patterns."""
        return self._plain + len(self._patterns)

    def counts(self) -> dict[str, int]:
        """The count so far, by notion."""
        return {PATTERNS: self.count}

    def add_counted(self, plain: CountedCells) -> None:
        """Take counted cells: each has a pattern of its own, and the faces of others; those of some come along."""
        self._plain += plain.count
        if plain.faces:
            self._plain -= plain.faces.cells
            self._patterns.update(map(bytes, plain.faces.patterns))

    def add(self, cell: ActivationCell) -> None:
        """Take a cell: its pattern, and those of its faces that are not at infinity and not simple."""
        assert isinstance(cell, Cell), "faces are found by rays"
        first = cell.net.first_label[0]
        strict = bool(cell.all_signs.all())
        real = cell.cone.walls >= first
        bent = real.copy()
        bent[real] = self._two_sided[cell.cone.walls[real] - first]
        # A face that is not at infinity has a vertex that is not; where this is simple, so is the face.
        finite = np.flatnonzero(~cell.cone.tight[:, cell.cone.walls == INFINITY].any(axis=1))
        faces = irregular_faces(cell.cone, finite, bits_of(bent) if strict else -1)
        if strict and not faces:
            self._plain += 1
        else:
            self._patterns.update(self._active(cell, faces | {0}))

    def _active(self, cell: Cell, faces: set[int]) -> Iterator[bytes]:
        """Which neurons are active on faces of a cell, each given by the walls that contain it, in bits."""
        labels, first = cell.cone.walls, cell.net.first_label[0]
        size = (len(labels) + 7) // 8
        data = np.frombuffer(b"".join(face.to_bytes(size, "little") for face in faces), dtype=np.uint8)
        on = np.unpackbits(data.reshape(len(faces), size), axis=1, count=len(labels), bitorder="little")
        real = labels >= first
        face, wall = np.nonzero(on[:, real])
        signs = np.tile(cell.all_signs, (len(faces), 1))
        signs[face, labels[real][wall] - first] = 0
        for pattern in np.packbits(signs[:, self._of] * self._side > 0, axis=1):
            yield pattern.tobytes()

    def merge(self, other: PatternCounter) -> None:
        """Take over the cells of another counter."""
        self._plain += other._plain
        self._patterns |= other._patterns

    def state(self) -> State:
        """All that there is to know, for JSON."""
        return {"plain": self._plain, "patterns": to_text(b"".join(sorted(self._patterns)))}

    def restore(self, state: State) -> None:
        """Take over a state, into an empty counter."""
        self._plain = to_count(state["plain"])
        data = from_text(state["patterns"])
        if len(data) % self._width:
            raise ValueError("patterns of another net")
        self._patterns = {data[start : start + self._width] for start in range(0, len(data), self._width)}

    def is_plausible(self, cells: int, complete: bool) -> bool:
        """Whether a state that was read can be that of so many cells, of all or of some."""
        return self._plain <= cells <= self.count and bool(self.count) == bool(cells)
