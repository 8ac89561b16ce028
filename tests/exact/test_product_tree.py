"""Balanced sums and products: those of Python's fractions, and no number that would fill the memory."""

from fractions import Fraction

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from relupoly.errors import NumberError
from relupoly.exact.product_tree import tree_product, tree_sum
from relupoly.exact.rationals import rational

NUMBERS = st.lists(st.fractions(), max_size=40)


@given(NUMBERS)
def test_values(numbers):
    product = Fraction(1)
    for number in numbers:
        product *= number
    values = [rational(number) for number in numbers]
    assert tree_product(values) == rational(product)
    assert tree_sum(values) == rational(sum(numbers, Fraction(0)))


@pytest.mark.parametrize("join", [tree_sum, tree_product])
def test_results_without_end_are_refused(join):
    with pytest.raises(NumberError, match="has more digits"):
        join([fmpq(1, 10**400 + number) for number in range(10_000)])
