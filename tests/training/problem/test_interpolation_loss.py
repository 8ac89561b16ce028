"""The loss that no net goes below: its dual vector proves it, and a net that is wide enough attains it."""

from __future__ import annotations

from fractions import Fraction

import pytest
from oracles.small_problems import small_problem

from relupoly.training.problem.interpolation_loss import interpolation_dual, interpolation_loss, interpolation_losses
from relupoly.training.problem.lifted import lift


@pytest.mark.parametrize("loss", ["absolute", "hinge", "max"])
@pytest.mark.parametrize("seed", range(60))
def test_the_dual_vector_is_one_and_proves_the_loss(seed: int, loss: str) -> None:
    lifted = lift(small_problem(seed, loss, largest=12))
    dual = interpolation_dual(lifted)
    at_points = [Fraction(0)] * len(lifted.vectors)
    for place, entry in zip(lifted.point, dual, strict=True):
        at_points[place] += entry
    assert not any(at_points)
    if loss == "max":
        assert sum(map(abs, dual)) <= 1
    elif loss == "absolute":
        assert all(abs(entry) <= weight for entry, weight in zip(dual, lifted.weights, strict=True))
    else:
        ends = zip(dual, lifted.targets, lifted.weights, strict=True)
        assert all(0 <= entry * target <= weight for entry, target, weight in ends)
    bound = lifted.whole(sum((one * target for one, target in zip(dual, lifted.targets, strict=True)), Fraction(0)))
    assert bound == interpolation_loss(lifted)


@pytest.mark.parametrize("loss", ["absolute", "hinge"])
@pytest.mark.parametrize("seed", range(30))
def test_no_prediction_at_a_point_costs_less(seed: int, loss: str) -> None:
    lifted = lift(small_problem(seed, loss, largest=12))
    for place, floor in enumerate(interpolation_losses(lifted)):
        costs = []
        for quarters in range(-28, 29):
            prediction = Fraction(quarters, 4)
            terms = zip(lifted.point, lifted.targets, lifted.weights, strict=True)
            here = [(target, weight) for point, target, weight in terms if point == place]
            if loss == "hinge":
                costs.append(sum(weight * max(Fraction(0), 1 - target * prediction) for target, weight in here))
            else:
                costs.append(sum(weight * abs(target - prediction) for target, weight in here))
        assert min(costs) == floor
