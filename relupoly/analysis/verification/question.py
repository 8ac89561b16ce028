"""`Question`: an alternative of a property as inequalities between outputs, on a domain.

What an alternative says of the inputs alone makes the domain, closed and in the subspace of its equations. Strict inequalities
among inputs, and those between inputs and outputs, need the inputs beside the outputs: a net passes them on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq

from relupoly.geometry.solution_set import SolutionSet, solution_set
from relupoly.networks.composition import with_inputs
from relupoly.networks.network import Network
from relupoly.networks.property import Alternative, LinearConstraint, Slopes
from relupoly.run import UNLIMITED, Run


@dataclass(frozen=True)
class Question:
    """Whether some point of a set satisfies inequalities.

    Attributes
    ----------
    number : int
        Of the alternative, the first one being 1.
    alternative : tuple of LinearConstraint
    where : SolutionSet
        The closed set of inputs.
    """

    number: int
    alternative: Alternative
    where: SolutionSet

    def network(self, network: Network) -> Network:
        """The net that passes on the inputs that inequalities speak of, after its outputs."""
        return with_inputs(network, self._carried)

    def rows(self, outputs: int) -> list[list[fmpq]]:
        """A row for each inequality, with an entry for each output of that net."""
        carried = {place: outputs + number for number, place in enumerate(self._carried)}
        found = []
        for one in self._left:
            row = [fmpq(0)] * (outputs + len(carried))
            for place, slope in one.outputs:
                row[place] = slope
            for place, slope in one.inputs:
                row[carried[place]] = slope
            found.append(row)
        return found

    @property
    def bounds(self) -> list[fmpq]:
        """The bound of each."""
        return [one.bound for one in self._left]

    @property
    def strict(self) -> list[int]:
        """The rows for which < is meant."""
        return [number for number, one in enumerate(self._left) if one.strict]

    @property
    def _left(self) -> list[LinearConstraint]:
        """The constraints that the set of inputs does not see to."""
        return [one for one in self.alternative if one.outputs or one.strict]

    @property
    def _carried(self) -> list[int]:
        return sorted({place for one in self._left for place, _ in one.inputs})

    def holds(self, point: Sequence[fmpq], outputs: Sequence[fmpq]) -> bool:
        """Whether a point satisfies all that the alternative says, if the net has these outputs there."""
        return all(one.holds(point, outputs) for one in self.alternative)

    def has_room(self, point: Sequence[fmpq], outputs: Sequence[fmpq]) -> bool:
        """Whether the inequalities on the set hold strictly there, so that they do near by."""
        return all(one.slack(point, outputs) > 0 for one in self._left)


class Questions:
    """Makes questions of the alternatives of a property; the same input set is computed once.

    Parameters
    ----------
    input_dim : int
    run : Run, optional
    """

    def __init__(self, input_dim: int, run: Run = UNLIMITED) -> None:
        self._input_dim, self._run = input_dim, run
        self._known: dict[tuple[tuple[Slopes, fmpq], ...], SolutionSet | None] = {}

    def of(self, number: int, alternative: Alternative) -> Question | None:
        """The question of an alternative; None where no input satisfies what it says of inputs."""
        about_inputs = tuple((one.inputs, one.bound) for one in alternative if not one.outputs)
        if about_inputs not in self._known:
            self._known[about_inputs] = solution_set(about_inputs, self._input_dim, self._run)
        where = self._known[about_inputs]
        return None if where is None else Question(number, alternative, where)
