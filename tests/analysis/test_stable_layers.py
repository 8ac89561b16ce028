"""Stable neurons, layers that are off and facets of cells: hand-made nets, and brute force over patterns."""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from oracles.stable_facts import facet_counts, signs_in_cells
from oracles.strategies import linear_nets, nets

from relupoly.analysis.analysis import analyze
from relupoly.analysis.stable_layers import StableLayer, stable_layers
from relupoly.geometry.domain import Domain
from relupoly.geometry.subspace import AffineSubspace
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Network
from relupoly.pieces.enumeration.stable import stable_neurons
from relupoly.run import Run

HAT = Network.from_rows([([[1], [1], [1]], [1, 0, -1]), ([[1, -2, 1]], None)])


@settings(deadline=None)
@given(
    st.one_of(nets(inputs=2, outputs=1, neurons=6), linear_nets(inputs=2, outputs=2, neurons=6)), st.sampled_from([-2, 0, 1])
)
def test_the_signs_are_those_of_brute_force(net, low):
    domain = Domain.box([low] * net.input_dim, [low + 2] * net.input_dim)
    found = stable_layers(net, domain)
    cells = signs_in_cells(net, domain)
    for number, layer in enumerate(found.layers):
        relus = [place for place, relu in enumerate(net.layers[number].has_relu) if relu]
        seen = {neuron: {cell[number][place] for cell in cells} for place, neuron in enumerate(relus)}
        assert layer.active == tuple(one for one in relus if "+" in seen[one] and "-" not in seen[one])
        assert layer.inactive == tuple(one for one in relus if "+" not in seen[one])
        whole = relus and not net.layers[number].linear
        assert layer.off == sum("+" not in cell[number] for cell in cells) * bool(whole)
        assert not {*layer.redundant} & {*layer.active, *layer.inactive, *net.layers[number].linear}
    assert sum(found.off.values()) == sum(found.facets.values()) == len(cells)
    assert sum(layers * cells for layers, cells in found.off.items()) == sum(layer.off for layer in found.layers)
    assert found.facets == facet_counts(net, domain)
    stable = stable_neurons(net, domain)
    assert (stable.active, stable.inactive) == tuple(
        tuple(getattr(one, name) for one in found.layers) for name in ("active", "inactive")
    )


@settings(deadline=None, max_examples=40)
@given(nets(inputs=2, outputs=2, neurons=6))
def test_the_net_does_without_redundant_neurons(net):
    """Each of them by itself: with its weights given to the others, the compressed net has none of them."""
    from relupoly.analysis.compression import compress

    domain = Domain.box([-1] * net.input_dim, [2] * net.input_dim)
    found = stable_layers(net, domain)
    spare = sum(len(one.inactive) + len(one.redundant) for one in found.layers)
    assume(spare)
    result = compress(net, domain)
    assert sum(result.after) <= sum(result.before) - spare


def test_a_hat_by_hand():
    found = stable_layers(HAT, Domain.box([0], [1]))
    assert found.layers == (StableLayer(3, active=(0, 1), inactive=(2,), redundant=(), off=0),)
    assert (found.facets, found.off) == ({2: 1}, {0: 1})
    whole = stable_layers(HAT)
    assert whole.layers == (StableLayer(3, (), (), (), off=1),)
    assert (whole.facets, whole.off) == ({1: 2, 2: 2}, {0: 3, 1: 1})


def test_redundant_neurons_by_hand():
    # The second neuron is twice the first, the third has a constant for it, the fourth is not read.
    net = Network.from_rows(
        [([[1], [2], [0], [-1], [1]], [0, 0, 4, 0, -9]), ([[1, 1, 1, 0, 5], [-1, 0, 0, 0, 0]], [0, -1]), ([[1, 1]], None)]
    )
    first, second = stable_layers(net, Domain.box([-1], [1])).layers
    assert (first.active, first.inactive, first.redundant) == ((2,), (4,), (1, 3))
    assert (second.active, second.inactive, second.off) == ((0,), (1,), 0)


def test_a_union_and_a_subspace():
    apart = DomainUnion((Domain.box([-3], [-2]), Domain.box([2], [3])))
    (layer,) = stable_layers(HAT, apart).layers
    assert (layer.active, layer.inactive, layer.off) == ((), (), 1)
    plane = Network.from_rows([([[1, 1], [1, -1]], [0, -9]), ([[1, 1]], None)])
    line = AffineSubspace.through([[0, 0], [1, 2]])
    (layer,) = stable_layers(plane, Domain.box([0], [1]).inside(line)).layers
    assert (layer.active, layer.inactive) == ((0,), (1,))


def test_what_is_known_when_it_is_stopped():
    seen: list[int] = []
    run = Run(interrupted=lambda: len(seen) == 2, progress=seen.append)
    part = analyze(HAT, None, ["stable"], run=run)
    assert (part.stopped, sum(part.stable.off.values())) == ("interrupted", 2)
    assert part.stable.layers[0].redundant == ()
    assert analyze(HAT, Domain.box([0], [1]), ["stable"]).stable == stable_layers(HAT, Domain.box([0], [1]))


def test_a_net_without_hidden_layers():
    found = stable_layers(Network.from_rows([([[1, 2]], None)]))
    assert (found.layers, found.facets, found.off) == ((), {0: 1}, {0: 1})
    assert "<th>layer</th>" in found._repr_html_()
