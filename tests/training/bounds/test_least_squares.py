"""Least squares over cones: the conditions of Karush, Kuhn and Tucker in `Fraction`, and scipy's solver."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import nnls

from relupoly.training.bounds.least_squares import FREE, ConeOptimum, Generator, LeastSquares

ENTRIES = st.integers(-3, 3)


@st.composite
def programs(draw: st.DrawFn) -> tuple[list[list[int]], list[Fraction], list[Fraction], list[Generator], list[int]]:
    """Few samples, more features than these, dependent ones and zeros among them; signs; any guess."""
    samples, count = draw(st.integers(1, 4)), draw(st.integers(0, 6))
    features = draw(st.lists(st.lists(ENTRIES, min_size=samples, max_size=samples), min_size=count, max_size=count))
    rationals = st.fractions(-3, 3, max_denominator=5)
    targets = draw(st.lists(rationals, min_size=samples, max_size=samples))
    weights = draw(st.lists(st.fractions(Fraction(1, 5), 3, max_denominator=5), min_size=samples, max_size=samples))
    places = draw(st.lists(st.integers(0, count - 1), unique=True)) if count else []
    generators = [(place, draw(st.sampled_from([1, 1, -1, -1, FREE]))) for place in places]
    guess = draw(st.lists(st.integers(0, len(places) - 1))) if places else []
    return features, targets, weights, generators, guess


def check(
    features: Sequence[Sequence[int]],
    targets: Sequence[Fraction],
    weights: Sequence[Fraction],
    generators: Sequence[Generator],
    best: ConeOptimum,
) -> None:
    """The conditions that prove an optimum, from nothing but the definition."""
    rest = list(targets)
    for (feature, sign), coefficient in zip(generators, best.coefficients, strict=True):
        assert coefficient >= 0 or sign == FREE
        rest = [one - coefficient * (sign or 1) * phi for one, phi in zip(rest, features[feature], strict=True)]
    for (feature, sign), coefficient in zip(generators, best.coefficients, strict=True):
        slope = sum(c * u * (sign or 1) * phi for c, u, phi in zip(weights, rest, features[feature], strict=True))
        assert slope == 0 if coefficient or sign == FREE else slope <= 0
    assert best.value == sum(c * u * u for c, u in zip(weights, rest, strict=True))


@given(programs())
def test_the_conditions_for_an_optimum_hold(program: Any) -> None:
    features, targets, weights, generators, guess = program
    solver = LeastSquares(features, targets, weights)
    best = solver.minimize(generators, guess)
    check(features, targets, weights, generators, best)
    assert best.value == solver.minimize(generators).value
    residual = solver.residual(generators, best)
    assert sum(c * u * u for c, u in zip(weights, residual, strict=True)) == best.value


@pytest.mark.parametrize("seed", range(5))
def test_scipy_finds_the_same_value(seed: int) -> None:
    source = np.random.default_rng(seed)
    features = source.integers(0, 1000, (15, 30))
    targets = source.standard_normal(30)
    best = LeastSquares(features.tolist(), [Fraction(y) for y in targets], [Fraction(1)] * 30).minimize(
        [(k, 1) for k in range(15)]
    )
    assert float(best.value) == pytest.approx(nnls(features.T.astype(float), targets)[1] ** 2, rel=1e-10)


def test_big_integers_stay_exact() -> None:
    huge = 10**400
    solver = LeastSquares([[huge, 0], [huge, 1]], [Fraction(1), Fraction(1, huge)], [Fraction(1), Fraction(1)])
    best = solver.minimize([(0, 1), (1, 1)])
    assert best.value == 0
    assert best.coefficients == (Fraction(1, huge) - Fraction(1, huge), Fraction(1, huge))


def test_no_generator_leaves_the_targets() -> None:
    assert LeastSquares([], [Fraction(2)], [Fraction(3)]).minimize([]) == ConeOptimum(Fraction(12), ())
