"""Equality of nets: against brute force, under changes that keep the function, and under the smallest that does not."""

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import brute_force
from oracles.strategies import boxes, nets

from relupoly.analysis.equality.equality import difference
from relupoly.analysis.equality.vanishing import nonzero_point
from relupoly.analysis.samples import contains
from relupoly.errors import DomainError, NetworkError, SizeError
from relupoly.exact.rationals import rational
from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.geometry.subspace import AffineSubspace
from relupoly.networks.composition import compose, deepen, side_by_side
from relupoly.networks.evaluation import evaluate
from relupoly.networks.network import Layer, Network
from relupoly.run import UNLIMITED, Run, Stopped

ABSOLUTE = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
POSITIVE = Network.from_rows([([[1]], None), ([[1]], None)])


def net(*layers):
    return Network.from_rows(layers)


def check(witness, first, second, domain=None):
    """That a witness is what it says: in the domain, with the values that the nets have there."""
    assert witness.values == (tuple(evaluate(first, witness.point)), tuple(evaluate(second, witness.point)))
    assert witness.values[0] != witness.values[1]
    if domain is not None and domain.polyhedron is not None and domain.subspace is None:
        polyhedron = domain.polyhedron
        for row, bound in zip(polyhedron.matrix.tolist(), polyhedron.bound.entries(), strict=True):
            assert sum(a * x for a, x in zip(row, witness.point, strict=True)) <= bound


def reordered(network, seed):
    """The same function: hidden neurons in another order, each scaled up and its outgoing weights down."""
    source = random.Random(seed)
    layers = [(layer.weight.tolist(), layer.bias.entries()) for layer in network.layers]
    for number in range(len(layers) - 1):
        (weight, bias), (following, offset) = layers[number], layers[number + 1]
        order = source.sample(range(len(weight)), len(weight))
        scales = [rational(source.choice(["1/3", "2", "7/5", "1"])) for _ in order]
        layers[number] = (
            [[scale * entry for entry in weight[old]] for scale, old in zip(scales, order, strict=True)],
            [scale * bias[old] for scale, old in zip(scales, order, strict=True)],
        )
        layers[number + 1] = [[row[old] / scale for scale, old in zip(scales, order, strict=True)] for row in following], offset
    return Network.from_rows(layers)


def split(dimension):
    """x = relu(x) - relu(-x), in every coordinate."""
    rows = [[sign * (i == j) for j in range(dimension)] for sign in (1, -1) for i in range(dimension)]
    return net((rows, None), ([list(column) for column in zip(*rows, strict=True)], None))


SMALL = {"inputs": 2, "layers": 2, "width": 2, "outputs": 2, "neurons": 3}


@settings(max_examples=60)
@given(st.data())
def test_against_brute_force(data):
    first = data.draw(nets(**SMALL))
    second = data.draw(
        nets(**SMALL).filter(lambda other: other.output_dim == first.output_dim and other.input_dim == first.input_dim)
    )
    domain = data.draw(st.one_of(st.just(Domain()), boxes(first.input_dim)))
    witness = difference(first, second, domain)
    assert (witness is None) == brute_force.equal(first, second, domain)
    if witness:
        check(witness, first, second, domain)


@settings(max_examples=40)
@given(st.data())
def test_functions_that_agree_on_a_part_of_space(data):
    """A net and itself plus a bump: equal exactly on the boxes that the bump does not reach."""
    first = data.draw(nets(inputs=2, layers=2, width=3, outputs=1, neurons=4))
    n = first.input_dim
    start = data.draw(st.integers(-3, 3))
    ramp = net(([[1] + [0] * (n - 1)], [-start]), ([[1]], None))
    second = compose(net(([[1, 1]], None)), side_by_side([first, ramp]))
    low = data.draw(st.integers(-4, 2))
    domain = Domain.box([low] * n, [low + 2] * n)
    witness = difference(first, second, domain)
    assert (witness is None) == (low + 2 <= start)
    if witness:
        check(witness, first, second, domain)


