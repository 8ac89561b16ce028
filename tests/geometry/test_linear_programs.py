"""Exact linear programs."""

import subprocess
import sys
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles.brute_force import feasible

from relupoly.geometry.linear_programs import find_point, maximize


def exact(rows):
    return [[Fraction(entry) for entry in row] for row in rows]


@pytest.mark.parametrize(
    ("rows", "bounds", "status", "value"),
    [
        ([[1, 0], [0, 1]], [3, "1/3"], "optimal", "10/3"),
        ([[1, 0]], [1], "unbounded", None),
        ([], [], "unbounded", None),
        ([[1, 0], [-1, 0]], [0, -1], "infeasible", None),
        ([[1, 1], [-1, -1], [1, -1]], [4, -4, "1/7"], "optimal", "4"),
        ([[1, 1], [0, 0]], [1, -1], "infeasible", None),
        ([[1, 1], [0, 0]], [1, 0], "optimal", "1"),
    ],
)
def test_programs(rows, bounds, status, value):
    best = maximize(exact([[1, 1]])[0], exact(rows), exact([bounds])[0])
    assert (best.status, best.value) == (status, None if value is None else Fraction(value))
    if best.point is not None:
        assert sum(best.point) == best.value


FORMS = st.lists(st.tuples(*[st.integers(-3, 3)] * 3), max_size=4)


@given(FORMS, FORMS, st.lists(st.tuples(*[st.integers(-3, 3)] * 3), max_size=2))
def test_points_are_found_where_there_are_any(strict, weak, zero):
    point = find_point(2, exact(strict), exact(weak), exact(zero))
    constraints = [((*form[1:], form[0]), True) for form in strict] + [((*form[1:], form[0]), False) for form in weak]
    assert (point is not None) == feasible(constraints, [(*form[1:], form[0]) for form in zero])
    if point is not None:
        at = [form[0] + form[1] * point[0] + form[2] * point[1] for form in [*strict, *weak, *zero]]
        assert all(value > 0 for value in at[: len(strict)])
        assert all(value >= 0 for value in at[len(strict) : len(strict) + len(weak)])
        assert not any(at[len(strict) + len(weak) :])


def test_no_tolerance():
    tiny = Fraction(1, 10**300)
    assert find_point(1, strict=[(0, 1), (tiny, -1)]) is not None
    assert find_point(1, strict=[(0, 1), (-tiny, -1)]) is None
    assert maximize([Fraction(1)], [[1 / tiny]], [tiny]).value == tiny**2


# The first attempt of cddlib's dual simplex method, in doubles, writes before the start of an array on this program.
_HOSTILE = """
from fractions import Fraction
from relupoly.geometry.linear_programs import find_point
forms = [
    ["0", "-7.8034036721253744e+24", "0", "9915015979.1271439"],
    ["0", "-1.1891606826549082e+30", "0", "1510949281323264.5"],
    ["0", "-1e32", "1e39", "0"],
]
strict = [[Fraction(entry) for entry in form] for form in forms]
for _ in range(2000):
    point = find_point(3, strict)
    assert all(sum(a * x for a, x in zip(form[1:], point)) > 0 for form in strict)
"""


def test_numbers_of_very_different_size_do_no_harm():
    done = subprocess.run([sys.executable, "-c", _HOSTILE], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
