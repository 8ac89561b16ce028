"""Bounds of the Jacobian of a net on boxes, many at once: a neuron that changes sign multiplies by something from 0 to 1.

Products of matrices are bounded entry by entry, from the inputs to the outputs and the other way round; neither is always the
better one, so both count. Which neurons change sign is known from bounds of preactivations (`relaxation.Relaxation`).

All is computed in doubles. Entries are sums over paths through the net, so that errors are a share of the sum of the sizes of
all paths, which is added layer by layer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relupoly.analysis.branching.doubles_net import DoublesNet
from relupoly.analysis.branching.relaxation import Boxes

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Slopes:
    """The slopes of the neurons of each hidden layer on boxes, from 0 to 1.

    Attributes
    ----------
    least, most : tuple of ndarray of bool, shape (m, width)
        Where they differ, a neuron may change sign on the box.
    """

    least: tuple[Flags, ...]
    most: tuple[Flags, ...]

    @classmethod
    def on(cls, net: DoublesNet, boxes: Boxes) -> Slopes:
        """The slopes on boxes of which bounds of preactivations are known."""
        most = tuple((one > 0) | ~relu for one, relu in zip(boxes.most, net.relus, strict=True))
        both = zip(boxes.least, most, net.relus, strict=True)
        # A neuron that vanishes on a box passes nothing on, whatever its slope is.
        return cls(tuple(((one >= 0) | ~relu) & flags for one, flags, relu in both), most)

    @property
    def unsettled(self) -> tuple[Flags, ...]:
        """Which neurons may change sign."""
        return tuple(most & ~least for least, most in zip(self.least, self.most, strict=True))


class JacobianBounds:
    """Bounds of the Jacobian on boxes.

    Parameters
    ----------
    net : DoublesNet
        With a hidden layer, its products of weights within the range of doubles.
    slopes : Slopes

    Attributes
    ----------
    center, radius : ndarray of float64, shape (m, outputs, n)
        Each entry is no farther from the former than the latter.
    """

    def __init__(self, net: DoublesNet, slopes: Slopes) -> None:
        self._net, self._slopes = net, slopes
        self._forward = [_Interval.exact(net.weights[0], len(slopes.most[0]))]
        self._backward = [_Interval.exact(net.weights[-1].T, len(slopes.most[0]))]
        size, turned = net.sizes[0], net.sizes[-1].T
        for layer, (least, most) in enumerate(zip(slopes.least, slopes.most, strict=True)):
            size = net.sizes[layer + 1] @ size
            self._forward.append(self._forward[-1].through(least, most, net.weights[layer + 1], net.roundoff * size))
        pairs = list(zip(slopes.least, slopes.most, strict=True))
        for layer in reversed(range(len(pairs))):
            turned = net.sizes[layer].T @ turned
            self._backward.append(self._backward[-1].through(*pairs[layer], net.weights[layer].T, net.roundoff * turned))
        ahead, back = self._forward[-1], self._backward[-1]
        low = np.maximum(ahead.low, back.low.transpose(0, 2, 1))
        high = np.minimum(ahead.high, back.high.transpose(0, 2, 1))
        self.center, self.radius = low / 2 + high / 2, np.maximum(high / 2 - low / 2, 0.0)
        # Ends and middles are rounded.
        self.radius += net.roundoff * (np.abs(low) + np.abs(high))

    def smear(self) -> Floats:
        """What each coordinate contributes to the width of the bounds, times its own width; shape (m, n).

        A neuron that changes sign counts by how steep outputs are in it, and a coordinate by how steep the neuron is in it.
        """
        found = np.zeros((len(self.center), self.center.shape[2]))
        for layer, unsettled in enumerate(self._slopes.unsettled):
            behind = self._backward[-2 - layer].size.sum(axis=2) * unsettled
            found += (behind[:, None] @ self._forward[layer].size)[:, 0]
        return found


@dataclass(frozen=True, eq=False)
class _Interval:
    """Matrices between two matrices, shape (m, rows, columns)."""

    low: Floats
    high: Floats

    @classmethod
    def exact(cls, matrix: Floats, boxes: int) -> _Interval:
        """The same matrix on all boxes; that it was rounded is counted later on."""
        found = np.broadcast_to(matrix, (boxes, *matrix.shape))
        return cls(found, found)

    @property
    def size(self) -> Floats:
        """What entries are at most in size."""
        return np.maximum(np.abs(self.low), np.abs(self.high))

    def through(self, least: Flags, most: Flags, weight: Floats, error: Floats) -> _Interval:
        """A matrix times these, whose rows are multiplied by slopes before."""
        maybe = (most & ~least)[:, :, None]
        kept = most[:, :, None]
        low = np.where(maybe, np.minimum(self.low, 0.0), self.low) * kept
        high = np.where(maybe, np.maximum(self.high, 0.0), self.high) * kept
        center = weight @ (low / 2 + high / 2)
        radius = np.abs(weight) @ (high / 2 - low / 2) + error
        return _Interval(center - radius, center + radius)
