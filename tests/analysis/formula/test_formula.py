"""What a formula may be, ranges of its sets, and its tables."""

from fractions import Fraction

import pytest
from flint import fmpq, fmpz
from hypothesis import given
from hypothesis import strategies as st

from relupoly.analysis.formula.formula import Branch, Formula, HalfSpace
from relupoly.analysis.formula.ranges import Range, ranges
from relupoly.analysis.formula.tables import tables_of
from relupoly.errors import FunctionError


def half(*entries):
    *normal, offset = map(fmpz, entries)
    return HalfSpace(tuple(normal), offset)


def constant(value, *sets):
    return Branch(((fmpq(0), fmpq(0)),), (fmpq(value),), sets)


LEFT, RIGHT = constant(0, (half(1, 0, 0),)), constant(0, (half(-1, 0, 0),))


@pytest.mark.parametrize(
    ("branches", "everywhere", "message"),
    [
        ((), True, "there is no cell"),
        ((constant(0, ()), RIGHT), True, "a set without inequalities is all of R\\^n"),
        ((constant(0, ()),), False, "a set without inequalities is all of R\\^n"),
        ((LEFT, Branch(((fmpq(0),),), (fmpq(0),), ())), True, "2 variables for points of 1 coordinate"),
        ((constant(0, (half(1, 0),)),), False, "2 variables for points of 1 coordinate"),
        ((LEFT, Branch(LEFT.gradient, (fmpq(0),) * 2, ())), True, "all branches must have 1 output, as the first"),
        ((LEFT, Branch(LEFT.gradient * 2, (fmpq(0),), ())), True, "all branches must have 1 output, as the first"),
    ],
)
def test_what_is_no_formula(branches, everywhere, message):
    with pytest.raises(FunctionError, match=message):
        Formula(("x1", "x2"), branches, everywhere)


def test_values():
    formula = Formula(("x1", "x2"), (constant("1/2", (half(1, 0, 0),), (half(0, 2, -1),)),))
    assert formula.value([fmpq(0), fmpq(5)]) == formula.value([fmpq(7), fmpq(-1, 2)]) == (fmpq(1, 2),)
    assert formula.value([fmpq(1, 9), fmpq(-4, 9)]) is None


entries = st.integers(-3, 3).map(fmpz)
halves = st.builds(HalfSpace, st.tuples(entries, entries).filter(any), entries)
points = st.tuples(*[st.fractions(-3, 3, max_denominator=4).map(lambda one: fmpq(one.numerator, one.denominator))] * 2)


@given(st.lists(halves, max_size=5), points)
def test_ranges_are_the_same_set(conjunction, point):
    found = ranges(tuple(conjunction))
    assert len({one.form for one in found}) == len(found)
    heights = [sum((a * x for a, x in zip(one.form, point, strict=True)), fmpq(0)) for one in found]
    inside = all(
        (one.lower is None or one.lower <= height) and (one.upper is None or height <= one.upper)
        for one, height in zip(found, heights, strict=True)
    )
    assert inside == all(one.contains(point) for one in conjunction)
    assert all(one.lower is not None or one.upper is not None for one in found)


def test_ranges_are_solved():
    slab = (half(-2, 4, 3), half(1, -2, 5), half(3, -6, 6), half(0, -3, 1))
    assert ranges(slab) == [Range((1, -2), fmpq(-3, 2), fmpq(2)), Range((0, 1), fmpq(-1, 3), None)]


@given(st.lists(halves, min_size=1, max_size=4), points)
def test_tables_are_the_same_sets(chosen, point):
    formula = Formula(("x1", "x2"), (constant(1, tuple(chosen)), constant(2, *((one,) for one in chosen))))
    tables = tables_of(formula)
    ray = (*point, fmpq(1))
    heights = [sum((a * x for a, x in zip(row, ray, strict=True)), fmpq(0)) for row in tables.planes]
    assert len(set(tables.planes)) == len(tables.planes)
    for conditions, number in zip(tables.conditions[1:], tables.branches[1:], strict=True):
        assert number == 1
        assert len(conditions) == 1
    inside = [
        all(heights[abs(one) - 1] * (1 if one > 0 else -1) <= 0 for one in conditions) for conditions in tables.conditions
    ]
    expected = [all(one.contains(point) for one in chosen), *(one.contains(point) for one in chosen)]
    assert inside == expected


def test_a_hyperplane_is_one_row_from_both_sides():
    tables = tables_of(Formula(("x1", "x2"), (LEFT, constant(3, (half(-2, 0, 0), half(0, 1, 1))))))
    assert tables.planes == ((1, 0, 0), (0, 1, -1))
    assert tables.conditions == ((1,), (-1, 2))
    row = Branch(((fmpq(1, 6), fmpq(-3, 4)),), (fmpq(2),), ((),))
    ((entries,),) = tables_of(Formula(("x1", "x2"), (row,), True)).maps
    assert entries == (2, -9, 24, 12)
    assert Fraction(int(entries[0]), int(entries[-1])) == Fraction(1, 6)


def test_points_may_be_given_as_any_numbers():
    formula = Formula(("x", "y"), (Branch(((fmpq(1), fmpq(2)),), (fmpq(0),), ((HalfSpace((fmpz(1), fmpz(0)), fmpz(1)),),)),))
    assert formula.value(["1/2", 0.25]) == formula.value([fmpq(1, 2), Fraction(1, 4)]) == (1,)
    with pytest.raises(FunctionError, match="the point has 1 coordinates, and the formula 2; give as many"):
        formula.value([1])
    with pytest.raises(FunctionError, match='coordinate 1: "x" is not a number'):
        formula.value(["x", 1])
