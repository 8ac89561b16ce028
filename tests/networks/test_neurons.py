"""Facts about neurons: on nets made for them, against evaluation, and against the walk over the cells."""

from dataclasses import asdict
from itertools import pairwise

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import neuron_facts as by_loops
from oracles.strategies import sparsely

from relupoly.exact.matrices import column
from relupoly.exact.sparse import SparseMatrix
from relupoly.networks.evaluation import evaluate
from relupoly.networks.evaluation import preactivations as preactivations_at
from relupoly.networks.network import Layer, Network
from relupoly.networks.neurons import LayerNeurons, neuron_facts, weight_bits, weight_kind
from relupoly.pieces.enumeration.stable import stable_neurons

POINTS = [[-5, 3], [0, 0], [1, -1], ["1/3", 7], [-20, -11], [40, "-1/2"]]


@st.composite
def nets(draw):
    """Nets on R^2 with many zeros, so that dead, constant and unused neurons are common."""
    shape = [2, *draw(st.lists(st.integers(1, 4), min_size=1, max_size=3)), 1]
    entries = st.sampled_from([0, 0, 0, 1, -1, 2, -2])
    layers = []
    for inputs, outputs in pairwise(shape):
        weight = [draw(st.lists(entries, min_size=inputs, max_size=inputs)) for _ in range(outputs)]
        layers.append((weight, draw(st.lists(entries, min_size=outputs, max_size=outputs))))
    return Network.from_rows(layers)


def preactivations(net, depth, point):
    """What enters the ReLUs of a hidden layer at a point."""
    return evaluate(Network(net.layers[: depth + 1]), point)


def without(net, facts):
    """The net whose dead and unused neurons are made to output 0."""
    layers = list(net.layers)
    for depth, layer in enumerate(facts):
        gone = {*layer.dead, *layer.unused}
        rows = [[fmpq(0) if r in gone else entry for entry in row] for r, row in enumerate(layers[depth].weight.tolist())]
        bias = [fmpq(0) if r in gone else entry for r, entry in enumerate(layers[depth].bias.entries())]
        weight = fmpq_mat(layers[depth].outputs, layers[depth].inputs, [entry for row in rows for entry in row])
        layers[depth] = Layer(weight, column(bias), layers[depth].linear)
    return Network(tuple(layers))


@given(nets())
def test_dead_and_constant_neurons_do_not_change(net):
    for depth, layer in enumerate(neuron_facts(net)):
        values = [preactivations(net, depth, point) for point in POINTS]
        assert all(value[neuron] <= 0 for neuron in layer.dead for value in values)
        assert all(value[neuron] == values[0][neuron] > 0 for neuron in layer.constant for value in values)


@given(nets())
def test_neurons_of_a_group_have_one_sign_and_opposite_ones_have_two(net):
    for depth, layer in enumerate(neuron_facts(net)):
        for point in POINTS:
            signs = [(value > 0) - (value < 0) for value in preactivations(net, depth, point)]
            assert all(len({signs[neuron] for neuron in group}) == 1 for group in layer.duplicate)
            assert all(signs[one] == -signs[other] for one, other in layer.opposite)


@given(nets())
def test_a_net_computes_the_same_without_its_dead_and_unused_neurons(net):
    smaller = without(net, neuron_facts(net))
    assert [evaluate(smaller, point) for point in POINTS] == [evaluate(net, point) for point in POINTS]


