"""The least size of a net with so many pieces: against a search over all widths, published tables, and exact inequalities."""

import itertools
import math
from fractions import Fraction

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st
from oracles.tables import table

from relupoly.bounds.size import RootBound, arora2018_size, least_size
from relupoly.errors import NetworkError
from relupoly.networks.network import Network
from relupoly.pieces.count import count_pieces


def searched(pieces, layers):
    """The least size, by trying all widths."""
    shapes = (widths for size in itertools.count(layers) for widths in shapes_of(size, layers))
    return next(sum(widths) for widths in shapes if math.prod(width + 1 for width in widths) >= pieces)


def shapes_of(size, layers):
    """All widths in ascending order with a given sum."""
    return [one for one in itertools.combinations_with_replacement(range(1, size + 1), layers) if sum(one) == size]


@pytest.mark.parametrize("layers", [1, 2, 3, 4])
def test_a_search_over_all_widths_finds_the_same(layers):
    for pieces in range(1, 40 if layers > 2 else 90):
        assert least_size(pieces, layers) == searched(pieces, layers)


@given(st.integers(1, 10**80), st.integers(1, 300))
def test_it_is_enough_and_one_less_is_not(pieces, layers):
    def most(size):
        short, longer = divmod(size, layers)
        return (short + 1) ** (layers - longer) * (short + 2) ** longer

    size = least_size(pieces, layers)
    assert most(size) >= pieces
    assert size == layers or most(size - 1) < pieces


@pytest.mark.parametrize("row", table("gap_sizes"), ids=lambda row: row and "w{w}-k{k}-{kprime}".format(**row))
def test_the_table_of_gaps(row):
    assert least_size(row["pieces"], row["kprime"]) == row["exact_product_lower"]
    paper = arora2018_size(row["w"] ** row["k"], row["kprime"])
    assert paper.rounded_down == pytest.approx(row["paper_lower"], abs=1e-6)
    assert paper.ceiling <= row["exact_product_lower"] <= row["own_size"] or row["kprime"] < row["k"]


def test_a_net_attains_it():
    # The first layer's sum falls, rises, falls and rises through the range (5/2, 3), in which the second layer has its kinks.
    row = [2, 1, "-3/2"]
    layers = ([[1], [-1], [1]], [0, 2, -1]), ([row, [-2, -1, "3/2"], row], ["-13/5", "27/10", "-14/5"]), ([[1, 1, 1]], None)
    net = Network.from_rows(layers)
    assert count_pieces(net).pieces == 16
    assert sum(net.widths) == least_size(16, 2)


@given(st.integers(1, 10**30), st.integers(1, 40))
def test_the_published_bound_is_never_larger(pieces, layers):
    assert arora2018_size(pieces, layers).ceiling <= least_size(pieces, layers)


ratios = st.fractions(min_value=Fraction(1, 50), max_value=10**12, max_denominator=1000)


@given(ratios, ratios, st.integers(1, 12), st.fractions(-9, 9, max_denominator=9))
def test_roundings_are_proved_by_powers(factor, radicand, degree, offset):
    bound = RootBound(*(fmpq(one.numerator, one.denominator) for one in (factor, radicand)), degree, _fmpq(offset))
    below = (Fraction(bound.rounded_down) + offset) / factor
    above = (Fraction(math.nextafter(math.nextafter(bound.rounded_down, math.inf), math.inf)) + offset) / factor
    assert max(below, 0) ** degree <= radicand < max(above, 0) ** degree
    root = (bound.ceiling + offset) / factor
    less = (bound.ceiling - 1 + offset) / factor
    assert root >= 0
    assert root**degree >= radicand
    assert less < 0 or less**degree < radicand


@given(st.integers(2, 10**9), st.integers(1, 400), st.integers(1, 60))
def test_ceilings_of_large_roots(base, power, layers):
    size = arora2018_size(base**power, layers).ceiling
    assert (2 * (size + 1)) ** layers >= base**power * layers**layers > (2 * size) ** layers


@given(ratios, st.integers(1, 9))
def test_a_rational_root_is_seen(ratio, degree):
    power = ratio**degree
    assert RootBound(fmpq(1), _fmpq(power), degree, fmpq(0)).exact == _fmpq(ratio)


def test_huge_bounds():
    bound = arora2018_size(10**5000, 1)
    assert bound.ceiling == 10**5000 // 2 - 1
    assert bound.rounded_down == math.nextafter(math.inf, 0)
    assert least_size(10**5000, 1) == 10**5000 - 1


@pytest.mark.parametrize(("pieces", "layers"), [(0, 1), (-3, 2), (5, 0)])
def test_bad_questions(pieces, layers):
    for bound in (least_size, arora2018_size):
        with pytest.raises(NetworkError, match="give 1 or more"):
            bound(pieces, layers)


def test_a_bound_is_positive():
    with pytest.raises(NetworkError, match="positive factor"):
        RootBound(fmpq(0), fmpq(1), 1, fmpq(0))


def _fmpq(value):
    return fmpq(value.numerator, value.denominator)
