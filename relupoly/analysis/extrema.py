"""The largest and the least value of a net on a domain, exactly, with a point that has it, or a ray along which there is none.

On a cell the net is affine, so that it is largest at a vertex, unless it grows along one of the cell's rays. In boxes of many
inputs cells are known by their facets alone; there an exact linear program takes the place of vertices.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flint import fmpq

from relupoly.analysis.over_cells import over_cells
from relupoly.errors import NetworkError
from relupoly.exact.fractions import from_fraction, to_fraction
from relupoly.exact.rationals import rational_at
from relupoly.geometry.domain import Domain
from relupoly.geometry.linear_programs import maximize
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Network
from relupoly.pieces.listing.recent import Recent
from relupoly.pieces.listing.records import CellRecord, Pattern, Vector
from relupoly.run import UNLIMITED, Run


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
        Of a cell that holds the point, and the ray.
    """

    value: fmpq | None
    point: Vector
    ray: Vector | None
    pattern: Pattern

    @property
    def negative(self) -> Extremum:
        """The same of the negative values."""
        return replace(self, value=None if self.value is None else -self.value)

    def _repr_html_(self) -> str:
        """A line for notebooks."""
        what = f"no bound along {self.ray} from" if self.value is None else f"{self.value} at"
        return f"<code>{what} {self.point}</code>"


def maximum(
    network: Network,
    domain: Domain | DomainUnion | None = None,
    objective: Sequence[Any] | None = None,
    *,
    run: Run = UNLIMITED,
) -> Extremum:
    """The largest value of a net on a domain, or of a linear combination of its outputs.

    Parameters
    ----------
    network : Network
    domain : Domain or DomainUnion, optional
        All of R^n by default.
    objective : sequence of numbers, optional
        The weights of the outputs; needed where there are several.
    run : Run, optional
        Asked at every step whether to go on.

    Raises
    ------
    DomainError
        If the domain lies in a space of another dimension, or its sets in several subspaces.
    NetworkError
        If there are several outputs and no objective, or not as many weights.
    SizeError
        If there are so many cells that nobody lists them.

    Examples
    --------
    >>> hat = Network.from_rows([([[1], [1], [1]], [1, 0, -1]), ([[1, -2, 1]], None)])
    >>> maximum(hat)
    Extremum(value=1, point=(0,), ray=None, pattern=('+--',))
    >>> maximum(Network.from_rows([([[1]], None), ([[3]], None)])).ray
    (1,)
    """
    search = Largest(weights_of(network, objective), run)
    over_cells(network, domain, [search], run)
    assert search.found is not None, "a domain has cells"
    return search.found


def minimum(
    network: Network,
    domain: Domain | DomainUnion | None = None,
    objective: Sequence[Any] | None = None,
    *,
    run: Run = UNLIMITED,
) -> Extremum:
    """The least value of a net on a domain, or of a linear combination of its outputs; all else as for `maximum`.

    Examples
    --------
    >>> hat = Network.from_rows([([[1], [1], [1]], [1, 0, -1]), ([[1, -2, 1]], None)])
    >>> minimum(hat, Domain.box([-3], [1])).value
    0
    """
    found = maximum(network, domain, [-entry for entry in weights_of(network, objective)], run=run)
    return found.negative


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
    """

    fields = ("pattern", "gradient", "constant", "facets", "vertices", "rays", "point")

    def __init__(self, weights: Sequence[fmpq], run: Run = UNLIMITED) -> None:
        self._weights, self._run = weights, run
        self._seen: Recent[int, Vector] = Recent()
        self.found: Extremum | None = None

    @property
    def settled(self) -> bool:
        """Whether no other cell can change it."""
        return self.found is not None and self.found.value is None

    def add(self, cell: CellRecord) -> None:
        """Take a cell."""
        assert cell.gradient is not None
        assert cell.constant is not None
        slope = tuple(_sum(self._weights, column) for column in zip(*cell.gradient, strict=True))
        start = _sum(self._weights, cell.constant)
        if cell.vertices is None or cell.rays is None:
            self._compare(_by_program(cell, slope, start, self._run))
            return
        for vertex in cell.vertices:
            # Cells share vertices, the objects too, and the net is continuous: there it has been compared.
            if self._seen.get(id(vertex)) is not vertex:
                self._seen[id(vertex)] = vertex
                self._compare(Extremum(start + _sum(slope, vertex), vertex, None, cell.pattern))
        for ray in cell.rays:
            if _sum(slope, ray) > 0:
                self._compare(Extremum(None, cell.vertices[0], ray, cell.pattern))

    def _compare(self, found: Extremum) -> None:
        best = self.found
        if best is None or found.value is None or (best.value is not None and found.value > best.value):
            self.found = found


def weights_of(network: Network, objective: Sequence[Any] | None) -> list[fmpq]:
    """The weights of the outputs.

    Raises
    ------
    NetworkError
        If they are not given, or not as many.
    """
    outputs = network.output_dim
    if objective is None:
        if outputs > 1:
            raise NetworkError(f"the network has {outputs} outputs; give an objective, a weight for each")
        return [fmpq(1)]
    if len(objective) != outputs:
        raise NetworkError(f"the objective has {len(objective)} weights, but the network has {outputs} outputs; give as many")
    return [rational_at(entry, f"weight {place} of the objective", NetworkError) for place, entry in enumerate(objective, 1)]


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


def _sum(weights: Sequence[fmpq], entries: Sequence[fmpq]) -> fmpq:
    return sum((one * other for one, other in zip(weights, entries, strict=True)), fmpq(0))