@given(nets(outputs=2))
def test_every_net_equals_itself(network):
    assert difference(network, network) is None


@settings(max_examples=50)
@given(nets(inputs=3, outputs=2), st.integers(0, 2**16))
def test_order_and_scale_of_neurons_do_not_matter(network, seed):
    other = reordered(network, seed)
    assert difference(network, other) is None
    assert difference(other, network) is None


@settings(max_examples=30)
@given(nets(inputs=2, layers=2, width=4, outputs=2, neurons=6))
def test_other_nets_of_the_same_function(network):
    longer = compose(network, split(network.input_dim))
    assert difference(network, longer) is None
    assert difference(compose(split(network.output_dim), longer), network) is None
    assert difference(deepen(network, 4), network) is None


@settings(max_examples=50)
@given(nets(inputs=2, layers=2, width=3, outputs=1, neurons=6), st.data())
def test_a_tiny_change_of_one_weight(network, data):
    """Of an output weight: the function changes exactly if the neuron is active somewhere."""
    last = network.layers[-1]
    neuron = data.draw(st.integers(0, last.inputs - 1))
    row = last.weight.tolist()[0]
    row[neuron] += rational("1e-30")
    other = Network((*network.layers[:-1], Layer(type(last.weight)([row]), last.bias)))
    reading = [[int(index == neuron) for index in range(last.inputs)]]
    alone = Network((*network.layers[:-1], Layer(type(last.weight)(reading), type(last.bias)(1, 1))))
    dead = brute_force.equal(alone, net(([[0] * network.input_dim], None)))
    witness = difference(network, other)
    assert (witness is None) == dead
    if witness:
        check(witness, network, other)


@pytest.mark.parametrize(("width", "place"), [("1e-9", "1234/7"), ("1e-40", "-99999999/7919")])
def test_a_needle_in_one_dimension(width, place):
    """A hat of tiny width far away: no sample finds it."""
    size, start = rational(width), rational(place)
    hat = net(([[1]] * 3, [-start, -start - size, -start - 2 * size]), ([[1, -2, 1]], None))
    nothing = net(([[0]], [0]))
    witness = difference(hat, nothing)
    check(witness, hat, nothing)
    assert start < witness.point[0] < start + 2 * size
    assert difference(hat, nothing, Domain.box([start - 1], [start])) is None


def test_a_needle_behind_two_layers():
    pyramid = compose(
        net(([[1, 1]], ["-1e-9"]), ([[1]], None)),
        net(
            ([[1, 0], [1, 0], [1, 0], [0, 1], [0, 1], [0, 1]], [-7, -8, -9, -5, -6, -7]),
            ([[1, -2, 1, 0, 0, 0], [0, 0, 0, 1, -2, 1]], ["-1/2", "-1/2"]),
        ),
    )
    nothing = net(([[0, 0]], [0]))
    witness = difference(pyramid, nothing)
    check(witness, pyramid, nothing)


def test_the_witness_is_simple():
    assert difference(ABSOLUTE, POSITIVE).point == (-1,)
    hat = net(([[3]] * 3, [-1, "-3/2", -2]), ([[1, -2, 1]], None))
    assert difference(hat, net(([[0]], [0]))).point == (rational("1/2"),)


def test_polyhedra():
    triangle = Domain(Polyhedron.from_inequalities([[-1, 0], [0, -1], [1, 1]], [0, 0, 1]))
    first, second = net(([[1, 1]], None), ([[1]], None)), net(([[1, 1]], [0]))
    assert difference(first, second, triangle) is None
    assert difference(first, second).point == (-1, 0) or sum(difference(first, second).point) < 0
    other = net(([[1, 1]], ["1e-3"]))
    check(difference(first, other, triangle), first, other, triangle)


