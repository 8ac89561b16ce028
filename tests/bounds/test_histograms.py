"""Activation histograms against arrangements of half-spaces, and the framework against its definition."""

import itertools
import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relupoly.bounds.histograms import binomial_rest, hinz2019, histogram_bound, histograms, histograms_stable, spread_rest
from relupoly.bounds.serra import serra2018, serra_stable
from relupoly.geometry.domain import Domain
from relupoly.geometry.linear_programs import find_point
from relupoly.networks.network import Network
from relupoly.pieces.forms.homogeneous import homogenize
from relupoly.pieces.walk.driver import Walk

DIMENSIONS = st.integers(0, 5)
WIDTHS = st.lists(st.integers(1, 7), max_size=4)


def sharper_sums(dimension: int, neurons: int, off: int) -> int:
    """N_d(n, j), by the recursion of the proof."""
    if 0 in (dimension, neurons, off):
        return 1
    if dimension == 1:
        return min(neurons + 1, 2 * off + 1)
    return sharper_sums(dimension, neurons - 1, off) + sharper_sums(dimension - 1, neurons - 1, off - 1)


def by_definition(input_dim, unstable, active):
    """The framework with the sharper histogram, one dimension and one number of neurons at a time."""
    regions = {input_dim: 1}
    for free, fixed in zip(unstable, active, strict=True):
        after = {}
        for (dimension, count), off in itertools.product(regions.items(), range(free + 1)):
            cells = sharper_sums(dimension, free, off) - (sharper_sums(dimension, free, off - 1) if off else 0)
            image = min(dimension, fixed + free - off)
            after[image] = after.get(image, 0) + count * cells
        regions = after
    return sum(regions.values())


@given(DIMENSIONS, WIDTHS)
def test_the_binomial_histogram_gives_the_bound_of_serra(input_dim, widths):
    assert hinz2019(input_dim, widths) == serra2018(input_dim, widths)
    assert histograms(input_dim, widths) <= serra2018(input_dim, widths)


@given(st.integers(0, 4), st.lists(st.tuples(st.integers(0, 6), st.integers(0, 2)), max_size=3))
def test_both_histograms_with_stable_neurons(input_dim, layers):
    unstable, active = [free for free, _ in layers], [fixed for _, fixed in layers]
    widths = [sum(layer) + 1 for layer in layers]
    binomial = histogram_bound(input_dim, widths, unstable, active, binomial_rest)
    assert binomial == serra_stable(input_dim, widths, unstable, active)
    assert histograms_stable(input_dim, widths, unstable, active) == by_definition(input_dim, unstable, active)


@given(st.integers(1, 6), st.integers(0, 12))
def test_the_rest_is_what_the_recursion_leaves(dimension, neurons):
    total = math.comb(neurons, dimension)
    rest = [(off, cells) for off, cells in spread_rest(dimension, neurons, total) if cells]
    assert sum(cells for _, cells in rest) == total
    for off, cells in rest:
        assert cells == sharper_sums(dimension, neurons, off) - sharper_sums(dimension, neurons, off - 1)


def neurons_off(rows):
    """How many cells of an arrangement of half-spaces have j neurons off, for every j, by linear programs."""
    cells = {}
    for signs in itertools.product((1, -1), repeat=len(rows)):
        strict = [[Fraction(sign * entry) for entry in row] for sign, row in zip(signs, rows, strict=True)]
        if find_point(len(rows[0]) - 1, strict=strict):
            off = signs.count(-1)
            cells[off] = cells.get(off, 0) + 1
    return cells


@st.composite
def half_spaces(draw):
    dimension = draw(st.integers(1, 3))
    entries = st.integers(-3, 3)
    row = st.lists(entries, min_size=dimension + 1, max_size=dimension + 1).filter(lambda row: any(row))
    return draw(st.lists(row, min_size=1, max_size=6))


@settings(max_examples=60)
@given(half_spaces())
def test_no_arrangement_of_half_spaces_has_more_cells_with_few_neurons_off(rows):
    cells = neurons_off(rows)
    dimension = len(rows[0]) - 1
    for off in range(len(rows) + 1):
        few = sum(count for number, count in cells.items() if number <= off)
        assert few <= sharper_sums(dimension, len(rows), off)


def test_a_wide_arrangement_stays_below_the_histogram():
    rows = [[k % 7 - 3, (5 * k) % 11 - 5] for k in range(1, 15)]
    net = Network.from_rows([(rows, [(3 * k) % 13 - 6 for k in range(1, 15)]), ([[1] * 14], None)])
    off = [int((cell.neuron_signs() <= 0).sum()) for cell in Walk(homogenize(net, Domain()))]
    assert len(off) > 50
    assert all(sum(number <= j for number in off) <= sharper_sums(2, 14, j) for j in range(15))


@pytest.mark.parametrize(
    ("input_dim", "widths", "value"), [(2, [4, 4], 115), (2, [3, 3], 40), (1, [2, 2], 9), (2, [5, 5], 256)]
)
def test_values(input_dim, widths, value):
    assert histograms(input_dim, widths) == value
    assert by_definition(input_dim, widths, [0] * len(widths)) == value


def test_many_dimensions_use_the_binomial_histogram():
    assert histograms(2500, [2500, 2500]) == serra2018(2500, [2500, 2500])
