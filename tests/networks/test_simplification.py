"""The same function with fewer neurons."""

from hypothesis import given
from hypothesis import strategies as st
from oracles.strategies import nets

from relupoly.networks.composition import subtract
from relupoly.networks.evaluation import evaluate
from relupoly.networks.network import Network
from relupoly.networks.simplification import simplify


def net(*layers):
    return Network.from_rows(layers)


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
