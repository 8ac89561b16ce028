"""The loss that no net of any width goes below: equal points with different targets have one prediction."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate

from relupoly.training.problem.lifted import Lifted
from relupoly.training.problem.losses import HINGE, MAX, SQUARED, sample_loss
from relupoly.training.proof.proof import Dual


def interpolation_loss(lifted: Lifted) -> Fraction:
    """The smallest loss of arbitrary predictions, one at each point: a lower bound, and what a net that interpolates attains.

    Examples
    --------
    >>> from relupoly.training.problem.lifted import lift
    >>> from relupoly.training.problem.problem import Problem
    >>> interpolation_loss(lift(Problem.from_rows([[0], [0], [1]], [1, 3, 5], width=1, loss="absolute")))
    Fraction(2, 1)
    """
    loss = lifted.problem.loss
    if loss == SQUARED:
        return lifted.constant
    if loss == MAX:
        halves = [max((one - two) / 2 for one, _ in group for two, _ in group) for group in _groups(lifted)]
        return max([lifted.constant, *halves])
    return lifted.constant + sum(interpolation_losses(lifted), Fraction(0))


def interpolation_losses(lifted: Lifted) -> list[Fraction]:
    """The smallest loss of any prediction at each point; 0 where the losses of points are not added.

    Examples
    --------
    >>> from relupoly.training.problem.lifted import lift
    >>> from relupoly.training.problem.problem import Problem
    >>> interpolation_losses(lift(Problem.from_rows([[0], [0], [1]], [1, 3, 5], width=1, loss="absolute")))
    [Fraction(2, 1), Fraction(0, 1)]
    """
    loss = lifted.problem.loss
    if loss == MAX:
        return [Fraction(0)] * len(lifted.vectors)
    return [_least(loss, group) for group in _groups(lifted)]


def _least(loss: str, group: Sequence[tuple[Fraction, Fraction]]) -> Fraction:
    """The smallest loss at one point: that of one of its targets, since the sum of losses is convex and linear between them."""
    if loss == HINGE:
        predictions = [target for target, _ in group]
    else:
        # The weighted median; targets are in order.
        half = sum((weight for _, weight in group), Fraction(0)) / 2
        sums = accumulate(weight for _, weight in group)
        predictions = [next(target for (target, _), upto in zip(group, sums, strict=True) if upto >= half)]
    return min(
        sum((weight * sample_loss(loss, prediction, target) for target, weight in group), Fraction(0))
        for prediction in predictions
    )


def interpolation_dual(lifted: Lifted) -> list[Fraction]:
    """A dual vector that proves `interpolation_loss` for a linear loss, term by term: at each point its entries add up to 0.

    Examples
    --------
    >>> from relupoly.training.problem.lifted import lift
    >>> from relupoly.training.problem.problem import Problem
    >>> problem = Problem.from_rows([[0], [0], [0], [1]], [1, 3, 4, 5], width=1, weights=[2, 1, 2, 1], loss="absolute")
    >>> [str(entry) for entry in interpolation_dual(lift(problem))]
    ['-2', '0', '2', '0']
    """
    dual = [Fraction(0)] * len(lifted.targets)
    groups: list[list[int]] = [[] for _ in lifted.vectors]
    for term, place in enumerate(lifted.point):
        groups[place].append(term)
    if lifted.problem.loss == MAX and groups:
        ends = max(groups, key=lambda group: lifted.targets[group[-1]] - lifted.targets[group[0]])
        if lifted.targets[ends[-1]] - lifted.targets[ends[0]] > 2 * lifted.constant:
            dual[ends[0]], dual[ends[-1]] = Fraction(-1, 2), Fraction(1, 2)
        return dual
    for group in groups:
        _balance(lifted, group, dual)
    return dual


def interpolation_proof(lifted: Lifted) -> Dual:
    """A proof of `interpolation_loss` for all nets."""
    # For the squared loss the residuals of equal samples are enough, and these come with any dual vector.
    return Dual(tuple(interpolation_dual(lifted)) if lifted.problem.loss != SQUARED else (Fraction(0),) * len(lifted.targets))


def _balance(lifted: Lifted, group: Sequence[int], dual: list[Fraction]) -> None:
    """Let the largest targets of a point pull up as much as the smallest pull down, as hard as their weights allow."""
    weights = [lifted.weights[term] for term in group]
    if lifted.problem.loss == HINGE:
        if len(group) == 2:
            dual[group[0]], dual[group[1]] = -min(weights), min(weights)
        return
    rest = sum(weights, Fraction(0))
    before = Fraction(0)
    for term, weight in zip(group, weights, strict=True):
        rest -= weight
        # Below the median, above it, or the median itself, which takes what is left.
        dual[term] = -weight if before + weight <= rest else weight if before >= rest + weight else before - rest
        before += weight


def _groups(lifted: Lifted) -> list[list[tuple[Fraction, Fraction]]]:
    """The targets and weights at each point."""
    groups: list[list[tuple[Fraction, Fraction]]] = [[] for _ in lifted.vectors]
    for place, target, weight in zip(lifted.point, lifted.targets, lifted.weights, strict=True):
        groups[place].append((target, weight))
    return groups
