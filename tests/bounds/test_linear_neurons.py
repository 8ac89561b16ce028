"""Bounds for layers with linear neurons: against counts by brute force, and against what they say of nets without them."""

import math
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from oracles.brute_force import _candidates, _sides, brute_force
from oracles.strategies import linear_nets

from relupoly.bounds.histograms import hinz2019
from relupoly.bounds.serra import serra2018
from relupoly.bounds.upper import UPPER, stable_bounds, upper_bounds
from relupoly.errors import NetworkError
from relupoly.exact.rank import certified_rank
from relupoly.geometry.domain import Domain

DIMENSIONS = st.integers(0, 5)
LAYERS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)).filter(any), max_size=4)


def linear_neurons(net):
    return [len(layer.linear) for layer in net.hidden]


@settings(deadline=None)
@given(linear_nets(inputs=2, neurons=6, sparse=True))
def test_no_count_exceeds_a_bound(net):
    most = max(brute_force(net).values())
    rank = certified_rank(net.layers[0].weight)
    assert all(most <= bound for bound in upper_bounds(rank, net.widths, linear_neurons(net)).values() if bound is not None)


@settings(deadline=None)
@given(linear_nets(inputs=2, neurons=6))
def test_no_count_on_a_box_exceeds_a_bound_with_stable_neurons(net):
    """The stable neurons are those of the cells that brute force finds."""
    box = Domain.box([-1] * net.input_dim, [1] * net.input_dim)
    cells = [cell for cell in _candidates(net, box) if cell.is_full(_sides(box))]
    on = [sorted({cell.bits[neuron] for cell in cells}) for neuron in range(sum(net.relus))]
    unstable, active, start = [], [], 0
    for layer in net.hidden:
        own = on[start : start + layer.relus]
        unstable.append(own.count([0, 1]))
        active.append(own.count([1]) + len(layer.linear))
        start += layer.relus
    rank = certified_rank(net.layers[0].weight)
    for bound in stable_bounds(unstable, active).values():
        assert len(cells) <= bound(rank, net.widths) == bound(rank, net.widths, linear_neurons(net))


def sum_over_tuples(input_dim, relus, linear):
    """Theorem 1 of Serra et al. as it is stated, where j of a layer's neurons with ReLU are off and the linear ones never."""
    total = 0
    for off in product(*(range(count + 1) for count in relus)):
        freedom = input_dim
        for j, cutting, passing in zip(off, relus, linear, strict=True):
            if j > freedom:
                break
            freedom = min(freedom, cutting - j + passing)
        else:
            total += math.prod(math.comb(cutting, j) for cutting, j in zip(relus, off, strict=True))
    return total


@given(DIMENSIONS, LAYERS)
def test_definitions(input_dim, layers):
    relus, linear = ([layer[part] for layer in layers] for part in range(2))
    widths = [sum(layer) for layer in layers]
    bounds = upper_bounds(input_dim, widths, linear)
    assert bounds["trivial"] == 2 ** sum(relus)
    assert bounds["raghu2017"] == math.prod(regions(count, input_dim) for count in relus)
    entering = [min([input_dim, *widths[:number]]) for number in range(len(layers))]
    assert bounds["montufar2017"] == math.prod(map(regions, relus, entering))
    assert bounds["serra2018"] == bounds["hinz2019"] == sum_over_tuples(input_dim, relus, linear)
    assert 1 <= bounds["histograms"] <= bounds["serra2018"] <= bounds["montufar2017"] <= bounds["raghu2017"]
    assert bounds["zaslavsky"] == (None if len(layers) > 1 else bounds["raghu2017"])


def regions(hyperplanes, dimension):
    return sum(math.comb(hyperplanes, chosen) for chosen in range(dimension + 1))


@given(DIMENSIONS, LAYERS)
def test_no_linear_neuron_is_as_before(input_dim, layers):
    widths = [sum(layer) for layer in layers]
    assert upper_bounds(input_dim, widths) == upper_bounds(input_dim, widths, [0] * len(widths))


@given(DIMENSIONS, LAYERS)
def test_a_layer_without_relu_as_wide_as_its_inputs_changes_nothing(input_dim, layers):
    assume(layers)
    relus, linear = ([layer[part] for layer in layers] for part in range(2))
    widths = [sum(layer) for layer in layers]
    wide = max([input_dim, *widths])
    with_layer = upper_bounds(input_dim, [widths[0], wide, *widths[1:]], [linear[0], wide, *linear[1:]])
    without = upper_bounds(input_dim, widths, linear)
    assert all(with_layer[name] == without[name] for name in UPPER if name != "zaslavsky")
    assert relus  # there is a layer


def test_linear_neurons_let_dimensions_pass():
    """Two hidden layers of 3 neurons with ReLU in the plane: with two linear neurons beside the first, nothing is lost."""
    assert serra2018(2, [3, 3]) == hinz2019(2, [3, 3]) == 1 * 7 + 3 * 7 + 3 * 4
    assert serra2018(2, [5, 3], [2, 0]) == 7 * 7


@pytest.mark.parametrize("name", UPPER)
@pytest.mark.parametrize(
    ("linear", "message"),
    [
        ([1], "1 numbers of linear neurons for 2 hidden layers; give one for each layer"),
        ([0, 4], "layer 2: 4 linear neurons; give a number from 0 to 3"),
        ([-1, 0], "layer 1: -1 linear neurons; give a number from 0 to 2"),
    ],
)
def test_linear_neurons_must_fit_the_widths(name, linear, message):
    with pytest.raises(NetworkError, match=message):
        UPPER[name](2, [2, 3], linear)
    with pytest.raises(NetworkError, match=message):
        stable_bounds([2, 3], [0, 0])["serra_stable"](2, [2, 3], linear)
