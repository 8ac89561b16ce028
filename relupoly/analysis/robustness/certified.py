"""Boxes and balls around a point that no other class reaches, by bounds in doubles alone.

`BallRelaxation` bounds a net on what is left of a ball in a box: a form is at most its value at the middle plus the radius
times its dual norm there. In the 1- and 2-norm that is far less than on the box around the ball, with many inputs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relupoly.analysis.branching.doubles_net import DoublesNet
from relupoly.analysis.branching.relaxation import Boxes, Relaxation
from relupoly.analysis.robustness.metric import Metric
from relupoly.exact.doubles import UNIT_ROUNDOFF

Floats = NDArray[np.float64]

_HALVINGS = 24  # a box that is smaller than the whole by such a power of 2 is as good as none
_PARTS = 16  # then between one and twice as large
# Of the slopes of a layer's bounds on all boxes at once: 64 megabytes.
_MOST_ENTRIES = 2**23


@dataclass(frozen=True, eq=False)
class Balls:
    """Balls around a point, one for each of some boxes.

    Attributes
    ----------
    metric : Metric
    center : ndarray of float64, shape (n,)
        The nearest doubles.
    off : float
        How far the center is from the point at most.
    radius : ndarray of float64, shape (m,)
        Not less than meant; perhaps infinite.
    """

    metric: Metric
    center: Floats
    off: float
    radius: Floats


class BallRelaxation(Relaxation):
    """The bounds of neurons and outputs on the common points of boxes and balls.

    Parameters
    ----------
    net : DoublesNet
    boxes : Boxes
    balls : Balls
    """

    def __init__(self, net: DoublesNet, boxes: Boxes, balls: Balls) -> None:
        self._balls = balls
        super().__init__(net, boxes)

    def _most(self, slopes: Floats) -> Floats:
        """The smaller of both bounds."""
        found, balls = super()._most(slopes), self._balls
        spread = balls.metric.dual_floats(slopes) * (balls.radius + balls.off)[:, None]
        error = 4 * (slopes.shape[-1] + 8) * UNIT_ROUNDOFF * (np.abs(slopes) @ np.abs(balls.center) + spread)
        inside: Floats = slopes @ balls.center + spread + error
        return np.fmin(found, inside)


def at_once(net: DoublesNet) -> int:
    """How many boxes are bounded at once, so that there is memory for it."""
    slopes = 2 * max(len(bias) for bias in net.biases) * net.weights[0].shape[1]
    return max(1, int(_MOST_ENTRIES // slopes))


@dataclass(frozen=True, eq=False)
class Surroundings:
    """Boxes around a point, each a share of a large one, as far as they lie in limits; shape (n,) each.

    Attributes
    ----------
    center, low, high : ndarray of float64
        The point, and the large box around it.
    limits : pair of ndarray of float64
        The least and the greatest coordinates of points that are asked about.
    """

    center: Floats
    low: Floats
    high: Floats
    limits: tuple[Floats, Floats]

    def part(self, share: Floats | float) -> tuple[Floats, Floats]:
        """The ends of the boxes with such shares; the same doubles for the same share.

        Examples
        --------
        >>> around = Surroundings(np.zeros(1), -np.ones(1), np.ones(1), (np.zeros(1), np.full(1, 5.0)))
        >>> around.part(0.5), around.part(1.0)
        ((array([0.]), array([0.5])), (array([0.]), array([1.])))
        """
        low, high = (
            np.where(np.equal(share, 1.0), end, self.center + share * (end - self.center)) for end in (self.low, self.high)
        )
        return np.maximum(low, self.limits[0]), np.minimum(high, self.limits[1])


def largest_certified(net: DoublesNet, rows: Floats, starts: Floats, around: Surroundings, balls: Balls) -> float:
    """The share of a box, and of the ball in it, such that no form is >= 0 on what they have in common.

    Parameters
    ----------
    net : DoublesNet
    rows, starts : ndarray of float64
        The forms <row, y> + start of outputs.
    around : Surroundings
    balls : Balls
        One.

    Returns
    -------
    float
        0 where no box is found.

    Examples
    --------
    >>> from relupoly.networks.network import Network
    >>> net = DoublesNet.of(Network.from_rows([([[1]], None), ([[1]], [0])]))
    >>> balls = Balls(Metric.of("inf"), np.zeros(1), 0.0, np.ones(1))
    >>> around = Surroundings(np.zeros(1), -np.ones(1), np.ones(1), (-np.ones(1), np.ones(1)))
    >>> largest_certified(net, np.ones((1, 1)), -np.ones(1) / 4, around, balls)
    0.2421875
    """
    shares: Floats = 2.0 ** -np.arange(_HALVINGS, dtype=np.float64)
    first = _first_certified(net, rows, starts, around, balls, shares)
    if first is None:
        return 0.0
    if first == 0:
        return 1.0
    finer: Floats = float(shares[first]) * (1 + np.arange(_PARTS - 1, 0, -1, dtype=np.float64) / _PARTS)
    better = _first_certified(net, rows, starts, around, balls, finer)
    return float(shares[first] if better is None else finer[better])


def _first_certified(
    net: DoublesNet, rows: Floats, starts: Floats, around: Surroundings, balls: Balls, shares: Floats
) -> int | None:
    """The first of some shares for which no form reaches 0."""
    size = at_once(net)
    for begin in range(0, len(shares), size):
        some = shares[begin : begin + size, None]
        low, high = around.part(some)
        one = Boxes.one(net, low[0], high[0])
        boxes = Boxes(low, high, *(tuple(np.repeat(layer, len(some), axis=0) for layer in of) for of in (one.least, one.most)))
        inner = Balls(balls.metric, balls.center, balls.off, some[:, 0] * balls.radius)
        bounds, _ = BallRelaxation(net, boxes, inner).upper(rows, starts)
        certified = np.flatnonzero((bounds < 0).all(axis=1))
        if len(certified):
            return begin + int(certified[0])
    return None
