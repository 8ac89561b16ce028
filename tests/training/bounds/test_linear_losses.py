"""Linear programs over cones against scipy, and their values from the definition of the losses."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import linprog

from relupoly.training.bounds.least_squares import FREE
from relupoly.training.bounds.linear_losses import LinearLoss
from relupoly.training.problem.losses import sample_loss, total_loss


@pytest.mark.parametrize("loss", ["absolute", "hinge", "max"])
@pytest.mark.parametrize("seed", range(6))
def test_the_value_is_that_of_the_coefficients_and_scipys(loss: str, seed: int) -> None:
    source = random.Random(seed)
    points, count, terms = 4, source.randint(0, 4), 6
    features = [[source.randint(-3, 3) for _ in range(points)] for _ in range(count)]
    point = [source.randrange(points) for _ in range(terms)]
    targets = [Fraction(source.choice([-1, 1]) if loss == "hinge" else source.randint(-9, 9), 1) for _ in range(terms)]
    weights = [Fraction(1 if loss == "max" else source.randint(1, 4), 2) for _ in range(terms)]
    generators = [(place, source.choice([1, -1, FREE])) for place in range(count)]
    best = LinearLoss(loss, features, targets, weights, point).minimize(generators)
    predictions = [
        sum(
            (
                value * (sign or 1) * features[feature][place]
                for (feature, sign), value in zip(generators, best.coefficients, strict=True)
            ),
            Fraction(0),
        )
        for place in range(points)
    ]
    costs = [sample_loss(loss, predictions[place], target) for place, target in zip(point, targets, strict=True)]
    assert total_loss(loss, zip(weights, costs, strict=True)) == best.value
    assert all(value >= 0 for (_, sign), value in zip(generators, best.coefficients, strict=True) if sign != FREE)
    assert float(best.value) == pytest.approx(by_scipy(loss, features, targets, weights, point, generators), abs=1e-9)


def by_scipy(loss, features, targets, weights, point, generators) -> float:
    """The optimal value in floats: slack variables above both sides of each loss."""
    columns = np.array(
        [[(sign or 1) * features[feature][place] for feature, sign in generators] for place in point], dtype=float
    )
    columns = columns.reshape(len(point), len(generators))
    y = np.array([float(target) for target in targets])
    slack = np.ones((len(y), 1)) if loss == "max" else np.eye(len(y))
    if loss == "hinge":
        rows, bounds = np.hstack([-y[:, None] * columns, -slack]), -np.ones(len(y))
    else:
        rows = np.vstack([np.hstack([columns, -slack]), np.hstack([-columns, -slack])])
        bounds = np.concatenate([y, -y])
    costs = [1.0] if loss == "max" else [float(weight) for weight in weights]
    limits = [(None, None) if sign == FREE else (0, None) for _, sign in generators] + [(0, None)] * len(costs)
    return float(linprog([0.0] * len(generators) + costs, A_ub=rows, b_ub=bounds, bounds=limits).fun)
