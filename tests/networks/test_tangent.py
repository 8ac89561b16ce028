"""Directional derivatives as a net, against one-sided derivatives in fractions."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles.derivatives import derivatives, fraction
from oracles.strategies import linear_nets

from relupoly.networks.evaluation import activation_pattern
from relupoly.networks.network import Network
from relupoly.networks.tangent import jacobian, tangent, tangent_of, without_kinks


@st.composite
def at_points(draw):
    net = draw(linear_nets(sparse=True))
    entries = st.one_of(st.integers(-2, 2).map(Fraction), st.fractions(-2, 2, max_denominator=3))
    return net, draw(st.lists(entries, min_size=net.input_dim, max_size=net.input_dim))


def directions(net):
    return st.lists(st.integers(-5, 5).map(Fraction), min_size=net.input_dim, max_size=net.input_dim)


@given(at_points(), st.data())
def test_the_tangent_has_the_one_sided_derivatives(pair, data):
    net, point = pair
    local = tangent(net, point)
    assert not any(entry for layer in local.layers for entry in layer.bias.entries())
    for _ in range(5):
        direction = data.draw(directions(net))
        assert [fraction(v) for v in local(direction)] == derivatives(net, point, direction)


@given(at_points(), st.data())
def test_it_has_a_relu_only_where_one_vanishes(pair, data):
    net, point = pair
    signs = activation_pattern(net, point)
    assert sum(tangent(net, point).relus) <= sum(sign == 0 for layer in signs for sign in layer)


@given(at_points(), st.data())
def test_the_jacobian_inside_a_cell(pair, data):
    net, point = pair
    signs = activation_pattern(net, point)
    if without_kinks(signs):
        direction = data.draw(directions(net))
        found = [sum(fraction(a) * x for a, x in zip(row, direction, strict=True)) for row in jacobian(net, signs)]
        assert found == derivatives(net, point, direction)


def test_neurons_that_see_nothing_are_left_out():
    net = Network.from_rows([([[1], [1]], [-1, 0]), ([[1, 0], [0, 1]], None), ([[1, 1]], None)])
    assert tangent(net, [0]).widths == (1, 1)
    assert tangent(net, [-1]).widths == ()
    assert tangent(net, [-1])([5]) == [0]


@pytest.mark.parametrize("signs", [(), ((1,), (1,))])
def test_signs_of_another_net(signs):
    net = Network.from_rows([([[1]], None), ([[1]], None)])
    with pytest.raises(ValueError, match=r"zip\(\) argument 2"):
        tangent_of(net, signs)
