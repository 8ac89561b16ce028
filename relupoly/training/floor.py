"""The loss that no net of any width goes below: equal points with different targets have one prediction."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

from relupoly.training.lifted import Lifted
from relupoly.training.losses import MAX, SQUARED, sample_loss


def floor_loss(lifted: Lifted) -> Fraction:
    """The smallest loss of arbitrary predictions, one at each point: a lower bound, and what a net that interpolates attains.

    Examples
    --------
    >>> from relupoly.training.lifted import lift
    >>> from relupoly.training.problem import Problem
    >>> floor_loss(lift(Problem.from_rows([[0], [0], [1]], [1, 3, 5], width=1, loss="absolute")))
    Fraction(2, 1)
    """
    loss = lifted.problem.loss
    if loss == SQUARED:
        return lifted.constant
    terms: dict[int, list[tuple[Fraction, Fraction]]] = defaultdict(list)
    for place, target, weight in zip(lifted.point, lifted.targets, lifted.weights, strict=True):
        terms[place].append((target, weight))
    if loss == MAX:
        halves = [max((one - two) / 2 for one, _ in group for two, _ in group) for group in terms.values()]
        return max([lifted.constant, *halves])
    # The sum of losses is convex and linear between targets: it is smallest at one of them.
    return lifted.constant + sum(
        (
            min(
                sum((weight * sample_loss(loss, prediction, target) for target, weight in group), Fraction(0))
                for prediction, _ in group
            )
            for group in terms.values()
        ),
        Fraction(0),
    )
