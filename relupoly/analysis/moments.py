"""The integral, the mean and the variance of a net over a bounded domain, exactly.

A cell is divided into simplices; on a simplex with values f_0, ..., f_n at its vertices, an affine function has the integral
volume (f_0 + ... + f_n) / (n + 1), and its square volume ((f_0 + ... + f_n)^2 + f_0^2 + ... + f_n^2) / ((n + 1) (n + 2)).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import factorial
from typing import TYPE_CHECKING

from flint import fmpq, fmpq_mat

from relupoly.analysis.over_cells import over_cells
from relupoly.errors import DomainError, SizeError
from relupoly.exact.balanced_sum import BalancedSum
from relupoly.exact.short_texts import short_text
from relupoly.files.by_name import domain_of, network_of
from relupoly.geometry.polytope_volume import simplices
from relupoly.pieces.listing.records import CellRecord, Vector
from relupoly.run import UNLIMITED, Run
from relupoly.run.interactive import run_of

if TYPE_CHECKING:
    from relupoly.files.by_name import DomainLike, NetworkLike


@dataclass(frozen=True)
class Moments:
    """Integrals over a bounded domain, in its coordinates.

    Attributes
    ----------
    volume : fmpq
        Of the domain.
    integral : tuple of fmpq
        Of each output.
    square : tuple of fmpq
        The integral of the square of each output.
    """

    volume: fmpq
    integral: Vector
    square: Vector

    @property
    def mean(self) -> Vector:
        """The mean of each output, where the input is uniform on the domain."""
        return tuple(entry / self.volume for entry in self.integral)

    @property
    def variance(self) -> Vector:
        """The variance of each output, where the input is uniform on the domain."""
        return tuple(entry / self.volume - mean**2 for entry, mean in zip(self.square, self.mean, strict=True))

    def _repr_html_(self) -> str:
        """A table for notebooks."""
        rows = zip(("integral", "mean", "variance"), (self.integral, self.mean, self.variance), strict=True)
        cells = "".join(f"<tr><th>{name}</th><td>{', '.join(map(short_text, entries))}</td></tr>" for name, entries in rows)
        return f"<table><tr><th>volume</th><td>{short_text(self.volume)}</td></tr>{cells}</table>"


def moments(network: NetworkLike, domain: DomainLike, *, deadline: float | None = None, run: Run | None = None) -> Moments:
    """The integrals of a net and of its square over a bounded domain.

    Parameters
    ----------
    network : Network or path
    domain : Domain, DomainUnion or path
        Bounded. In a subspace volumes are those of its parameters t.
    deadline : float, optional
        Give up after so many seconds, with `Stopped`; not beside `run`, which has its own.
    run : Run, optional
        Asked at every simplex whether to go on.

    Raises
    ------
    DomainError
        If the domain is not bounded, lies in a space of another dimension, or its sets in several subspaces.
    SizeError
        If there are so many cells, or vertices, that nobody lists them.

    Examples
    --------
    >>> from relupoly import Domain, Network
    >>> absolute_value = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
    >>> found = moments(absolute_value, Domain.box([-1], [2]))
    >>> found.integral, found.mean, found.variance
    ((5/2,), (5/6,), (11/36,))
    """
    network, domain, run = network_of(network), domain_of(domain), run_of(deadline, run)
    integrals = Integrals(network.output_dim, run)
    over_cells(network, domain, [integrals], run)
    return integrals.found


def integral(network: NetworkLike, domain: DomainLike, *, deadline: float | None = None, run: Run | None = None) -> Vector:
    """The integral of each output over a bounded domain: one of the `moments`, whose errors these are.

    Parameters
    ----------
    network : Network or path
    domain : Domain, DomainUnion or path
    deadline : float, optional
        Give up after so many seconds, with `Stopped`; not beside `run`, which has its own.
    run : Run, optional

    Examples
    --------
    >>> from relupoly import Domain, Network
    >>> absolute_value = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
    >>> integral(absolute_value, Domain.box([-1], [2]))
    (5/2,)
    """
    network, domain, run = network_of(network), domain_of(domain), run_of(deadline, run)
    return moments(network, domain, run=run).integral


class Integrals:
    """Adds up the integrals over cells.

    Parameters
    ----------
    outputs : int
    run : Run, optional
        Asked at every simplex whether to go on.
    """

    fields = ("gradient", "constant", "facets", "vertices", "rays")
    settled = False

    def __init__(self, outputs: int, run: Run = UNLIMITED) -> None:
        self._run = run
        self._volume = BalancedSum(fmpq(0))
        self._totals = [BalancedSum(fmpq(0)) for _ in range(outputs)]
        self._squares = [BalancedSum(fmpq(0)) for _ in range(outputs)]

    @property
    def found(self) -> Moments:
        """The integrals over the cells so far."""
        totals, squares = (tuple(one.value for one in sums) for sums in (self._totals, self._squares))
        return Moments(self._volume.value, totals, squares)

    def add(self, cell: CellRecord) -> None:
        """Take a cell.

        Raises
        ------
        DomainError
            If it is unbounded.
        SizeError
            If its vertices are not known.
        """
        vertices = corners_of(cell, "integrals need", "integrals may be infinite")
        values = [cell.value(vertex) for vertex in vertices]
        for simplex in simplices_of(cell):
            self._run.tick()
            size = simplex_volume([vertices[place] for place in simplex])
            self._volume.add(size)
            for output in range(len(self._totals)):
                own = [values[place][output] for place in simplex]
                count, total = len(own), sum(own, fmpq(0))
                squares = sum((one**2 for one in own), fmpq(0))
                self._totals[output].add(size * total / count)
                self._squares[output].add(size * (total**2 + squares) / (count * (count + 1)))


def corners_of(cell: CellRecord, need: str, consequence: str) -> Sequence[Vector]:
    """The vertices of a bounded cell.

    Parameters
    ----------
    cell : CellRecord
    need, consequence : str
        What needs them, and what an unbounded domain would mean for it: for messages.

    Raises
    ------
    DomainError
        If it is unbounded.
    SizeError
        If its vertices are not known.
    """
    if cell.vertices is None:
        raise SizeError(f"{need} the vertices of cells, and in so many inputs these have too many")
    if cell.rays:
        raise DomainError(f"the domain is unbounded, so {consequence}; give a box")
    return cell.vertices


def simplices_of(cell: CellRecord) -> list[tuple[int, ...]]:
    """The simplices that make up a cell, by the numbers of their vertices."""
    assert cell.vertices is not None
    assert cell.incidence is not None
    facets = [sum(1 << place for place in on) for on in cell.incidence]
    return list(simplices((1 << len(cell.vertices)) - 1, facets, len(cell.vertices[0])))


def simplex_volume(corners: Sequence[Vector]) -> fmpq:
    """The volume of a simplex, by its vertices."""
    start = corners[0]
    rows = [[entry - first for entry, first in zip(corner, start, strict=True)] for corner in corners[1:]]
    return abs(fmpq_mat(rows).det()) / factorial(len(rows))
