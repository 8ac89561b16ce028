"""The maximum of q numbers."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relupoly.constructions.maximum_tree import maximum_network
from relupoly.exact.rationals import rational
from relupoly.networks.evaluation import evaluate

SIZES = {1: 0, 2: 3, 3: 8, 4: 9, 5: 16, 6: 17, 7: 20, 8: 21, 9: 30, 16: 45, 17: 56}


@given(st.lists(st.fractions(), min_size=1, max_size=20))
def test_the_value_is_the_maximum(numbers):
    assert evaluate(maximum_network(len(numbers)), numbers) == [rational(max(numbers))]


@pytest.mark.parametrize(("numbers", "size"), SIZES.items())
def test_sizes(numbers, size):
    net = maximum_network(numbers)
    assert (sum(net.widths), len(net.widths)) == (size, math.ceil(math.log2(numbers)))
    assert (net.input_dim, net.output_dim) == (numbers, 1)


def test_layers_of_trees():
    assert maximum_network(5).widths == (8, 5, 3)
    assert maximum_network(8).widths == (12, 6, 3)


def test_no_number_has_no_maximum():
    with pytest.raises(ValueError, match="at least one"):
        maximum_network(0)
