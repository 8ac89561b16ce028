"""`Leaves`: what bounds in doubles prove on boxes, as leaves of a tree.

Bounds are those of the search (`relupoly.analysis.branching`). What the checker computes is at least as tight, with the same
rules, so that it accepts what they prove.
"""

from __future__ import annotations

import numpy as np
from flint import fmpq

from relupoly.analysis.branching.doubles_net import DoublesNet, Floats
from relupoly.analysis.branching.mixing import best_mixture
from relupoly.analysis.branching.relaxation import Boxes, Relaxation
from relupoly.analysis.proof.exact_part import Sum
from relupoly.analysis.proof.nodes import Line, sum_leaf
from relupoly.analysis.proof.slopes import are_flat_enough, entries_at_most
from relupoly.analysis.proof.task import ProofTask
from relupoly.exact.rationals import float_below, nearest_float

GRADIENT: Line = {"leaf": "gradient"}


class Leaves:
    """The leaves of a task.

    Parameters
    ----------
    task : ProofTask
    net : DoublesNet
        Its net.

    Attributes
    ----------
    net : DoublesNet
    """

    def __init__(self, task: ProofTask, net: DoublesNet) -> None:
        self._task, self.net = task, net
        self._rows = np.array([[nearest_float(entry) for entry in one.row] for one in task.asserted])
        self._starts = np.array([nearest_float(one.start) for one in task.asserted])

    def of(self, relaxation: Relaxation) -> tuple[list[Line | None], Floats]:
        """The leaf of each box that bounds prove, or None; and how much each coordinate matters."""
        boxes, task = relaxation.boxes, self._task
        width = boxes.high - boxes.low
        if task.steepness:
            entries = entries_at_most(self.net, boxes)
            flat = are_flat_enough(entries, task.steepness.norm, float_below(task.steepness.most)) & task.steepness.takes_bounds
            flat |= relaxation.unsettled == 0
            smear = (width[:, None] * entries).sum(axis=1)
            return [GRADIENT if one else None for one in flat], smear
        outside = self._outside(boxes)
        if not task.asserted:
            return outside, width
        bounds, slopes = relaxation.upper(self._rows, self._starts)
        single = len(task.asserted) == 1
        mixed, weights = (bounds[:, 0], np.ones(bounds.shape)) if single else best_mixture(bounds, slopes, boxes.radius)
        found = [
            one or (sum_leaf(Sum(((int(row.argmin()), fmpq(1)),))) if row.min() < 0 else None)
            for one, row in zip(outside, bounds, strict=True)
        ]
        for place in np.flatnonzero(mixed < 0):
            if found[place] is None:
                found[place] = self._mixture(boxes.take(np.array([place])), weights[place])
        smear = (weights[:, None] @ relaxation.smear(self._rows))[:, 0]
        return found, smear

    def _mixture(self, box: Boxes, weights: Floats) -> Line | None:
        """The leaf that adds up what is asserted with weights, if the bound of the sum proves it."""
        whole = np.round(weights * 2.0**20) * 2.0**-20
        bound, _ = Relaxation(self.net, box).upper(whole[None] @ self._rows, np.array([whole @ self._starts]))
        # The sums above are rounded, too.
        room = 1e-12 * (np.abs(whole) @ (np.abs(self._rows).sum(axis=1) + np.abs(self._starts)))
        if not bound[0, 0] < -room:
            return None
        given = tuple((place, fmpq(*float(one).as_integer_ratio())) for place, one in enumerate(whole) if one)
        return sum_leaf(Sum(given))

    def _outside(self, boxes: Boxes) -> list[Line | None]:
        """A leaf for each box that an inequality of the set leaves out altogether."""
        found: list[Line | None] = [None] * len(boxes)
        for number, (row, bound) in enumerate(self._task.rows):
            slopes = np.array([nearest_float(entry) for entry in row])
            least = np.maximum(slopes, 0.0) * boxes.low + np.minimum(slopes, 0.0) * boxes.high
            size = np.abs(slopes) * np.maximum(np.abs(boxes.low), np.abs(boxes.high))
            beyond = least.sum(axis=1) - nearest_float(bound) > 1e-12 * (size.sum(axis=1) + abs(nearest_float(bound)))
            for place in np.flatnonzero(beyond):
                found[place] = sum_leaf(Sum((), ((number, fmpq(1)),)))
        return found
