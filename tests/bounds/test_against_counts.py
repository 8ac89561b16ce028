"""The upper bounds are never below an exact count, on all of R^n and on boxes with stable neurons."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from relupoly.bounds.upper import stable_bounds, upper_bounds
from relupoly.exact.rank import certified_rank
from relupoly.geometry.domain import Domain
from relupoly.networks.network import Network
from relupoly.pieces.count import count_pieces
from relupoly.pieces.enumeration.stable import stable_neurons


@st.composite
def small_nets(draw):
    shape = [draw(st.integers(1, 2)), *draw(st.lists(st.integers(1, 4), min_size=1, max_size=2)), 1]
    layers = []
    for inputs, outputs in pairwise(shape):
        entries = draw(st.lists(st.integers(-2, 2), min_size=outputs * (inputs + 1), max_size=outputs * (inputs + 1)))
        rows = [entries[i * (inputs + 1) :][: inputs + 1] for i in range(outputs)]
        layers.append(([row[:-1] for row in rows], [row[-1] for row in rows]))
    return Network.from_rows(layers)


@settings(deadline=None, max_examples=60)
@given(small_nets())
def test_no_count_exceeds_a_bound(net):
    counts = count_pieces(net, notion="all").counts
    rank = certified_rank(net.layers[0].weight)
    assert all(max(counts.values()) <= bound for bound in upper_bounds(rank, net.widths).values() if bound is not None)


@settings(deadline=None, max_examples=60)
@given(small_nets())
def test_no_count_on_a_box_exceeds_a_bound_with_stable_neurons(net):
    box = Domain.box([-1] * net.input_dim, [1] * net.input_dim)
    stable = stable_neurons(net, box)
    active = [len(neurons) for neurons in stable.active]
    unstable = [w - p - len(off) for w, p, off in zip(net.widths, active, stable.inactive, strict=True)]
    bounds = stable_bounds(unstable, active)
    rank = certified_rank(net.layers[0].weight)
    assert count_pieces(net, box, "activation").pieces <= min(bound(rank, net.widths) for bound in bounds.values())


def test_random_weights_attain_the_bound_for_one_layer():
    net = Network.from_rows([([[1, 0], [0, 1], [1, 1], [1, -2]], [0, 0, 1, 7]), ([[1, 1, 1, 1]], None)])
    assert count_pieces(net, notion="activation").pieces == upper_bounds(2, [4])["zaslavsky"] == 11