@settings(deadline=None)
@given(nets())
def test_the_walk_agrees(net):
    facts, stable = neuron_facts(net), stable_neurons(net)
    for layer, active, inactive in zip(facts, stable.active, stable.inactive, strict=True):
        assert set(layer.dead) <= set(inactive)
        assert set(layer.constant) <= set(active)
    assert (facts[0].dead, facts[0].constant) == (stable.inactive[0], stable.active[0])


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        pytest.param([([[1], [-1]], None), ([[1, 1]], None)], [LayerNeurons(opposite=((0, 1),))], id="absolute value"),
        pytest.param([([[1, 2]], [3])], [], id="no hidden layer"),
        pytest.param(
            [([[0, 0], [0, 0], [0, 0], [1, 0]], [-1, 0, 1, 0]), ([[1, 1, 1, 1]], None)],
            [LayerNeurons(dead=(0, 1), constant=(2,))],
            id="zero rows",
        ),
        pytest.param(
            [([[1, -2], ["1/2", -1], [-3, 6], [1, -2]], [1, "1/2", -3, 2]), ([[1, 1, 1, 1]], None)],
            [LayerNeurons(duplicate=((0, 1),), opposite=((0, 2),))],
            id="multiples of the row, not of the weights alone",
        ),
        pytest.param(
            [([[1], [2], [-1], [-2]], None), ([[1, 1, 1, 1]], None)],
            [LayerNeurons(duplicate=((0, 1), (2, 3)), opposite=((0, 2),))],
            id="one pair for two groups on one hyperplane",
        ),
        pytest.param(
            [([[1], [-1]], None), ([[-1, -2], [-1, 0], [1, -1]], [0, 1, -1]), ([[1, 1, 1]], None)],
            [LayerNeurons(opposite=((0, 1),)), LayerNeurons(dead=(0,))],
            id="inputs of deep layers are not negative",
        ),
        pytest.param(
            [([[0], [1]], [3, 0]), ([[1, 0], [-1, 0], [-1, -1]], [-1, 2, 2]), ([[1, 1, 1]], None)],
            [LayerNeurons(constant=(0,), unused=(1,)), LayerNeurons(constant=(0,), dead=(1, 2))],
            id="constants count into the bias",
        ),
        pytest.param(
            [([[0], [1], [2]], [3, 0, 1]), ([[1, 1, 0], [0, 1, 0]], [-3, 0]), ([[1, 1]], None)],
            [LayerNeurons(constant=(0,), unused=(2,)), LayerNeurons(duplicate=((0, 1),))],
            id="duplicates up to constants",
        ),
        pytest.param(
            [([[1], [2]], [0, 1]), ([[1, 0], [0, -1], [0, 1]], [0, -1, 5]), ([[1, 1, 0]], None)],
            [LayerNeurons(unused=(1,)), LayerNeurons(dead=(1,), unused=(2,))],
            id="only dead and unused neurons read it",
        ),
    ],
)
def test_known_nets(layers, expected):
    assert neuron_facts(Network.from_rows(layers)) == tuple(expected)


@pytest.mark.parametrize(
    ("weight", "bias", "kind", "bits"),
    [
        ([[1, -2]], [0], "integers", 2),
        ([[2**60 + 1, 0]], [0], "integers", 61),
        ([[1, 0.5]], [0], "doubles", 2),
        ([[1, 2]], [0.1], "doubles", 56),
        ([[1, "0.1"]], [0], "rationals", 4),
        ([[1, 2]], ["-1/3"], "rationals", 2),
    ],
)
def test_kinds_of_weights(weight, bias, kind, bits):
    net = Network.from_rows([(weight, bias)])
    assert (weight_kind(net), weight_bits(net)) == (kind, bits)


@st.composite
def linear(draw):
    """The same with linear neurons."""
    net = draw(nets())
    chosen = [draw(st.sets(st.integers(0, layer.outputs - 1))) for layer in net.hidden]
    layers = [Layer(layer.weight, layer.bias, tuple(sorted(one))) for layer, one in zip(net.hidden, chosen, strict=True)]
    return Network((*layers, net.layers[-1]))


@given(linear())
def test_facts_of_nets_with_linear_neurons(net):
    facts = neuron_facts(net)
    assert facts == neuron_facts(Network(tuple(map(sparsely, net.layers))))
    every = [preactivations_at(net, point) for point in POINTS]
    for depth, (layer, known) in enumerate(zip(net.hidden, facts, strict=True)):
        values = [entries[depth].entries() for entries in every]
        with_hyperplane = {*known.dead, *(neuron for group in (*known.duplicate, *known.opposite) for neuron in group)}
        assert not with_hyperplane & set(layer.linear)
        assert all(value[neuron] <= 0 for neuron in known.dead for value in values)
        for neuron in known.constant:
            assert len({value[neuron] for value in values}) == 1
            assert neuron in layer.linear or values[0][neuron] > 0
        for value in values:
            signs = [(entry > 0) - (entry < 0) for entry in value]
            assert all(len({signs[neuron] for neuron in group}) == 1 for group in known.duplicate)
            assert all(signs[one] == -signs[other] for one, other in known.opposite)
    smaller = without(net, facts)
    assert [evaluate(smaller, point) for point in POINTS] == [evaluate(net, point) for point in POINTS]


def test_what_linear_neurons_are():
    """x, -x, the constant -3 and relu(x): nothing is known of the signs of linear neurons, but that -3 is -3."""
    whole = Network.from_rows(
        [([[1], [-1], [0], [1]], [0, 0, -3, 0]), ([[-1, 0, 0, 0], [0, 0, 1, -1], [0, 0, 1, 0]], [0, 3, 3]), ([[1, 1, 1]], None)]
    )
    first = Layer(whole.layers[0].weight, whole.layers[0].bias, linear=(0, 1, 2))
    net = Network((first, *whole.layers[1:]))
    assert neuron_facts(net) == (LayerNeurons(constant=(2,), unused=(1, 2, 3)), LayerNeurons(dead=(1, 2)))


