"""What the walk works on: cones on their way to becoming cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntFlag
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from relupoly.exact.vectors import Signs, Vectors
from relupoly.geometry.cone import Cone
from relupoly.pieces.forms.layer_map import LayerMap
from relupoly.pieces.walk.cell import ActivationCell


@dataclass(frozen=True)
class Stage:
    """A layer on a cell of the earlier ones.

    Attributes
    ----------
    layer_map : LayerMap
        The exact map of the layer.
    forms : Vectors
        Its augmented forms in working arithmetic.
    previous : Stage or None
        The layer before.
    signs : ndarray of int8, or None
        The signs of the hyperplanes of the layer before.
    """

    layer_map: LayerMap
    forms: Vectors
    previous: Stage | None = None
    signs: NDArray[np.int8] | None = None

    @property
    def earlier(self) -> tuple[NDArray[np.int8], ...]:
        """The signs of the hyperplanes of all earlier layers."""
        return () if self.previous is None or self.signs is None else (*self.previous.earlier, self.signs)

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stages of all layers up to this one."""
        return (self,) if self.previous is None else (*self.previous.stages, self)


@dataclass
class WalkNode:
    """A part of the domain in the walk: a cell of the earlier layers, or what this layer has left of it so far.

    Attributes
    ----------
    stage : Stage
    chosen : ndarray of int8, shape (h,)
        The signs of the layer's hyperplanes, as far as they are decided.
    open : ndarray of int, shape (k,)
        The hyperplanes that may still cut it.
    signs : ndarray of int8, shape (k, m) or (k,)
        The signs of their forms, at the rays or at the witness.
    """

    stage: Stage
    chosen: NDArray[np.int8]
    open: NDArray[np.intp]
    signs: Signs


@dataclass
class Node(WalkNode):
    """The same as a cone, which holds it by its rays."""

    cone: Cone


class TakesSteps(Protocol):
    """Steps of a walk: of what kind nodes are is theirs alone.

    Attributes
    ----------
    decided : int
        How many signs machine arithmetic could not decide, so far. Threads may take steps at the same time.
    """

    decided: int

    @property
    def starts(self) -> int:
        """From how many nodes the walk starts."""

    @property
    def beginning(self) -> str:
        """What tells these nodes from those of other walks."""

    def roots(self, first: int = 0, step: int = 1) -> Iterator[Any]:
        """The nodes from which the walk starts; or every `step`-th from the one with number `first` on."""

    def children(self, node: Any) -> list[Any]:
        """The two halves of a node, or the node that enters the next layer; none where the node is a cell."""

    def take(self, waiting: list[Any]) -> Iterator[ActivationCell]:
        """Take the last node off a list; put its children there, or give it out as a cell."""


class Detail(IntFlag):
    """How closely cells are looked at.

    COUNT: only their number matters. MERGE: a cell with strict signs, whose function changes across every facet, is only
    counted; others are wanted. FINGERPRINT: of cells that are only counted, the function's fingerprint is wanted.
    SIMPLE: a cell with strict signs is only counted if each of its vertices, but those at infinity, lies on as many hyperplanes
    as a generic one, none of them with neurons that are active on both sides; of others the patterns of faces are wanted, or
    the cell. EVERY: all cells are wanted.
    LEVELS: where a cell meets the sets {f = g} of some functions is wanted, or the cell where that is not found.
    LIST: of every cell its signs and incidences are wanted, or the cell.
    """

    COUNT = 0
    MERGE = 1
    FINGERPRINT = 2
    SIMPLE = 4
    EVERY = 8
    LEVELS = 16
    LIST = 32


@dataclass(frozen=True, eq=False)
class FacePatterns:
    """The patterns of some cells that are not simple, and of their faces that are not.

    Attributes
    ----------
    cells : int
    patterns : ndarray of uint8, shape (k, bytes)
        Which neurons are active, one bit each; all different.
    """

    cells: int
    patterns: NDArray[np.uint8]


@dataclass(frozen=True)
class CountedCells:
    """A number of cells that need no closer look.

    Attributes
    ----------
    count : int
    faces : FacePatterns or None
        Of those among them that are not simple, where patterns are wanted.
    """

    count: int
    faces: FacePatterns | None = field(default=None, kw_only=True)


@dataclass(frozen=True, eq=False)
class FingerprintedCells(CountedCells):
    """A number of cells that need no closer look, and the fingerprints of their functions.

    Attributes
    ----------
    fingerprints : ndarray of uint64
        Of each cell; of those alone that are watched, where some are.
    words : ndarray of uint32, shape (cells, words)
        The words of watched functions.
    idle : dict of int to int
        How many more cells had an idle layer, by the last one of these.
    """

    fingerprints: NDArray[np.uint64]
    words: NDArray[np.uint32]
    idle: dict[int, int]


@dataclass(frozen=True, eq=False)
class ListedCells(CountedCells):
    """Some cells, by the signs of all hyperplanes and by which rays lie on which walls.

    Attributes
    ----------
    signs : ndarray of int8, shape (cells, hyperplanes)
    label : ndarray of int32, shape (cells, 64)
        The label of the wall in each slot.
    used : ndarray of uint64, shape (cells,)
        Which slots have a wall.
    rays : ndarray of int, shape (cells,)
        How many rays each has.
    tight : ndarray of uint64
        For the rays of one cell after the other, the slots of the walls on which they lie.
    value, error : ndarray of float64, shape (total, D)
        These rays, and bounds of their entries' errors.
    """

    signs: NDArray[np.int8]
    label: NDArray[np.int32]
    used: NDArray[np.uint64]
    rays: NDArray[np.int64]
    tight: NDArray[np.uint64]
    value: NDArray[np.float64]
    error: NDArray[np.float64]


# What is found of level sets: a vertex, what may be one, and that the cell lies in the level set.
CERTAIN, DOUBTFUL, WHOLE = range(3)


@dataclass(frozen=True, eq=False)
class LevelCells(CountedCells):
    """A number of cells, and the vertices of the sets {f = g} in them.

    Attributes
    ----------
    found : ndarray of int, shape (k, 3)
        The number of the function g, that of the cell, and what was found: a vertex for certain, perhaps one, or that the
        whole cell lies in the set.
    keys : ndarray of uint64, shape (k, words)
        The face whose relative interior holds the vertex: 0, 1, 2 for the sign -1, 0, 1 of every form there, in two bits each.
        The inequalities of the domain come first; of these, 1 for those that are tight.
    """

    found: NDArray[np.int64]
    keys: NDArray[np.uint64]
