"""Smaller nets that are equal on a domain: how small by hand, and equal by brute force over the cells of both nets."""

from __future__ import annotations

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.brute_force import equal
from oracles.strategies import boxes, linear_nets

from relupoly.analysis import compression
from relupoly.analysis.compression import compress
from relupoly.errors import CheckFailed, DomainError
from relupoly.geometry.domain import Domain
from relupoly.geometry.subspace import AffineSubspace
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Layer, Network
from relupoly.run import Run, Stopped

HAT = Network.from_rows([([[1], [1], [1]], [1, 0, -1]), ([[1, -2, 1]], None)])


@settings(deadline=None, max_examples=60)
@given(linear_nets(inputs=2, outputs=2, neurons=6, sparse=True), st.data())
def test_it_is_equal_on_the_domain_and_no_larger(net, data):
    domain = data.draw(st.one_of(st.just(Domain()), boxes(net.input_dim)))
    found = compress(net, domain)
    assert equal(net, found.network, domain)
    assert (found.before, found.after) == (net.widths, found.network.widths)
    assert sum(found.after) <= sum(found.before)
    again = compress(found.network, domain)
    assert sum(again.after) == sum(found.after)


@pytest.mark.parametrize(
    ("layers", "box", "after"),
    [
        # Nothing to save; all of it off; affine there.
        (HAT, None, (3,)),
        (HAT, ([2], [3]), ()),
        (HAT, ([0], [1]), ()),
        # The bends at -1 and 0 stay, or the one at 0 and what is always active.
        (HAT, ([-2], [1]), (2,)),
        (HAT, ([-1], [1]), (2,)),
        # Parallel ones are one, unread ones and constants none.
        ([([[1], [2], [0], [-1]], [0, 0, 4, 0]), ([[1, 1, 1, 0]], [1])], None, (1,)),
        # Three always active neurons of two inputs: two are independent, and one output sees one.
        ([([[1, 0], [0, 1], [1, 1], [1, -1]], [5, 5, 9, 0]), ([[1, 1, 1, 1]], None)], ([-1] * 2, [1] * 2), (2,)),
        ([([[1, 0], [0, 1], [1, 1], [1, -1]], [5, 5, 9, 0]), ([[1, 1, 1, 1], [1, 2, 0, 1]], None)], ([-1] * 2, [1] * 2), (3,)),
        # The first layer is affine there, the second one is not.
        ([([[1], [1]], [3, 5]), ([[1, 1], [1, -1]], [-8, 0]), ([[1, 1]], None)], ([-1], [1]), (1,)),
        # Constant outputs.
        ([([[1], [-1]], None), ([[0, 0]], [7])], None, ()),
    ],
)
def test_how_small(layers, box, after):
    net = layers if isinstance(layers, Network) else Network.from_rows(layers)
    domain = Domain.box(*box) if box else Domain()
    found = compress(net, domain)
    assert found.after == after
    assert equal(net, found.network, domain)


def test_always_active_neurons_stay_relus_where_that_is_as_small():
    found = compress(HAT, Domain.box([-1], [1])).network
    assert found.relus == (2,)
    wide = Network.from_rows([([[1, 0], [0, 1], [1, 1], [1, -1]], [5, 5, 9, 0]), ([[1, 1, 1, 1]], None)])
    assert compress(wide, Domain.box([-1] * 2, [1] * 2)).network.relus == (1,)


def test_what_is_kept_in_a_net_that_cannot_be_smaller_is_the_net():
    assert compress(HAT).network is HAT


def test_metadata_stay_but_for_claims():
    net = Network(HAT.layers, {"family": "hat", "parameters": {}, "claims": {"pieces": 4}, "columns": ["x"]})
    assert compress(net, Domain.box([0], [1])).network.metadata == {"columns": ["x"]}
    assert compress(net).network.metadata == net.metadata


def test_a_linear_neuron_alone_in_its_layer_becomes_part_of_the_next():
    first, last = HAT.layers
    net = Network((Layer(first.weight, first.bias, (0, 1, 2)), last))
    found = compress(net)
    assert found.after == ()
    assert found.network([fmpq(1, 3)]) == net([fmpq(1, 3)])


def test_a_linear_neuron_may_be_negative():
    """So relu(-z) is not dead, as it would be behind a neuron with ReLU."""
    first, *others = Network.from_rows([([[1], [1]], [0, -1]), ([[-1, 0], [0, 1]], None), ([[1, 1]], None)]).layers
    net = Network((Layer(first.weight, first.bias, (0,)), *others))
    assert equal(net, compress(net).network)
    assert compress(net).after == (2, 2)


def test_a_union_and_a_subspace():
    apart = DomainUnion((Domain.box([-3], [-2]), Domain.box([2], [3])))
    found = compress(HAT, apart)
    assert [found.network([x])[0] for x in (-3, "-5/2", 2, 3)] == [0, 0, 0, 0]
    near = DomainUnion((Domain.box([-3], [-2]), Domain.box([0], ["1/2"])))
    found = compress(HAT, near)
    assert (found.after, [found.network([x])[0] for x in (-3, 0, "1/2")]) == ((2,), [0, 1, fmpq(1, 2)])
    plane = Network.from_rows([([[1, 1], [1, -1], [2, 0]], [0, -9, 0]), ([[1, 1, 1]], None)])
    line = AffineSubspace.through([[0, 0], [1, 2]])
    found = compress(plane, Domain.box([0], [1]).inside(line))
    assert (found.after, found.network.input_dim, found.network([1, 2])) == ((), 2, plane([1, 2]))


def test_a_box_of_many_inputs():
    """No cell is listed: 30 inputs, of which each neuron sees two."""
    rows = [[int(place in (k, k + 1)) for place in range(30)] for k in range(0, 30, 2)]
    net = Network.from_rows([([*rows, [-1] * 30], [*[3] * 14, 0, -40]), ([[1] * 16], None)])
    found = compress(net, Domain.box([-1] * 30, [1] * 30))
    assert found.after == (2,)
    assert found.network([fmpq(1, 2)] * 30) == net([fmpq(1, 2)] * 30)


def test_a_difference_is_no_result(monkeypatch):
    broken = Network.from_rows([([[1]], [7])])
    monkeypatch.setattr(compression, "without_stable", lambda *_: broken)
    with pytest.raises(CheckFailed, match="please report"):
        compress(HAT, Domain.box([0], [1]))


def test_it_can_be_stopped_and_refuses_other_domains():
    with pytest.raises(Stopped):
        compress(HAT, run=Run(deadline=0))
    with pytest.raises(DomainError, match="dimension 2"):
        compress(HAT, Domain.box([0, 0], [1, 1]))


def test_the_table_of_a_notebook():
    assert "<th>neurons after</th><td>none</td>" in compress(HAT, Domain.box([0], [1]))._repr_html_()
