"""`Largest`: the largest value of a combination of a net's outputs, cell by cell, exactly.

On a cell the net is affine, so that it is largest at a vertex, unless it grows along one of the cell's rays. In boxes of many
inputs cells are known by their facets alone; there an exact linear program takes the place of vertices.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf

from flint import fmpq

from relupoly.analysis.branching.doubles_gradients import DoublesGradients
from relupoly.analysis.branching.doubles_net import DoublesNet
from relupoly.analysis.high_cells import HighCells
from relupoly.exact.fractions import from_fraction, to_fraction
from relupoly.exact.rationals import float_below
from relupoly.exact.short_texts import short_text, short_vector
from relupoly.geometry.linear_programs import maximize
from relupoly.pieces.listing.listed_net import ListedNet
from relupoly.pieces.listing.recent import Recent
from relupoly.pieces.listing.records import CellRecord, Pattern, Vector
from relupoly.pieces.listing.sieve import Sieve
from relupoly.run import UNLIMITED, Run

_MOST_SHOWN = 8  # coordinates of a point


@dataclass(frozen=True)
class Extremum:
    """A largest or least value.

    Attributes
    ----------
    value : fmpq or None
        None where there is none, since the net grows, or falls, without bound.
    point : tuple of fmpq
        Where the net has the value; else where a ray starts, in the coordinates of the domain.
    ray : tuple of fmpq or None
        The direction in which there is no bound.
    pattern : tuple of str
        Of a cell that holds the point, and the ray; at a point on a border there may be zeros.
    bound : fmpq or None
        Where not all is known: what a largest value is at most, or a least one at least, if that is known.
    complete : bool
        Whether no other value is larger, or less. Where the search was stopped, `value` is only the best one so far.
    """

    value: fmpq | None
    point: Vector
    ray: Vector | None
    pattern: Pattern
    bound: fmpq | None = None
    complete: bool = True

    @property
    def negative(self) -> Extremum:
        """The same of the negative values."""
        value, bound = (None if one is None else -one for one in (self.value, self.bound))
        return replace(self, value=value, bound=bound)

    def below(self, bound: fmpq | None) -> Extremum:
        """The same where larger values may be possible, up to a bound, if there is one."""
        if bound is None:
            return replace(self, complete=self.value is None)
        return replace(self, bound=bound, complete=False) if self.value is not None and bound > self.value else self

    @property
    def summary(self) -> str:
        """The value in a line, rounded where it is long."""
        point = short_vector(self.point, _MOST_SHOWN)
        if self.value is None:
            return f"no bound, along {short_vector(self.ray or (), _MOST_SHOWN)} from {point}"
        beyond = "no bound is known yet" if self.bound is None else f"no other value is beyond {short_text(self.bound)}"
        more = "" if self.complete else f", the best so far; {beyond}"
        return f"{short_text(self.value)} at {point}{more}"

    def _repr_html_(self) -> str:
        """A line for notebooks."""
        return f"<code>{self.summary}</code>"


class Largest:
    """Looks for the largest value of a combination of outputs among cells.

    Parameters
    ----------
    weights : sequence of fmpq
        Of the outputs.
    run : Run, optional
        Asked at every linear program whether to go on.

    Attributes
    ----------
    found : Extremum or None
        The largest value so far.
    reached : float
        A double that it is no smaller than; -inf where there is none.
    """

    fields = ("pattern", "gradient", "constant", "facets", "vertices", "rays", "point")

    def __init__(self, weights: Sequence[fmpq], run: Run = UNLIMITED) -> None:
        self._weights, self._run = weights, run
        self._seen: Recent[int, Vector] = Recent()
        self.reached = -inf
        self.found: Extremum | None = None

    @property
    def settled(self) -> bool:
        """Whether no other cell can change it."""
        return self.found is not None and self.found.value is None

    def add(self, cell: CellRecord) -> None:
        """Take a cell."""
        assert cell.gradient is not None
        assert cell.constant is not None
        slope = tuple(combined(self._weights, column) for column in zip(*cell.gradient, strict=True))
        start = combined(self._weights, cell.constant)
        if cell.vertices is None or cell.rays is None:
            self._compare(_by_program(cell, slope, start, self._run))
            return
        for vertex in cell.vertices:
            # Cells share vertices, the objects too, and the net is continuous: there it has been compared.
            if self._seen.get(id(vertex)) is not vertex:
                self._seen[id(vertex)] = vertex
                self._compare(Extremum(start + combined(slope, vertex), vertex, None, cell.pattern))
        for ray in cell.rays:
            if combined(slope, ray) > 0:
                self._compare(Extremum(None, cell.vertices[0], ray, cell.pattern))

    def sieve(self, listed: ListedNet) -> Sieve | None:
        """What tells which cells have to be taken."""
        if listed.affine is not None or listed.net.bounds is not None:
            return None
        net, gradients = DoublesNet.of(listed.network), DoublesGradients.of(listed.network)
        if net is None or gradients is None:
            return None
        return HighCells(self, list(self._weights), listed, net, gradients, self._run).places

    def _compare(self, found: Extremum) -> None:
        best = self.found
        if best is None or found.value is None or (best.value is not None and found.value > best.value):
            self.found = found
            self.reached = inf if found.value is None else float_below(found.value)


def _by_program(cell: CellRecord, slope: Sequence[fmpq], start: fmpq, run: Run) -> Extremum:
    """The largest value on a cell by a linear program over the cell's facets; then, if there is no bound, over directions."""
    facets = cell.facets or ()
    rows = [[to_fraction(fmpq(entry)) for entry in facet.normal] for facet in facets]
    aim = [to_fraction(entry) for entry in slope]
    best = maximize(aim, rows, [to_fraction(fmpq(facet.offset)) for facet in facets], run=run)
    if best.value is not None and best.point is not None:
        return Extremum(start + from_fraction(best.value), tuple(map(from_fraction, best.point)), None, cell.pattern)
    zero, one = to_fraction(fmpq(0)), to_fraction(fmpq(1))
    ray = maximize(aim, [*rows, aim], [zero] * len(rows) + [one], run=run).point
    assert ray is not None
    assert cell.point is not None
    return Extremum(None, cell.point, tuple(map(from_fraction, ray)), cell.pattern)


def combined(weights: Sequence[fmpq], entries: Sequence[fmpq]) -> fmpq:
    """The sum of entries, each times its weight.

    Examples
    --------
    >>> combined([fmpq(2), fmpq(-1)], [fmpq(1, 2), fmpq(3)])
    -2
    """
    return sum((weight * entry for weight, entry in zip(weights, entries, strict=True)), fmpq(0))
