"""`Incumbent`: the nearest point of another class so far, and the exact look at all cells of a set for a nearer one."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from relupoly.analysis.largest import combined
from relupoly.analysis.robustness.metric import Metric
from relupoly.analysis.robustness.nearest_point import shortest_step
from relupoly.analysis.robustness.rivals import Rivals
from relupoly.analysis.verification.by_cells import with_slacks
from relupoly.errors import DomainError
from relupoly.exact.matrices import column, from_rows, rows_of
from relupoly.exact.rationals import float_above, float_below
from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Box, Polyhedron
from relupoly.networks.evaluation import values_and_pattern
from relupoly.networks.network import Network
from relupoly.pieces.listing.active import list_active_cells
from relupoly.pieces.listing.records import CellRecord, Pattern, Vector
from relupoly.run import Run

Floats = NDArray[np.float64]

_FIELDS = ("pattern", "gradient", "constant", "facets")
# Inputs with which the ball of the 1-norm, which has 2^n facets, is looked at instead of the box around it.
_MOST_CORNERED = 6
_TRIED = 4  # points in doubles of which the nearest are looked at in rationals


@dataclass(frozen=True)
class Reached:
    """A point of another class.

    Attributes
    ----------
    size : fmpq
        Of the step to it.
    point : tuple of fmpq
    outputs : tuple of fmpq
    rival : int
        The place of its class among the rivals.
    pattern : tuple of str
        Of a cell that holds it; at a point on a border there may be zeros.
    """

    size: fmpq
    point: Vector
    outputs: Vector
    rival: int
    pattern: Pattern


class Incumbent:
    """Looks for the nearest point of another class.

    Parameters
    ----------
    network : Network
    point : tuple of fmpq
    rivals : Rivals
    metric : Metric

    Attributes
    ----------
    found : Reached or None
    cells : int
        How many cells were seen.
    """

    def __init__(self, network: Network, point: Vector, rivals: Rivals, metric: Metric) -> None:
        self.network, self.point, self.rivals, self.metric = network, point, rivals, metric
        self.found: Reached | None = None
        self.cells = 0

    @property
    def length(self) -> fmpq | None:
        """How far the point found is at most."""
        return None if self.found is None else self.metric.enclosure(self.found.size)[1]

    @property
    def radius(self) -> float:
        """The same as a double; infinite where there is none."""
        length = self.length
        return inf if length is None else float_above(length)

    def around(self, length: fmpq) -> Box | None:
        """The box of all points that are no farther; None where that is a single one."""
        reach = self.metric.reach or (fmpq(1),) * len(self.point)
        if not length:
            return None
        ends = [(x - length * far, x + length * far) for x, far in zip(self.point, reach, strict=True)]
        return Box([low for low, _ in ends], [high for _, high in ends])

    def look_around(self, within: Polyhedron | None, run: Run) -> None:
        """Find the nearest point in a set, by a look at the cells of all of it that may be nearer than what was found."""
        length = self.length
        ball = None if length is None else self.around(length)
        if length is None or ball is None:
            self.look(within, run)
            return
        nearer: Polyhedron | None = ball
        if self.metric.power < inf and self.metric.basis is None and 1 < len(self.point) <= _MOST_CORNERED:
            # In the 2-norm a step of length 1 is no longer in the 1-norm than the root of n.
            longer = length if self.metric.power == 1 else length * self.metric.enclosure(fmpq(len(self.point)))[1]
            nearer = common_or_none(ball, _cross_polytope(self.point, longer), run)
        inside = None if nearer is None else common_or_none(within, nearer, run)
        if inside is not None:
            self.look(inside, run)

    def try_exactly(self, point: Sequence[fmpq]) -> bool:
        """Take a point if it is of another class, and nearer; whether it was."""
        size = self.metric.size([x - y for x, y in zip(point, self.point, strict=True)])
        if self.found is not None and size >= self.found.size:
            return False
        outputs, signs = values_and_pattern(self.network, point)
        slacks = self.rivals.slacks(outputs)
        rival = max(range(len(slacks)), key=slacks.__getitem__)
        if slacks[rival] < 0:
            return False
        pattern = tuple("".join("-0+"[sign + 1] for sign in layer) for layer in signs)
        self.found = Reached(size, tuple(point), tuple(outputs), rival, pattern)
        return True

    def try_doubles(self, points: Floats, outputs: Floats, within: Polyhedron | None) -> None:
        """Try the nearest of some points that seem to be of another class, moved into a set."""
        rows, starts = self.rivals.doubles
        leads = np.nan_to_num((outputs @ rows.T + starts).max(axis=1), nan=-inf)
        places = np.flatnonzero(leads >= 0)
        if not len(places):
            return
        center = np.array([float_below(entry) for entry in self.point])
        lengths = self.metric.least(points[places] - center, points[places] - center)
        for place in places[np.argsort(lengths)][:_TRIED].tolist():
            if self.try_exactly_in(points[place], within):
                return

    def try_exactly_in(self, point: Floats, within: Polyhedron | None) -> bool:
        """Take a point in doubles, moved into a set."""
        if not np.isfinite(point).all():
            return False
        exact = [fmpq(*entry.as_integer_ratio()) for entry in point.tolist()]
        if isinstance(within, Box):
            exact = [min(max(x, low), high) for x, low, high in zip(exact, within.lower, within.upper, strict=True)]
        elif within is not None and min(within.slacks(exact)) < 0:
            return False
        return self.try_exactly(exact)

    def look(self, within: Polyhedron | None, run: Run, rivals: Sequence[int] | None = None) -> None:
        """Find the nearest point in a set, by a look at all its cells."""
        places = range(len(self.rivals.rows)) if rivals is None else rivals
        for place in places:
            slacks = with_slacks(self.network, [self.rivals.rows[place]], [self.rivals.bounds[place]], ())
            before = self.cells

            def seen(cells: int, before: int = before) -> None:
                self.cells = before + cells

            for cell in list_active_cells(slacks, Domain(within), [0], _FIELDS, run=run.reporting(seen)):
                run.tick()
                self._look_in(cell, place, run)

    def _look_in(self, cell: CellRecord, rival: int, run: Run) -> None:
        """The nearest point in a closed cell where a rival's slack, the output of the record, is not negative."""
        assert cell.gradient is not None
        assert cell.constant is not None
        assert cell.facets is not None
        (slope,), (start,) = cell.gradient, cell.constant
        forms = [(start + combined(slope, self.point), *slope)]
        forms += [(facet.slack(self.point), *(-fmpq(entry) for entry in facet.normal)) for facet in cell.facets]
        most = None if self.found is None else self.found.size
        step = shortest_step(forms, self.metric, most, run)
        if step is None or (most is not None and self.metric.size(step) >= most):
            return
        point = tuple(x + d for x, d in zip(self.point, step, strict=True))
        outputs, _ = values_and_pattern(self.network, point)
        assert self.rivals.slacks(outputs)[rival] >= 0, "the net itself computes another class there"
        self.found = Reached(self.metric.size(step), point, tuple(outputs), rival, cell.pattern[:-1])


