"""Nets with linear neurons and sparse layers: all notions against brute force, both walks against each other."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from flint import fmpq_mat
from hypothesis import given
from hypothesis import strategies as st
from oracles.brute_force import brute_force
from oracles.strategies import boxes, linear_nets, sparsely
from oracles.walks import pieces

from relupoly import Domain, Network, count_pieces
from relupoly.exact.floats import FloatVectors
from relupoly.exact.integers import IntegerVectors
from relupoly.networks.expansion import expand
from relupoly.networks.network import Layer
from relupoly.pieces.forms.homogeneous import homogenize
from relupoly.pieces.walk.driver import Walk

NEVER = 10**9
FUNCTION = ("open", "affine", "closed")


@st.composite
def in_boxes(draw, **options):
    net = draw(linear_nets(**options))
    return net, draw(boxes(net.input_dim))


@given(in_boxes(sparse=True, inputs=2, neurons=6))
def test_all_notions_are_those_of_brute_force(case):
    net, box = case
    assert dict(count_pieces(net, box, "all").counts) == brute_force(net, box)


@given(in_boxes(sparse=True, always=True))
def test_pieces_are_those_of_the_net_that_writes_linear_neurons_with_relu(case):
    net, box = case
    ours, other = count_pieces(net, box, "all").counts, count_pieces(expand(net), box, "all").counts
    assert {notion: ours[notion] for notion in FUNCTION} == {notion: other[notion] for notion in FUNCTION}


def random_net(inputs, widths, seed, linear=0.4, sparse=0.5, missing=0.5):
    """A net with normal weights, of which some neurons are linear, some layers sparse, and some weights there 0."""
    source = np.random.default_rng(seed)
    layers = []
    for number, (before, after) in enumerate(itertools.pairwise([inputs, *widths, 2])):
        weight, last = source.normal(size=(after, before)), number == len(widths)
        thin = source.random() < sparse
        if thin:
            weight[source.random(size=weight.shape) < missing] = 0
        chosen = () if last else tuple(np.flatnonzero(source.random(after) < linear).tolist())
        (plain,) = Network.from_rows([(weight, source.normal(size=after))]).layers
        layer = replace(plain, linear=chosen)
        layers.append(sparsely(layer) if thin else layer)
    return Network(tuple(layers))


def patterns(prepared, **options):
    return sorted(cell.neuron_signs().tobytes() for cell in Walk(prepared, **options))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("inputs", "widths"), [(1, [9, 8]), (2, [9]), (2, [8, 7, 8]), (2, [6, 6, 6, 6]), (3, [7, 6])])
def test_both_walks_find_the_same_cells_and_pieces(inputs, widths, seed):
    prepared = homogenize(random_net(inputs, widths, seed), Domain.box([-3] * inputs, [3] * inputs))
    expected = patterns(prepared, kind=IntegerVectors, patience=NEVER)
    assert patterns(prepared, kind=FloatVectors, patience=0) == expected
    assert patterns(prepared, kind=FloatVectors, patience=NEVER) == expected
    assert pieces(prepared, 0) == pieces(prepared, NEVER, IntegerVectors)


@pytest.mark.parametrize("seed", range(12))
def test_both_walks_of_blocks_with_skip_connections(seed):
    """x -> x + W relu(V x + b), three times: functions that do not change across hyperplanes whose block is idle."""
    source = np.random.default_rng(seed)
    layers, n, width = [], 2, 4
    entry = np.concatenate([source.integers(-2, 3, size=(width, n)), np.eye(n, dtype=int)])
    for _ in range(3):
        linear = tuple(range(width, width + n))
        layers.append(
            Layer(fmpq_mat(entry.tolist()), fmpq_mat([[int(b)] for b in [*source.integers(-2, 3, size=width), 0, 0]]), linear)
        )
        block = np.concatenate([source.integers(-1, 2, size=(n, width)), np.eye(n, dtype=int)], axis=1)
        entry = np.concatenate([source.integers(-2, 3, size=(width, n)) @ block, block])
    layers.append(Layer(fmpq_mat(block.tolist()), fmpq_mat(n, 1)))
    net, box = Network(tuple(layers)), Domain.box([-3, -3], [3, 3])
    for one in (net, Network(tuple(map(sparsely, net.layers)))):
        prepared = homogenize(one, box)
        assert pieces(prepared, 0) == pieces(prepared, NEVER, IntegerVectors) == pieces(prepared, NEVER, FloatVectors)
    ours, other = count_pieces(net, box, "all").counts, count_pieces(expand(net), box, "all").counts
    assert {notion: ours[notion] for notion in FUNCTION} == {notion: other[notion] for notion in FUNCTION}


def test_a_linear_neuron_makes_no_cell():
    net = Network((Layer(fmpq_mat([[1], [1]]), fmpq_mat(2, 1), linear=(0,)), Layer(fmpq_mat([[2, 3]]), fmpq_mat(1, 1))))
    counts = count_pieces(net, notion="all").counts
    assert (counts["activation"], counts["open"], counts["affine"]) == (2, 2, 2)


def test_a_layer_of_linear_neurons_alone_is_an_affine_map():
    skip = Layer(fmpq_mat([[1], [2]]), fmpq_mat([[1], [0]]), linear=(0, 1))
    bend = Layer(fmpq_mat([[1, 1], [0, -1]]), fmpq_mat([[0], [1]]))
    net = Network((skip, bend, Layer(fmpq_mat([[1, 1]]), fmpq_mat(1, 1))))
    assert homogenize(net, Domain()).depth == 1
    assert count_pieces(net, notion="all").counts == brute_force(net)


def test_directions_without_end_that_only_linear_neurons_see_are_refused_with_a_hint():
    from relupoly.errors import SizeError

    entry = Layer(fmpq_mat([[1, 0], [0, 1]]), fmpq_mat(2, 1), linear=(1,))
    net = Network((entry, Layer(fmpq_mat([[1, 1]]), fmpq_mat(1, 1)), Layer(fmpq_mat([[1]]), fmpq_mat(1, 1))))
    with pytest.raises(SizeError, match="count in a box"):
        count_pieces(net)
    box = Domain.box([-1, -1], [1, 1])
    assert count_pieces(net, box, "all").counts == brute_force(net, box)
