"""Depth separation against the published tables, and against nets that are counted."""

from fractions import Fraction

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st
from oracles.hard import sawtooth
from oracles.tables import table

from relupoly.bounds.gap import Gap, power
from relupoly.bounds.size import least_size
from relupoly.errors import NetworkError, NumberError
from relupoly.pieces.count import count_pieces


@pytest.mark.parametrize("row", table("gap_sizes"), ids=lambda row: row and f"{row['w']}-{row['k']}-{row['kprime']}")
def test_gaps_agree_with_the_published_table(row):
    gap = Gap(row["w"], row["k"], row["kprime"])
    assert (gap.pieces, gap.sharp, gap.size) == (row["pieces"], row["exact_product_lower"], row["own_size"])
    assert gap.paper.rounded_down == pytest.approx(row["paper_lower"], abs=5e-4)


@pytest.mark.parametrize("row", table("size_vs_pieces"), ids=lambda row: row and f"{row['k']}-{row['s']}")
def test_the_least_size_inverts_the_largest_product(row):
    layers, size = row["k"], row["s"]
    assert least_size(row["product_bound"], layers) == size
    assert least_size(row["product_bound"] + 1, layers) > size


@pytest.mark.parametrize(
    ("width", "depth", "smaller", "delta", "value"),
    [(2, 6, 2, "1/20", 5.0596), (3, 9, 3, "1/8", 25.5134), (4, 16, 4, "1/100", 426.1674)],
)
def test_the_published_values_of_the_l1_version(width, depth, smaller, delta, value):
    gap = Gap(width, depth, smaller, fmpq(*Fraction(delta).as_integer_ratio()))
    assert gap.l1_paper.rounded_down == pytest.approx(value, abs=1e-4)
    assert gap.l1_sharp > gap.l1_paper.rounded_down


@pytest.mark.parametrize(("width", "depth"), [(2, 1), (2, 2), (2, 4), (3, 1), (3, 3), (4, 2), (5, 2)])
def test_the_pieces_are_those_of_the_net(width, depth):
    breakpoints = [str(Fraction(j, width)) for j in range(1, width)]
    net = sawtooth({"a": [breakpoints] * depth, "M": "1"})
    assert count_pieces(net).pieces == Gap(width, depth, depth).pieces


@given(st.integers(2, 6), st.integers(2, 8), st.data())
def test_the_sharp_bounds_are_above_the_published_ones(width, depth, data):
    smaller = data.draw(st.integers(1, depth - 1))
    delta = data.draw(st.fractions(Fraction(1, 100), Fraction(24, 100)))
    gap = Gap(width, depth, smaller, fmpq(*delta.as_integer_ratio()))
    assert gap.sharp >= gap.paper.ceiling
    assert gap.l1_sharp > gap.l1_paper.lower
    assert gap.l1_sharp <= gap.sharp


def least_error(teeth, pieces):
    """What a net with so many pieces must lose on the tents that its breakpoints do not spoil."""
    return max(0, teeth // 2 - (pieces - 1)) * Fraction(1, 2 * teeth)


@given(st.integers(2, 4), st.integers(2, 5), st.fractions(Fraction(1, 100), Fraction(24, 100)))
def test_one_hidden_layer_and_the_l1_error(width, depth, delta):
    gap = Gap(width, depth, 1, fmpq(*delta.as_integer_ratio()))
    pieces = gap.l1_sharp + 1  # of a net with one hidden layer of that size
    assert least_error(gap.teeth, pieces) <= delta
    assert gap.l1_sharp == 1 or least_error(gap.teeth, pieces - 1) > delta


def test_astronomic_numbers():
    gap = Gap(2, 10_000, 100)
    assert str(gap.paper.exact) == str(50 * 2**100 - 1)
    assert gap.sharp == 100 * (2**100 - 1) + 1


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((1, 2, 1), NetworkError, "the width is 1; the theorem is about widths of 2 or more"),
        ((2, 2, 3), NetworkError, "the smaller depth is 3 for depth 2; give 1 to 2 hidden layers"),
        ((2, 2, 0), NetworkError, "the smaller depth is 0"),
        ((2, 2, 1, fmpq(1, 4)), NumberError, "delta is 1/4; give a number between 0 and 1/4, both excluded"),
        ((2, 2, 1, fmpq(0)), NumberError, "delta is 0"),
    ],
)
def test_what_the_theorems_do_not_say(arguments, error, message):
    with pytest.raises(error, match=message):
        Gap(*arguments)


@given(st.integers(1, 50), st.integers(0, 4), st.integers(1, 4))
def test_powers(base, numerator, root):
    exponent = fmpq(numerator, root)
    assert power(base**root, exponent) == base**numerator
    value = power(base, exponent)
    assert value is None or value ** int(exponent.q) == base ** int(exponent.p)
