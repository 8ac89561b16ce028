"""The simplex method for linear losses against exact linear programs, and its dual vector against the definition of one."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from relupoly.training.bounds.linear_losses import LinearLoss
from relupoly.training.bounds.simplex import Simplex

LOSSES = ("absolute", "hinge", "max")


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("seed", range(40))
def test_the_same_optimum_as_exact_programs_and_a_dual_that_proves_it(loss: str, seed: int) -> None:
    source = random.Random(f"{loss} {seed}")
    terms, count = source.randint(1, 7), source.randint(0, 6)
    length = source.randint(1, terms)
    features = [[max(0, source.randint(-2, 2)) for _ in range(length)] for _ in range(count)]
    signs = [source.choice([1, -1, 0]) for _ in features]
    point = [source.randrange(length) for _ in range(terms)]
    targets = [
        Fraction(source.choice([-1, 1])) if loss == "hinge" else Fraction(source.randint(-3, 3), source.randint(1, 2))
        for _ in point
    ]
    weights = [Fraction(1) if loss == "max" else Fraction(source.randint(1, 3), 2) for _ in point]
    program = Simplex(loss, targets, weights, point)
    for feature, sign in zip(features, signs, strict=True):
        program.add([(sign or 1) * entry for entry in feature], free=sign == 0)
        if source.random() < 0.5:
            program.minimize()
    program.minimize()
    expected = LinearLoss(loss, features, targets, weights, point).minimize(list(enumerate(signs))).value
    assert program.value() == expected
    dual = program.dual()
    assert sum(one * two for one, two in zip(dual, targets, strict=True)) == expected
    for feature, sign in zip(features, signs, strict=True):
        product = sum(one * feature[place] for one, place in zip(dual, point, strict=True))
        assert product * sign <= 0
        assert sign or product == 0
    assert_dual(loss, dual, targets, weights)
    coefficients = program.coefficients()
    assert all(value >= 0 or sign == 0 for value, sign in zip(coefficients, signs, strict=True))


def assert_dual(loss: str, dual: list[Fraction], targets: list[Fraction], weights: list[Fraction]) -> None:
    if loss == "max":
        assert sum(map(abs, dual)) <= 1
    elif loss == "absolute":
        assert all(abs(one) <= weight for one, weight in zip(dual, weights, strict=True))
    else:
        assert all(0 <= one * y <= weight for one, y, weight in zip(dual, targets, weights, strict=True))


@pytest.mark.parametrize("loss", LOSSES)
def test_no_term_costs_nothing(loss: str) -> None:
    program = Simplex(loss, [], [], [])
    program.minimize()
    assert (program.value(), program.coefficients(), program.dual()) == (0, [], [])
