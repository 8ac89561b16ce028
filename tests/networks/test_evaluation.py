"""Evaluation against the definition in fractions."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles.strategies import nets

from relupoly.errors import NetworkError, NumberError
from relupoly.networks.evaluation import evaluate, evaluate_floats, preactivations
from relupoly.networks.network import Network


def by_definition(net, point):
    """The preactivations of all layers."""
    values, state = [], [Fraction(entry) for entry in point]
    for layer in net.layers:
        rows = layer.weight.tolist()
        state = [
            sum((Fraction(int(w.p), int(w.q)) * x for w, x in zip(row, state, strict=True)), Fraction(int(b.p), int(b.q)))
            for row, b in zip(rows, layer.bias.entries(), strict=True)
        ]
        values.append(state)
        state = [max(entry, Fraction(0)) for entry in state]
    return values


@given(nets(), st.data())
def test_rational_evaluation(net, data):
    entries = st.fractions(-3, 3, max_denominator=5)
    point = data.draw(st.lists(entries, min_size=net.input_dim, max_size=net.input_dim))
    expected = by_definition(net, point)
    found = [[Fraction(int(v.p), int(v.q)) for v in values.entries()] for values in preactivations(net, point)]
    assert found == expected
    assert [Fraction(int(v.p), int(v.q)) for v in evaluate(net, point)] == expected[-1]


@given(nets(), st.data())
def test_floats_are_exact_on_short_integers(net, data):
    points = data.draw(st.lists(st.lists(st.integers(-3, 3), min_size=net.input_dim, max_size=net.input_dim), min_size=1))
    found = evaluate_floats(net, points)
    assert found.shape == (len(points), net.output_dim)
    assert found.tolist() == [[float(v) for v in by_definition(net, point)[-1]] for point in points]


def test_an_empty_batch():
    assert evaluate_floats(Network.from_rows([([[1, 1]], None)]), np.zeros((0, 2))).shape == (0, 1)


def test_points_that_do_not_fit():
    net = Network.from_rows([([[1, 1]], None)])
    with pytest.raises(NetworkError, match="the point has 1 coordinates, but the network has 2 inputs"):
        evaluate(net, [1])
    with pytest.raises(NetworkError, match="the point has 3 coordinates"):
        evaluate_floats(net, [[1, 2, 3]])
    with pytest.raises(NetworkError, match=r"points have 1 axes; give an array of shape \(m, 2\)"):
        evaluate_floats(net, [1, 2])
    with pytest.raises(NumberError):
        evaluate(net, [1, "x"])
