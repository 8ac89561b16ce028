"""`search`: boxes are divided, best first, until bounds decide what a goal asks of each.

A goal says which boxes are of interest, by combinations of outputs: one that is to be as large as can be (`goals.Highest`), or
several that are to be at least 0 at a common point (`goals.Reach`). A box on which the bound of one, or of a mixture, is too
small is done with; one on which few neurons change sign has few cells, which the goal looks at exactly; others are halved
across the coordinate that contributes most to the gap between bound and net. The boxes with the largest bounds come first, so
that at any time nothing is larger than the first one's bound.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Protocol

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from relupoly.analysis.branching.doubles_net import DoublesNet, Floats
from relupoly.analysis.branching.mixing import best_mixture
from relupoly.analysis.branching.relaxation import Boxes, Relaxation, most_cells
from relupoly.geometry.polyhedron import Box
from relupoly.pieces.forms.bounds import Bounds
from relupoly.run import UNLIMITED, Run, Stopped

# Boxes that are bounded at once: numpy takes as long for a few, and with many the first ones are not so much the best.
_BATCH = 64
# Of the slopes of a layer's bounds on all boxes of a batch: 32 megabytes.
_MOST_ENTRIES = 2**22
# A look takes as long as to bound so many boxes, as measured from nets with two layers of 100 to those of ACAS Xu. So there is
# one look for so many boxes, and as much time goes into looks as into bounds: neither wastes more than half of all.
_LOOK = 200
# A box with so many cells at most, as neurons that change sign could make, is looked at cell by cell. Mostly there are far
# fewer, and the walk finds a million in a second. Where the largest value is attained on a whole region no bound in doubles is
# small enough, so that looks at small boxes come to thousands: with 2,000 cells one such net took 289 s, with these 0.1 s.
_FEW_CELLS = 2**16
# A box that is thinner than this, in shares of the first one, in all directions: bounds in doubles say nothing new about it.
_THINNEST = 2.0**-40
# After so many boxes all cells are looked at, with few inputs and with many, for as long as the boxes took; then after twice as
# many, and so on. So whatever is the better way, the search takes four times as long at most. With many inputs halves of boxes
# are hardly better than the whole.
_ALL_AT = {False: 8000, True: 500}
_MANY_INPUTS = 8


class Goal(Protocol):
    """What is looked for.

    Attributes
    ----------
    rows : ndarray of float64, shape (k, outputs)
    starts : ndarray of float64, shape (k,)
        A box is of interest only if all combinations <row, y> + start reach the threshold on it.
    """

    rows: Floats
    starts: Floats

    @property
    def threshold(self) -> float:
        """What bounds of boxes of interest are at least; infinite if no box is of interest any more."""

    def guess(self, points: Floats, outputs: Floats) -> None:
        """Take note of points of the box, and of what the net computes there in doubles."""

    def look(self, box: Box, run: Run) -> None:
        """Find out all about a box, exactly."""


@dataclass(eq=False)
class Search:
    """The boxes that are left.

    Parameters
    ----------
    net : DoublesNet
    box : Box
        With an interior.
    goal : Goal

    Attributes
    ----------
    boxes : int
        How many were bounded.
    looks : int
        How many of them were looked at cell by cell.
    """

    net: DoublesNet
    box: Box
    goal: Goal
    boxes: int = 0
    looks: int = 0
    _spent: float = 0.0
    _heap: list[tuple[float, int, Boxes, int]] = field(default_factory=list)
    _put: int = 0

    def __post_init__(self) -> None:
        low, high = Bounds(self.box.lower, self.box.upper).outer
        self._thinnest = (high - low) * _THINNEST
        self._push(Boxes.one(self.net, low, high), np.array([inf]))

    @property
    def most(self) -> float:
        """A bound of the goal's combinations on all boxes that are left; -inf where there are none."""
        return -self._heap[0][0] if self._heap else -inf

    def run(self, run: Run = UNLIMITED) -> None:
        """Go on until no box is of interest.

        Raises
        ------
        Stopped
            If the run is stopped; then it may go on later.
        """
        all_at = _ALL_AT[len(self.box.lower) >= _MANY_INPUTS]
        while self._heap and self.most >= self.goal.threshold:
            run.tick()
            start = time.perf_counter()
            if self.boxes >= all_at:
                all_at = 2 * self.boxes
                self._look_at_all(run)
            else:
                self._bound(self._first(), run)
            self._spent += time.perf_counter() - start
            run.progress(self.boxes)
        self._heap.clear()

    def _look_at_all(self, run: Run) -> None:
        """Look at the cells of the whole box, for as long as the search has taken so far."""
        try:
            self.goal.look(self.box, run.within(self._spent if run.left is None else min(self._spent, run.left)))
        except Stopped:
            run.tick()
        else:
            self._heap.clear()

    def _first(self) -> list[tuple[float, Boxes]]:
        """The boxes with the largest bounds."""
        found: list[tuple[float, Boxes]] = []
        slopes = 2 * max(len(bias) for bias in self.net.biases) * len(self.box.lower)
        most = min(_BATCH, max(1, _MOST_ENTRIES // slopes))
        while self._heap and len(found) < most and self.most >= self.goal.threshold:
            bound, _, boxes, place = heapq.heappop(self._heap)
            found.append((-bound, boxes.take(np.array([place]))))
        return found

    def _bound(self, first: Sequence[tuple[float, Boxes]], run: Run) -> None:
        """Bound some boxes, and put back what is left of them, also where a look is stopped."""
        goal, bounds = self.goal, np.array([bound for bound, _ in first])
        boxes = Boxes.together([one for _, one in first])
        relaxation = Relaxation(self.net, boxes)
        found, slopes = relaxation.upper(goal.rows, goal.starts)
        mixed, weights = best_mixture(found, slopes, boxes.radius)
        bounds = np.minimum(bounds, mixed)
        self.boxes += len(boxes)
        boxes = relaxation.boxes
        points = np.concatenate([boxes.center, *_corners(boxes, slopes)])
        goal.guess(points, self.net.values(points))
        left = np.flatnonzero(bounds >= goal.threshold)
        few = np.array(
            [self._is_worth_a_look(boxes, place, relaxation.unsettled[place]) for place in left.tolist()], dtype=np.bool_
        )
        halved = left[~few]
        if len(halved):
            smear = (weights[halved, None] @ relaxation.smear(goal.rows)[halved])[:, 0]
            chosen = boxes.take(halved)
            self._push(chosen.halves(chosen.axes(smear, self._thinnest)), np.tile(bounds[halved], 2))
        looked = left[few]
        for number, place in enumerate(looked.tolist()):
            try:
                self._look(boxes, place, float(bounds[place]), run)
            except BaseException:
                self._push(boxes.take(looked[number:]), bounds[looked[number:]])
                raise

    def _look(self, boxes: Boxes, place: int, bound: float, run: Run) -> None:
        """Look at the cells of a box, unless it is of no interest any more."""
        if bound < self.goal.threshold:
            return
        lower = tuple(map(max, self.box.lower, _exact(boxes.low[place])))
        upper = tuple(map(min, self.box.upper, _exact(boxes.high[place])))
        # A box without interior, at the end of the domain, is a side of the one next to it.
        if all(low < high for low, high in zip(lower, upper, strict=True)):
            self.goal.look(Box(lower, upper), run)

    def _is_worth_a_look(self, boxes: Boxes, place: int, unsettled: int) -> bool:
        """Whether a box has few cells, and it is time for a look, or is too thin to be halved; if so, the look is counted."""
        dimension = boxes.low.shape[1]
        cells = most_cells(unsettled, dimension)
        is_time = cells <= _FEW_CELLS and self.looks * _LOOK <= self.boxes
        found = is_time or bool((boxes.high[place] - boxes.low[place] <= self._thinnest).all())
        self.looks += found
        return found

    def _push(self, boxes: Boxes, bounds: Floats) -> None:
        for place, bound in enumerate(bounds.tolist()):
            self._put += 1
            heapq.heappush(self._heap, (-bound, self._put, boxes, place))


def _exact(entries: Floats) -> list[fmpq]:
    return [fmpq(*entry.as_integer_ratio()) for entry in entries.tolist()]


def _corners(boxes: Boxes, slopes: Floats) -> list[Floats]:
    """For each combination, the corner of each box where the map above it is largest."""
    rising: NDArray[np.bool_] = slopes > 0
    return [np.where(rising[:, number], boxes.high, boxes.low) for number in range(slopes.shape[1])]
