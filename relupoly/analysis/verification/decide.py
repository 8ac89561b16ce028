"""`decide`: whether some input of a net satisfies a property, in full: with a point, or the certainty that there is none.

A few points are tried first: many properties that are satisfied at all are so at many inputs. Then alternative after
alternative is decided. Whatever method finds a point, it is what the net itself computes there, in rationals, that makes it an
answer.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from flint import fmpq

from relupoly.analysis.branching.answers import OnBox, PointOnBox
from relupoly.analysis.samples import sample, simplest
from relupoly.analysis.verification.by_cells import decide_alternative
from relupoly.analysis.verification.question import Question, Questions
from relupoly.analysis.verification.verdict import Verdict
from relupoly.errors import SizeError
from relupoly.files.by_name import network_of, property_of
from relupoly.geometry.domain import Domain
from relupoly.geometry.solution_set import SolutionSet
from relupoly.networks.evaluation import evaluate
from relupoly.networks.network import Network
from relupoly.networks.property import Property
from relupoly.pieces.listing.records import Vector
from relupoly.run import Run, Stopped
from relupoly.run.interactive import interruptible, run_of

if TYPE_CHECKING:
    from relupoly.files.by_name import NetworkLike

# Points that are tried on all input sets together, at least a few on each; a value takes time in proportion to the parameters.
_MOST_SAMPLES, _FEWEST_SAMPLES = 100, 2
_SAMPLED_PARAMETERS = 1_000_000
# The denominators of decimals that are tried for a point, in which its set has room: as many digits as a double has.
_DECIMALS = tuple(10**digits for digits in range(18))


def decide(
    network: NetworkLike,
    property: Property | str | os.PathLike[str],
    *,
    deadline: float | None = None,
    run: Run | None = None,
) -> Verdict:
    """Decide whether some input of a net satisfies a property.

    Parameters
    ----------
    network : Network or path
    property : Property or path
        A path is read by `relupoly.read_property`, from VNN-LIB. It describes the inputs that one looks for, as a rule
        counterexamples.
    deadline : float, optional
        Stop after so many seconds; not beside `run`, which has its own. In an interactive session Ctrl-C stops, too.
    run : Run, optional
        Asked at every step whether to go on; where it is stopped, the verdict says so. Its progress is told the number of cells
        seen.

    Raises
    ------
    DomainError
        If the property is about nets with other numbers of inputs or outputs.
    SizeError
        If there are so many cells that nobody lists them, and no point was found before that.

    Examples
    --------
    >>> absolute_value = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
    >>> box = [[1, 0], [-1, 0]], [2, 1]
    >>> above = Property.from_rows(1, 1, [([*box[0], [0, -1]], [*box[1], "3/2"])])
    >>> decide(absolute_value, above).word
    'sat'
    >>> below = Property.from_rows(1, 1, [([*box[0], [0, 1]], [*box[1], "-1/100"])])
    >>> decide(absolute_value, below).word
    'unsat'

    Notes
    -----
    Inequalities mean what they say: a point on a boundary satisfies <= and not <, and nothing is left to a tolerance. The
    problem is NP-complete; the time grows with the number of cells in the input set.
    """
    start = time.perf_counter()
    network, property = network_of(network), property_of(property)
    property.check_dimensions(network.input_dim, network.output_dim)
    found, stopped = None, None
    with interruptible(run_of(deadline, run)) as watched:
        search = _Search(network, watched)
        try:
            found = search.look(property)
        except Stopped as stop:
            stopped = stop.reason
    return Verdict(
        None if stopped else found is not None,
        found[1] if found else None,
        tuple(evaluate(network, found[1])) if found else None,
        found[0] if found else None,
        len(property.alternatives),
        search.cells,
        search.boxes,
        stopped,
        time.perf_counter() - start,
    )


class _Search:
    """Looks for a point that satisfies one of several alternatives.

    Attributes
    ----------
    cells, boxes : int
        How many were seen.
    """

    def __init__(self, network: Network, run: Run) -> None:
        self._network = network
        self._run = run
        self.cells = self.boxes = 0

    def look(self, property: Property) -> tuple[int, Vector] | None:
        """The number of an alternative, and a point that satisfies it."""
        questions = Questions(self._network.input_dim, self._run)
        made = (questions.of(number, one) for number, one in enumerate(property.alternatives, 1))
        asked = [question for question in made if question]
        found = self._at_points(asked) or self._in_cells(asked)
        return (found[0].number, self._shortened(*found)) if found else None

    def _at_points(self, questions: Sequence[Question]) -> tuple[Question, Vector] | None:
        """What is found at a few points of each input set; where it is a point, that is all of it."""
        sets: dict[int, list[Question]] = {}
        for question in questions:
            sets.setdefault(id(question.where), []).append(question)
        tries = min(_MOST_SAMPLES, _SAMPLED_PARAMETERS // self._network.parameters) // max(1, len(sets))
        for alike in sets.values():
            for point in self._points(alike[0].where, max(_FEWEST_SAMPLES, tries)):
                self._run.tick()
                outputs = evaluate(self._network, point)
                for one in alike:
                    if one.holds(point, outputs):
                        return one, tuple(point)
        return None

    def _points(self, where: SolutionSet, tries: int) -> Iterator[Sequence[fmpq]]:
        """The point that a set is, or random points of a domain."""
        if where.domain is None:
            assert where.point is not None
            yield where.point
            return
        subspace, inner = where.domain.subspace, Domain(where.domain.polyhedron)
        points = sample(inner, where.domain.dimension or self._network.input_dim, self._run)
        for point in itertools.islice(points, tries):
            yield subspace.at(point) if subspace else point

    def _in_cells(self, questions: Sequence[Question]) -> tuple[Question, Vector] | None:
        """What is found where a set is no point; a set with too many cells hides no point of another one."""
        refusal: SizeError | None = None
        for question in questions:
            if question.where.domain is None:
                continue
            try:
                point = self._decided(question, question.where.domain)
            except SizeError as error:
                refusal = error
                continue
            if point is not None:
                return question, point
        if refusal:
            raise refusal
        return None

    def _decided(self, question: Question, domain: Domain) -> Vector | None:
        """The point that is found by a look at all that the net does on a domain."""
        network = question.network(self._network)
        rows, bounds, strict = question.rows(self._network.output_dim), question.bounds, question.strict
        where = OnBox.of(network, domain) if rows else None
        if where is None:
            point = decide_alternative(network, domain, rows, bounds, strict, self._counting())
        else:
            point = self._searched(PointOnBox(where, rows, bounds, strict), domain)
        assert point is None or self._satisfies(question, point), "the net itself computes what satisfies the property"
        return point

    def _counting(self) -> Run:
        """The run of a look at cells, which are counted."""
        before = self.cells

        def told(cells: int) -> None:
            self.cells = before + cells
            self._run.progress(self.cells)

        return self._run.reporting(told)

    def _searched(self, search: PointOnBox, domain: Domain) -> Vector | None:
        """The same by branch and bound."""
        before = self.boxes
        try:
            point = search.run(self._run.reporting(lambda boxes: self._run.progress(before + boxes)))
        finally:
            self.boxes += search.boxes
            self.cells += search.cells
        return point if point is None or domain.subspace is None else tuple(domain.subspace.at(point))

    def _satisfies(self, question: Question, point: Sequence[fmpq]) -> bool:
        return question.holds(point, evaluate(self._network, point))

    def _shortened(self, question: Question, point: Vector) -> Vector:
        """A point near by that is easier to read, where there is one: short decimals, which other programs read, too."""
        subspace = question.where.domain.subspace if question.where.domain else None
        parameters = subspace.parameters(point) if subspace else point
        if question.where.domain is None or parameters is None or not question.has_room(point, evaluate(self._network, point)):
            return point

        def holds(candidate: Sequence[fmpq]) -> bool:
            return self._satisfies(question, subspace.at(candidate) if subspace else candidate)

        with contextlib.suppress(Stopped):
            self._run.tick()
            found = simplest(parameters, holds, _DECIMALS)
            return tuple(subspace.at(found) if subspace else found)
        return point