def test_inputs_that_are_not_negative_pass_linear_neurons():
    """relu(x) and |x| through linear neurons: what takes them negatively is dead."""
    whole = Network.from_rows(
        [
            ([[1], [-1]], None),
            ([[1, 0], [1, 1], [1, -1]], None),
            ([[-1, 0, 0], [0, -1, 0], [0, 0, -1]], None),
            ([[1, 1, 1]], None),
        ]
    )
    second = Layer(whole.layers[1].weight, whole.layers[1].bias, linear=(0, 1, 2))
    net = Network((whole.layers[0], second, *whole.layers[2:]))
    assert neuron_facts(net)[2].dead == (0, 1)


def test_kinds_of_sparse_weights():
    """A billion zeros are not looked at."""
    size = 30_000
    weight = SparseMatrix.from_triples((size, size), [0, 5], [7, 1], [fmpq(1, 4), fmpq(-9)])
    net = Network((Layer(weight, column([fmpq(0)] * size)),))
    assert (weight_kind(net), weight_bits(net)) == ("doubles", 4)


@st.composite
def nets_of_many_sizes(draw):
    """Nets with multiples of few rows, whose entries are small, long, rounded, or over ever new denominators."""
    shape = [2, *draw(st.lists(st.integers(1, 5), min_size=1, max_size=3)), 1]
    entries = st.sampled_from([0, 0, 0, 1, -1, fmpq(1, 3), fmpq(-(2**70), 7), fmpq(3, 2**80), fmpq(-5, 2**20)])
    factors = st.sampled_from([fmpq(1), fmpq(-1), fmpq(2), fmpq(-1, 3), fmpq(2**65), fmpq(1, 10**400 + 1), fmpq(1, 2**61 - 1)])
    layers = []
    for depth, (inputs, outputs) in enumerate(pairwise(shape), 2):
        row = st.lists(entries, min_size=inputs + 1, max_size=inputs + 1)
        some = draw(st.lists(row, min_size=1, max_size=2))
        chosen = [(draw(factors), draw(st.sampled_from(some))) for _ in range(outputs)]
        rows = [[factor * entry for entry in entries] for factor, entries in chosen]
        weight = fmpq_mat(outputs, inputs, [entry for row in rows for entry in row[:-1]])
        linear = draw(st.sets(st.integers(0, outputs - 1))) if depth < len(shape) else ()
        layers.append(Layer(weight, column([row[-1] for row in rows]), tuple(sorted(linear))))
    return Network(tuple(layers))


@settings(max_examples=200)
@given(nets_of_many_sizes() | linear())
def test_loops_over_fractions_agree(net):
    expected = by_loops.facts(net)
    assert [asdict(facts) for facts in neuron_facts(net)] == expected
    assert [asdict(facts) for facts in neuron_facts(Network(tuple(map(sparsely, net.layers))))] == expected


@given(nets_of_many_sizes())
def test_kinds_and_bits_by_single_entries(net):
    entries = [entry for layer in net.layers for entry in layer.weight.entries() + layer.bias.entries()]
    longest = max(max(abs(int(entry.p)), int(entry.q)).bit_length() for entry in entries)
    powers = all(int(entry.q).bit_count() == 1 for entry in entries)  # all numerators are short, or powers of two times short
    kind = "integers" if all(entry.q == 1 for entry in entries) else "doubles" if powers else "rationals"
    for one in (net, Network(tuple(map(sparsely, net.layers)))):
        assert (weight_kind(one), weight_bits(one)) == (kind, longest)


def test_denominators_that_have_nothing_in_common():
    """Each entry has a denominator of its own: the common one would be as long as all of them together."""
    rows = [[fmpq(1, 10**20 + 39 * (8 * row + place)) for place in range(8)] for row in range(8)]
    doubled = [[3 * entry for entry in rows[2]], [-entry for entry in rows[5]]]
    net = Network.from_rows([([*rows, *doubled], [0] * 10), ([[1] * 10], [0])])
    assert net.layers[0].sparse is None
    (facts,) = neuron_facts(net)
    assert (facts.duplicate, facts.opposite) == (((2, 8),), ((5, 9),))
    assert (weight_kind(net), weight_bits(net)) == ("rationals", 67)