def test_an_affine_difference_that_is_zero_at_the_middle():
    domain = Domain(Polyhedron.from_inequalities([[-3, 0], [0, -3], [3, 3]], [-1, -1, 4]))
    middle = net(([[1, -1]], [0]))
    nothing = net(([[0, 0]], [0]))
    check(difference(middle, nothing, domain), middle, nothing, domain)


def test_subspaces():
    line = Domain().inside(AffineSubspace.through([[0, 0, 1], [1, 1, 1]]))
    first, second = net(([[1, -1, 0]], None), ([[1]], None)), net(([[0, 0, 0]], [0]))
    assert difference(first, second, line) is None
    other = net(([[0, 0, 1]], [-2]), ([[1]], None))
    third = net(([[1, 0, 1]], [-3]), ([[1]], None))
    witness = difference(other, third, line)
    check(witness, other, third)
    assert witness.point[0] == witness.point[1] > 2
    assert witness.point[2] == 1
    part = Domain.box([0], [2]).inside(line.subspace)
    assert difference(other, third, part) is None


def test_inputs_that_the_first_layer_does_not_see():
    first = net(([[0, 2, 0]], [1]), ([[1]], None))
    second = net(([[0, 2, 0], [0, -2, 0]], [1, -1]), ([[1, 1]], None))
    witness = difference(first, second)
    check(witness, first, second)
    assert (witness.point[0], witness.point[2]) == (0, 0)


def test_several_outputs_must_all_agree():
    first = net(([[1], [-1]], None), ([[1, 0], [1, 1]], None))
    second = net(([[1], [-1]], None), ([[1, 0], [1, "1.0000001"]], None))
    check(difference(first, second), first, second)
    assert difference(first, first) is None


def test_nets_without_hidden_layer():
    assert difference(net(([[1, 2]], [3])), net(([[1, 2]], [3]))) is None
    assert difference(net(([[1, 2]], [3])), net(([[1, 2]], [4]))).values == ((3,), (4,))
    assert difference(net(([[1]], [0])), split(1)) is None


def test_shapes_and_domains_that_do_not_fit():
    with pytest.raises(NetworkError, match="has 1 input, but the second has 2"):
        difference(ABSOLUTE, net(([[1, 2]], [0])))
    with pytest.raises(NetworkError, match="has 1 output, but the second has 2"):
        difference(ABSOLUTE, net(([[1], [2]], [0, 0])))
    with pytest.raises(DomainError):
        difference(ABSOLUTE, ABSOLUTE, Domain.box([0, 0], [1, 1]))


def test_stopping_and_progress():
    first = Network.from_rows(random_rows([3, 6, 5, 1]))
    second = compose(first, split(3))
    seen = []
    assert difference(first, second, run=Run(progress=seen.append)) is None
    assert seen == list(range(1, len(seen) + 1))
    steps = itertools.count()

    def stop():
        if next(steps) > 50:
            raise Stopped("deadline")

    with pytest.raises(Stopped):
        difference(first, second, run=UNLIMITED.also(stop))


def random_rows(sizes):
    source = random.Random(7)
    return [
        ([[source.randint(-9, 9) for _ in range(before)] for _ in range(after)], [source.randint(-9, 9) for _ in range(after)])
        for before, after in itertools.pairwise(sizes)
    ]


def written_twice(network, changes):
    """z - relu(z) + relu(-z) for each neuron z of the last layer, which is 0, plus a few multiples of these three neurons.

    All of it in one more hidden layer, of which a third is linear.
    """
    last, size = network.layers[-1], network.output_dim
    weight, bias = last.weight.tolist(), last.bias.entries()
    rows = [*weight, *weight, *([-entry for entry in row] for row in weight)]
    places = [*bias, *bias, *(-entry for entry in bias)]
    outputs = [[int(row == place) for place in range(size)] for row in range(size)]
    combined = [[*row, *(-entry for entry in row), *row] for row in outputs]
    for row, place, change in changes:
        combined[row % size][place % (3 * size)] += change
    whole = net((rows, places), (combined, None)).layers
    return Network((*network.hidden, Layer(whole[0].weight, whole[0].bias, tuple(range(size))), whole[1]))


