"""Truncated powers: simplices worked out by hand and by volumes, and polytopes by their vertices and by their simplices."""

from __future__ import annotations

import itertools
from collections import defaultdict
from math import factorial

from flint import fmpq, fmpz
from hypothesis import given
from hypothesis import strategies as st
from oracles.half_spaces import volume

from relupoly.analysis.distribution.truncated_powers import powers_of_simple, shifted, truncated_powers
from relupoly.geometry.polytope_volume import simplices


def at(terms, level):
    """What terms add up to."""
    return sum((a * (level - start) ** k for start, k, a in terms if start <= level), fmpq(0))


@given(st.lists(st.integers(-3, 3), min_size=2, max_size=5), st.fractions(-4, 4, max_denominator=6))
def test_simplices_with_any_values(values, level):
    """On the simplex of x_i >= 0, x_1 + ... + x_n <= 1 the function with these values is v_0 + sum (v_i - v_0) x_i."""
    n, c = len(values) - 1, fmpq(level.numerator, level.denominator)
    terms = list(truncated_powers([fmpq(value) for value in values], fmpq(1, factorial(n))))
    sides = [(*(fmpq(-int(i == j)) for j in range(n)), fmpq(0)) for i in range(n)]
    below = (*(fmpq(value - values[0]) for value in values[1:]), c - values[0])
    assert at(terms, c) == volume([*sides, (*[fmpq(1)] * n, fmpq(1)), below])
    assert len({(start, power) for start, power, _ in terms}) == len(terms)
    assert all(0 <= power <= n and a for _, power, a in terms)


@given(st.lists(st.fractions(-3, 3, max_denominator=2), min_size=1, max_size=4))
def test_boxes_by_vertices_and_by_simplices(slopes):
    """Where entries are 0 or equal, nothing changes on edges and diagonals; with zeros alone it is constant."""
    n = len(slopes)
    corners = list(itertools.product([0, 1], repeat=n))
    facets = [sum(1 << place for place, x in enumerate(corners) if x[axis] == end) for axis in range(n) for end in (0, 1)]
    gradient = [fmpq(slope.numerator, slope.denominator) for slope in slopes]
    values = [sum((g * x for g, x in zip(gradient, corner, strict=True)), fmpq(2)) for corner in corners]
    normals = [[[fmpz((2 * x[axis] - 1) * (i == axis)) for i in range(n)] for axis in range(n)] for x in corners]
    parts = defaultdict(fmpq)
    for simplex in simplices((1 << len(corners)) - 1, facets, n):
        for start, power, a in truncated_powers([values[place] for place in simplex], fmpq(1, factorial(n))):
            parts[start, power] += a
    terms = powers_of_simple([list(map(fmpq, corner)) for corner in corners], values, normals, gradient)
    whole = defaultdict(fmpq)
    for start, power, a in terms:
        whole[start, power] += a
    assert {key: a for key, a in whole.items() if a} == {key: a for key, a in parts.items() if a}
    assert at(terms, fmpq(100)) == 1


def test_polynomials_by_powers_of_a_difference():
    assert shifted([fmpq(5), fmpq(1), fmpq(2)], fmpq(1, 2))(fmpq(3, 2)) == 5 + 1 + 2
