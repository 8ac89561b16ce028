"""Composition and restriction are those of functions."""

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st
from oracles.strategies import matrices, nets

from relupoly.errors import NetworkError
from relupoly.exact.matrices import column, from_rows
from relupoly.geometry.subspace import AffineSubspace
from relupoly.networks.composition import compose, restrict
from relupoly.networks.evaluation import evaluate
from relupoly.networks.network import Network


@given(nets(inputs=2, outputs=2), nets(inputs=2, outputs=2), st.data())
def test_composition(inner, outer, data):
    point = data.draw(matrices(1, inner.input_dim))[0]
    if inner.output_dim != outer.input_dim:
        with pytest.raises(NetworkError, match="the inner network has"):
            compose(outer, inner)
        return
    both = compose(outer, inner)
    assert both.widths == inner.widths + outer.widths
    assert evaluate(both, point) == evaluate(outer, evaluate(inner, point))


@given(nets(inputs=3), st.data())
def test_restriction(net, data):
    size = data.draw(st.integers(1, net.input_dim))
    origin = data.draw(matrices(1, net.input_dim))[0]
    basis = data.draw(matrices(net.input_dim, size).filter(lambda rows: from_rows(rows).rank() == size))
    subspace = AffineSubspace(column([fmpq(entry) for entry in origin]), from_rows(basis))
    parameters = data.draw(matrices(1, size))[0]
    point = [o + sum(b * t for b, t in zip(row, parameters, strict=True)) for o, row in zip(origin, basis, strict=True)]
    assert evaluate(restrict(net, subspace), parameters) == evaluate(net, point)


def test_restriction_keeps_the_metadata_and_the_net():
    net = Network.from_rows([([[1, 0], [0, 1]], None), ([[1, 1]], None)], {"family": "sum"})
    before = [layer.weight.tolist() for layer in net.layers]
    part = restrict(net, AffineSubspace.through([[0, 0], [1, 1]]))
    assert (part.metadata, part.input_dim) == ({"family": "sum"}, 1)
    assert [layer.weight.tolist() for layer in net.layers] == before


def test_a_subspace_of_another_space():
    net = Network.from_rows([([[1, 0]], None)])
    with pytest.raises(NetworkError, match="the subspace lies in dimension 3, but the network has 2 inputs"):
        restrict(net, AffineSubspace.through([[0, 0, 0], [1, 1, 1]]))
