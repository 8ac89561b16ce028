"""Gradients against exact finite differences inside cells, and at kinks against the derivatives all around."""

from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from oracles.derivatives import are_differentiable, derivatives, fraction, values
from oracles.strategies import linear_nets

from relupoly.analysis.gradients import gradient
from relupoly.errors import NetworkError, NumberError
from relupoly.networks.composition import compose
from relupoly.networks.expansion import expand
from relupoly.networks.network import Network
from relupoly.run import Run, Stopped

IDENTITY = Network.from_rows([([[1, 0], [0, 1], [-1, 0], [0, -1]], None), ([[1, 0, -1, 0], [0, 1, 0, -1]], None)])
# |x| and y - x; the second hidden layer sees max(x, y) - max(y, x) = 0.
MIXED = Network.from_rows([([[1, 0], [-1, 0], [0, 1], [0, -1]], None), ([[1, 1, 0, 0], [-1, 1, 1, -1]], None)])


@st.composite
def at_points(draw, inputs=2):
    net = draw(linear_nets(inputs=inputs, sparse=True))
    entries = st.one_of(st.integers(-2, 2).map(Fraction), st.fractions(-2, 2, max_denominator=3))
    return net, draw(st.lists(entries, min_size=net.input_dim, max_size=net.input_dim))


def found_at(net, point):
    return [None if row is None else [fraction(entry) for entry in row] for row in gradient(net, point)]


@given(at_points())
@example((MIXED, [Fraction(0), Fraction(0)]))
@example((compose(IDENTITY, compose(MIXED, IDENTITY)), [Fraction(0), Fraction(0)]))
def test_where_there_is_a_gradient_and_what_it_is(pair):
    net, point = pair
    found = found_at(net, point)
    assert [row is not None for row in found] == are_differentiable(net, point)
    for along in range(net.input_dim):
        slopes = derivatives(net, point, [Fraction(place == along) for place in range(net.input_dim)])
        assert all(row is None or row[along] == slope for row, slope in zip(found, slopes, strict=True))


@given(at_points(inputs=4), st.data())
def test_two_points_of_one_cell(pair, data):
    net, point = pair
    other = [x + data.draw(st.fractions(-1, 1, max_denominator=9)) for x in point]
    (here, signs), (there, others) = values(net, point), values(net, other)
    if signs == others and all(all(layer) for layer in signs):
        for row, one, two in zip(found_at(net, point), here, there, strict=True):
            assert two - one == sum(a * (y - x) for a, x, y in zip(row, point, other, strict=True))


@given(at_points(inputs=3))
def test_kinks_that_cancel_are_none(pair):
    """A linear neuron z is the same function as relu(z) - relu(-z), which has kinks where z = 0."""
    net, point = pair
    assert gradient(expand(net), point) == gradient(net, point)


def test_a_neuron_that_vanishes_because_others_cancel():
    # x and x again, whose difference has a ReLU: it is 0 everywhere, with weights that are not.
    net = Network.from_rows(
        [([[1, 0], [1, 0], [0, 1], [0, -1]], None), ([[1, -1, 0, 0], [0, 0, 1, -1]], None), ([[1, 1]], [0])]
    )
    assert gradient(net, [1, 0]) == (None,)
    straight = Network((*net.layers[:1], *Network.from_rows([([[1, -1, 0, 0]], None), ([[1]], None)]).layers))
    assert gradient(straight, [1, 0]) == ((0, 0),)
    assert gradient(straight, [0, 0]) == ((0, 0),)


def test_what_is_no_point():
    with pytest.raises(NetworkError, match="the point has 1 coordinates"):
        gradient(IDENTITY, [1])
    with pytest.raises(NumberError, match="coordinate 2"):
        gradient(IDENTITY, [1, "x"])


def test_the_decision_is_stopped_by_its_run():
    deep = compose(IDENTITY, compose(IDENTITY, IDENTITY))
    assert gradient(deep, [0, 0]) == ((1, 0), (0, 1))
    with pytest.raises(Stopped):
        gradient(deep, [0, 0], run=Run(deadline=0))
    assert gradient(deep, [1, 2], run=Run(deadline=0)) == ((1, 0), (0, 1))