def _cross_polytope(center: Vector, length: fmpq) -> Polyhedron:
    """All points that are no farther in the 1-norm.

    Examples
    --------
    >>> _cross_polytope((fmpq(1), fmpq(0)), fmpq(2)).vertices().vertices.tolist()
    [[-1, 0], [1, -2], [1, 2], [3, 0]]
    """
    rows = [list(map(fmpq, signs)) for signs in itertools.product((-1, 1), repeat=len(center))]
    return Polyhedron(from_rows(rows), column([length + combined(row, center) for row in rows]))


def common(one: Polyhedron | None, box: Polyhedron | None, run: Run) -> Polyhedron | None:
    """The common points of two sets.

    Raises
    ------
    DomainError
        If they have no interior.

    Examples
    --------
    >>> from relupoly.run import UNLIMITED
    >>> common(Box([0, 0], [2, 2]), Box([1, -1], [3, 1]), UNLIMITED)
    Box([1, 0], [2, 1])
    """
    if one is None or box is None:
        return one if box is None else box
    if isinstance(one, Box) and isinstance(box, Box):
        return Box(list(map(max, one.lower, box.lower)), list(map(min, one.upper, box.upper)))
    rows = [*rows_of(one.matrix), *rows_of(box.matrix)]
    return Polyhedron(from_rows(rows, len(rows[0])), column([*one.bound.entries(), *box.bound.entries()]), run)


def common_or_none(one: Polyhedron | None, box: Polyhedron, run: Run) -> Polyhedron | None:
    """The same; None where there is no interior."""
    try:
        return common(one, box, run)
    except DomainError:
        return None
