"""What a search looks for: a common point of inequalities between outputs, or the largest value of a combination of them.

A point in doubles is only a guess. It is moved into the domain, and what the net computes there in rationals counts.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from math import inf, nextafter

import numpy as np
from flint import fmpq

from relupoly.analysis.branching.doubles_net import Floats
from relupoly.analysis.largest import Extremum, Largest, combined
from relupoly.analysis.verification.by_cells import decide_alternative, with_slacks
from relupoly.exact.rationals import float_above, nearest_float
from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Box
from relupoly.networks.evaluation import values_and_pattern
from relupoly.networks.network import Network
from relupoly.pieces.listing.active import list_active_cells
from relupoly.pieces.listing.records import Vector
from relupoly.run import Run


@dataclass
class _Seen:
    """Counts the cells that are looked at, of one box after the other."""

    cells: int = 0

    def counting(self, run: Run) -> Run:
        """The run of a look; the search's own progress counts boxes."""
        before = self.cells

        def count(cells: int) -> None:
            self.cells = before + cells

        return run.reporting(count)


class Reach:
    """A point with <row_i, net(x)> <= bound_i for all i.

    Parameters
    ----------
    network : Network
    box : Box
    rows : sequence of rows, each with an entry for each output
    bounds : sequence of fmpq
    strict : collection of int
        The rows, counted from 0, for which < is meant.

    Attributes
    ----------
    found : tuple of fmpq or None
        The point.
    """

    def __init__(
        self,
        network: Network,
        box: Box,
        rows: Sequence[Sequence[fmpq]],
        bounds: Sequence[fmpq],
        strict: Collection[int] = (),
    ) -> None:
        self._network, self._box = network, box
        self._asked = rows, bounds, strict
        self.rows = np.array([[-nearest_float(entry) for entry in row] for row in rows])
        self.starts = np.array([nearest_float(bound) for bound in bounds])
        self.found: Vector | None = None
        self._seen = _Seen()

    @property
    def cells(self) -> int:
        """How many cells were looked at."""
        return self._seen.cells

    @property
    def threshold(self) -> float:
        """Slacks are at least 0."""
        return 0.0 if self.found is None else inf

    def guess(self, points: Floats, outputs: Floats) -> None:
        """Try the point where the least slack is largest."""
        least = (outputs @ self.rows.T + self.starts).min(axis=1)
        place = int(np.nan_to_num(least, nan=-inf).argmax())
        if self.found is None and least[place] >= 0:
            point = _moved_into(self._box, points[place])
            outputs_there, _ = values_and_pattern(self._network, point)
            if self._holds(outputs_there):
                self.found = point

    def _holds(self, outputs: Sequence[fmpq]) -> bool:
        rows, bounds, strict = self._asked
        for place, (row, bound) in enumerate(zip(rows, bounds, strict=True)):
            slack = bound - combined(row, outputs)
            if slack < 0 or (not slack and place in strict):
                return False
        return True

    def look(self, box: Box, run: Run) -> None:
        """Decide on the cells of a box."""
        if self.found is None:
            self.found = decide_alternative(self._network, Domain(box), *self._asked, self._seen.counting(run))


class Highest:
    """The largest value of a combination of outputs.

    Parameters
    ----------
    network : Network
    box : Box
    weights : sequence of fmpq
        Of the outputs.

    Attributes
    ----------
    found : Extremum
        The largest value so far.
    """

    def __init__(self, network: Network, box: Box, weights: Sequence[fmpq]) -> None:
        self._network, self._box, self._weights = network, box, weights
        self.rows = np.array([[nearest_float(entry) for entry in weights]])
        self.starts = np.zeros(1)
        self.found = self._at(tuple((low + high) / 2 for low, high in zip(box.lower, box.upper, strict=True)))
        self.threshold = _above(self.found.value)

    def guess(self, points: Floats, outputs: Floats) -> None:
        """Try the point with the largest value."""
        values = outputs @ self.rows[0]
        place = int(np.nan_to_num(values, nan=-inf).argmax())
        if values[place] >= self.threshold:
            self._take(self._at(_moved_into(self._box, points[place])))

    def look(self, box: Box, run: Run) -> None:
        """Go up from cell to cell until no value is larger. The largest of many values is found in a few steps, as a rule."""
        while (found := self._higher(box, run)) is not None:
            self._take(found)

    def _higher(self, box: Box, run: Run) -> Extremum | None:
        """The largest value in the first cell of a box on which more than the present one is attained."""
        value = self.found.value
        assert value is not None
        slacks = with_slacks(self._network, [[-entry for entry in self._weights]], [-value], [0])
        search = Largest([fmpq(1)], run)
        for cell in list_active_cells(slacks, Domain(box), [0], Largest.fields, run=run.reporting(_ignore)):
            search.add(cell)
            assert search.found is not None
            assert search.found.value is not None, "a box is bounded"
            return replace(search.found, value=value + search.found.value, pattern=search.found.pattern[:-1])
        return None

    def _at(self, point: Vector) -> Extremum:
        """The value at a point."""
        outputs, signs = values_and_pattern(self._network, point)
        pattern = tuple("".join("-0+"[sign + 1] for sign in layer) for layer in signs)
        return Extremum(combined(self._weights, outputs), point, None, pattern)

    def _take(self, found: Extremum) -> None:
        assert self.found.value is not None
        if found.value is not None and found.value > self.found.value:
            self.found, self.threshold = found, _above(found.value)


def _above(value: fmpq | None) -> float:
    """The least double above a rational."""
    assert value is not None
    found = float_above(value)
    return nextafter(found, inf) if found < inf and fmpq(*found.as_integer_ratio()) == value else found


def _moved_into(box: Box, point: Floats) -> Vector:
    """The nearest point of a box."""
    exact = (fmpq(*entry.as_integer_ratio()) for entry in point.tolist())
    return tuple(min(max(entry, low), high) for entry, low, high in zip(exact, box.lower, box.upper, strict=True))


def _ignore(cells: object) -> None:
    """The progress of the search counts boxes."""
