"""What branch and bound answers: the largest value of outputs on a box, and whether inequalities hold somewhere on it.

Domains that are no box, in the inputs or in the parameters of a subspace, and nets too large for a table of doubles, are left
to who looks at all cells.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import inf, isfinite

from flint import fmpq

from relupoly.analysis.branching.doubles_net import DoublesNet
from relupoly.analysis.branching.goals import Highest, Reach
from relupoly.analysis.branching.search import Search
from relupoly.analysis.largest import Extremum
from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Box
from relupoly.geometry.union import DomainUnion
from relupoly.networks.composition import restrict
from relupoly.networks.network import Network
from relupoly.pieces.listing.records import Vector
from relupoly.run import UNLIMITED, Run


@dataclass(frozen=True, eq=False)
class OnBox:
    """A net on a box, which may be of parameters of a subspace.

    Attributes
    ----------
    network : Network
        On the coordinates of the box.
    doubles : DoublesNet
        The same net.
    box : Box
        With an interior.
    """

    network: Network
    doubles: DoublesNet
    box: Box

    @classmethod
    def of(cls, network: Network, domain: Domain | DomainUnion | None) -> OnBox | None:
        """A net on a domain; None where that is no box, or the net too large.

        Raises
        ------
        DomainError
            If the domain lies in a space of another dimension.
        """
        if not isinstance(domain, Domain) or not isinstance(domain.polyhedron, Box):
            return None
        domain.check_dimension(network.input_dim)
        box = domain.polyhedron
        if not all(low < high for low, high in zip(box.lower, box.upper, strict=True)):
            return None
        inner = restrict(network, domain.subspace) if domain.subspace else network
        doubles = DoublesNet.of(inner)
        return None if doubles is None else cls(inner, doubles, box)


class HighestOnBox:
    """The search for the largest value of a combination of outputs on a box.

    Parameters
    ----------
    where : OnBox
    weights : sequence of fmpq
        Of the outputs.
    """

    def __init__(self, where: OnBox, weights: Sequence[fmpq]) -> None:
        self._goal = Highest(where.network, where.box, weights)
        self._search = Search(where.doubles, where.box, self._goal)

    @property
    def boxes(self) -> int:
        """How many boxes were bounded."""
        return self._search.boxes

    @property
    def found(self) -> Extremum:
        """The largest value so far, with a bound of what it may be at most."""
        most = self._search.most
        if most == -inf:
            return self._goal.found
        return self._goal.found.below(fmpq(*most.as_integer_ratio()) if isfinite(most) else None)

    def run(self, run: Run = UNLIMITED) -> None:
        """Look until nothing can be larger.

        Raises
        ------
        Stopped
            If the run is stopped; then it may go on later.
        """
        self._search.run(run)


class PointOnBox:
    """The search for a point x of a box with <row_i, net(x)> <= bound_i for all i.

    Parameters
    ----------
    where : OnBox
    rows : sequence of rows, each with an entry for each output
        At least one.
    bounds : sequence of fmpq
    strict : collection of int
        The rows, counted from 0, for which < is meant.

    Examples
    --------
    >>> absolute_value = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
    >>> where = OnBox.of(absolute_value, Domain.box([-1], [2]))
    >>> PointOnBox(where, [[fmpq(-1)]], [fmpq(-2)]).run(), PointOnBox(where, [[fmpq(-1)]], [fmpq(-2)], strict=[0]).run()
    ((2,), None)
    """

    def __init__(
        self, where: OnBox, rows: Sequence[Sequence[fmpq]], bounds: Sequence[fmpq], strict: Collection[int] = ()
    ) -> None:
        self._goal = Reach(where.network, where.box, rows, bounds, strict)
        self._search = Search(where.doubles, where.box, self._goal)

    @property
    def boxes(self) -> int:
        """How many boxes were bounded."""
        return self._search.boxes

    @property
    def cells(self) -> int:
        """How many cells were looked at."""
        return self._goal.cells

    def run(self, run: Run = UNLIMITED) -> Vector | None:
        """The point, in the coordinates of the box; None if there is none.

        Raises
        ------
        Stopped
            If the run is stopped; then it may go on later.
        """
        self._search.run(run)
        return self._goal.found
