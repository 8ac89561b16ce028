"""`SteepestOnBox`: the largest norm of a gradient on a box, by branch and bound, best first.

On a box the Jacobian lies between bounds (`relupoly.analysis.branching.jacobian_bounds`), and so does its norm. A box on which
few neurons change sign is decided at once (`combinations.py`); one that has few cells is looked at cell by cell, now and then;
others are halved across the coordinate that contributes most to the width of the bounds.
"""

from __future__ import annotations

import heapq
from math import inf

import numpy as np
from flint import fmpq

from relupoly.analysis.branching.answers import OnBox
from relupoly.analysis.branching.doubles_gradients import DoublesGradients
from relupoly.analysis.branching.jacobian_bounds import Floats, JacobianBounds, Slopes
from relupoly.analysis.branching.relaxation import Boxes, Relaxation, most_cells
from relupoly.analysis.lipschitz.combinations import Combinations
from relupoly.analysis.lipschitz.double_norms import DoubleNorms
from relupoly.analysis.lipschitz.largest_gradient import LargestGradient
from relupoly.analysis.over_cells import over_cells
from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Box
from relupoly.networks.evaluation import values_and_pattern
from relupoly.pieces.forms.bounds import Bounds
from relupoly.run import UNLIMITED, Run

# Boxes that are bounded at once: numpy takes as long for a few, and with many the first ones are not so much the best.
_BATCH = 64
# Of bounds of one layer on all boxes of a batch: 32 megabytes.
_MOST_ENTRIES = 2**22
# Neurons that change sign, of which all combinations are bounded: 64 at most.
_FEW_NEURONS = 6
# As in `relupoly.analysis.branching.search`: one look for so many boxes, at boxes that can have so many cells at most, or that
# are thinner than this share of the first one in all directions.
_LOOK = 200
_FEW_CELLS = 2**16
_THINNEST = 2.0**-40


