"""Bounds of whole layers, and signs at many points: against exact values, over fractions."""

import itertools
import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.hostile import ENTRIES, extreme, hostile_net
from oracles.strategies import boxes, linear_nets, sparsely

from relupoly import Domain
from relupoly.geometry.bounded_set import BoundedSet
from relupoly.networks.network import Layer, Network
from relupoly.pieces.constraints import zonotope_bounds as module
from relupoly.pieces.constraints.points import extreme_points, signs_at, steepest
from relupoly.pieces.constraints.zonotope_bounds import zonotope_bounds
from relupoly.pieces.forms.homogeneous import constrained, relu_first


@st.composite
def cases(draw):
    net = relu_first(draw(linear_nets(inputs=4, layers=3, neurons=9, sparse=True)))
    return net, draw(boxes(net.input_dim)).polyhedron, draw(st.integers(0, 1000))


def preactivations(network, point):
    """Of the neurons with ReLU, layer by layer."""
    values = [Fraction(int(x.p), int(x.q)) if hasattr(x, "p") else Fraction(x) for x in point]
    for layer in network.hidden:
        rows = [[layer.weight[row, column] for column in range(layer.inputs)] for row in range(layer.outputs)]
        offsets = layer.bias.entries()
        values = [
            sum((Fraction(int(a.p), int(a.q)) * x for a, x in zip(row, values, strict=True)), Fraction(int(b.p), int(b.q)))
            for row, b in zip(rows, offsets, strict=True)
        ]
        yield values[: layer.relus]
        values = [max(z, Fraction(0)) if place < layer.relus else z for place, z in enumerate(values)]


def densely(network):
    from relupoly.exact import blocks

    return Network(tuple(Layer(blocks.densely(one.weight), one.bias, one.linear) for one in network.layers))


def check(network, box, seed, exact_units=True):
    if not network.hidden:
        return
    net, source = constrained(network, BoundedSet.of_box(box)), random.Random(seed)
    bounds = list(zonotope_bounds(net))
    assert len(bounds) == net.depth
    for _ in range(8):
        shares = [source.choice([0, 16, source.randint(0, 16)]) for _ in box.lower]
        point = [low + (high - low) * share / 16 for low, high, share in zip(box.lower, box.upper, shares, strict=True)]
        for own, values in zip(bounds, preactivations(densely(network), point), strict=True):
            # Units are rounded, too, and those that are next to nothing beside the weights are 0.
            for low, high, value in zip(own.least.tolist(), own.most.tolist(), values, strict=True):
                unit = Fraction(own.unit)
                slack = Fraction(2) ** -50 * max(abs(Fraction(low)), abs(Fraction(high)))
                assert not exact_units or Fraction(low) - slack <= value * unit <= Fraction(high) + slack
                assert not (low > 0 and value <= 0)
                assert not (high < 0 and value >= 0)


@settings(max_examples=60)
@given(cases())
def test_bounds_hold(case):
    check(*case)


@pytest.mark.parametrize("entry", [*ENTRIES.values(), extreme])
@pytest.mark.parametrize("seed", range(4))
def test_bounds_hold_for_numbers_that_doubles_are_not_made_for(entry, seed):
    source = random.Random(seed)
    network = hostile_net(source, entry, 3, [4, 4, 3])
    check(network, Domain.box([-1] * 3, [Fraction(1, 3)] * 3).polyhedron, seed, entry is not extreme)


def test_the_first_layer_has_its_range():
    network = Network.from_rows([([[1, -2], [0, 0]], [3, -1]), ([[1, 1]], None)])
    [bounds] = zonotope_bounds(constrained(network, BoundedSet.of_box(Domain.box([-1, 0], [1, 4]).polyhedron)))
    assert np.allclose(bounds.least / bounds.unit, [-6, -1])
    assert np.allclose(bounds.most / bounds.unit, [4, -1])


def test_layers_that_need_too_much_memory_are_left_out(monkeypatch):
    monkeypatch.setattr(module, "_MOST_ENTRIES", 1)
    network = Network.from_rows([([[1]], [0]), ([[1]], [0]), ([[1]], [0])])
    assert len(list(zonotope_bounds(constrained(network, BoundedSet.of_box(Domain.box([-1], [1]).polyhedron))))) == 1


@settings(max_examples=60)
@given(cases())
def test_signs_at_vertices_are_those_of_exact_values(case):
    network, box, seed = case
    if not network.hidden:
        return
    net = constrained(network, BoundedSet.of_box(box))
    size = net.dimension - 1
    slopes = np.random.default_rng(seed).integers(-1, 2, size=(5, size)).astype(float)
    points = extreme_points(net.bounds, slopes)
    signs = list(signs_at(net, points))
    # Coordinates are moved and scaled: which vertex it is tells the point.
    for number, row in enumerate(points > np.array([float(low) for low in net.bounds.lower])):
        point = list(box.lower)
        for place, upper in zip(net.essential, row.tolist(), strict=True):
            point[place] = box.upper[place] if upper else box.lower[place]
        for own, values in zip(signs, preactivations(densely(network), point), strict=True):
            for sign, value in zip(own[:, number].tolist(), values, strict=True):
                assert sign in ((value > 0) - (value < 0), 2)


def test_the_steepest_way_is_the_gradient():
    source = np.random.default_rng(3)
    sizes = [5, 6, 4, 1]
    network = Network.from_rows(
        [(source.normal(size=(after, before)), source.normal(size=after)) for before, after in itertools.pairwise(sizes)]
    )
    net = constrained(network, BoundedSet.of_box(Domain.box([0] * 5, [1] * 5).polyhedron))
    points = source.uniform(0.2, 0.8, (4, 5))
    neurons = np.arange(4)
    slopes = steepest(net, 1, neurons, points)

    def value(neuron, point):
        return float(list(preactivations(network, [Fraction(x) for x in point]))[1][neuron])

    for neuron, point, slope in zip(neurons, points, slopes, strict=True):
        step = 1e-7
        change = [(value(neuron, point + step * unit) - value(neuron, point)) / step for unit in np.eye(5)]
        assert np.allclose(np.array(change) / np.abs(change).max(), slope / np.abs(slope).max(), atol=1e-5)


def test_sparse_layers_have_no_steepest_way():
    first, second, last = Network.from_rows([([[1], [2]], [0, 1]), ([[1, 1]], [0]), ([[1]], [0])]).layers
    net = constrained(Network((first, sparsely(second), last)), BoundedSet.of_box(Domain.box([0], [1]).polyhedron))
    assert steepest(net, 1, np.array([0]), np.array([[0.5]])) is None
