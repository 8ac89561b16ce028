"""The kernel's linear programs: bounds against exact optima, never above them, and almost always as good."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.small_problems import small_problems

from relupoly.training.bounds.basic_dual import Basis, basic_dual
from relupoly.training.bounds.least_squares import FREE
from relupoly.training.bounds.linear_losses import LinearLoss
from relupoly.training.bounds.relaxation import Relaxation
from relupoly.training.compiled.compiled_problem import CompiledProblem
from relupoly.training.compiled.workspace import Workspace
from relupoly.training.problem.lifted import Lifted, lift
from relupoly.training.problem.problem import Problem
from relupoly.training.rays.ray_table import ray_table
from relupoly.training.search.compiled_bounder import suits
from relupoly.training.search.node import NeuronClass, Node
from relupoly.training.search.open_node import OpenNode

NEVER = 1e300
LOSSES = ("absolute", "hinge", "max")


class Cone:
    """A node with random sides, as the kernel takes it, and as a list of features for an exact linear program."""

    def __init__(self, problem: Problem, outputs: list[int], sides: np.ndarray) -> None:
        self.lifted = lift(problem)
        self.relaxation = Relaxation(self.lifted, ray_table(self.lifted))
        self.compiled = CompiledProblem(self.lifted, self.relaxation.rays)
        self.sides = sides.astype(np.int8)
        self.outputs = outputs
        start, weights = np.zeros(0, dtype=np.int32), np.zeros(0)
        ones = np.ones(len(outputs), dtype=np.int8)
        self.open = OpenNode(0, 0.0, np.array(outputs, dtype=np.int8), ones, self.sides, start, weights)
        self.node = Node(tuple(NeuronClass(sign, 1, row) for sign, row in zip(outputs, self.sides, strict=True)))

    def proved(self) -> Fraction:
        """The bound that the kernel proves."""
        return self.compiled.loss(Workspace(self.compiled).bound(self.open, NEVER))

    def optimum(self) -> Fraction:
        """That of the linear program with all features at once."""
        lifted, features, generators = self.lifted, [], []
        for ray in self.relaxation.rays.rays.tolist():
            for orientation in (1, -1):
                values = [orientation * sum(a * x for a, x in zip(ray, vector, strict=True)) for vector in lifted.vectors]
                for sign, sides in zip(self.outputs, self.sides.tolist(), strict=True):
                    if all(side * value >= 0 for side, value in zip(sides, values, strict=True)):
                        generators.append((len(features), sign))
                        features.append([max(0, value) for value in values])
        if lifted.problem.output_bias:
            generators.append((len(features), FREE))
            features.append([1] * len(lifted.vectors))
        program = LinearLoss(lifted.problem.loss, features, lifted.targets, lifted.weights, lifted.point)
        return lifted.whole(program.minimize(generators).value)


def random_sides(chance: np.random.RandomState, lifted: Lifted, share: float) -> np.ndarray:
    shape = (lifted.problem.width, len(lifted.vectors))
    sides: np.ndarray = chance.choice([-1, 1], size=shape) * (chance.random_sample(shape) < share)
    return sides


@given(small_problems(LOSSES), st.integers(0, 2**32 - 1), st.sampled_from([0.1, 0.3, 0.6]))
@settings(max_examples=150, deadline=None)
def test_no_bound_is_above_the_optimum(problem, seed, share):
    lifted = lift(problem)
    if not suits(Relaxation(lifted, ray_table(lifted))):
        return
    chance = np.random.RandomState(seed)
    outputs = chance.choice([-1, 1], size=problem.width).tolist()
    cone = Cone(problem, outputs, random_sides(chance, lifted, share))
    optimum = cone.optimum()
    assert cone.proved() <= optimum
    basis = Workspace(cone.compiled).basis(cone.open)
    exact = cone.relaxation.proved(cone.node, basis) if basis else None
    assert exact is None or exact.value <= optimum


@pytest.mark.slow
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("output_bias", [False, True])
@pytest.mark.parametrize(("inputs", "samples", "width"), [(1, 10, 3), (2, 8, 2), (3, 7, 2)])
def test_almost_all_bounds_are_as_good_as_the_optimum(inputs, samples, width, output_bias, loss):
    chance = np.random.RandomState(samples)
    good = exact = 0
    for _ in range(12):
        points, targets = chance.standard_normal((samples, inputs)), chance.standard_normal(samples)
        if loss == "hinge":
            targets = np.sign(targets).astype(int)
        problem = Problem.from_rows(
            points.round(4).tolist(), targets.round(4).tolist(), width, output_bias=output_bias, loss=loss
        )
        # A cell's neighbourhood for each class, as deep in a search.
        planes = chance.standard_normal((width, inputs + 1))
        values = planes @ np.concatenate([points, np.ones((samples, 1))], axis=1).T
        sides = np.sign(values).astype(int) * (chance.random_sample((width, samples)) < chance.random_sample())
        cone = Cone(problem, chance.choice([-1, 1], size=width).tolist(), sides)
        proved, optimum = cone.proved(), cone.optimum()
        assert proved <= optimum
        good += proved >= optimum * (1 - Fraction(1, 10**6))
        basis = Workspace(cone.compiled).basis(cone.open)
        bound = cone.relaxation.proved(cone.node, basis) if basis else None
        exact += optimum == 0 or (bound is not None and bound.value == optimum)
    assert good >= 10
    assert exact >= 10


def test_a_basis_that_is_none_proves_nothing():
    lifted = lift(Problem.from_rows([[1], [2]], [1, 3], width=1, loss="absolute"))
    assert basic_dual(lifted, [[1, 2]], Basis([1], [1], [])) == [-1, Fraction(1, 2)]
    assert basic_dual(lifted, [[1, 2]], Basis([1], [0], [])) is None  # the first entry would be 2
    assert basic_dual(lifted, [[1, 2]], Basis([1], [0, 1], [])) is None
    assert basic_dual(lifted, [[0, 2]], Basis([1], [0], [])) is None
