"""The losses: convex functions of a prediction, whose minimum over rational data is rational.

The squared loss leads to convex quadratic programs, the others to linear ones: their optimal weights are rational. The
logistic loss is not here: its optima are not rational, and on separable data it has none.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

SQUARED, ABSOLUTE, HINGE, MAX = "squared", "absolute", "hinge", "max"
LOSSES = (SQUARED, ABSOLUTE, HINGE, MAX)


def sample_loss(loss: str, prediction: Fraction, target: Fraction) -> Fraction:
    """What one prediction costs: its squared or absolute error, or max(0, 1 - target * prediction).

    The loss "max" is the largest absolute error over all samples, so its cost of one is the absolute error.

    Examples
    --------
    >>> half = Fraction(1, 2)
    >>> [str(sample_loss(loss, half, Fraction(1))) for loss in LOSSES]
    ['1/4', '1/2', '1/2', '1/2']
    """
    if loss == HINGE:
        return max(Fraction(0), 1 - target * prediction)
    error = prediction - target
    return error * error if loss == SQUARED else abs(error)


def total_loss(loss: str, costs: Iterable[tuple[Fraction, Fraction]], constant: Fraction = Fraction(0)) -> Fraction:
    """The loss of all samples: the weighted sum of their costs, or the largest of them for "max".

    Parameters
    ----------
    loss : str
    costs : iterable of (weight, cost)
    constant : Fraction
        A cost that comes on top; for "max", a cost that is one of them.

    Examples
    --------
    >>> costs = [(Fraction(2), Fraction(1)), (Fraction(1), Fraction(3))]
    >>> str(total_loss("absolute", costs)), str(total_loss("max", costs))
    ('5', '3')
    """
    if loss == MAX:
        return max([constant, *(cost for _, cost in costs)])
    return constant + sum((weight * cost for weight, cost in costs), Fraction(0))
