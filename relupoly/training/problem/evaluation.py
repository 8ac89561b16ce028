"""`Evaluation`: the exact loss of nets in lifted coordinates. It needs the samples only, no rays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from operator import mul
from typing import NamedTuple

from relupoly.training.problem.lifted import Lifted
from relupoly.training.problem.losses import SQUARED

Neuron = tuple[Fraction, ...]


@dataclass(frozen=True)
class Candidate:
    """Neurons with their output weights, the output bias, and the loss of this net."""

    neurons: tuple[Neuron, ...]
    signs: tuple[int, ...]
    output_bias: Fraction
    loss: Fraction


class LocalState(NamedTuple):
    """How far a local search is: the best net so far, and the number of descents, or of programs solved."""

    best: Candidate
    descents: int


class Evaluation:
    """Evaluates nets on the samples of one problem.

    Parameters
    ----------
    lifted : Lifted

    Examples
    --------
    >>> from relupoly.training.problem.lifted import lift
    >>> from relupoly.training.problem.problem import Problem
    >>> evaluation = Evaluation(lift(Problem.from_rows([[0], [1]], [1, 3], width=1)))
    >>> one = Fraction(1)
    >>> str(evaluation.candidate([(one, one)], [1], Fraction(0)).loss), str(evaluation.zero().loss)
    ('1', '10')
    """

    def __init__(self, lifted: Lifted) -> None:
        self._lifted = lifted
        self._targets, self._target_scale = _whole(lifted.targets)
        self._weights, self._weight_scale = _whole(lifted.weights)

    def candidate(self, neurons: Sequence[Neuron], signs: Sequence[int], output_bias: Fraction) -> Candidate:
        """A net with its exact loss."""
        # Integers over one denominator: fractions would look for common factors at each step.
        scale = lcm(output_bias.denominator, *(entry.denominator for neuron in neurons for entry in neuron))
        totals = [int(output_bias * scale)] * len(self._lifted.vectors)
        for neuron, sign in zip(neurons, signs, strict=True):
            if any(neuron):
                whole = [int(entry * scale) for entry in neuron]
                values = (sum(map(mul, whole, vector)) for vector in self._lifted.vectors)
                totals = [total + sign * value if value > 0 else total for total, value in zip(totals, values, strict=True)]
        return Candidate(tuple(neurons), tuple(signs), output_bias, self._loss(totals, scale))

    def zero(self) -> Candidate:
        """The net that is 0, of the problem's width."""
        width = self._lifted.problem.width
        return self.padded((), (), Fraction(0), width)

    def padded(self, neurons: Sequence[Neuron], signs: Sequence[int], output_bias: Fraction, width: int) -> Candidate:
        """A net with neurons that are 0 added, up to a width."""
        missing = width - len(neurons)
        zero = (Fraction(0),) * self._lifted.rank
        return self.candidate([*neurons, *[zero] * missing], [*signs, *[1] * missing], output_bias)

    def _loss(self, totals: Sequence[int], scale: int) -> Fraction:
        """The loss of the predictions totals / scale."""
        lifted = self._lifted
        if lifted.problem.loss != SQUARED:
            return lifted.loss([Fraction(total, scale) for total in totals])
        pairs = zip(totals, self._targets, strict=True)
        errors = (total * self._target_scale - target * scale for total, target in pairs)
        squares = sum(weight * error * error for weight, error in zip(self._weights, errors, strict=True))
        return Fraction(squares, self._weight_scale * (scale * self._target_scale) ** 2) + lifted.constant


def _whole(values: Sequence[Fraction]) -> tuple[list[int], int]:
    """Numbers as integers, and what these have to be divided by."""
    scale = lcm(*(value.denominator for value in values))
    return [int(value * scale) for value in values], scale
