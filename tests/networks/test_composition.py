"""Composition and restriction are those of functions."""

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st
from oracles.strategies import linear_nets, matrices, nets

from relupoly.errors import NetworkError
from relupoly.exact.matrices import column, from_rows
from relupoly.exact.sparse import SparseMatrix
from relupoly.geometry.subspace import AffineSubspace
from relupoly.networks.composition import compose, deepen, restrict, side_by_side, subtract, with_inputs
from relupoly.networks.evaluation import evaluate
from relupoly.networks.network import Layer, Network


@given(nets(inputs=2, outputs=2), nets(inputs=2, outputs=2), st.data())
def test_composition(inner, outer, data):
    point = data.draw(matrices(1, inner.input_dim))[0]
    if inner.output_dim != outer.input_dim:
        with pytest.raises(NetworkError, match="the inner network has"):
            compose(outer, inner)
        return
    both = compose(outer, inner)
    assert both.widths == inner.widths + outer.widths
    assert evaluate(both, point) == evaluate(outer, evaluate(inner, point))


@given(nets(inputs=3), st.data())
def test_restriction(net, data):
    size = data.draw(st.integers(1, net.input_dim))
    origin = data.draw(matrices(1, net.input_dim))[0]
    basis = data.draw(matrices(net.input_dim, size).filter(lambda rows: from_rows(rows).rank() == size))
    subspace = AffineSubspace(column([fmpq(entry) for entry in origin]), from_rows(basis))
    parameters = data.draw(matrices(1, size))[0]
    point = [o + sum(b * t for b, t in zip(row, parameters, strict=True)) for o, row in zip(origin, basis, strict=True)]
    assert evaluate(restrict(net, subspace), parameters) == evaluate(net, point)


def test_restriction_keeps_the_metadata_and_the_net():
    net = Network.from_rows([([[1, 0], [0, 1]], None), ([[1, 1]], None)], {"family": "sum"})
    before = [layer.weight.tolist() for layer in net.layers]
    part = restrict(net, AffineSubspace.through([[0, 0], [1, 1]]))
    assert (part.metadata, part.input_dim) == ({"family": "sum"}, 1)
    assert [layer.weight.tolist() for layer in net.layers] == before


def test_a_subspace_of_another_space():
    net = Network.from_rows([([[1, 0]], None)])
    with pytest.raises(NetworkError, match="the subspace lies in dimension 3, but the network has 2 inputs"):
        restrict(net, AffineSubspace.through([[0, 0, 0], [1, 1, 1]]))


@given(nets(inputs=2), st.integers(0, 3), st.lists(st.fractions(), min_size=2, max_size=2))
def test_a_deeper_net_of_the_same_function(network, more, point):
    deeper = deepen(network, len(network.hidden) + more)
    assert len(deeper.hidden) == len(network.hidden) + more
    assert evaluate(deeper, point[: network.input_dim]) == evaluate(network, point[: network.input_dim])


def test_deeper_nets_without_hidden_layer():
    affine = Network.from_rows([([[1, 2], [0, -1]], [3, 0])])
    for depth in range(4):
        deeper = deepen(affine, depth)
        assert deeper.widths == (4,) * depth
        assert evaluate(deeper, ["1/3", -2]) == evaluate(affine, ["1/3", -2])
    with pytest.raises(ValueError, match="hidden layers already"):
        deepen(deepen(affine, 2), 1)


@given(nets(inputs=2), nets(inputs=2), st.lists(st.fractions(), min_size=2, max_size=2))
def test_side_by_side_and_difference(one, two, point):
    if one.input_dim != two.input_dim:
        with pytest.raises(NetworkError, match="inputs"):
            side_by_side([one, two])
        return
    point = point[: one.input_dim]
    assert evaluate(side_by_side([one, two, one]), point) == evaluate(one, point) + evaluate(two, point) + evaluate(one, point)
    if one.output_dim != two.output_dim:
        with pytest.raises(NetworkError, match="outputs"):
            subtract(one, two)
        return
    values = zip(evaluate(one, point), evaluate(two, point), strict=True)
    assert evaluate(subtract(one, two), point) == [first - second for first, second in values]


@given(linear_nets(inputs=2, outputs=2, sparse=True), linear_nets(inputs=2, outputs=2, sparse=True), st.data())
def test_nets_with_linear_neurons_and_sparse_weights(one, two, data):
    point = data.draw(matrices(1, one.input_dim))[0]
    if one.input_dim == two.input_dim:
        assert evaluate(side_by_side([one, two]), point) == evaluate(one, point) + evaluate(two, point)
        if one.output_dim == two.output_dim:
            expected = [a - b for a, b in zip(evaluate(one, point), evaluate(two, point), strict=True)]
            assert evaluate(subtract(one, two), point) == expected
    if one.output_dim == two.input_dim:
        both = compose(two, one)
        assert both.relus == one.relus + two.relus
        assert evaluate(both, point) == evaluate(two, evaluate(one, point))
    deep = deepen(one, len(one.hidden) + 2)
    assert evaluate(deep, point) == evaluate(one, point)
    assert sum(deep.relus) - sum(one.relus) == 2 * one.relus[max(i for i, w in enumerate(one.widths) if w == min(one.widths))]


def test_sparse_weights_stay_sparse():
    """Dense, these weights would take more than 30 GB."""
    size = 20_000
    layer = Layer(SparseMatrix.identity(size), column([fmpq(0)] * size))
    net = Network((layer, layer))
    both = subtract(net, net)
    assert both.widths == (2 * size,)
    assert [layer.weight.count for layer in both.layers] == [2 * size, 2 * size]
    assert [layer.weight.count for layer in deepen(net, 3).layers] == [size] * 4
    assert compose(net, net).parameters == 6 * size


@given(linear_nets(sparse=True), st.data())
def test_inputs_are_passed_on_beside_the_outputs(net, data):
    places = data.draw(st.lists(st.integers(0, net.input_dim - 1), unique=True))
    point = data.draw(matrices(1, net.input_dim))[0]
    both = with_inputs(net, places)
    assert evaluate(both, point) == [*evaluate(net, point), *(point[place] for place in places)]
    assert both.relus == net.relus
