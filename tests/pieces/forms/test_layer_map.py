"""Layer maps against evaluation, and fingerprints."""

import numpy as np
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.strategies import matrices, nets, nets_on_domains

from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.networks.evaluation import preactivations
from relupoly.networks.network import Network
from relupoly.pieces.forms.homogeneous import INFINITY, PRIMES, homogenize
from relupoly.pieces.forms.layer_map import LayerMap
from relupoly.pieces.walk.cell import same_function
from relupoly.pieces.walk.driver import Walk


def maps_at(network, point):
    """The layer maps with the activations at a point, and the preactivations there."""
    prepared = homogenize(network, Domain.box([-9] * len(point), [9] * len(point)))
    values = [layer.entries() for layer in preactivations(network, point)]
    found = [LayerMap(prepared, 0)]
    for layer, row in enumerate(values[:-1], 1):
        active = np.array([*(entry > 0 for entry in row), True])
        found.append(LayerMap(prepared, layer, active, found[-1]))
    return found, values


@given(nets(), st.data())
def test_forms_are_the_preactivations(network, data):
    point = data.draw(matrices(1, network.input_dim))[0]
    for layer_map, values in zip(*maps_at(network, point), strict=True):
        *forms, constant = [
            sum((fmpq(a) * x for a, x in zip(row, [*point, 1], strict=True)), fmpq(0)) for row in layer_map.forms.tolist()
        ]
        assert constant > 0
        assert [form / constant for form in forms] == values


@given(nets(outputs=1), st.data())
def test_fingerprints_tell_functions_apart(network, data):
    points = [data.draw(matrices(1, network.input_dim))[0] for _ in range(2)]
    one, two = (maps_at(network, point)[0][-1] for point in points)
    equal = one.forms == two.forms
    assert np.array_equal(one.residues, two.residues) == equal == same_function(one, two)


def test_a_layer_without_active_neurons_makes_a_constant_with_the_same_fingerprint_everywhere():
    network = Network.from_rows([([[1], [-2]], [1, 3]), ([[1, 2], [3, 5]], [-9, "1/2"]), ([[1, 1]], [4])])
    prepared = homogenize(network, Domain())
    dead = np.array([False, False, True])
    maps = [
        LayerMap(prepared, 2, dead, LayerMap(prepared, 1, np.array([*first, True]), LayerMap(prepared, 0)))
        for first in ([True, False], [False, True], [True, True], [False, False])
    ]
    assert all(same_function(maps[0], other) for other in maps)
    (slope, value), (rest, constant) = maps[0].forms.tolist()
    assert (slope, rest, fmpq(value, constant)) == (0, 0, 4)
    nearly = LayerMap(prepared, 2, np.array([True, False, True]), maps[0].previous)
    assert not same_function(maps[0], nearly)


@settings(max_examples=60)
@given(nets_on_domains(neurons=9, width=4))
def test_a_pattern_is_a_map(case):
    prepared = homogenize(*case)
    for cell in Walk(prepared):
        again = LayerMap.of_pattern(prepared, cell.output.pattern)
        assert (again.forms, again.pattern) == (cell.output.forms, cell.output.pattern)
        assert np.array_equal(again.residues, cell.output.residues)


def test_equal_fingerprints_are_not_believed():
    weights = (1, 1 + PRIMES[0] * PRIMES[1])
    one, two = (maps_at(Network.from_rows([([[weight]], None), ([[1]], None)]), [1])[0][-1] for weight in weights)
    assert np.array_equal(one.residues, two.residues)
    assert not same_function(one, two)


def test_forms_of_walls():
    network = Network.from_rows([([[2, 0], [-4, 0]], [6, -12]), ([[1, 1], [0, 3]], [-1, 0]), ([[1, 1]], None)])
    domain = Domain(Polyhedron.from_inequalities([[2, 4]], [6]))
    first = LayerMap(homogenize(network, domain), 0)
    second = LayerMap(first.net, 1, np.array([True, False, True]), first)
    assert second.form(INFINITY) == [0, 0, 1]
    assert second.form(1) == [-1, -2, 3]
    assert second.form(2) == first.form(2) == [2, 0, 6]
    assert second.form(3) == [2, 0, 5]
    assert second.form(4) == [0, 0, 0]