CHANGES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.sampled_from([-1, 1])), max_size=1)


@settings(deadline=None)
@given(nets(inputs=2, layers=2, width=2, outputs=2, neurons=4), CHANGES, st.data())
def test_linear_neurons_of_the_last_hidden_layer(inner, changes, data):
    domain = data.draw(st.one_of(st.just(Domain()), boxes(inner.input_dim)))
    for network in (written_twice(inner, changes), written_twice(Network(inner.layers[:1]), changes)):
        zero = net(([[0] * network.input_dim] * network.output_dim, None))
        point = nonzero_point(network, domain)
        assert (point is None) == brute_force.equal(network, zero, domain)
        if point is not None:
            assert any(evaluate(network, point))
            assert contains(domain, point)


def test_a_linear_neuron_is_no_relu_and_cuts_nothing():
    """x - relu(x) + relu(-x) vanishes; without the last term it does where x >= 0, and nowhere else."""
    whole = net(([[1], [1], [-1]], None), ([[1, -1, 1], [0, 0, 0]], None)).layers
    last = Layer(whole[0].weight, whole[0].bias, linear=(0,))
    assert nonzero_point(Network((last, whole[1])), Domain()) is None
    shorter = Network((last, net(([[1, -1, 0]], None)).layers[0]))
    assert nonzero_point(shorter, Domain.box([0], [5])) is None
    [negative] = nonzero_point(shorter, Domain.box([-1], [5]))
    assert negative < 0


class TestLargeNets:
    """On many inputs no walk is possible: what is decided, the layers or some points decide."""

    INPUTS = 70

    @pytest.fixture
    def large(self):
        """relu(x_i) for all i, added up."""
        size = self.INPUTS
        return net(([[int(i == j) for j in range(size)] for i in range(size)], None), ([[1] * size], None))

    def bent_at(self, network, place):
        """The same net plus relu(x_i - place) for all i."""
        (weight, bias), (last, offset) = ((one.weight.tolist(), one.bias.entries()) for one in network.layers)
        return net((weight * 2, [*bias, *[-place] * self.INPUTS]), ([[*last[0], *[1] * self.INPUTS]], offset))

    def test_nets_with_the_same_layers_are_equal(self, large, monkeypatch):
        monkeypatch.setattr("relupoly.analysis.equality.equality.subtract", None)
        monkeypatch.setattr("relupoly.analysis.equality.equality.evaluate", None)
        assert difference(large, Network(tuple(large.layers))) is None

    def test_the_same_layers_do_not_excuse_a_domain_that_does_not_fit(self, large):
        with pytest.raises(DomainError, match="dimension 2, but there are 70 inputs"):
            difference(large, large, Domain.box([0, 0], [1, 1]))

    def test_some_points_are_tried_before_the_difference_is_made(self, large, monkeypatch):
        monkeypatch.setattr("relupoly.analysis.equality.equality.subtract", None)
        check(difference(large, net(([[1] * 70], None))), large, net(([[1] * 70], None)))

    def test_what_differs_far_out_only_is_found_there(self, large):
        """Points near 0 do not tell, and the walk is refused."""
        other = self.bent_at(large, 50)
        witness = difference(large, other)
        check(witness, large, other)
        assert max(witness.point) > 50

    def test_what_no_point_tells_is_refused(self, large):
        with pytest.raises(SizeError, match=r"2\^70 cells"):
            difference(large, self.bent_at(large, 10**9))

    def test_a_witness_is_given_out_though_there_is_no_time_to_shorten_it(self, large):
        left = iter([False] * 2)
        other = net(([[1] * 70], [1]))
        witness = difference(
            large, other, Domain.box(["1/3"] * 70, ["2/5"] * 70), run=Run(interrupted=lambda: next(left, True))
        )
        check(witness, large, other)
