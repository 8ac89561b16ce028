"""Theorem 2.2: the least net of a function of one variable, against the table, brute force and exact equality."""

import random

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.least_univariate import least_size
from oracles.tables import table

from relupoly.analysis.equality.equality import difference
from relupoly.constructions.representation import subset_sum
from relupoly.constructions.representation.piecewise_linear import PiecewiseLinear
from relupoly.constructions.representation.univariate import univariate_network
from relupoly.errors import FunctionError
from relupoly.networks.evaluation import evaluate
from relupoly.pieces.count import count_pieces
from relupoly.run import UNLIMITED, Stopped

make = PiecewiseLinear.from_slopes


SMALL = st.integers(-3, 3)


@st.composite
def functions(draw, most=4, entry=SMALL):
    """Functions with at most so many breakpoints; slopes and values are small, so that sums coincide."""
    breakpoints = sorted(draw(st.sets(st.integers(-3, 3), max_size=most)))
    slopes = draw(st.lists(entry, min_size=len(breakpoints) + 1, max_size=len(breakpoints) + 1))
    return make(breakpoints, slopes, draw(st.integers(-2, 2)), draw(st.integers(-3, 3)))


@pytest.mark.parametrize("row", table("thm22"))
def test_the_table(row):
    function = PiecewiseLinear.from_points(list(zip(row["bp"], row["vals"], strict=True)), row["sL"], row["sR"])
    result = univariate_network(function)
    assert (result.pieces, result.size, result.minimal) == (row["pieces"], row["min_nodes"], True)
    assert difference(result.network, function.network()) is None


@settings(max_examples=150)
@given(functions(), st.booleans())
def test_the_size_is_the_least(function, output_bias):
    result = univariate_network(function, output_bias)
    reduced = function.reduced()
    assert difference(result.network, function.network()) is None
    assert output_bias or result.network.layers[-1].bias[0, 0] == 0
    assert len(result.network.hidden) <= 1
    assert result.minimal is True
    if reduced.breakpoints:
        assert result.size == least_size(reduced.breakpoints, reduced.slopes, reduced.at, reduced.value, output_bias)


@pytest.mark.parametrize(
    ("slopes", "breakpoints", "value", "with_bias", "without"),
    [
        ([0], [], 0, 0, 0),
        ([0], [], 5, 0, 1),
        ([3], [], 0, 2, 2),
        ([3], [], 5, 2, 2),
        ([-1, 1], [0], 0, 2, 2),
        ([-1, 1], [0], 1, 2, 3),
        ([0, 1], [0], 0, 1, 1),
        ([0, 1], [0], 1, 1, 2),
        ([1, 0], [0], -1, 1, 2),
        ([2, -1, 1, -1], [0, 1, 2], 0, 3, 4),
        ([1, 3, -2], [0, 1], 0, 3, 3),
        ([1, 3, -2], [0, 1], 7, 3, 4),
    ],
)
def test_known_sizes(slopes, breakpoints, value, with_bias, without):
    function = make(breakpoints, slopes, 0, value)
    assert (univariate_network(function).size, univariate_network(function, False).size) == (with_bias, without)


@given(functions(entry=st.fractions(max_denominator=9)), st.fractions())
def test_values(function, x):
    expected = [function(x)]
    assert evaluate(function.network(), [x]) == expected
    assert evaluate(univariate_network(function).network, [x]) == expected


@given(functions())
def test_pieces_are_those_that_the_engine_counts(function):
    assert count_pieces(univariate_network(function).network).pieces == function.pieces


@given(st.sets(st.integers(-9, 9), min_size=2, max_size=6), st.data())
def test_points(places, data):
    points = [(x, data.draw(st.fractions(max_denominator=5))) for x in places]
    function = PiecewiseLinear.from_points(data.draw(st.permutations(points)))
    assert [(x, function(x)) for x, _ in points] == [(x, fmpq(y.numerator, y.denominator)) for x, y in points]
    assert function.pieces <= len(points) - 1


def test_a_hard_sum_can_be_stopped(monkeypatch):
    monkeypatch.setattr(subset_sum, "_ROOM", 2**12)
    source = random.Random(5)
    slopes = [source.getrandbits(400) for _ in range(120)]
    function = make(range(119), slopes)
    steps = iter(range(100))

    def stop():
        if next(steps, None) is None:
            raise Stopped("deadline")

    result = univariate_network(function, run=UNLIMITED.also(stop))
    assert (result.size, result.minimal, result.stopped) == (120, None, "deadline")
    assert result.network.metadata["minimal"] is None
    assert difference(result.network, function.network()) is None
    result = univariate_network(function, False, run=UNLIMITED.also(stop))
    assert (result.size, result.minimal) == (121, None)
    assert difference(result.network, function.network()) is None


def test_many_breakpoints():
    source = random.Random(6)
    function = make(range(400), [source.randint(-50, 50) for _ in range(401)])
    result = univariate_network(function)
    assert (result.size, result.minimal) == (function.pieces - 1, True)
    assert difference(result.network, function.network()) is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1, 0], [1, 2, 3]), "breakpoint 2 is 0, but breakpoint 1 is 1; give them in increasing order"),
        (([0, 0], [1, 2, 3]), "increasing order"),
        (([0], [1, 2, 3]), "3 slopes cannot belong to 1 breakpoint; give 2"),
        ((["x"], [1, 2]), 'breakpoint 1: "x" is not a number'),
        (([0], [1, float("nan")]), "slope 2: nan is not a finite number"),
    ],
)
def test_what_is_no_function(arguments, message):
    with pytest.raises(FunctionError, match=message):
        make(*arguments)


@pytest.mark.parametrize(
    ("points", "message"),
    [
        ([], "no point"),
        ([(0, 0)], "a single point"),
        ([(0, 0), (1, 2, 3)], "point 2 has 3 numbers"),
        ([(0, 0), (1, 1), (0, 1)], "points 1 and 3 have the same x = 0"),
        ([(0, 0), (1, "?")], 'point 2, y: "\\?" is not a number'),
    ],
)
def test_points_that_are_no_function(points, message):
    with pytest.raises(FunctionError, match=message):
        PiecewiseLinear.from_points(points)


def test_points_twice_and_a_single_one():
    assert PiecewiseLinear.from_points([(0, 0), (1, 1), (0, 0)]).slopes == (1,)
    assert PiecewiseLinear.from_points([(2, 3)], left_slope=-1, right_slope=1)(0) == 5
