"""`robustness`: the distance of a point from the nearest one that a net puts into another class, exactly.

Points of another class are guessed first (`guesses.py`), so that the search has an end; then it begins at the point and goes
outwards. So at any time it knows two bounds.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING, Any

from flint import fmpq

from relupoly.analysis.branching.doubles_net import DoublesNet
from relupoly.analysis.robustness.answer import Robustness
from relupoly.analysis.robustness.box_search import BoxSearch
from relupoly.analysis.robustness.guesses import Guesses
from relupoly.analysis.robustness.incumbent import Incumbent
from relupoly.analysis.robustness.metric import Metric
from relupoly.analysis.robustness.nested_listing import NestedListing
from relupoly.analysis.robustness.rivals import Rivals
from relupoly.errors import DomainError, SizeError
from relupoly.exact.rationals import rational_at
from relupoly.files.by_name import domain_of, network_of
from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.geometry.subspace import AffineSubspace
from relupoly.geometry.union import DomainUnion
from relupoly.networks.composition import restrict
from relupoly.networks.evaluation import evaluate
from relupoly.networks.network import Network
from relupoly.pieces.listing.one_subspace import check_one_subspace
from relupoly.pieces.listing.records import Vector
from relupoly.run import UNLIMITED, Run, Stopped
from relupoly.run.interactive import interruptible, run_of

if TYPE_CHECKING:
    from relupoly.files.by_name import DomainLike, NetworkLike

# With so many inputs a box around a point has twice as many sides, and behind each a box that is hardly better than the whole.
_MANY_INPUTS = 9


def robustness(
    network: NetworkLike,
    point: Sequence[Any],
    norm: Any = inf,
    domain: DomainLike = None,
    *,
    target: int | None = None,
    level: Any = 0,
    deadline: float | None = None,
    run: Run | None = None,
) -> Robustness:
    """The robustness radius of a point: how far the nearest point is that a net puts into another class.

    The class is the number of the largest output; with one output it is the side of a level. The point that is found has
    another class or is on the border: another output is as large, or the level is reached. Nearer points have the class of the
    given one.

    Parameters
    ----------
    network : Network or path
    point : sequence of numbers
        In the domain, and in its coordinates: in a subspace x = origin + basis t the parameters t, or the inputs x.
    norm : number
        1, 2 or infinity, of steps of the inputs.
    domain : Domain, DomainUnion or path, optional
        Where points may lie; all of R^n by default.
    target : int, optional
        The only other class that counts, from 0.
    level : number
        Of one output.
    deadline : float, optional
        Stop after so many seconds; not beside `run`, which has its own. In an interactive session Ctrl-C stops, too.
    run : Run, optional
        Where it is stopped, the answer has bounds. Its progress is told the number of boxes bounded.

    Raises
    ------
    DomainError
        If the point does not lie in the domain, or has another number of coordinates; if sets lie in several subspaces.
    NetworkError
        If the target is no other class.
    NumberError
        If there is no such norm, or an entry or the level is no number.

    Examples
    --------
    >>> square = Network.from_rows([([[1, 0], [-1, 0], [0, 1], [0, -1]], None), ([[-1, -1, -1, -1]], [1])])
    >>> found = robustness(square, ["1/4", "1/4"])
    >>> found.value, found.nearest, robustness(square, ["1/4", "1/4"], 1).value, robustness(square, ["1/4", "1/4"], 2).squared
    (1/4, (1/2, 1/2), 1/2, 1/8)

    Notes
    -----
    The problem is NP-hard (Katz et al., CAV 2017). On a cell it is a linear program in the 1- and infinity-norm, and a convex
    quadratic one in the 2-norm; all are solved in rationals.
    """
    net, where = network_of(network), domain_of(domain)
    with interruptible(run_of(deadline, run)) as watched:
        return radii(net, point, [norm], where, target=target, level=level, run=watched)[0]


def radii(
    network: Network,
    point: Sequence[Any],
    norms: Sequence[Any],
    domain: Domain | DomainUnion | None = None,
    *,
    target: int | None = None,
    level: Any = 0,
    run: Run = UNLIMITED,
) -> list[Robustness]:
    """The same in several norms, each with its share of the time; what is known in one helps in the others."""
    metrics = [Metric.of(norm) for norm in norms]
    question = _Question.of(network, point, domain, target, level)
    found: dict[float, Robustness] = {}
    # Lengths in the infinity-norm are the shortest.
    order = sorted(dict.fromkeys(one.power for one in metrics), reverse=True)
    for number, power in enumerate(order):
        share = None if run.left is None else run.left / (len(order) - number)
        search = _Search(question, Metric.of(power, question.subspace), list(found.values()))
        found[power] = search.answer(run if share is None else run.within(share))
    return [found[one.power] for one in metrics]


@dataclass(frozen=True, eq=False)
class _Question:
    """What is asked: a net on the coordinates of the domain, a point, its rivals, and the sets that other points may be in."""

    network: Network
    subspace: AffineSubspace | None
    sets: tuple[Polyhedron | None, ...]
    point: Vector
    rivals: Rivals
    doubles: DoublesNet | None

    @classmethod
    def of(
        cls,
        network: Network,
        point: Sequence[Any],
        domain: Domain | DomainUnion | None,
        target: int | None,
        level: Any,
    ) -> _Question:
        domain = domain or Domain()
        check_one_subspace(domain, "a robustness radius")
        union = domain if isinstance(domain, DomainUnion) else DomainUnion((domain,))
        for part in union.parts:
            part.check_dimension(network.input_dim)
        (frame,) = union.frames()
        inner = restrict(network, frame.subspace) if frame.subspace else network
        exact = _in_coordinates(point, network.input_dim, frame.subspace)
        if not any(_holds(one, exact) for one in frame.polyhedra):
            raise DomainError("the point does not lie in the domain; give one that does, or a larger domain")
        rivals = Rivals.of(evaluate(inner, exact), target, level)
        # The sets that hold the point first: there the search begins at it.
        sets = sorted(frame.polyhedra, key=lambda one: not _holds(one, exact))
        return cls(inner, frame.subspace, tuple(sets), exact, rivals, DoublesNet.of(inner))


def _holds(one: Polyhedron | None, point: Vector) -> bool:
    return one is None or min(one.slacks(list(point))) >= 0


def _in_coordinates(point: Sequence[Any], inputs: int, subspace: AffineSubspace | None) -> Vector:
    """A point in the coordinates of a domain.

    Raises
    ------
    DomainError
        If it has not as many, or does not lie in the subspace.
    NumberError
        If one is no number.
    """
    from relupoly.errors import NumberError

    exact = tuple(rational_at(entry, f"coordinate {number}", NumberError) for number, entry in enumerate(point, 1))
    if subspace is None or len(exact) == subspace.dimension:
        if len(exact) != (inputs if subspace is None else subspace.dimension):
            raise DomainError(f"the point has {len(exact)} coordinates, and the network {inputs} inputs; give as many")
        return exact
    if len(exact) != inputs:
        raise DomainError(
            f"the point has {len(exact)} coordinates; give {subspace.dimension}, which are parameters of the subspace, or "
            f"{inputs} inputs"
        )
    found = subspace.parameters(exact)
    if found is None:
        raise DomainError("the point does not lie in the subspace of the domain; give one that does")
    return tuple(found)


@dataclass(eq=False)
class _Search:
    """The search in one norm.

    Attributes
    ----------
    question : _Question
    metric : Metric
    known : list of Robustness
        In norms in which lengths are no longer.
    """

    question: _Question
    metric: Metric
    known: list[Robustness]
    incumbent: Incumbent = field(init=False)
    _searches: list[BoxSearch | NestedListing] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        ask = self.question
        self.incumbent = Incumbent(ask.network, ask.point, ask.rivals, self.metric)

    def answer(self, run: Run) -> Robustness:
        """The radius, or bounds of it."""
        start, stopped = time.perf_counter(), None
        try:
            self._run(run)
        except Stopped as stop:
            stopped = stop.reason
        except SizeError:
            stopped = "limit"
        lower, upper = self._bounds(stopped)
        ask, found = self.question, self.incumbent.found
        return Robustness(
            ask.point,
            self.metric.power,
            ask.rivals.label,
            lower,
            upper,
            found.size if found and not stopped and self.metric.power == 2 else None,
            found.point if found else None,
            found.outputs if found else None,
            ask.rivals.others[found.rival] if found else None,
            found.pattern if found else None,
            self.incumbent.cells,
            sum(one.boxes for one in self._searches),
            stopped,
            time.perf_counter() - start,
        )

    def _bounds(self, stopped: str | None) -> tuple[fmpq | None, fmpq | None]:
        """What the radius is at least and at most."""
        found = self.incumbent.found
        low, high = self.metric.enclosure(found.size) if found else (None, None)
        if not stopped:
            return low, high
        least = [fmpq(*one.least.as_integer_ratio()) for one in self._searches if one.least < inf]
        done = len(self._searches) == len(self.question.sets)
        bounds = [*least, *([] if low is None else [low])] if done else [fmpq(0)]
        known = [one.lower for one in self.known if one.lower is not None]
        return max([min(bounds, default=fmpq(0)), *known]), high

    def _run(self, run: Run) -> None:
        """Search in all sets."""
        ask, incumbent = self.question, self.incumbent
        if incumbent.try_exactly(ask.point):
            self._searches = []
            return
        for one in self.known:
            if one.nearest is not None:
                incumbent.try_exactly(one.nearest)
        run.tick()
        made = [self._search_in(one) for one in ask.sets]
        for within in ask.sets:
            if ask.doubles is not None and _holds(within, ask.point):
                Guesses(ask.doubles, incumbent, within).look(run)
        self._searches = made
        for search in made:
            search.run(run)

    def _search_in(self, within: Polyhedron | None) -> BoxSearch | NestedListing:
        """The search in a set."""
        ask = self.question
        if ask.doubles is None or len(ask.point) >= _MANY_INPUTS:
            return NestedListing(ask.doubles, within, self.incumbent)
        return BoxSearch(ask.doubles, within, self.incumbent)
