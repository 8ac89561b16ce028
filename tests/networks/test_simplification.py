"""The same function with fewer neurons."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles.strategies import linear_nets, nets, sparsely

from relupoly.exact.sparse import SparseMatrix
from relupoly.networks.composition import subtract
from relupoly.networks.evaluation import evaluate
from relupoly.networks.network import Layer, Network
from relupoly.networks.simplification import simplify
from relupoly.run import Run, Stopped


def net(*layers, linear=()):
    """A net of rows; `linear` names the linear neurons of its first hidden layers."""
    whole = Network.from_rows(layers)
    named = [*linear, *([()] * (len(layers) - len(linear)))]
    return Network(tuple(Layer(layer.weight, layer.bias, one) for layer, one in zip(whole.layers, named, strict=True)))


@given(nets(inputs=3, layers=3, width=4, outputs=3), st.lists(st.lists(st.fractions(), min_size=3, max_size=3), max_size=5))
def test_the_function_stays(network, points):
    simple = simplify(network)
    assert (simple.input_dim, simple.output_dim) == (network.input_dim, network.output_dim)
    assert all(new <= old for new, old in zip(simple.widths, network.widths, strict=False))
    for point in points:
        assert evaluate(simple, point[: network.input_dim]) == evaluate(network, point[: network.input_dim])


@given(nets())
def test_twice_is_once(network):
    assert simplify(simplify(network)) == simplify(network)


@given(nets())
def test_a_net_minus_itself_is_zero_without_any_neuron(network):
    nothing = simplify(subtract(network, network))
    assert nothing.widths == ()
    assert not any(nothing.layers[0].weight.entries())
    assert not any(nothing.layers[0].bias.entries())


def test_what_goes():
    simple = simplify(
        net(
            ([[1, 0], [2, 0], [-1, 0], [0, 0], [0, 0], [0, 1]], [1, 2, -1, 5, -5, 0]),
            ([[1, 1, 1, 1, 1, 0], [-1, -1, -1, 0, 0, 0], [2, 2, 2, 2, 2, 0]], [0, -1, 0]),
            ([[1, 1, 1]], [7]),
        )
    )
    assert simple == net(([[1, 0], [-1, 0]], [1, -1]), ([[3, 1]], [5]), ([[3]], [7]))


def test_constant_nets():
    assert simplify(net(([[0]], [2]), ([[3]], [1]))) == net(([[0]], [7]))
    assert simplify(net(([[1]], [0]), ([[-1]], [-1]), ([[5]], [3]))) == net(([[0]], [3]))
    assert simplify(net(([[1]], [0]), ([[1]], [0]), ([[0]], [3]))) == net(([[0]], [3]))
    assert simplify(net(([[1]], [0]), ([[0]], [2]), ([[2]], [0]), ([[3], [1]], None))) == net(([[0], [0]], [12, 4]))


def test_metadata_stays():
    assert simplify(Network.from_rows([([[0]], [2]), ([[3]], [1])], {"name": "constant"})).metadata == {"name": "constant"}


POINTS = st.lists(st.lists(st.fractions(), min_size=3, max_size=3), max_size=5)


@given(linear_nets(sparse=True, inputs=3, layers=3, width=4, outputs=3), POINTS)
def test_the_function_stays_with_linear_neurons(network, points):
    simple = simplify(network)
    assert (simple.input_dim, simple.output_dim) == (network.input_dim, network.output_dim)
    assert sum(simple.relus) <= sum(network.relus)
    assert sum(simple.widths) <= sum(network.widths)
    assert all(simple.relus), "a layer without ReLU is part of the next one"
    for point in points:
        assert evaluate(simple, point[: network.input_dim]) == evaluate(network, point[: network.input_dim])


@given(linear_nets(sparse=True))
def test_twice_is_once_with_linear_neurons(network):
    assert simplify(simplify(network)) == simplify(network)


@given(linear_nets(sparse=True))
def test_a_net_with_linear_neurons_minus_itself_is_zero(network):
    nothing = simplify(subtract(network, network))
    assert nothing.widths == ()
    assert not any(nothing.layers[0].weight.entries())
    assert not any(nothing.layers[0].bias.entries())


def test_linear_neurons_that_are_multiples_of_each_other():
    """x + 1, -2x, 3x (with ReLU) and the constant -5: all linear ones are x + 1, but for a factor and a constant."""
    first = ([[1], [-2], [3], [0]], [1, 0, 0, -5])
    simple = simplify(net(first, ([[1, 1, 1, 1]], [0]), linear=[(0, 1, 3)]))
    assert simple == net(([[1], [3]], [1, 0]), ([[-1, 1]], [-3]), linear=[(0,)])


def test_a_linear_neuron_is_no_neuron_with_relu():
    whole = net(([[1], [1]], None), ([[1, 1]], None), linear=[(0,)])
    assert simplify(whole) == whole


def test_inputs_that_are_linear_may_be_negative():
    """relu(-x) is dead after relu(y), but not after y."""
    deep = [([[1]], None), ([[-1]], None), ([[1]], [7])]
    assert simplify(net(*deep)) == net(([[0]], [7]))
    assert simplify(net(*deep, linear=[(0,)])) == net(([[-1]], None), ([[1]], [7]))


def test_layers_without_relu_become_part_of_the_next():
    whole = net(([[1], [2]], [1, 0]), ([[1, 1], [1, -1]], None), ([[1, 1]], None), linear=[(0, 1)])
    assert simplify(whole) == net(([[3], [-1]], [1, 1]), ([[1, 1]], None))
    affine = net(([[1], [2]], [1, 0]), ([[1, 1]], [5]), linear=[(0, 1)])
    assert simplify(affine) == net(([[3]], [6]))


def test_a_layer_whose_neurons_with_relu_nobody_reads():
    whole = net(([[1], [2]], [1, 0]), ([[1, 0]], [5]), linear=[(0,)])
    assert simplify(whole) == net(([[1]], [6]))


def test_constants_of_linear_layers_pass_on():
    """-2 passes the first layer as it is, relu makes it 0 in the second."""
    assert simplify(net(([[0]], [-2]), ([[1]], [0]), ([[1]], [3]), linear=[(0,)])) == net(([[0]], [3]))
    assert simplify(net(([[0]], [-2]), ([[1]], [0]), ([[1]], [3]), linear=[(0,), (0,)])) == net(([[0]], [1]))


def test_sparse_weights_stay_sparse():
    whole = net(([[1, 0], [0, 2], [0, 0]], [1, 0, 0]), ([[1, 0, 1], [0, 1, 0]], None), ([[1, 1]], None), linear=[(1,)])
    simple = simplify(Network(tuple(map(sparsely, whole.layers))))
    assert simple == simplify(whole)
    assert all(isinstance(layer.weight, SparseMatrix) for layer in simple.layers)


def test_a_run_may_stop_it():
    asked = []
    run = Run(interrupted=lambda: asked.append(None) or len(asked) > 5)
    net = Network.from_rows([([[1], [2], [3]], None), ([[1, 1, 1]] * 3, None), ([[1, 2, 3]], None)])
    with pytest.raises(Stopped):
        simplify(net, run)
    assert len(asked) == 6
