"""Maxima of affine functions as nets."""

import math

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from relupoly.analysis.equality.equality import difference
from relupoly.constructions.maximum_tree import maximum_network
from relupoly.constructions.representation.max_affine import affine_forms, check_maximum, max_affine_network
from relupoly.errors import CheckFailed, FunctionError
from relupoly.networks.composition import compose
from relupoly.networks.evaluation import evaluate
from relupoly.networks.network import Network

ENTRY = st.integers(-4, 4)


def tables(n):
    return st.lists(st.lists(ENTRY, min_size=n + 1, max_size=n + 1), min_size=1, max_size=7)


def tree_of(rows):
    return compose(maximum_network(len(rows)), Network.from_rows([([row[:-1] for row in rows], [row[-1] for row in rows])]))


@settings(max_examples=40)
@given(st.integers(1, 2).flatmap(tables), st.booleans())
def test_it_is_the_maximum(rows, keep_all):
    result = max_affine_network(affine_forms(rows), keep_all)
    check_maximum(result, affine_forms(rows))
    assert difference(result.network, tree_of(rows)) is None
    assert difference(result.network, result.tree) is None
    assert len(result.network.hidden) <= math.ceil(math.log2(result.needed))
    assert result.needed <= len({tuple(row) for row in rows})


@given(st.integers(1, 4).flatmap(tables), st.data())
def test_values(rows, data):
    result = max_affine_network(affine_forms(rows))
    point = [fmpq(data.draw(st.integers(-30, 30)), 7) for _ in rows[0][:-1]]
    assert evaluate(result.network, point) == [max(sum(a * x for a, x in zip(row, [*point, 1], strict=True)) for row in rows)]


@pytest.mark.parametrize("numbers", range(1, 10))
def test_coordinates_give_the_tree(numbers):
    rows = [[int(i == j) for j in range(numbers)] + [0] for i in range(numbers)]
    result = max_affine_network(affine_forms(rows))
    assert result.network.widths == maximum_network(numbers).widths
    assert result.needed == numbers


def test_what_is_left_out():
    rows = [[1, 0, 0], [0, 1, 0], ["1/2", "1/2", 0], ["1/2", "1/2", -1], [1, 0, -3]]
    assert max_affine_network(affine_forms(rows)).needed == 2
    assert max_affine_network(affine_forms(rows), keep_all=True).needed == 5


def test_a_wrong_net_does_not_pass():
    rows = affine_forms([[1, 0], [-1, 0]])
    with pytest.raises(CheckFailed, match="not the maximum at"):
        check_maximum(max_affine_network(rows[:1]), rows)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "no affine function"),
        ([[1, 2], [1]], "row 2 has 1 entries, but row 1 has 2"),
        ([[1]], "row 1 has 1 entries; give a_1,...,a_n,c"),
        ([[1, 2], [1, "x"]], 'row 2, entry 2: "x" is not a number'),
    ],
)
def test_what_is_no_table(rows, message):
    with pytest.raises(FunctionError, match=message):
        affine_forms(rows)
