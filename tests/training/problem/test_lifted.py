"""The lifted problem: any net of the search has the same loss as the net of the samples that it becomes."""

from __future__ import annotations

from fractions import Fraction
from math import gcd
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.rays import rank_of

from relupoly.training.problem.lifted import lift, network
from relupoly.training.problem.losses import LOSSES
from relupoly.training.problem.problem import Problem, loss_of

NUMBERS = st.fractions(-2, 2, max_denominator=3)


@st.composite
def problems(draw: st.DrawFn, loss: str) -> Problem:
    """Few values, so that points are equal, collinear or zero, with equal and different targets."""
    inputs, count = draw(st.integers(1, 3)), draw(st.integers(1, 6))
    points = draw(
        st.lists(
            st.lists(st.sampled_from([0, 0, 1, "1/2", -2]), min_size=inputs, max_size=inputs), min_size=count, max_size=count
        )
    )
    targets = draw(st.lists(st.sampled_from([-1, 1] if loss == "hinge" else [0, 1, "2/3"]), min_size=count, max_size=count))
    weights = None if loss == "max" else draw(st.lists(st.sampled_from([1, 2, "1/3"]), min_size=count, max_size=count))
    bias, output_bias = draw(st.booleans()), draw(st.booleans())
    return Problem.from_rows(points, targets, 2, weights=weights, loss=loss, bias=bias, output_bias=output_bias)


@pytest.mark.parametrize("loss", LOSSES)
@given(data=st.data())
@settings(max_examples=40)
def test_a_net_keeps_its_loss(loss: str, data: st.DataObject) -> None:
    problem = data.draw(problems(loss))
    lifted = lift(problem)
    neurons = [[data.draw(NUMBERS) for _ in range(lifted.rank)] for _ in range(problem.width)]
    signs = [data.draw(st.sampled_from([-1, 1])) for _ in neurons]
    constant = data.draw(NUMBERS) if problem.output_bias else Fraction(0)
    predictions = [
        constant
        + sum(
            sign * max(Fraction(0), sum((a * v for a, v in zip(neuron, vector, strict=True)), Fraction(0)))
            for neuron, sign in zip(neurons, signs, strict=True)
        )
        for vector in lifted.vectors
    ]
    for drop in (False, True):
        net = network(lifted, neurons, signs, constant, drop)
        assert loss_of(problem, net) == lifted.loss(predictions)
        assert problem.bias or not any(net.layers[0].bias.entries())


@pytest.mark.parametrize("loss", LOSSES)
@given(data=st.data())
@settings(max_examples=40)
def test_vectors_are_distinct_integers_of_full_rank(loss: str, data: st.DataObject) -> None:
    problem = data.draw(problems(loss))
    lifted = lift(problem)
    assert len(set(lifted.vectors)) == len(lifted.vectors)
    assert rank_of(lifted.vectors, lifted.rank) == lifted.rank
    assert all(gcd(*(vector[place] for vector in lifted.vectors)) == 1 for place in range(lifted.rank))
    assert set(lifted.point) == set(range(len(lifted.vectors)))
    assert len(lifted.point) == len(lifted.targets) == len(lifted.weights)
    assert all(weight > 0 for weight in lifted.weights)
    if loss == "squared":
        assert lifted.point == tuple(range(len(lifted.vectors)))
    if not problem.output_bias:
        assert all(any(vector) for vector in lifted.vectors)


def case(points: list[list[Any]], targets: list[Any], **options: Any) -> Any:
    return lift(Problem.from_rows(points, targets, 1, **options))


def test_equal_points_are_merged() -> None:
    lifted = case([[1], [1], [2]], [0, 3, 5], weights=[1, 2, 4])
    assert lifted.vectors == ((1, 1), (2, 1))
    assert (lifted.targets, lifted.weights, lifted.constant) == ((2, 5), (3, 4), 6)


@pytest.mark.parametrize(("loss", "targets"), [("absolute", (0, 3)), ("max", (0, 3)), ("hinge", (-1, 1))])
def test_equal_points_of_other_losses_keep_their_targets(loss: str, targets: tuple[int, int]) -> None:
    given_targets = [targets[0], targets[1], targets[0], targets[1] if loss == "hinge" else 1]
    lifted = case([[1]] * 4, given_targets, loss=loss)
    assert lifted.vectors == ((1,),)
    assert lifted.constant == 0
    assert set(targets) <= set(lifted.targets)
    assert lifted.targets == ((0, 1, 3) if loss == "absolute" else targets)


def test_zero_points_without_bias_are_a_constant() -> None:
    lifted = case([[0], [2], [0]], [5, 1, -4], bias=False)
    assert (lifted.vectors, lifted.constant) == (((1,),), 41)
    assert case([[0], [2], [0]], [5, 1, -4], bias=False, loss="max").constant == 5
    assert case([[0], [2], [0]], [5, 1, -4], bias=False, loss="absolute").constant == 9
    assert case([[0], [2]], [5, 1], bias=False, output_bias=True).vectors == ((0,), (1,))


def test_nothing_to_learn_from() -> None:
    lifted = case([[0, 0]], [3], bias=False)
    assert (lifted.rank, lifted.vectors, lifted.constant) == (0, (), 9)
    assert network(lifted, [()], [1]).layers[0].weight.entries() == [0, 0]


def test_zero_neurons_are_dropped_when_asked() -> None:
    lifted = case([[0], [1]], [1, 2])
    neurons = [(Fraction(0), Fraction(0)), (Fraction(1), Fraction(2))]
    assert network(lifted, neurons, [1, -1]).widths == (2,)
    assert network(lifted, neurons, [1, -1], drop_zero=True).widths == (1,)
    assert network(lifted, neurons[:1], [1], drop_zero=True).widths == (1,)
