"""Random small training problems, degenerate ones among them, that Algorithm 1 can take."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from relupoly.training.problem.losses import LOSSES
from relupoly.training.problem.problem import Problem


def small_problem(seed: int, loss: str | None = None, largest: int = 6) -> Problem:
    """Inputs in {-2..2}, so that many points are equal, collinear or zero; small weights; with and without biases."""
    source = random.Random(seed)
    loss = loss or source.choice(LOSSES)
    inputs = source.choice([1, 1, 2])
    count = source.randint(1, largest if inputs == 1 else max(1, largest - 1))
    points = [[source.randint(-2, 2) for _ in range(inputs)] for _ in range(count)]
    halves = [Fraction(source.randint(-6, 6), source.choice([1, 2])) for _ in points]
    targets = [source.choice([-1, 1]) for _ in points] if loss == "hinge" else halves
    options: dict[str, Any] = {"bias": source.random() < 0.7, "output_bias": source.random() < 0.3, "loss": loss}
    if loss != "max":
        options["weights"] = [source.choice([1, 1, 2, Fraction(1, 3)]) for _ in points]
    return Problem.from_rows(points, targets, source.randint(1, 2), **options)


def larger_problem(seed: int, loss: str, width: int = 2) -> Problem:
    """Inputs with decimals, for which a search has something to do."""
    source = random.Random(seed)
    inputs = 1 + seed % 3
    points = [[Fraction(source.randint(-30, 30), 10) for _ in range(inputs)] for _ in range(7)]
    targets = [source.choice([-1, 1]) if loss == "hinge" else Fraction(source.randint(-30, 30), 10) for _ in points]
    return Problem.from_rows(points, targets, width, loss=loss)


@st.composite
def small_problems(draw: st.DrawFn, losses: Sequence[str] = tuple(LOSSES)) -> Problem:
    """The same, drawn by Hypothesis, with one of some losses."""
    samples, inputs = draw(st.integers(2, 6)), draw(st.integers(1, 2))
    loss = draw(st.sampled_from(losses))
    entry = st.integers(-2, 2)
    rows = draw(st.lists(st.lists(entry, min_size=inputs, max_size=inputs), min_size=samples, max_size=samples))
    target = st.sampled_from([-1, 1]) if loss == "hinge" else st.fractions(-3, 3, max_denominator=2)
    targets = draw(st.lists(target, min_size=samples, max_size=samples))
    weights = [1] * samples if loss == "max" else draw(st.lists(st.integers(1, 3), min_size=samples, max_size=samples))
    options = {"bias": draw(st.booleans()), "output_bias": draw(st.booleans()), "loss": loss}
    return Problem.from_rows(rows, targets, draw(st.integers(1, 3)), weights=weights, **options)
