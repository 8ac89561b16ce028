"""Homogeneous essential coordinates."""

import pytest
from flint import fmpq, fmpz_mat
from hypothesis import given
from hypothesis import strategies as st
from oracles.strategies import matrices, nets_on_domains

from relupoly.errors import DomainError
from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.geometry.subspace import AffineSubspace
from relupoly.networks.network import Network
from relupoly.pieces.forms.homogeneous import homogenize


def net(*layers):
    return Network.from_rows(layers)


def test_layers_become_integer_matrices_without_common_factor():
    prepared = homogenize(net(([["1/2", "1/3"], [1, 0]], ["1/6", 0]), ([[4, 6]], [2])), Domain())
    assert [layer.tolist() for layer in prepared.layers] == [[[3, 2, 1], [6, 0, 0], [0, 0, 6]], [[4, 6, 2], [0, 0, 1]]]
    assert (prepared.dimension, prepared.depth, prepared.widths, prepared.bits) == (3, 1, (2,), 3)


def test_neurons_on_one_hyperplane_share_it():
    rows = [[1, 2], [-2, -4], [0, 0], [1, 2], ["1/3", "2/3"], [0, 0], [0, 1]]
    planes = homogenize(net((rows, [3, -6, 0, 4, 1, 5, 0]), ([[1] * 7], None)), Domain()).hyperplanes[0]
    assert planes.of.tolist() == [0, 0, 1, 2, 0, 3, 4]
    assert planes.side.tolist() == [1, -1, 1, 1, 1, 1, 1]
    assert planes.first.tolist() == [0, 2, 3, 5, 6]


def test_what_the_next_layer_gains_across_a_hyperplane():
    """Of relu(h), 2 relu(-h) and relu(3h) comes h + 3h and goes -2h: with weights 5, 7 and 11 the sum rises by 52 h."""
    rows = [[1, 2], [-2, -4], [3, 6], [1, 0]]
    prepared = homogenize(net((rows, [1, -2, 3, 0]), ([[5, 7, 11, 13], [1, -1, 0, 0]], [1, 0]), ([[1, 1]], None)), Domain())
    planes = prepared.hyperplanes[0]
    assert planes.size == (1, 2, 3, 1)
    assert planes.rises(prepared.layers[1]).tolist() == [[52, 13], [-1, 0], [0, 0]]


@given(nets_on_domains())
def test_each_neuron_is_on_its_side_of_its_hyperplane(case):
    network, domain = case
    prepared = homogenize(network, domain)
    for layer, planes in zip(network.hidden, prepared.hyperplanes, strict=True):
        rows = [[*row, bias] for row, bias in zip(layer.weight.tolist(), layer.bias.entries(), strict=True)]
        for row, plane, side in zip(rows, planes.of.tolist(), planes.side.tolist(), strict=True):
            first = rows[planes.first[plane]]
            assert all(a * d == b * c for a, b in zip(row, first, strict=True) for c, d in zip(row, first, strict=True))
            assert sum((a * b for a, b in zip(row, first, strict=True)), fmpq(0)) * side >= 0
            assert any(row) == any(first)


def test_labels():
    triangle = Domain(Polyhedron.from_inequalities([[-1, 0], [0, 0], [0, -1], [1, 1]], [0, 5, 0, 1]))
    prepared = homogenize(net(([[1, 0], [2, 0]], None), ([[1, 1], [1, 0], [0, 1]], None), ([[1, 1, 1]], None)), triangle)
    assert prepared.domain.tolist() == [[1, 0, 0], [0, 1, 0], [-1, -1, 1]]
    assert prepared.first_label == (4, 5, 8)


@pytest.mark.parametrize(
    ("rows", "domain", "dimension"),
    [
        ([[1, 0, 0]], Domain(), 2),
        ([[1, 1, 1], [2, 2, 2]], Domain(), 2),
        ([[0, 0, 0]], Domain(), 1),
        ([[1, 0, 0]], Domain(Polyhedron.from_inequalities([[0, 0, 1]], [0])), 3),
        ([[1, 0, 0]], Domain.box([0] * 3, [1] * 3), 4),
        ([[1, 0, 0]], Domain(subspace=AffineSubspace.fixing(3, {0: 1})), 1),
    ],
)
def test_directions_without_change_are_left_out(rows, domain, dimension):
    network = net((rows, None), ([[1] * len(rows)], None))
    assert homogenize(network, domain).dimension == dimension


@given(st.integers(1, 4), st.integers(1, 4), st.data())
def test_the_essential_coordinates_are_as_many_as_the_rank(inputs, neurons, data):
    rows = data.draw(matrices(neurons, inputs))
    prepared = homogenize(net((rows, None), ([[1] * neurons], None)), Domain())
    matrix = fmpz_mat(neurons, inputs, [entry for row in rows for entry in row])
    kept = fmpz_mat(neurons, prepared.dimension - 1, [e for row in prepared.layers[0].tolist()[:-1] for e in row[:-1]])
    assert prepared.dimension - 1 == matrix.rank() == kept.rank()


def test_a_domain_of_another_dimension():
    with pytest.raises(DomainError, match="make them equal"):
        homogenize(net(([[1]], None)), Domain.box([0, 0], [1, 1]))
