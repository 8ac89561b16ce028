"""Points that show which shape a net has not, and the values there."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from flint import fmpq

from relupoly.analysis.samples import contains, interior_point, simplest
from relupoly.analysis.shape.answers import ShapeAnswer
from relupoly.geometry.domain import Domain
from relupoly.networks.evaluation import evaluate
from relupoly.networks.network import Network
from relupoly.pieces.listing.records import CellRecord, Vector
from relupoly.run import UNLIMITED, Run


class ShapePoints:
    """Makes answers of points, by evaluating a net.

    Parameters
    ----------
    network : Network
        In the coordinates of the domain.
    domain : Domain
        Convex, without subspace.
    run : Run, optional
        Asked at every evaluation whether to go on.
    """

    def __init__(self, network: Network, domain: Domain, run: Run = UNLIMITED) -> None:
        self._network, self._domain, self._run = network, domain, run
        self._last: tuple[CellRecord, Vector] | None = None

    def inside(self, cell: CellRecord) -> Vector:
        """A point inside a cell, with short entries."""
        if self._last is None or self._last[0] is not cell:
            self._last = cell, self._find_inside(cell)
        return self._last[1]

    def _find_inside(self, cell: CellRecord) -> Vector:
        dimension = self._network.input_dim
        if cell.point is None:
            return tuple(interior_point(Domain(cell.polyhedron), dimension, self._run))
        facets = cell.facets or ()
        return tuple(simplest(cell.point, lambda point: all(facet.slack(point) > 0 for facet in facets)))

    def value(self, output: int, point: Sequence[fmpq]) -> fmpq:
        """An output at a point."""
        self._run.tick()
        return evaluate(self._network, point)[output]

    def no(self, output: int, points: Sequence[Sequence[fmpq]], factor: fmpq | None = None) -> ShapeAnswer:
        """The answer that some points deny a property."""
        places = tuple(map(tuple, points))
        return ShapeAnswer(False, places, tuple(self.value(output, place) for place in places), factor)

    def bent(self, output: int, one: Vector, other: Vector, side: int) -> ShapeAnswer:
        """Three points on a line where an output is not convex, or for side -1 not concave.

        The second point lies below, or for side -1 above, the tangent plane at the first one, which lies inside a cell: so a
        point that is near enough to the first one does it.
        """
        first, last = self.value(output, one), self.value(output, other)
        for weight in halves():
            middle = between(one, other, weight)
            if side * (self.value(output, middle) - (1 - weight) * first - weight * last) > 0:
                return self.no(output, (one, other, middle), weight)
        raise AssertionError("the halves never end")

    def moved(self, output: int, cell: CellRecord, place: int, side: int) -> ShapeAnswer:
        """Two points that differ in one input, where an output falls, or for side -1 rises, though the input rises.

        It does so inside the cell.
        """
        start = self.inside(cell)
        first = self.value(output, start)
        for step in halves(0):
            point = tuple(entry + step * (index == place) for index, entry in enumerate(start))
            if contains(self._domain, point) and side * (self.value(output, point) - first) < 0:
                return self.no(output, (start, point))
        raise AssertionError("the halves never end")

    def level(self, output: int, cell: CellRecord) -> ShapeAnswer:
        """Two points of an interval on which an output is constant."""
        start = self.inside(cell)
        point = next((start[0] + step,) for step in halves(0) if cell.contains((start[0] + step,)))
        return self.no(output, (start, point))

    def turning(self, output: int, cells: tuple[CellRecord, CellRecord], turn: fmpq) -> ShapeAnswer:
        """Two points with the same value on both sides of a point where an output turns from rising to falling, or back."""
        ends = [self.inside(cell)[0] for cell in cells]
        top = self.value(output, (turn,))
        rises = [(self.value(output, (end,)) - top) / (end - turn) for end in ends]
        height = min((self.value(output, (end,)) - top for end in ends), key=abs)
        return self.no(output, [(turn + height / slope,) for slope in rises])


def halves(power: int = 1) -> Iterator[fmpq]:
    """The powers of 1/2, from one on."""
    return (fmpq(1, 2**exponent) for exponent in itertools.count(power))


def between(one: Sequence[fmpq], other: Sequence[fmpq], weight: fmpq) -> Vector:
    """The combination of two points where the second one has this weight."""
    return tuple((1 - weight) * x + weight * y for x, y in zip(one, other, strict=True))
