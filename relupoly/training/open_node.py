"""`OpenNode`: a node of the compiled search that is to be looked at, and its row in the kernel's table of nodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class OpenNode:
    """A node of the search that is to be looked at.

    Attributes
    ----------
    identity : int
    bound : float
        A proved lower bound on the scaled loss.
    outputs, counts : ndarrays of int8, shape (classes,)
    sides : ndarray of int8, shape (classes, D)
    start : ndarray of int32
        Active rays of the parent, where its relaxation starts.
    weights : ndarray of float64
        Their coefficients, times the output sign.
    doubts : int
        How often a proof failed on the way to it.
    """

    identity: int
    bound: float
    outputs: NDArray[np.int8]
    counts: NDArray[np.int8]
    sides: NDArray[np.int8]
    start: NDArray[np.int32]
    weights: NDArray[np.float64]
    doubts: int = 0

    @property
    def is_nearly_closed(self) -> bool:
        """Whether its relaxation reached the incumbent's loss, but for rounding, though that is not proved."""
        from relupoly.training import kernel

        return self.doubts > kernel.DOUBTS

    @property
    def codes(self) -> list[int]:
        """The features where the relaxation starts, as the log has them: ray + 1, times the output sign."""
        codes: list[int] = np.where(self.weights > 0.0, self.start + 1, -self.start - 1).tolist()
        return codes


def put(nodes: Any, place: int, node: OpenNode) -> None:
    """Write a node into a row of the kernel's table, with as many of its active rays as there is room for."""
    classes, size = len(node.outputs), min(len(node.start), nodes.start.shape[1])
    nodes.identity[place] = node.identity
    nodes.classes[place] = classes
    nodes.outputs[place, :classes] = node.outputs
    nodes.counts[place, :classes] = node.counts
    nodes.sides[place, :classes] = node.sides
    nodes.bounds[place] = node.bound
    nodes.sizes[place] = size
    nodes.start[place, :size] = node.start[:size]
    nodes.weights[place, :size] = node.weights[:size]
    nodes.doubts[place] = node.doubts


def take(nodes: Any, place: int) -> OpenNode:
    """The node in a row of the kernel's table."""
    classes, size = nodes.classes[place], nodes.sizes[place]
    return OpenNode(
        int(nodes.identity[place]),
        float(nodes.bounds[place]),
        nodes.outputs[place, :classes].copy(),
        nodes.counts[place, :classes].copy(),
        nodes.sides[place, :classes].copy(),
        nodes.start[place, :size].copy(),
        nodes.weights[place, :size].copy(),
        int(nodes.doubts[place]),
    )
