"""`Problem`: samples, a loss and a width: what training minimises.

A net of width w with one hidden layer is f(x) = sum_i s_i relu(<a_i, x> + b_i) with signs s_i = +-1 (the absolute value of
an output weight can be moved into the neuron), plus a constant where an output bias is asked for. Training minimises
sum_j weight_j loss(f(x_j), y_j), exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from relupoly.errors import NetworkError, ProblemError
from relupoly.exact.fractions import to_fraction
from relupoly.exact.rationals import rational_at
from relupoly.networks.evaluation import evaluate
from relupoly.networks.network import Network
from relupoly.training.problem.losses import HINGE, LOSSES, MAX, SQUARED, sample_loss, total_loss


@dataclass(frozen=True)
class Problem:
    """A training problem with one output.

    Attributes
    ----------
    points : tuple of tuple of Fraction, shape (D, n)
    targets : tuple of Fraction, length D
        -1 or 1 for the hinge loss.
    weights : tuple of Fraction, length D
        Positive. A weight of 2 is a sample that occurs twice; so the loss "max" has no use for weights, and wants equal ones.
    width : int
        The number of neurons.
    loss : str
        One of `relupoly.training.problem.losses.LOSSES`.
    bias : bool
        Whether neurons have biases.
    output_bias : bool
        Whether the output has one.

    Raises
    ------
    ProblemError
        If there is no sample or no input, rows are ragged, a number does not fit, or there is no such loss; the message
        names the sample, counted from 1.

    Notes
    -----
    The problem is that of Algorithm 1 of Arora, Basu, Mianjy and Mukherjee (2018), which has no output bias.
    """

    points: tuple[tuple[Fraction, ...], ...]
    targets: tuple[Fraction, ...]
    weights: tuple[Fraction, ...]
    width: int
    loss: str = SQUARED
    bias: bool = True
    output_bias: bool = False

    def __post_init__(self) -> None:
        _check_options(self.width, self.loss)
        _check_shapes(self.points, self.targets, self.weights)
        _check_samples(self.loss, enumerate(zip(self.targets, self.weights, strict=True), 1))

    @classmethod
    def from_rows(
        cls,
        points: Any,
        targets: Any,
        width: int,
        *,
        weights: Any = None,
        loss: str = SQUARED,
        bias: bool = True,
        output_bias: bool = False,
    ) -> Problem:
        """A problem from anything that `rational` understands; samples of weight 0 are left out.

        Parameters
        ----------
        points : sequence of rows or array, shape (D, n)
        targets : sequence of numbers, length D
        width : int
        weights : sequence of numbers, optional
            Not negative; 1 each by default.

        Raises
        ------
        ProblemError
            As for the class, and if an entry is not a finite number.

        Examples
        --------
        >>> problem = Problem.from_rows([[0], ["1/2"]], [1, 0.5], width=1, weights=[1, 0])
        >>> problem.points, problem.targets
        (((Fraction(0, 1),),), (Fraction(1, 1),))
        """
        rows = [
            tuple(
                to_fraction(rational_at(entry, f"sample {number}, input {place}", ProblemError))
                for place, entry in enumerate(row, 1)
            )
            for number, row in enumerate(points, 1)
        ]
        ys = [
            to_fraction(rational_at(entry, f"sample {number}, target", ProblemError)) for number, entry in enumerate(targets, 1)
        ]
        given = [1] * len(rows) if weights is None else weights
        ws = [
            to_fraction(rational_at(entry, f"sample {number}, weight", ProblemError)) for number, entry in enumerate(given, 1)
        ]
        _check_shapes(rows, ys, ws)
        kept = [number for number, weight in enumerate(ws) if weight]
        if not kept:
            raise ProblemError("every sample has the weight 0; give at least one a positive weight")
        _check_options(width, loss)
        _check_samples(loss, [(number + 1, (ys[number], ws[number])) for number in kept])
        return cls(
            tuple(rows[number] for number in kept),
            tuple(ys[number] for number in kept),
            tuple(ws[number] for number in kept),
            width,
            loss,
            bias,
            output_bias,
        )

    @property
    def samples(self) -> int:
        """The number D of samples."""
        return len(self.points)

    @property
    def inputs(self) -> int:
        """The number n of inputs."""
        return len(self.points[0])


def loss_of(problem: Problem, network: Network) -> Fraction:
    """The loss of a net on all samples, exactly: the weighted sum, or the largest absolute error for "max".

    Raises
    ------
    NetworkError
        If the net has another number of inputs, or more than one output.

    Examples
    --------
    >>> problem = Problem.from_rows([[-1], [2]], [1, 1], width=1)
    >>> relu = Network.from_rows([([[1]], None), ([[1]], None)])
    >>> loss_of(problem, relu), mean_loss(problem, loss_of(problem, relu))
    (Fraction(2, 1), Fraction(1, 1))
    """
    if (network.input_dim, network.output_dim) != (problem.inputs, 1):
        raise NetworkError(
            f"the network has {network.input_dim} inputs and {network.output_dim} outputs; "
            f"the samples need {problem.inputs} and 1"
        )
    predictions = (to_fraction(evaluate(network, point)[0]) for point in problem.points)
    costs = (sample_loss(problem.loss, value, target) for value, target in zip(predictions, problem.targets, strict=True))
    return total_loss(problem.loss, zip(problem.weights, costs, strict=True))


def mean_loss(problem: Problem, loss: Fraction) -> Fraction:
    """A loss divided by the total weight: the mean over the samples; the loss "max" stays what it is."""
    return loss if problem.loss == MAX else loss / sum(problem.weights)


def _check_options(width: int, loss: str) -> None:
    if width < 1:
        raise ProblemError(f"the width is {width}; give at least 1")
    if loss not in LOSSES:
        near = get_close_matches(loss, LOSSES, n=1)
        hint = f'did you mean "{near[0]}"?' if near else f"known are {', '.join(LOSSES)}"
        raise ProblemError(f'unknown loss "{loss}"; {hint}')


def _check_samples(loss: str, samples: Iterable[tuple[int, tuple[Fraction, Fraction]]]) -> None:
    """Raise unless targets and weights fit the loss; samples are numbered as the user numbers them."""
    weights = set()
    for number, (target, weight) in samples:
        if weight <= 0:
            raise ProblemError(f"sample {number}: its weight is {weight}; give a positive one, or 0 to leave the sample out")
        if loss == HINGE and abs(target) != 1:
            raise ProblemError(f"sample {number}: its target is {target}; the hinge loss needs -1 or 1")
        weights.add(weight)
    if loss == MAX and len(weights) > 1:
        raise ProblemError("the largest error is the same when a sample is repeated; leave the weights out, or give 0 and 1")


def _check_shapes(points: Sequence[Sequence[Any]], targets: Sequence[Any], weights: Sequence[Any]) -> None:
    if not points:
        raise ProblemError("there is no sample; give at least one")
    if not points[0]:
        raise ProblemError("the samples have no input; give at least one")
    for number, row in enumerate(points, 1):
        if len(row) != len(points[0]):
            raise ProblemError(f"sample {number} has {len(row)} inputs, but sample 1 has {len(points[0])}; give all the same")
    for what, table in (("targets", targets), ("weights", weights)):
        if len(table) != len(points):
            raise ProblemError(f"there are {len(points)} samples, but {len(table)} {what}; give one for each sample")
