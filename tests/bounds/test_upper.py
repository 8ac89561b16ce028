"""The upper bounds against their definitions, each other and the limits of what they accept."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relupoly.bounds.serra import serra2018, serra_stable
from relupoly.bounds.upper import UPPER, upper_bounds
from relupoly.bounds.zaslavsky import arrangement_regions, zaslavsky
from relupoly.errors import NetworkError

DIMENSIONS = st.integers(0, 5)
WIDTHS = st.lists(st.integers(1, 6), max_size=4)


@st.composite
def stable_layers(draw):
    """Layers as triples (width, unstable, active)."""
    layers = []
    for width in draw(st.lists(st.integers(1, 5), max_size=3)):
        unstable = draw(st.integers(0, width))
        layers.append((width, unstable, draw(st.integers(0, width - unstable))))
    return layers


def sum_over_tuples(input_dim, unstable, active):
    """Theorem 1 of Serra et al. as it is stated: a sum over all admissible (j_1, ..., j_L)."""
    total = 0
    for off in itertools.product(*(range(count + 1) for count in unstable)):
        freedom = input_dim
        for j, free, fixed in zip(off, unstable, active, strict=True):
            if j > freedom:
                break
            freedom = min(freedom, fixed + free - j)
        else:
            total += math.prod(math.comb(free, j) for free, j in zip(unstable, off, strict=True))
    return total


@given(DIMENSIONS, WIDTHS)
def test_serra_is_the_sum_of_its_theorem(input_dim, widths):
    assert serra2018(input_dim, widths) == sum_over_tuples(input_dim, widths, [0] * len(widths))


@given(DIMENSIONS, stable_layers())
def test_stable_serra_is_the_sum_of_its_theorem(input_dim, layers):
    widths, unstable, active = ([layer[i] for layer in layers] for i in range(3))
    bound = serra_stable(input_dim, widths, unstable, active)
    assert bound == sum_over_tuples(input_dim, unstable, active)
    assert bound <= serra2018(input_dim, widths)


@given(DIMENSIONS, WIDTHS)
def test_each_bound_improves_on_the_one_before(input_dim, widths):
    bounds = upper_bounds(input_dim, widths)
    assert 1 <= bounds["serra2018"] <= bounds["montufar2017"] <= bounds["raghu2017"] <= bounds["trivial"]


@given(DIMENSIONS, st.integers(0, 12))
def test_one_layer_is_an_arrangement(input_dim, width):
    bounds = upper_bounds(input_dim, [width])
    assert bounds.pop("trivial") == 2**width
    assert set(bounds.values()) == {arrangement_regions(width, input_dim)}


@given(st.integers(1, 12), st.integers(1, 6))
def test_deletion_and_restriction(hyperplanes, dimension):
    fewer = arrangement_regions(hyperplanes - 1, dimension) + arrangement_regions(hyperplanes - 1, dimension - 1)
    assert arrangement_regions(hyperplanes, dimension) == fewer


@given(DIMENSIONS, WIDTHS)
def test_a_smaller_rank_gives_no_larger_bound(rank, widths):
    smaller, larger = upper_bounds(rank, widths), upper_bounds(rank + 1, widths)
    assert all(smaller[name] <= larger[name] for name in UPPER if smaller[name] is not None)


def test_a_net_without_hidden_layer_has_one_region():
    assert upper_bounds(3, []) == dict.fromkeys(UPPER, 1)
    assert serra_stable(3, [], [], []) == 1


def test_zaslavsky_is_for_one_hidden_layer():
    assert zaslavsky(2, [3, 3]) is None


def test_image_nets_are_within_reach():
    assert serra2018(150_528, [4096]) == 2**4096
    assert upper_bounds(784, [4096] * 8)["serra2018"] < upper_bounds(784, [4096] * 8)["trivial"]


@pytest.mark.parametrize("name", UPPER)
def test_negative_sizes_are_refused(name):
    with pytest.raises(NetworkError, match=r"input dimension is -1; give 0 or more"):
        UPPER[name](-1, [2])
    with pytest.raises(NetworkError, match=r"layer 2: the width is -3; give 0 or more"):
        UPPER[name](2, [2, -3])


@pytest.mark.parametrize(
    ("unstable", "active", "message"),
    [
        ([2], [0, 0], "1 numbers of unstable and 2 of active neurons for 2 hidden layers; give one for each layer"),
        ([2, 2], [0, 3], "layer 2: 2 unstable and 3 active neurons; give numbers from 0 up to 4 together"),
        ([2, -1], [0, 3], "layer 2: -1 unstable and 3 active neurons; give numbers from 0 up to 4 together"),
    ],
)
def test_stable_neurons_must_fit_the_widths(unstable, active, message):
    with pytest.raises(NetworkError, match=message):
        serra_stable(2, [4, 4], unstable, active)