class SteepestOnBox:
    """The search on a box.

    Parameters
    ----------
    where : OnBox
        Not of parameters of a subspace.
    gradients : DoublesGradients
        Of its net.
    search : LargestGradient
        Told of gradients of cells; who else tells it of some makes this faster.

    Attributes
    ----------
    boxes : int
        How many were bounded.
    looks : int
        How many of them were looked at cell by cell.
    """

    def __init__(self, where: OnBox, gradients: DoublesGradients, search: LargestGradient) -> None:
        self._where, self._gradients, self._search = where, gradients, search
        self._norms = DoubleNorms(search.norm)
        self._combinations = Combinations(where.network, gradients, search)
        self.boxes = self.looks = self._put = 0
        low, high = Bounds(where.box.lower, where.box.upper).outer
        self._thinnest = (high - low) * _THINNEST
        self._heap: list[tuple[float, int, Boxes, int]] = []
        self._push(Boxes.one(where.doubles, low, high), np.array([inf]))

    @property
    def most(self) -> float:
        """What norms, or their squares, are at most on all boxes that are left; -inf where there are none."""
        return -self._heap[0][0] if self._heap else -inf

    @property
    def is_done(self) -> bool:
        """Whether no norm is larger than the largest one so far."""
        return self.most <= self._search.reached

    def step(self, run: Run = UNLIMITED) -> None:
        """Bound some boxes, and put back what is left of them, also where the run is stopped.

        Raises
        ------
        Stopped
            If the run is stopped; then it may go on later.
        """
        run.tick()
        first = self._first()
        boxes = Boxes.together([one for _, one in first])
        boxes = Relaxation(self._where.doubles, boxes).boxes
        slopes = Slopes.on(self._where.doubles, boxes)
        jacobians = JacobianBounds(self._where.doubles, slopes)
        bounds = np.minimum([bound for bound, _ in first], self._bounds(jacobians))
        self.boxes += len(boxes)
        self._guess(boxes)
        divided: list[int] = []
        left = np.flatnonzero(bounds > self._search.reached)
        for number, place in enumerate(left.tolist()):
            try:
                if not self._finish(boxes, slopes, place, bounds[place], run):
                    divided.append(place)
            except BaseException:
                rest = np.array([*divided, *left[number:]], dtype=np.intp)
                self._push(boxes.take(rest), bounds[rest])
                raise
        if divided:
            halved = np.array(divided)
            chosen = boxes.take(halved)
            axes = chosen.axes(jacobians.smear()[halved] * (chosen.high - chosen.low), self._thinnest)
            self._push(chosen.halves(axes), np.tile(bounds[halved], 2))

    def _first(self) -> list[tuple[float, Boxes]]:
        """The boxes with the largest bounds."""
        found: list[tuple[float, Boxes]] = []
        net = self._where.doubles
        entries = max(len(bias) for bias in net.biases) * (net.weights[0].shape[1] + net.weights[-1].shape[0])
        most = min(_BATCH, max(1, _MOST_ENTRIES // entries))
        while self._heap and len(found) < most and not self.is_done:
            bound, _, boxes, place = heapq.heappop(self._heap)
            found.append((-bound, boxes.take(np.array([place]))))
        return found

    def _bounds(self, jacobians: JacobianBounds) -> Floats:
        """Upper bounds of the norms on boxes."""
        _, by_center = self._norms.bounds(jacobians.center, jacobians.radius, self._search.reached)
        size = np.abs(jacobians.center) + jacobians.radius
        _, by_size = self._norms.bounds(size, self._gradients.error, self._search.reached)
        return np.minimum(by_center, by_size)

    def _guess(self, boxes: Boxes) -> None:
        """Take the steepest gradient at the middles of boxes, if that is a larger one."""
        net, state, active = self._where.doubles, boxes.center, []
        for weight, bias, relu in zip(net.weights, net.biases, net.relus, strict=False):
            state = state @ weight.T + bias
            active.append((state > 0) | ~relu)
            state = np.where(active[-1], state, 0.0)
        lower, _ = self._norms.bounds(self._gradients.on(active), self._gradients.error, self._search.reached)
        place = int(lower.argmax())
        if lower[place] > self._search.reached:
            self._take_at(boxes.center[place])

    def _take_at(self, middle: Floats) -> None:
        """Take the gradient at a point of the box, if that is inside of a cell."""
        box = self._where.box
        point = [min(max(entry, low), high) for entry, low, high in zip(_exact(middle), box.lower, box.upper, strict=True)]
        _, signs = values_and_pattern(self._where.network, point)
        if not any(0 in layer for layer in signs):
            self._combinations.take(signs)

    def _finish(self, boxes: Boxes, slopes: Slopes, place: int, bound: float, run: Run) -> bool:
        """Find out all about a box, if it can be done now; True also where the box is of no interest any more."""
        box = self._part(boxes, place)
        if box is None or bound <= self._search.reached:
            return True
        unsettled = [np.flatnonzero(one[place]) for one in slopes.unsettled]
        count = sum(map(len, unsettled))
        if count <= _FEW_NEURONS:
            self._combinations.decide(box, [one[place] for one in slopes.least], unsettled, run)
            return True
        cells = most_cells(count, boxes.low.shape[1])
        is_time = cells <= _FEW_CELLS and self.looks * _LOOK <= self.boxes
        if not is_time and (boxes.high[place] - boxes.low[place] > self._thinnest).any():
            return False
        self.looks += 1
        over_cells(self._where.network, Domain(box), [self._search], run.reporting(_ignore))
        return True

    def _part(self, boxes: Boxes, place: int) -> Box | None:
        """A box within the domain; None if it has no interior, as a side of the box next to it at the end of the domain."""
        box = self._where.box
        lower = tuple(map(max, box.lower, _exact(boxes.low[place])))
        upper = tuple(map(min, box.upper, _exact(boxes.high[place])))
        return Box(lower, upper) if all(low < high for low, high in zip(lower, upper, strict=True)) else None

    def _push(self, boxes: Boxes, bounds: Floats) -> None:
        for place, bound in enumerate(bounds.tolist()):
            self._put += 1
            heapq.heappush(self._heap, (-bound, self._put, boxes, place))


def _exact(entries: Floats) -> list[fmpq]:
    return [fmpq(*entry.as_integer_ratio()) for entry in entries.tolist()]


def _ignore(cells: object) -> None:
    """The progress of the search counts boxes."""
