"""The lower bounds: their values, where they fail, and nets that attain them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relupoly.bounds.bound import CELLS, NOTIONS, Bound, best, table
from relupoly.bounds.lower import LOWER, lower_bounds
from relupoly.bounds.upper import UPPER, stable_bounds, upper_bounds
from relupoly.errors import NetworkError
from relupoly.pieces import notions


@pytest.mark.parametrize(
    ("input_dim", "widths", "pascanu", "montufar", "serra", "arora"),
    [
        (1, [2, 2], 6, 6, None, 4),
        (2, [8, 8], 148, 592, 925, 64),
        (2, [16, 1, 16], 0, None, None, None),
        (3, [3, 5, 7], 64, 64, None, None),
        (4, [4, 4, 4, 4], 16, 16, None, 256),
        (4, [16, 16], 10068, 644352, 1573125, 2048),
        (784, [11, 11], 0, None, None, None),
        (784, [10, 12], 0, None, None, 384),
        (3, [], None, None, None, None),
    ],
)
def test_published_values(input_dim, widths, pascanu, montufar, serra, arora):
    bounds = lower_bounds(input_dim, widths)
    expected = {"pascanu2013": pascanu, "montufar2014": montufar, "serra2018": serra, "arora2018": arora}
    assert {name: bounds[name] for name in expected} == expected


@given(st.integers(0, 4), st.lists(st.integers(0, 9), max_size=4))
def test_no_lower_bound_exceeds_an_upper_one(input_dim, widths):
    lower = [value for value in lower_bounds(input_dim, widths).values() if value is not None]
    upper = [value for value in upper_bounds(input_dim, widths).values() if value is not None]
    assert max(lower) <= min(upper)


def test_the_notions_are_those_of_the_count():
    assert set(NOTIONS) == set(notions.NOTIONS)
    every = [*UPPER.values(), *LOWER.values(), *stable_bounds([1], [0]).values()]
    assert all(set(bound.notions) <= set(NOTIONS) for bound in every)
    assert all(bound.reference and set(bound.notions) >= {"activation", "strict"} for bound in every)


def test_the_first_of_the_best_bounds_on_a_notion_wins():
    known = table(
        Bound("loose", lambda n, widths: 9, ""),
        Bound("cells", lambda n, widths: 5, "", notions=CELLS),
        Bound("same", lambda n, widths: 5, ""),
        Bound("void", lambda n, widths: None, ""),
    )
    values = {name: bound(1, []) for name, bound in known.items()}
    assert best(known, values, min) == "cells"
    assert best(known, values, min, "open") == "same"
    assert best(known, values, max) == "loose"
    assert best(known, {"void": None}, max) is None


@pytest.mark.parametrize("name", LOWER)
def test_negative_sizes_are_refused(name):
    with pytest.raises(NetworkError, match=r"input dimension is -1; give 0 or more"):
        LOWER[name](-1, [2])
    with pytest.raises(NetworkError, match=r"layer 2: the width is -3; give 0 or more"):
        LOWER[name](2, [2, -3])
