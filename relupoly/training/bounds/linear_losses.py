"""The losses that are no squares, over a cone: linear programs, solved exactly.

With features phi_k and coefficients l_k >= 0 the predictions are f = sum_k l_k phi_k, and each loss is a largest value of
affine functions of them: |f - y| of f - y and y - f, hinge of 1 - y f and 0. One slack variable above these for each term,
or a single one above all for the largest error, makes a linear program.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from relupoly.geometry.linear_programs import maximize
from relupoly.run import UNLIMITED, Run
from relupoly.training.bounds.least_squares import FREE, ConeOptimum, Generator
from relupoly.training.problem.losses import HINGE, MAX

Row = list[Fraction]


class LinearLoss:
    """The absolute loss, the hinge loss or the largest error over cones that some features generate.

    Parameters
    ----------
    loss : str
        "absolute", "hinge" or "max".
    features : sequence of sequences of int, shape (K, D)
    targets, weights : sequences of Fraction
        Of the terms.
    point : sequence of int
        The entry of a feature that each term looks at.

    Examples
    --------
    >>> one = Fraction(1)
    >>> program = LinearLoss("absolute", [[1, 1]], [one, 3 * one], [2 * one, one], [0, 1])
    >>> program.minimize([(0, 1)])
    ConeOptimum(value=Fraction(2, 1), coefficients=(Fraction(1, 1),))
    """

    def __init__(
        self,
        loss: str,
        features: Sequence[Sequence[int]],
        targets: Sequence[Fraction],
        weights: Sequence[Fraction],
        point: Sequence[int],
    ) -> None:
        self._loss = loss
        self._features = features
        self._targets = targets
        self._weights = weights
        self._point = point

    def minimize(self, generators: Sequence[Generator], guess: Iterable[int] = (), run: Run = UNLIMITED) -> ConeOptimum:
        """The best point of the cone of some features with signs; see `LeastSquares.minimize`. The run ticks often."""
        if not self._targets:
            return ConeOptimum(Fraction(0), (Fraction(0),) * len(generators))
        slacks = 1 if self._loss == MAX else len(self._targets)
        rows: list[Row] = []
        bounds: list[Fraction] = []
        for place, (_, sign) in enumerate(generators):
            if sign != FREE:
                rows.append(_unit(place, len(generators) + slacks))
                bounds.append(Fraction(0))
        for term, target in enumerate(self._targets):
            slack = _unit(0 if self._loss == MAX else term, slacks)
            prediction = [Fraction((sign or 1) * self._features[feature][self._point[term]]) for feature, sign in generators]
            for factor, bound in _faces(self._loss, target):
                rows.append([factor * entry for entry in prediction] + slack)
                bounds.append(bound)
        prices = [Fraction(-1)] if self._loss == MAX else [-weight for weight in self._weights]
        # A loss is not negative, and linear on each of finitely many polyhedra: it has a minimum.
        best = maximize([Fraction(0)] * len(generators) + prices, rows, bounds, run=run)
        assert best.value is not None
        assert best.point is not None
        return ConeOptimum(-best.value, best.point[: len(generators)])


def _faces(loss: str, target: Fraction) -> list[tuple[Fraction, Fraction]]:
    """The pairs (a, b) with loss(f) = max(a f - b)."""
    one, nil = Fraction(1), Fraction(0)
    return [(-target, -one), (nil, nil)] if loss == HINGE else [(one, target), (-one, -target)]


def _unit(place: int, length: int) -> Row:
    """A row that asks for an entry not to be negative."""
    return [Fraction(-1) if other == place else Fraction(0) for other in range(length)]
