"""`BoxSearch`: the nearest point of another class with few inputs: boxes around the point are divided, the nearest first.

A box is done with where bounds leave no other class on it, or where it is no nearer than a point of another class that is
known. One with few cells is looked at cell by cell, exactly; others are halved. The boxes that are left are in the order of
their distance, so at any time no point of another class is nearer than the first one. Around the point a box is left out in
which the bounds show no other class at once: else all boxes that the point is a corner of would have distance 0 for long.

Where no point of another class is known, and the domain has no end, boxes around the ones so far follow when no box is nearer
than what is outside of them, four times as wide each time.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from relupoly.analysis.branching.doubles_net import DoublesNet
from relupoly.analysis.branching.relaxation import Boxes, most_cells
from relupoly.analysis.robustness.certified import BallRelaxation, Balls, Surroundings, at_once, largest_certified
from relupoly.analysis.robustness.incumbent import Incumbent, common_or_none
from relupoly.exact.rationals import float_below
from relupoly.geometry.polyhedron import Box, Polyhedron
from relupoly.pieces.forms.bounds import Bounds
from relupoly.run import Run, Stopped

Floats = NDArray[np.float64]

# Boxes that are bounded at once: numpy takes as long for a few, and with many the first ones are not so much the nearest.
_BATCH = 64
# A box with so many cells at most, as neurons that change sign could make, is looked at cell by cell, as long as looks have
# taken no more time than bounds: so neither wastes more than half of all. With 2^16 cells, looks at boxes of which only the
# nearest part matters took ten times as long.
_FEW_CELLS = 2**8
# A box that is thinner than this, in shares of the first one, in all directions: bounds in doubles say nothing new about it.
_THINNEST = 2.0**-40
# After so many seconds all cells that may be nearer are looked at for as long as the boxes took; then after twice as long, and
# so on. So whatever is the better way, the search takes four times as long at most.
_ALL_AT = 0.5
# The same where boxes had to be made wider so often, without a point of another class: perhaps there is none.
_WIDER_AT = 4
_WIDER = 4


@dataclass(frozen=True, eq=False)
class _Ends:
    """The box in doubles that is searched, and what holds for all points outside."""

    low: Floats
    high: Floats
    length: fmpq | None  # points of the domain outside are farther than that; None where there are none


class BoxSearch:
    """The search in a set.

    Parameters
    ----------
    net : DoublesNet
    within : Polyhedron or None
        None for the whole space.
    incumbent : Incumbent

    Attributes
    ----------
    boxes : int
        How many were bounded.
    """

    def __init__(self, net: DoublesNet, within: Polyhedron | None, incumbent: Incumbent) -> None:
        self._net, self._within, self._incumbent = net, within, incumbent
        self._rows, self._starts = incumbent.rivals.doubles
        exact = Bounds(incumbent.point, incumbent.point)
        self._point_low, self._point_high = exact.outer
        # The doubles below a point are no farther from it than this, in any norm.
        self._off = 2 * float((self._point_high - self._point_low).sum())
        self.boxes = self._widened = self._put = 0
        self._spent = self._looked = self._bounded = 0.0
        self._heap: list[tuple[float, int, Boxes, int]] = []
        self._ready: list[tuple[float, int, Boxes, list[int]]] = []  # boxes with few cells, and the rivals that they may be of
        self._ends: _Ends | None = None
        self._solved = False

    @property
    def least(self) -> float:
        """A bound of the distance of all points of another class that are nearer than the incumbent; infinite if none are."""
        if self._solved:
            return inf
        return min(self._nearest, self._outside)

    @property
    def _nearest(self) -> float:
        """How far the boxes that are left are at least."""
        return min((heap[0][0] for heap in (self._heap, self._ready) if heap), default=inf)

    @property
    def _outside(self) -> float:
        """How far the points of the domain are at least that boxes have not come to."""
        outside = self._ends.length if self._ends else fmpq(0)
        return inf if outside is None else float_below(outside)

    def run(self, run: Run) -> None:
        """Go on until nothing can be nearer.

        Raises
        ------
        Stopped
            If the run is stopped; then `least` tells how near such a point may be.
        """
        all_at, wider_at = _ALL_AT, _WIDER_AT
        while self.least < self._incumbent.radius:
            run.tick()
            start = time.perf_counter()
            if self._spent >= all_at or self._widened >= wider_at:
                self._look_at_all(run)
                wider_at = self._widened + _WIDER_AT
                all_at = 2 * (self._spent + time.perf_counter() - start)
            elif self._nearest > self._outside:
                self._widen(run)
            elif self._is_time_for_a_look:
                self._look_at_first(run)
            else:
                self._bound(self._first())
            self._spent += time.perf_counter() - start
            run.progress(self.boxes)
        self._solved = True

    def _look_at_all(self, run: Run) -> None:
        """Look at the cells of all that may be nearer, for as long as the search has taken so far."""
        some = run.within(self._spent if run.left is None else min(self._spent, run.left))
        try:
            self._incumbent.look_around(self._within, some)
        except Stopped:
            run.tick()
        else:
            self._solved = True

    @property
    def _ball(self) -> Box | None:
        """All points that are no farther than the incumbent; None for the whole space."""
        length = self._incumbent.length
        return None if length is None else self._incumbent.around(length)

    def _widen(self, run: Run) -> None:
        """Begin with the box that all nearer points are in; where there is no such box, with one that is wider than before."""
        before, radius = self._ends, self._incumbent.length
        length = fmpq(1) if before is None or before.length is None else before.length * _WIDER
        whole = radius is not None or isinstance(self._within, Box)
        box = self._ball if radius is not None else None if whole else self._incumbent.around(length)
        found = common_or_none(self._within if isinstance(self._within, Box) else None, box, run) if box else self._within
        if not isinstance(found, Box):
            self._solved = True  # nothing is nearer than the incumbent
            return
        low, high = Bounds(found.lower, found.upper).outer
        self._widened += not whole
        self._ends = _Ends(low, high, None if whole else length)
        inner = (before.low, before.high) if before else self._certified(low, high)
        self._thinnest = (high - low) * _THINNEST
        self._push_around(Boxes.one(self._net, low, high), inner)

    def _certified(self, low: Floats, high: Floats) -> tuple[Floats, Floats] | None:
        """A box around the point in which there is no other class."""
        center = self._point_low
        if not ((center >= low) & (self._point_high <= high)).all():
            return None
        size = max(float((center - low).max()), float((high - center).max()))
        around = Surroundings(center, center - size, center + size, (low, high))
        balls = Balls(self._incumbent.metric, center, self._off, np.full(1, inf))
        share = largest_certified(self._net, self._rows, self._starts, around, balls)
        self.boxes += 1
        return around.part(share) if share else None

    def _push_around(self, outer: Boxes, inner: tuple[Floats, Floats] | None) -> None:
        """Put the part of a box outside of another one, as boxes."""
        if inner is None:
            self._push(outer)
            return
        low, high = outer.low.copy(), outer.high.copy()
        for place, (from_, to) in enumerate(zip(*inner, strict=True)):
            for side, cut in ((high, from_), (low, to)):
                ends = low.copy(), high.copy()
                ends[0 if side is low else 1][0, place] = cut
                if ends[0][0, place] < ends[1][0, place]:
                    self._push(Boxes(*ends, outer.least, outer.most))
            low[0, place], high[0, place] = from_, to

    def _first(self) -> list[Boxes]:
        """The nearest boxes."""
        found: list[Boxes] = []
        most, radius = min(_BATCH, at_once(self._net)), self._incumbent.radius
        while self._heap and len(found) < most and self._heap[0][0] < radius:
            _, _, boxes, place = heapq.heappop(self._heap)
            found.append(boxes.take(np.array([place])))
        return found

    def _bound(self, first: Sequence[Boxes]) -> None:
        """Bound some boxes, and put back what is left of them."""
        start = time.perf_counter()
        boxes = Boxes.together(list(first))
        balls = Balls(self._incumbent.metric, self._point_low, self._off, np.full(len(boxes), self._incumbent.radius))
        relaxation = BallRelaxation(self._net, boxes, balls)
        found, _ = relaxation.upper(self._rows, self._starts)
        self.boxes += len(boxes)
        boxes = relaxation.boxes
        self._guess(boxes)
        left = found.max(axis=1) >= 0
        few = self._has_few_cells(boxes, relaxation.unsettled)
        for place in np.flatnonzero(left & few).tolist():
            self._put_ready(boxes.take(np.array([place])), np.flatnonzero(found[place] >= 0).tolist())
        halved = np.flatnonzero(left & ~few)
        if len(halved):
            worst = found[halved].argmax(axis=1)
            smear = relaxation.smear(self._rows)[halved, worst]
            chosen = boxes.take(halved)
            self._push(chosen.halves(chosen.axes(smear, self._thinnest)))
        self._bounded += time.perf_counter() - start

    def _guess(self, boxes: Boxes) -> None:
        """Try the point of each box that is nearest, its middle, and those between."""
        nearest = np.clip(self._point_low, boxes.low, boxes.high)
        middle = boxes.center
        points = np.concatenate([nearest, middle, nearest / 2 + middle / 2])
        self._incumbent.try_doubles(points, self._net.values(points), self._within)

    def _has_few_cells(self, boxes: Boxes, unsettled: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Which boxes are looked at when it is time: those with few cells, or too thin to be halved."""
        dimension = boxes.low.shape[1]
        cells = [most_cells(one, dimension) for one in unsettled.tolist()]
        thin: NDArray[np.bool_] = np.all(boxes.high - boxes.low <= self._thinnest, axis=1)
        found: NDArray[np.bool_] = (np.array(cells, dtype=np.float64) <= _FEW_CELLS) | thin
        return found

    @property
    def _is_time_for_a_look(self) -> bool:
        """Whether a box is looked at next: as long as looks took no more time than bounds, and where others are far."""
        if not self._ready or self._ready[0][0] >= self._incumbent.radius:
            return False
        others_are_far = not self._heap or self._heap[0][0] >= min(self._incumbent.radius, self._outside)
        return others_are_far or self._looked <= self._bounded

    def _look_at_first(self, run: Run) -> None:
        """Look at the nearest box that is ready; where that is stopped it is put back."""
        start = time.perf_counter()
        entry = heapq.heappop(self._ready)
        try:
            self._look_in(entry[2], entry[3], run)
        except BaseException:
            heapq.heappush(self._ready, entry)
            raise
        finally:
            self._looked += time.perf_counter() - start

    def _look_in(self, boxes: Boxes, rivals: Sequence[int], run: Run) -> None:
        """Look at the cells of a box, as far as they may be nearer than the incumbent."""
        lower, upper = ([fmpq(*x.as_integer_ratio()) for x in ends[0].tolist()] for ends in (boxes.low, boxes.high))
        if not all(low < high for low, high in zip(lower, upper, strict=True)):
            return
        box, ball = Box(lower, upper), self._ball
        inside = box if ball is None else common_or_none(ball, box, run)
        within = common_or_none(self._within, inside, run) if isinstance(inside, Box) else None
        if within is not None:
            self._incumbent.look(within, run, rivals)

    def _lengths(self, boxes: Boxes) -> Floats:
        """How far boxes are at least."""
        low, high = np.nextafter(boxes.low - self._point_high, -inf), np.nextafter(boxes.high - self._point_low, inf)
        return self._incumbent.metric.least(low, high)

    def _push(self, boxes: Boxes) -> None:
        """Put boxes at their distance, without what is beyond the incumbent."""
        for place, length in enumerate(self._lengths(boxes).tolist()):
            if length < self._incumbent.radius:
                self._put += 1
                heapq.heappush(self._heap, (length, self._put, boxes, place))

    def _put_ready(self, box: Boxes, rivals: list[int]) -> None:
        """Put a box where it waits for a look."""
        self._put += 1
        heapq.heappush(self._ready, (float(self._lengths(box)[0]), self._put, box, rivals))
