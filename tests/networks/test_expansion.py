"""Linear neurons written with ReLU: the same function, and two neurons for each."""

from hypothesis import given
from hypothesis import strategies as st
from oracles.strategies import linear_nets, matrices, nets, sparsely

from relupoly.exact.matrices import column
from relupoly.exact.sparse import SparseMatrix
from relupoly.networks.evaluation import evaluate, preactivations
from relupoly.networks.expansion import expand
from relupoly.networks.network import Layer, Network


@given(linear_nets(sparse=True), st.data())
def test_the_function_stays(net, data):
    pairs = expand(net)
    assert not any(layer.linear for layer in pairs.layers)
    assert pairs.widths == tuple(layer.outputs + len(layer.linear) for layer in net.hidden)
    point = data.draw(matrices(1, net.input_dim))[0]
    assert evaluate(pairs, point) == evaluate(net, point)
    for layer, one, two in zip(net.layers, preactivations(net, point), preactivations(pairs, point), strict=True):
        values = one.entries()
        assert two.entries() == [*values, *(-values[neuron] for neuron in layer.linear)]


@given(nets())
def test_nets_without_linear_neurons_stay(net):
    assert expand(net) == net


def test_sparse_weights_stay_sparse():
    unit = sparsely(Layer(column([1, 1]) * column([1, 0]).transpose(), column([0, 0]), linear=(1,)))
    pairs = expand(Network((unit, unit, Layer(unit.weight, unit.bias)), {"name": "a net"}))
    assert all(isinstance(layer.weight, SparseMatrix) for layer in pairs.layers)
    assert pairs.metadata == {"name": "a net"}
