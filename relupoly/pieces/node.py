"""What the walk works on: cones on their way to becoming cells."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from relupoly.exact.vectors import Signs, Vectors
from relupoly.geometry.cone import Cone
from relupoly.pieces.maps import LayerMap


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
class Node:
    """A cone in the walk.

    Attributes
    ----------
    chosen : ndarray of int8, shape (h,)
        The signs of the layer's hyperplanes, as far as they are decided.
    open : ndarray of int, shape (k,)
        The hyperplanes that may still cut the cone.
    signs : ndarray of int8, shape (k, m)
        The signs of their forms at the cone's rays.
    """

    stage: Stage
    cone: Cone
    chosen: NDArray[np.int8]
    open: NDArray[np.intp]
    signs: Signs


class Look(IntEnum):
    """How closely cells are looked at.

    COUNT: only their number matters. MERGE: a cell with strict signs, whose function changes across every facet, is only
    counted; others are wanted. EVERY: all cells are wanted.
    """

    COUNT = 0
    MERGE = 1
    EVERY = 2


@dataclass(frozen=True)
class PlainCells:
    """A number of cells that need no closer look."""

    count: int
