"""Nets with linear neurons and sparse layers: all notions against brute force, both walks against each other."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given
from hypothesis import strategies as st
from oracles.brute_force import brute_force
from oracles.strategies import ENTRY, boxes, linear_nets, sparsely
from oracles.walks import pieces

from relupoly import AffineSubspace, Domain, Network, Polyhedron, count_pieces, difference, stable_neurons
from relupoly.errors import SizeError
from relupoly.exact.floats import FloatVectors
from relupoly.exact.integers import IntegerVectors
from relupoly.networks.evaluation import preactivations
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


def half_net(inputs=2):
    """relu(relu(x1) + x2), where x2 passes through a linear neuron: the first layer bends in the direction of x1 alone."""
    weight = fmpq_mat(2, inputs, [1] + [0] * (2 * inputs - 2) + [1])
    entry = Layer(weight, fmpq_mat(2, 1), linear=(1,))
    return Network((entry, Layer(fmpq_mat([[1, 1]]), fmpq_mat(1, 1)), Layer(fmpq_mat([[1]]), fmpq_mat(1, 1))))


@st.composite
def without_end(draw, **options):
    """A net with linear neurons on all of R^n or in a half-space."""
    net = draw(linear_nets(always=True, **options))
    normal = draw(st.lists(ENTRY, min_size=net.input_dim, max_size=net.input_dim).filter(any))
    half = Domain(Polyhedron.from_inequalities([normal], [draw(ENTRY)]))
    return net, draw(st.sampled_from([Domain(), half]))


class TestDirectionsWithoutEnd:
    """Where linear neurons of the first layer see directions that nothing bounds: the domain is cut, and joined again."""

    def test_by_hand(self):
        counts = count_pieces(half_net(), notion="all").counts
        # The function is 0, x2 and x1 + x2; it is 0 in a cell on each side of x1 = 0.
        assert (counts["open"], counts["activation"], counts["strict"]) == (3, 4, 4)
        assert [count_pieces(half_net(), notion=notion).pieces for notion in ("open", "activation")] == [3, 4]

    @given(without_end(inputs=2, neurons=5))
    def test_all_notions_are_those_of_brute_force(self, case):
        net, domain = case
        found = count_pieces(net, domain, "all")
        assert found.complete
        assert found.domain == domain
        assert found.counts == brute_force(net, domain)
        for notion in ("open", "activation", "patterns"):
            assert count_pieces(net, domain, notion).pieces == found.counts[notion]

    @given(without_end(sparse=True))
    def test_pieces_are_those_of_the_net_that_writes_linear_neurons_with_relu(self, case):
        net, domain = case
        ours, other = (count_pieces(one, domain, "all").counts for one in (net, expand(net)))
        assert {notion: ours[notion] for notion in FUNCTION} == {notion: other[notion] for notion in FUNCTION}

    @given(without_end(neurons=6), st.data())
    def test_equality_and_stable_neurons(self, case, data):
        net, domain = case
        assert difference(net, expand(net), domain) is None
        last = net.layers[-1]
        other = Network((*net.layers[:-1], replace(last, bias=last.bias + fmpq_mat(last.outputs, 1, [1] * last.outputs))))
        assert difference(net, other, domain) is not None
        stable = stable_neurons(net, domain)
        point = data.draw(st.lists(ENTRY.map(fmpq), min_size=net.input_dim, max_size=net.input_dim))
        if all(slack >= 0 for slack in domain.polyhedron.slacks(point)) if domain.polyhedron else True:
            for layer, values in enumerate(preactivations(net, point)[:-1]):
                assert all(values[neuron, 0] >= 0 for neuron in stable.active[layer])
                assert all(values[neuron, 0] <= 0 for neuron in stable.inactive[layer])

    def test_in_a_plane_of_a_larger_space(self):
        plane = Domain().inside(AffineSubspace.through([[0, 0, 0], [1, 1, 0], [0, 0, 1]]))
        assert count_pieces(half_net(3), plane).pieces == 3

    def test_a_wide_skip_connection_is_refused_with_a_hint(self):
        linear = tuple(range(1, 12))
        unit = fmpq_mat(12, 12, [int(i == j) for i in range(12) for j in range(12)])
        entry = Layer(unit, fmpq_mat(12, 1), linear=linear)
        net = Network((entry, Layer(fmpq_mat([[1] * 12]), fmpq_mat(1, 1)), Layer(fmpq_mat([[1]]), fmpq_mat(1, 1))))
        with pytest.raises(SizeError, match=r"11 directions without end .* 2\^11 parts; count in a box"):
            count_pieces(net)
