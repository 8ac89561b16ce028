"""Convex, concave, monotone, injective: what gradients of cells, and their jumps across facets, tell.

On a convex domain a continuous piecewise affine function is convex exactly if it is so across each facet between two cells: a
segment in general position meets cells and insides of facets alone, along it the slope changes at facets only, and a function
that is convex on nearly all segments is so, by continuity, on all. Across a facet the gradient changes by a multiple of the
facet's outward normal, and the function is convex there exactly if that multiple is not negative. It is monotone in an input
exactly if no gradient has the other sign there, and on an interval injective exactly if its slopes are all positive, or all
negative.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from flint import fmpq

from relupoly.analysis.shape.answers import Monotonicity, ShapeAnswer
from relupoly.analysis.shape.points import ShapePoints
from relupoly.pieces.listing.records import CellRecord, Facet, Pattern


class Slopes:
    """Looks whether outputs are monotone in inputs.

    Parameters
    ----------
    points : ShapePoints
    outputs, inputs : int
    """

    def __init__(self, points: ShapePoints, outputs: int, inputs: int) -> None:
        self._points = points
        self._shape = outputs, inputs
        self._open = {*product(range(outputs), range(inputs), (1, -1))}
        self._found: dict[tuple[int, int, int], ShapeAnswer] = {}

    @property
    def settled(self) -> bool:
        """Whether all is denied."""
        return not self._open

    def add(self, cell: CellRecord) -> None:
        """Take a cell."""
        assert cell.gradient is not None
        for question in [one for one in self._open if one[2] * cell.gradient[one[0]][one[1]] < 0]:
            output, place, side = question
            self._open.remove(question)
            self._found[question] = self._points.moved(output, cell, place, side)

    def found(self, output: int, rest: ShapeAnswer) -> tuple[Monotonicity, ...]:
        """The answers about an output; what was not denied gets the rest."""
        return tuple(
            Monotonicity(self._found.get((output, place, 1), rest), self._found.get((output, place, -1), rest))
            for place in range(self._shape[1])
        )


@dataclass
class _Waiting:
    """A cell, and how many cells of one pattern beside cells of its own pattern have not been seen yet."""

    cell: CellRecord
    missing: int


class Bends:
    """Looks whether outputs are convex, concave, and for one input injective.

    A cell is remembered until all its neighbours have been seen. Cells of one pattern, which has one gradient, may be several,
    since the listing divides those that contain a line.

    Parameters
    ----------
    points : ShapePoints
    outputs, inputs : int
    """

    def __init__(self, points: ShapePoints, outputs: int, inputs: int) -> None:
        self._points = points
        self._waiting: dict[tuple[Pattern, Pattern], _Waiting] = {}
        self._open = {*product(range(outputs), (1, -1))}
        self._bent: dict[tuple[int, int], ShapeAnswer] = {}
        self._not_injective: dict[int, ShapeAnswer] = {}
        self._perhaps_injective = {*range(outputs)} if inputs == 1 else set()

    @property
    def settled(self) -> bool:
        """Whether all is denied."""
        return not self._open and not self._perhaps_injective

    @property
    def all_met(self) -> bool:
        """Whether each cell has met all its neighbours."""
        return not self._waiting

    def add(self, cell: CellRecord) -> None:
        """Take a cell."""
        assert cell.gradient is not None
        assert cell.facets is not None
        assert cell.neighbours is not None
        for output in [one for one in self._perhaps_injective if not cell.gradient[one][0]]:
            self._deny(output, self._points.level(output, cell))
        for facet, pattern in zip(cell.facets, cell.neighbours, strict=True):
            if pattern is not None:
                self._meet(cell, facet, pattern)

    def _meet(self, cell: CellRecord, facet: Facet, pattern: Pattern) -> None:
        """Compare a cell with the one behind a facet, if that has been seen; else it waits."""
        met = self._waiting.get((pattern, cell.pattern))
        if met is None:
            waiting = self._waiting.setdefault((cell.pattern, pattern), _Waiting(cell, 0))
            waiting.missing += 1
            return
        self._compare(cell, met.cell, facet)
        met.missing -= 1
        if not met.missing:
            del self._waiting[pattern, cell.pattern]

    def _compare(self, cell: CellRecord, other: CellRecord, facet: Facet) -> None:
        """Take a facet between two cells, with its normal towards the second one."""
        assert cell.gradient is not None
        assert other.gradient is not None
        if cell.gradient == other.gradient:
            return
        lead = next(place for place, entry in enumerate(facet.normal) if entry)
        for question in [*self._open]:
            output, side = question
            if side * (other.gradient[output][lead] - cell.gradient[output][lead]) * facet.normal[lead] < 0:
                self._open.remove(question)
                ends = self._points.inside(cell), self._points.inside(other)
                self._bent[question] = self._points.bent(output, *ends, side)
        for output in [*self._perhaps_injective]:
            if cell.gradient[output][0] * other.gradient[output][0] < 0:
                turn = fmpq(facet.offset) / facet.normal[0]
                self._deny(output, self._points.turning(output, (cell, other), turn))

    def _deny(self, output: int, answer: ShapeAnswer) -> None:
        self._perhaps_injective.remove(output)
        self._not_injective[output] = answer

    def bent(self, output: int, side: int, rest: ShapeAnswer) -> ShapeAnswer:
        """Whether an output is convex, or for side -1 concave; if that was not denied, the rest."""
        return self._bent.get((output, side), rest)

    def injective(self, output: int, rest: ShapeAnswer) -> ShapeAnswer:
        """Whether an output is injective; if that was not denied, the rest."""
        return self._not_injective.get(output, rest)
