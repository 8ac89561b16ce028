"""What layers carry for later ones, in as few neurons as there are ways to do it, by hand."""

from flint import fmpq

from relupoly.constructions.representation.layering import Sum, network_of_layers
from relupoly.networks.evaluation import evaluate
from relupoly.networks.network import Network
from relupoly.run import UNLIMITED


def line(slope: int, constant: int, **neurons: int) -> Sum:
    """A sum for one input; n0 is the multiple of neuron 0."""
    return Sum((fmpq(slope), fmpq(constant)), {int(name[1:]): fmpq(factor) for name, factor in neurons.items()})


def net_of(inputs: list[Sum], layers: list[int], output: Sum) -> Network:
    return network_of_layers(inputs, layers, output, 1, UNLIMITED)


def test_a_neuron_doubled_carries_its_input() -> None:
    """relu(relu(x) - 2 x - 1): where relu(x) is there already, x takes relu(-x) alone."""
    net = net_of([line(1, 0), line(-2, -1, n0=1)], [1, 2], line(0, 0, n1=1))
    assert net.widths == (2, 1)
    assert [evaluate(net, [x])[0] for x in (-2, 0, 1)] == [3, 0, 0]


def test_neurons_that_do_not_span_what_is_carried_are_not_doubled() -> None:
    """relu(2 relu(x) - y), where relu(x) says nothing about y."""
    x, y = Sum((fmpq(1), fmpq(0), fmpq(0))), Sum((fmpq(0), fmpq(-1), fmpq(0)), {0: fmpq(2)})
    net = network_of_layers([x, y], [1, 2], Sum(x.zero, {1: fmpq(1)}), 2, UNLIMITED)
    assert net.widths == (3, 1)
    assert [evaluate(net, point)[0] for point in ([1, 1], [1, 3], [-1, -4])] == [1, 0, 4]


def test_a_layer_without_neurons_of_its_own() -> None:
    """relu(x) in the second layer: the first has nothing to double, and takes two neurons for x."""
    net = net_of([line(1, 0)], [2], line(0, 0, n0=1))
    assert net.widths == (2, 1)
    assert [evaluate(net, [x])[0] for x in (-2, 3)] == [0, 3]


def test_multiples_of_neurons_that_cancel_are_dropped() -> None:
    difference = line(1, 0, n0=2, n1=3).plus(line(0, 0, n0=1), fmpq(-2))
    assert dict(difference.neurons) == {1: 3}
