"""Evaluation against the definition in fractions."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles.derivatives import fraction, values
from oracles.strategies import linear_nets, nets

from relupoly.errors import NetworkError, NumberError
from relupoly.networks.evaluation import activation_pattern, evaluate, evaluate_floats, preactivations
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


@st.composite
def nets_and_points(draw, most=4):
    net = draw(linear_nets(sparse=True))
    point = st.lists(st.fractions(-3, 3, max_denominator=6), min_size=net.input_dim, max_size=net.input_dim)
    return net, draw(st.lists(point, min_size=1, max_size=most))


@given(nets_and_points())
def test_a_network_is_called_with_a_point_or_with_many(pair):
    net, points = pair
    expected = [values(net, point)[0] for point in points]
    assert [[fraction(v) for v in row] for row in net(points)] == expected
    assert [[fraction(v) for v in net.evaluate(tuple(point))] for point in points] == expected
    assert net([[str(x) for x in point] for point in points]) == net(points)


@given(nets_and_points(most=1))
def test_activation_patterns(pair):
    net, [point] = pair
    assert [list(layer) for layer in activation_pattern(net, point)] == values(net, point)[1]


@pytest.mark.parametrize("dtype", ["float64", "float32", "int8"])
def test_arrays_are_exact(dtype):
    net = Network.from_rows([([[3, "1/7"], [-1, 2]], None), ([[1, -1]], ["0.1"])])
    points = np.array([[0.1, -2], [7, 0.3]]).astype(dtype)
    expected = [values(net, [Fraction(x) for x in row])[0] for row in points.tolist()]
    assert [[fraction(v) for v in row] for row in net(points)] == expected
    assert [fraction(v) for v in net(points[1])] == expected[1]
    assert net(list(points)) == net(points)


def test_no_points():
    net = Network.from_rows([([[1, 1]], None)])
    assert net([]) == net(np.zeros((0, 2))) == []


def test_denominators_without_end():
    """A net that is not scaled to integers, because its weights have too many different denominators."""
    primes = [p for p in range(2, 4000) if all(p % q for q in range(2, int(p**0.5) + 1))]
    net = Network.from_rows([([[Fraction(1, p)] for p in primes], None), ([[1] * len(primes)], None)])
    assert net.layers[0].integers is None
    assert net.layers[1].integers is not None
    total = sum(Fraction(1, p) for p in primes)
    assert [fraction(v) for v in net([6])] == [6 * total]
    assert net([-6]) == [0]


def test_equal_layers_one_after_the_other():
    """The last layer may be the very object that a hidden one is."""
    [layer] = Network.from_rows([([[1, -1], [0, 1]], [0, -1])]).layers
    net = Network((layer, layer, layer))
    for point in itertools.product([-2, 0, 1, 3], repeat=2):
        expected, signs = values(net, [Fraction(x) for x in point])
        assert [fraction(v) for v in net(point)] == expected
        assert [list(row) for row in activation_pattern(net, point)] == signs


@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        ("1/3", NetworkError, "str is no point; give a list of numbers, or a list of such lists"),
        (0.5, NetworkError, "float is no point"),
        (np.float64(1), NetworkError, "float64 is no point"),
        (np.zeros(()), NetworkError, "the array has 0 axes; give it 1 for a point, 2 for a list of points"),
        (np.zeros((1, 1, 2)), NetworkError, "the array has 3 axes"),
        ({1: 2}, NetworkError, "dict is no point"),
        ([1], NetworkError, "the point has 1 coordinates, but the network has 2 inputs"),
        ([[1, 2], [1]], NetworkError, "point 2: the point has 1 coordinates"),
        ([[1, 2], 3], NetworkError, "point 2: int is no point"),
        ([np.zeros(()), np.zeros(())][:1], NetworkError, "the point has 1 coordinates"),
        ([1, "x"], NumberError, 'coordinate 2: "x" is not a number'),
        ([[1, 2], [float("nan"), 1]], NumberError, "point 2: coordinate 1: nan is not a finite number"),
        ([True, 1], NumberError, "coordinate 1: True is not a number"),
    ],
)
def test_what_is_no_point(x, error, message):
    net = Network.from_rows([([[1, 1]], None)])
    with pytest.raises(error) as caught:
        net(x)
    assert str(caught.value).startswith(message)
