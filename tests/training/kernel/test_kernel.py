"""The kernel's bounds: never above the exact one of a node, and almost always as good, whatever the data."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relupoly.training.bounds.relaxation import Relaxation
from relupoly.training.compiled.compiled_problem import CompiledProblem
from relupoly.training.compiled.workspace import Workspace
from relupoly.training.problem.lifted import lift
from relupoly.training.problem.problem import Problem
from relupoly.training.rays.ray_table import ray_table
from relupoly.training.search.compiled_bounder import suits
from relupoly.training.search.node import NeuronClass, Node
from relupoly.training.search.open_node import OpenNode

NEVER = 1e300


def bounds(problem: Problem, outputs: list[int], sides: np.ndarray) -> tuple[Fraction, Fraction] | None:
    """The kernel's bound of a node, and the exact one; None if the kernel is not for the problem."""
    lifted = lift(problem)
    relaxation = Relaxation(lifted, ray_table(lifted))
    if not suits(relaxation):
        return None
    classes = [NeuronClass(sign, 1, row.astype(np.int8)) for sign, row in zip(outputs, sides, strict=True)]
    compiled = CompiledProblem(lifted, relaxation.rays)
    ones = np.ones(len(classes), dtype=np.int8)
    start, weights = np.zeros(0, dtype=np.int32), np.zeros(0)
    node = OpenNode(0, 0.0, np.array(outputs, dtype=np.int8), ones, np.array([one.sides for one in classes]), start, weights)
    return compiled.loss(Workspace(compiled).bound(node, NEVER)), relaxation.solve(Node(tuple(classes))).value


def random_sides(chance: np.random.RandomState, shape: tuple[int, int], share: float) -> np.ndarray:
    sides: np.ndarray = chance.choice([-1, 1], size=shape) * (chance.random_sample(shape) < share)
    return sides


@st.composite
def problems(draw):
    samples, inputs = draw(st.integers(2, 7)), draw(st.integers(1, 3))
    entry = st.integers(-2, 2)
    rows = draw(st.lists(st.lists(entry, min_size=inputs, max_size=inputs), min_size=samples, max_size=samples))
    targets = draw(st.lists(st.fractions(-3, 3, max_denominator=2), min_size=samples, max_size=samples))
    weights = draw(st.lists(st.integers(1, 3), min_size=samples, max_size=samples))
    options = {"bias": draw(st.booleans()), "output_bias": draw(st.booleans())}
    return Problem.from_rows(rows, targets, draw(st.integers(1, 4)), weights=weights, **options)


@given(problems(), st.integers(0, 2**32 - 1), st.sampled_from([0.1, 0.3, 0.6]))
@settings(max_examples=150)
def test_no_bound_is_too_large(problem, seed, share):
    chance = np.random.RandomState(seed)
    lifted = lift(problem)
    outputs = chance.choice([-1, 1], size=problem.width).tolist()
    found = bounds(problem, outputs, random_sides(chance, (problem.width, len(lifted.vectors)), share))
    if found:
        proved, exact = found
        assert proved <= exact


@pytest.mark.parametrize(("inputs", "samples", "width"), [(1, 20, 3), (2, 12, 2), (2, 15, 3), (3, 10, 2)])
@pytest.mark.parametrize("output_bias", [False, True])
def test_almost_all_bounds_are_as_good_as_exact_ones(inputs, samples, width, output_bias):
    chance = np.random.RandomState(samples)
    good = []
    for _ in range(40):
        points, targets = chance.standard_normal((samples, inputs)), chance.standard_normal(samples)
        problem = Problem.from_rows(points.tolist(), targets.tolist(), width, output_bias=output_bias)
        # A cell's neighbourhood for each class, as deep in a search.
        planes = chance.standard_normal((width, inputs + 1))
        values = planes @ np.concatenate([points, np.ones((samples, 1))], axis=1).T
        sides = np.sign(values).astype(int) * (chance.random_sample((width, samples)) < chance.random_sample())
        outputs = chance.choice([-1, 1], size=width).tolist()
        proved, exact = bounds(problem, outputs, sides)
        assert proved <= exact
        good.append(proved >= exact * (1 - Fraction(1, 10**7)))
    assert sum(good) >= 32


def test_neurons_on_opposite_sides():
    """Where linear functions have the product 0, a ray and the opposite one have the same: neurons of both signs share it."""
    chance = np.random.RandomState(0)
    good = 0
    for _ in range(40):
        points, targets = chance.standard_normal((20, 2)), chance.standard_normal(20)
        problem = Problem.from_rows(points.tolist(), targets.tolist(), 4)
        side = np.where(points @ chance.standard_normal(2) > 0, 1, -1)
        known = chance.random_sample((4, 20)) < 0.25
        proved, exact = bounds(problem, [1, -1, 1, -1], np.array([side, -side, np.ones(20), np.ones(20)]) * known)
        assert proved <= exact
        good += proved >= exact * (1 - Fraction(1, 10**7))
    assert good >= 36
