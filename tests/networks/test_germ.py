"""What a net does right beside a point: as it does at a point so near that no sign changes between them."""

from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st
from oracles.strategies import ENTRY, nets

from relupoly.networks.evaluation import evaluate, preactivations
from relupoly.networks.germ import germ
from relupoly.networks.network import Layer, Network

# Entries are at most 2 in size, and there are at most 3 layers of 3 neurons: signs settle long before steps are so small.
NEAR = [fmpq(1, 10**12), fmpq(1, 10**30), fmpq(1, 10**60)]


@given(nets(inputs=2), st.data())
def test_it_is_that_of_a_near_point(net, data):
    n = net.input_dim
    vector = st.lists(ENTRY.map(fmpq), min_size=n, max_size=n)
    point = data.draw(vector)
    directions = data.draw(st.lists(vector, min_size=1, max_size=3))
    beside = list(point)
    for step, direction in zip(NEAR, directions, strict=False):
        beside = [x + step * y for x, y in zip(beside, direction, strict=True)]
    found = germ(net, point, directions)
    values = [entry for layer in preactivations(net, beside)[:-1] for entry in layer.entries()]
    bits = "".join(str(int(value > 0)) for value in values)
    shown = "".join(f"{byte:08b}" for byte in found.pattern)[: len(bits)]
    assert shown == bits
    assert found.strict == all(values)
    near = evaluate(net, beside)
    for output, value in zip(found.outputs, near, strict=True):
        assert sum((a * b for a, b in zip(output, [1, *NEAR], strict=False)), fmpq(0)) == value


def test_linear_neurons_pass_on_what_they_get():
    first, last = Network.from_rows([([[1], [1]], [0, 0]), ([[1, 1]], [0])]).layers
    net = Network((Layer(first.weight, first.bias, (1,)), last))
    found = germ(net, [fmpq(0)], [[fmpq(-1)]])
    assert found.outputs == ((0, -1),)
    assert found.pattern == bytes([0])
    assert found.strict


@given(nets(inputs=2), st.data())
def test_signs_are_those_of_a_near_point(net, data):
    n = net.input_dim
    vector = st.lists(ENTRY.map(fmpq), min_size=n, max_size=n)
    point, direction = data.draw(vector), data.draw(vector)
    beside = [x + NEAR[0] * y for x, y in zip(point, direction, strict=True)]
    expected = [[(z > 0) - (z < 0) for z in layer.entries()] for layer in preactivations(net, beside)[:-1]]
    assert [list(own) for own in germ(net, point, [direction]).signs] == expected


def test_linear_neurons_have_no_sign():
    first, last = Network.from_rows([([[1], [2], [0]], [0, 0, 0]), ([[1, 1, 1]], [0])]).layers
    net = Network((Layer(first.weight, first.bias, (1,)), last))
    assert germ(net, [fmpq(0)], [[fmpq(-1)]]).signs == ((-1, 0),)
