"""How the output of a net is distributed on a bounded domain, exactly, cell by cell.

On a cell the net is affine, so that P(f <= c) is a sum of truncated powers of c - v, for the values v at its vertices: on most
cells by one formula for each vertex, else over the simplices of a triangulation (`truncated_powers.py`). What all cells have at
one value is added up, and nothing else is kept: memory is bounded by the number of values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from flint import fmpq, fmpz

from relupoly.analysis.distribution.distribution import Distribution
from relupoly.analysis.distribution.truncated_powers import Power, powers_of_simple, truncated_powers
from relupoly.analysis.extrema import weights_of
from relupoly.analysis.largest import combined
from relupoly.analysis.moments import corners_of, simplex_volume, simplices_of
from relupoly.analysis.over_cells import over_cells
from relupoly.exact.balanced_sum import BalancedSum
from relupoly.files.by_name import domain_of, network_of
from relupoly.pieces.listing.records import CellRecord, Vector
from relupoly.run import UNLIMITED, Run
from relupoly.run.interactive import run_of

if TYPE_CHECKING:
    from relupoly.files.by_name import DomainLike, NetworkLike


def distribution(
    network: NetworkLike,
    domain: DomainLike,
    objective: Sequence[Any] | None = None,
    *,
    deadline: float | None = None,
    run: Run | None = None,
) -> Distribution:
    """How the output of a net, or a combination of its outputs, is distributed for an input that is uniform on a domain.

    Parameters
    ----------
    network : Network or path
    domain : Domain, DomainUnion or path
        Bounded. In a subspace volumes are those of its parameters t.
    objective : sequence of numbers, optional
        The weights of the outputs; needed where there are several.
    deadline : float, optional
        Give up after so many seconds, with `Stopped`; not beside `run`, which has its own.
    run : Run, optional
        Asked at every simplex whether to go on.

    Raises
    ------
    DomainError
        If the domain is not bounded, lies in a space of another dimension, or its sets in several subspaces.
    NetworkError
        If there are several outputs and no objective, or not as many weights.
    SizeError
        If there are so many cells, or vertices, that nobody lists them.

    Examples
    --------
    >>> from relupoly import Domain, Network
    >>> absolute_value = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
    >>> found = distribution(absolute_value, Domain.box([-1], [2]))
    >>> found.breakpoints, found.probability("1/2"), found.quantile("5/6"), found.mean
    ((0, 1, 2), 1/3, (3/2, 3/2), 5/6)
    """
    network, domain, run = network_of(network), domain_of(domain), run_of(deadline, run)
    spread = Spread(weights_of(network, objective), run)
    over_cells(network, domain, [spread], run)
    return spread.found


class Spread:
    """Adds up the truncated powers of cells.

    Parameters
    ----------
    weights : sequence of fmpq
        Of the outputs.
    run : Run, optional
        Asked at every simplex whether to go on.
    """

    fields = ("gradient", "constant", "facets", "vertices", "rays", "volume")
    settled = False

    def __init__(self, weights: Sequence[fmpq], run: Run = UNLIMITED) -> None:
        self._weights, self._run = weights, run
        self._volume = BalancedSum(fmpq(0))
        self._powers: dict[fmpq, dict[int, BalancedSum[fmpq]]] = {}
        self._degree = 0

    @property
    def found(self) -> Distribution:
        """The distribution on the cells so far."""
        found = []
        for value in sorted(self._powers):
            own = self._powers[value]
            jump = tuple(own[power].value if power in own else fmpq(0) for power in range(self._degree + 1))
            if any(jump):
                found.append((value, jump))
        return Distribution(self._volume.value, tuple(value for value, _ in found), tuple(jump for _, jump in found))

    def add(self, cell: CellRecord) -> None:
        """Take a cell.

        Raises
        ------
        DomainError
            If it is unbounded.
        SizeError
            If its vertices are not known.
        """
        vertices = corners_of(cell, "a distribution needs", "no input is uniform on it")
        self._degree = len(vertices[0])
        self._volume.add(_volume(cell))
        for value, power, coefficient in self._terms(cell, vertices):
            own = self._powers.setdefault(value, {})
            if power not in own:
                own[power] = BalancedSum(fmpq(0))
            own[power].add(coefficient)

    def _terms(self, cell: CellRecord, vertices: Sequence[Vector]) -> Iterable[Power]:
        """The terms of a cell."""
        values = [combined(self._weights, cell.value(vertex)) for vertex in vertices]
        if all(value == values[0] for value in values):
            return [(values[0], 0, _volume(cell))]
        assert cell.gradient is not None
        gradient = [combined(self._weights, column) for column in zip(*cell.gradient, strict=True)]
        normals = _normals(cell, len(vertices))
        if normals is None:
            return self._over_simplices(cell, vertices, values)
        return powers_of_simple(vertices, values, normals, gradient)

    def _over_simplices(self, cell: CellRecord, vertices: Sequence[Vector], values: Sequence[fmpq]) -> Iterator[Power]:
        for simplex in simplices_of(cell):
            self._run.tick()
            size = simplex_volume([vertices[place] for place in simplex])
            yield from truncated_powers([values[place] for place in simplex], size)


def _volume(cell: CellRecord) -> fmpq:
    assert cell.volume is not None, "it was asked for"
    return cell.volume


def _normals(cell: CellRecord, vertices: int) -> list[list[tuple[fmpz, ...]]] | None:
    """The normals of the facets at each vertex of a cell; None if there are more of them than dimensions."""
    assert cell.facets is not None
    assert cell.incidence is not None
    found: list[list[tuple[fmpz, ...]]] = [[] for _ in range(vertices)]
    for facet, on in zip(cell.facets, cell.incidence, strict=True):
        for place in on:
            found[place].append(facet.normal)
    return found if all(len(rows) == len(rows[0]) for rows in found) else None
