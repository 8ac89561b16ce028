"""`NestedListing`: the nearest point of another class with many inputs: all cells of larger and larger boxes around the point.

With many inputs halves of a box are hardly better than the whole, and bounds in doubles settle what they settle at once. Beyond
that the number of cells grows fast with the box. So boxes grow by a factor from one to the next: the last one takes most of the
time, and where the search is stopped, no point of another class is nearer than the last box that was done with.
"""

from __future__ import annotations

import numpy as np
from flint import fmpq

from relupoly.analysis.branching.doubles_net import DoublesNet
from relupoly.analysis.robustness.certified import Balls, Surroundings, largest_certified
from relupoly.analysis.robustness.incumbent import Incumbent, common_or_none
from relupoly.exact.rationals import float_above, float_below
from relupoly.geometry.polyhedron import Box, Polyhedron
from relupoly.pieces.forms.bounds import Bounds
from relupoly.run import Run, Stopped

_FACTOR = fmpq(5, 4)
# Where no point of another class is known, the first box, in shares of the size of the point's coordinates, and its growth.
_FIRST, _WIDER = fmpq(1, 64), 2
# After so many boxes without a point of another class the whole domain is looked at, for as long as the search took before.
_ALL_AT = 8
_LEAST_SECONDS = 1.0


class NestedListing:
    """The search in a set.

    Parameters
    ----------
    net : DoublesNet or None
        None where doubles do not hold the net.
    within : Polyhedron or None
        None for the whole space.
    incumbent : Incumbent

    Attributes
    ----------
    boxes : int
        How many were bounded.
    """

    def __init__(self, net: DoublesNet | None, within: Polyhedron | None, incumbent: Incumbent) -> None:
        self._net, self._within, self._incumbent = net, within, incumbent
        self._done = fmpq(0)
        self._solved = False
        self.boxes = self._stages = 0

    @property
    def least(self) -> float:
        """As of `BoxSearch`."""
        return np.inf if self._solved else float_below(self._done)

    def run(self, run: Run) -> None:
        """Go on until nothing can be nearer.

        Raises
        ------
        Stopped
            If the run is stopped; then `least` tells how near such a point may be.
        """
        self._certify()
        while not self._solved:
            run.tick()
            length = self._next()
            if length is None:
                if self._everything(run):
                    break
                length = self._done * _WIDER
            self._look(length, run)
            self._done = max(self._done, length)
            known = self._incumbent.length
            self._solved = known is not None and known <= self._done
        self._solved = True

    def _certify(self) -> None:
        """The ball in which bounds in doubles leave no other class."""
        incumbent = self._incumbent
        length = incumbent.length or self._scale
        box = incumbent.around(length)
        if self._net is None or box is None:
            return
        low, high = Bounds(box.lower, box.upper).outer
        center, above_center = Bounds(incumbent.point, incumbent.point).outer
        limits = Bounds(self._within.lower, self._within.upper).outer if isinstance(self._within, Box) else (low, high)
        if not ((center >= limits[0]) & (above_center <= limits[1])).all():
            return
        around = Surroundings(center, low, high, limits)
        balls = Balls(incumbent.metric, center, 2 * float((above_center - center).sum()), np.full(1, float_above(length)))
        share = largest_certified(self._net, *incumbent.rivals.doubles, around, balls)
        self.boxes += 1
        # The ends of boxes were rounded: what is a little smaller is inside.
        self._done = length * fmpq(*share.as_integer_ratio()) * (1 - fmpq(1, 2**20))

    @property
    def _scale(self) -> fmpq:
        """The size of the point's coordinates."""
        return max(fmpq(1), *map(abs, self._incumbent.point))

    def _next(self) -> fmpq | None:
        """The length up to which all cells are looked at next; None where it is time for all."""
        self._stages += 1
        known = self._incumbent.length
        if known is None:
            return None if self._stages % _ALL_AT == 0 else self._done * _WIDER or _FIRST * self._scale
        return min(known, self._done * _FACTOR or known * _FIRST)

    def _everything(self, run: Run) -> bool:
        """Look at all cells of the domain, for as long as the search took before; whether that was enough."""
        most = max(_LEAST_SECONDS, run.elapsed)
        try:
            self._incumbent.look(self._within, run.within(most if run.left is None else min(most, run.left)))
        except Stopped:
            run.tick()
            return False
        return True

    def _look(self, length: fmpq, run: Run) -> None:
        """Look at all cells in reach of a length."""
        box = self._incumbent.around(length)
        assert box is not None
        if (inside := common_or_none(self._within, box, run)) is not None:
            self._incumbent.look(inside, run)
