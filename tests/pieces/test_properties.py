"""What holds for every net: the count is a property of the function and the domain, not of how they are written."""

import itertools
from fractions import Fraction

import pytest
from flint import fmpz_mat
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.brute_force import brute_force
from oracles.strategies import ENTRY, boxes, matrices, nets, nets_on_domains

from relupoly.exact.floats import FloatVectors
from relupoly.exact.integers import IntegerVectors
from relupoly.exact.rationals import rational
from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.geometry.subspace import AffineSubspace
from relupoly.networks.composition import restrict
from relupoly.networks.network import Network
from relupoly.pieces.count import count_pieces
from relupoly.pieces.enumeration.complex import f_vector
from relupoly.pieces.forms.homogeneous import homogenize
from relupoly.pieces.notions import NOTIONS
from relupoly.pieces.recount import recount
from relupoly.pieces.walk.driver import Walk

FUNCTION_NOTIONS = ("open", "closed", "affine")


def counts(net, domain=None):
    return count_pieces(net, domain, notion="all").counts


def rows(net):
    """The layers as lists that can be changed: (weight rows, bias entries)."""
    return [([list(row) for row in layer.weight.tolist()], list(layer.bias.entries())) for layer in net.layers]


@settings(max_examples=60)
@given(nets_on_domains(inputs=2, neurons=6))
def test_equals_brute_force(case):
    assert counts(*case) == brute_force(*case)


@pytest.mark.slow
@settings(max_examples=200)
@given(nets_on_domains(neurons=7))
def test_equals_brute_force_in_space(case):
    assert counts(*case) == brute_force(*case)


@settings(max_examples=40)
@given(nets_on_domains())
def test_equals_the_recount_by_linear_programs(case):
    assert counts(*case) == recount(*case, notions=NOTIONS)


@pytest.mark.slow
@settings(max_examples=300)
@given(nets_on_domains(neurons=9, width=4))
def test_equals_the_recount_by_linear_programs_often(case):
    assert counts(*case) == recount(*case, notions=NOTIONS)


@given(nets_on_domains(neurons=9, width=4))
def test_chain_of_the_notions(case):
    found = counts(*case)
    assert found["affine"] <= found["closed"] <= found["open"] <= found["activation"] <= found["patterns"]
    assert found["strict"] <= found["activation"]


@given(nets_on_domains(neurons=10, width=5), st.randoms())
def test_permuting_neurons(case, random):
    net, domain = case
    layers = rows(net)
    for first, second in itertools.pairwise(layers):
        order = list(range(len(first[0])))
        random.shuffle(order)
        first[0][:], first[1][:] = [first[0][i] for i in order], [first[1][i] for i in order]
        second[0][:] = [[row[i] for i in order] for row in second[0]]
    assert counts(Network.from_rows(layers), domain) == counts(net, domain)


@given(nets_on_domains(neurons=10, width=5), st.data())
def test_scaling_a_neuron(case, data):
    net, domain = case
    layers = rows(net)
    index = data.draw(st.integers(0, len(layers) - 2))
    neuron = data.draw(st.integers(0, len(layers[index][0]) - 1))
    factor = rational(data.draw(st.fractions(Fraction(1, 9), 9)))
    weight, bias = layers[index]
    weight[neuron] = [entry * factor for entry in weight[neuron]]
    bias[neuron] *= factor
    for row in layers[index + 1][0]:
        row[neuron] /= factor
    assert counts(Network.from_rows(layers), domain) == counts(net, domain)


@given(nets(neurons=8, width=4), st.data())
def test_changing_input_coordinates(net, data):
    n = net.input_dim
    change = data.draw(matrices(n, n).filter(lambda rows: fmpz_mat(rows).rank() == n))
    origin = data.draw(matrices(1, n))[0]
    points = [origin, *([a + b for a, b in zip(origin, row, strict=True)] for row in change)]
    subspace = AffineSubspace.through(points)
    assert counts(restrict(net, subspace)) == counts(net, Domain(subspace=subspace)) == counts(net)


@given(nets_on_domains(neurons=7, width=4), st.data())
def test_duplicating_a_neuron_and_halving_its_weights(case, data):
    net, domain = case
    layers = rows(net)
    index = data.draw(st.integers(0, len(layers) - 2))
    neuron = data.draw(st.integers(0, len(layers[index][0]) - 1))
    layers[index][0].append(list(layers[index][0][neuron]))
    layers[index][1].append(layers[index][1][neuron])
    for row in layers[index + 1][0]:
        row[neuron] /= 2
        row.append(row[neuron])
    found, before = counts(Network.from_rows(layers), domain), counts(net, domain)
    assert {name: found[name] for name in FUNCTION_NOTIONS} == {name: before[name] for name in FUNCTION_NOTIONS}


@given(nets_on_domains(neurons=7, width=4), st.data())
def test_adding_dead_neurons(case, data):
    net, domain = case
    layers = rows(net)
    index = data.draw(st.integers(0, len(layers) - 2))
    layers[index][0].append([rational(0)] * len(layers[index][0][0]))
    layers[index][1].append(rational(data.draw(st.integers(-2, -1))))
    for row in layers[index + 1][0]:
        row.append(rational(data.draw(ENTRY)))
    assert counts(Network.from_rows(layers), domain) == counts(net, domain)


@given(st.data())
def test_eulers_relation_on_boxes(data):
    net = data.draw(nets(neurons=8, width=4))
    domain = data.draw(boxes(net.input_dim))
    faces = f_vector(net, domain)
    assert sum((-1) ** dimension * number for dimension, number in enumerate(faces)) == 1
    assert faces[-1] == count_pieces(net, domain, notion="activation").pieces


@given(nets(neurons=8, width=4), st.data())
def test_a_box_is_a_polyhedron_and_a_subspace(net, data):
    box = data.draw(boxes(net.input_dim))
    polyhedron = Domain(Polyhedron(box.polyhedron.matrix * 2, box.polyhedron.bound * 2))
    identity = AffineSubspace.fixing(net.input_dim, {})
    expected = counts(net, box)
    assert counts(net, polyhedron) == expected
    assert counts(net, box.inside(identity)) == expected


@given(nets_on_domains(neurons=10, width=5))
def test_floats_and_integers_walk_alike(case):
    prepared = homogenize(*case)
    patterns = [
        sorted(cell.neuron_signs().tobytes() for cell in Walk(prepared, kind=kind, patience=patience))
        for kind in (FloatVectors, IntegerVectors)
        for patience in (0, 10**9)
    ]
    assert patterns[1:] == patterns[:-1]
