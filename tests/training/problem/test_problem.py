"""Problems: what is refused and with which words, exact numbers, and the loss of a net."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.training import loss_by_hand

from relupoly.errors import NetworkError, ProblemError
from relupoly.networks.network import Network
from relupoly.training.problem.losses import LOSSES
from relupoly.training.problem.problem import Problem, loss_of, mean_loss

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"points": []}, "there is no sample; give at least one"),
    ({"points": [[], []]}, "the samples have no input; give at least one"),
    ({"points": [[1], [2, 3]]}, "sample 2 has 2 inputs, but sample 1 has 1; give all the same"),
    ({"targets": [1]}, "there are 2 samples, but 1 targets; give one for each sample"),
    ({"weights": [1, 2, 3]}, "there are 2 samples, but 3 weights; give one for each sample"),
    ({"width": 0}, "the width is 0; give at least 1"),
    ({"width": -2}, "the width is -2; give at least 1"),
    ({"loss": "absolut"}, 'unknown loss "absolut"; did you mean "absolute"?'),
    ({"loss": "zz"}, 'unknown loss "zz"; known are squared, absolute, hinge, max'),
    ({"points": [[1], ["a"]]}, 'sample 2, input 1: "a" is not a number; write an integer, a decimal or a fraction "p/q"'),
    ({"targets": [float("nan"), 1]}, "sample 1, target: nan is not a finite number"),
    ({"points": [[float("inf")], [1]]}, "sample 1, input 1: inf is not a finite number"),
    ({"weights": [1, -1]}, "sample 2: its weight is -1; give a positive one, or 0 to leave the sample out"),
    ({"weights": [0, 0]}, "every sample has the weight 0; give at least one a positive weight"),
    ({"loss": "hinge", "targets": [1, "1/2"]}, "sample 2: its target is 1/2; the hinge loss needs -1 or 1"),
    (
        {"loss": "hinge", "targets": [5, 3], "weights": [0, 1]},
        "sample 2: its target is 3; the hinge loss needs -1 or 1",
    ),
    (
        {"loss": "max", "weights": [1, 2]},
        "the largest error is the same when a sample is repeated; leave the weights out, or give 0 and 1",
    ),
]


@pytest.mark.parametrize(("change", "message"), REFUSED, ids=[message[:50] for _, message in REFUSED])
def test_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ProblemError) as caught:
        Problem.from_rows(**({"points": [[0], [1]], "targets": [1, -1], "width": 1} | change))
    assert str(caught.value) == message


def test_the_class_itself_refuses_too() -> None:
    one = Fraction(1)
    with pytest.raises(ProblemError, match="sample 1: its weight is 0"):
        Problem(((one,),), (one,), (one * 0,), 1)


def test_numbers_are_exact() -> None:
    problem = Problem.from_rows(np.array([[0.1]]), ["0.1"], 1, weights=[np.float32(0.5)])
    assert problem.points == ((Fraction(0.1),),)
    assert (problem.targets, problem.weights) == ((Fraction(1, 10),), (Fraction(1, 2),))
    assert (problem.samples, problem.inputs) == (1, 1)


def test_samples_of_weight_zero_are_left_out() -> None:
    problem = Problem.from_rows([[1], [2], [3]], [4, 5, 6], 1, weights=[0, "1/3", 2], loss="absolute")
    assert problem == Problem.from_rows([[2], [3]], [5, 6], 1, weights=["1/3", 2], loss="absolute")


@pytest.mark.parametrize("loss", LOSSES)
@given(data=st.data())
@settings(max_examples=30)
def test_the_loss_of_a_net(loss: str, data: st.DataObject) -> None:
    numbers = st.fractions(-4, 4, max_denominator=6)
    inputs, count, width = (data.draw(st.integers(1, 3)) for _ in range(3))
    points = data.draw(st.lists(st.lists(numbers, min_size=inputs, max_size=inputs), min_size=count, max_size=count))
    targets = data.draw(
        st.lists(st.sampled_from([Fraction(-1), Fraction(1)]) if loss == "hinge" else numbers, min_size=count, max_size=count)
    )
    weights = (
        [Fraction(1)] * count
        if loss == "max"
        else data.draw(st.lists(st.sampled_from([Fraction(1, 2), Fraction(3)]), min_size=count, max_size=count))
    )
    hidden = data.draw(st.lists(st.lists(numbers, min_size=inputs, max_size=inputs), min_size=width, max_size=width))
    biases, signs = ([data.draw(one) for _ in range(width)] for one in (numbers, st.sampled_from([-1, 1])))
    constant = data.draw(numbers)
    problem = Problem.from_rows(points, targets, width, weights=weights, loss=loss)
    net = Network.from_rows([(hidden, biases), ([signs], [constant])])
    expected = loss_by_hand(points, targets, weights, hidden, biases, signs, constant, loss)
    assert loss_of(problem, net) == expected
    assert mean_loss(problem, expected) == (expected if loss == "max" else expected / sum(weights))


def test_nets_of_another_shape_are_refused() -> None:
    problem = Problem.from_rows([[0], [1]], [1, -1], 1)
    for rows in ([[1, 2]], [[1], [1]]):
        with pytest.raises(NetworkError, match="the samples need 1 and 1"):
            loss_of(problem, Network.from_rows([(rows, None)]))
