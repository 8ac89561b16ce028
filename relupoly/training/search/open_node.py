"""`OpenNode`: a node of the search that is to be looked at, and its row in the kernel's table of nodes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relupoly.training.bounds.relaxation import Bound
from relupoly.training.search.node import NeuronClass, Node

_LARGEST_BYTE = 127


@dataclass(frozen=True)
class OpenNode:
    """A node of the search that is to be looked at.

    Attributes
    ----------
    identity : int
    bound : float or Fraction
        A proved lower bound: on the scaled loss where the search is compiled, on the loss of all samples where it is exact.
    outputs, counts : ndarrays of int8, shape (classes,)
    sides : ndarray of int8, shape (classes, D)
    start : ndarray of int32
        Active rays of the parent, where its relaxation starts.
    weights : ndarray of float64
        Their coefficients, times the output sign.
    doubts : int
        How often a proof failed on the way to it.
    known : Bound or None
        An exact bound of a node that contains it, with its proof, if there is one.
    """

    identity: int
    bound: float | Fraction
    outputs: NDArray[np.int8]
    counts: NDArray[np.int8]
    sides: NDArray[np.int8]
    start: NDArray[np.int32]
    weights: NDArray[np.float64]
    doubts: int = 0
    known: Bound | None = None

    @classmethod
    def of(
        cls, identity: int, node: Node, bound: float | Fraction, codes: Sequence[int], known: Bound | None = None
    ) -> OpenNode:
        """A node as arrays; its relaxation starts from the features of some codes (see `feature_codes.py`)."""
        counts = [one.count for one in node.classes]
        return cls(
            identity,
            bound,
            np.array([one.sign for one in node.classes], dtype=np.int8),
            # The kernel takes bytes; nets that are wider than these can say are searched in rationals.
            np.array(counts, dtype=np.int8 if max(counts) <= _LARGEST_BYTE else np.int16),
            np.array([one.sides for one in node.classes], dtype=np.int8),
            np.array([abs(code) - 1 for code in codes], dtype=np.int32),
            np.array([1.0 if code > 0 else -1.0 for code in codes]),
            known=known,
        )

    @property
    def node(self) -> Node:
        """The node itself."""
        classes = zip(self.outputs.tolist(), self.counts.tolist(), self.sides, strict=True)
        return Node(tuple(NeuronClass(sign, count, sides.copy()) for sign, count, sides in classes))

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
