"""The rays that the check finds, against all subsets of the samples and exact null spaces of another library."""

from __future__ import annotations

import itertools
from fractions import Fraction
from math import gcd, lcm

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from relupoly.training.check.arrangement import Arrangement, independent_columns, rays

# Small entries, so that many samples are equal, opposite, collinear or zero.
ENTRIES = st.fractions(-2, 2, max_denominator=3)


@st.composite
def rows(draw: st.DrawFn) -> list[tuple[Fraction, ...]]:
    """Up to six samples, with a last column that is 1, or depends on the others, or is like them."""
    width = draw(st.integers(1, 3))
    table = draw(st.lists(st.lists(ENTRIES, min_size=width, max_size=width), min_size=1, max_size=6))
    last = draw(st.sampled_from(["one", "first", "nothing"]))
    return [(*row, *{"one": [Fraction(1)], "first": [2 * row[0]], "nothing": []}[last]) for row in table]


def matrix(table: list[tuple[Fraction, ...]]) -> fmpq_mat:
    return fmpq_mat(len(table), len(table[0]), [fmpq(entry.numerator, entry.denominator) for row in table for entry in row])


def rank(table: list[tuple[Fraction, ...]]) -> int:
    return int(matrix(table).rank()) if table else 0


def primitive(values: list[Fraction]) -> tuple[int, ...]:
    scale = lcm(*(value.denominator for value in values))
    whole = [int(value * scale) for value in values]
    return tuple(entry // gcd(*whole) for entry in whole)


def directions(table: list[tuple[Fraction, ...]]) -> set[tuple[int, ...]]:
    """What a ray says at all samples, without common factor: for each set of samples that leaves one dimension, both ways.

    Weights w count by their values at the samples. Those that are 0 on a set of samples of rank r - 1 are multiples of one
    another: what lies in the span of the rows and is orthogonal to all of the set, for example.
    """
    full, found = rank(table), set()
    for size in range(len(table) + 1):
        for chosen in itertools.combinations(table, size):
            if full and rank(list(chosen)) == full - 1:
                values = one_direction(table, list(chosen))
                found |= {primitive(values), primitive([-value for value in values])}
    return found


def one_direction(table: list[tuple[Fraction, ...]], chosen: list[tuple[Fraction, ...]]) -> list[Fraction]:
    """The values of weights that are 0 on the chosen rows, but not on all."""
    width = len(table[0])
    reduced, pivots = matrix(chosen or [(Fraction(0),) * width]).rref()[0], []
    for row in range(reduced.nrows()):
        lead = next((column for column in range(width) if reduced[row, column]), None)
        if lead is not None:
            pivots.append(lead)
    for free in (column for column in range(width) if column not in pivots):
        weights = [Fraction(int(column == free)) for column in range(width)]
        for row, lead in enumerate(pivots):
            entry = reduced[row, free]
            weights[lead] = -Fraction(int(entry.p), int(entry.q))
        values = [sum((a * b for a, b in zip(weights, row, strict=True)), Fraction(0)) for row in table]
        if any(values):
            return values
    raise AssertionError("all weights that are 0 on the chosen rows are 0 on all")


@given(rows())
@settings(max_examples=30)
def test_all_rays_once_in_both_directions(table: list[tuple[Fraction, ...]]) -> None:
    found = Arrangement(table)
    wanted = directions(table)
    assert len(found.features) == len(wanted)
    assert found.every == 2 ** len(wanted) - 1
    signs = set()
    for ray, feature in enumerate(found.features):
        ahead = [mask >> ray & 1 for mask in found.ahead]
        behind = [mask >> ray & 1 for mask in found.behind]
        assert all(entry >= 0 for entry in feature)
        # A positive feature is ahead only; one of 0 is behind, and ahead, too, where the ray itself is 0.
        assert all(bool(entry) == (not back) for entry, back in zip(feature, behind, strict=True))
        assert all(front or back for front, back in zip(ahead, behind, strict=True))
        signs.add(tuple(front - back for front, back in zip(ahead, behind, strict=True)))
    assert signs == {tuple((value > 0) - (value < 0) for value in ray) for ray in wanted}
    features = {primitive(list(map(Fraction, feature))) if any(feature) else tuple(feature) for feature in found.features}
    assert features == {
        primitive(list(map(Fraction, one))) if any(one) else one
        for one in (tuple(max(value, 0) for value in ray) for ray in wanted)
    }
    assert all(mask <= found.every for mask in (*found.ahead, *found.behind))


@given(rows())
@settings(max_examples=30)
def test_independent_columns(table: list[tuple[Fraction, ...]]) -> None:
    """The first ones from the left that raise the rank."""
    columns = list(zip(*table, strict=True))
    wanted = [place for place in range(len(columns)) if rank(columns[: place + 1]) > rank(columns[:place])]
    assert independent_columns(table) == wanted


def test_features_are_scaled_columns() -> None:
    """Halves and thirds: the first column counts sixths, so that the rows are (3, 1) and (2, 1)."""
    found = Arrangement([(Fraction(1, 2), Fraction(1)), (Fraction(1, 3), Fraction(1))])
    assert sorted(found.features) == [[0, 0], [0, 0], [0, 1], [1, 0]]
    assert found.every == 0b1111


def test_no_direction() -> None:
    """Without bias all neurons are 0 at 0."""
    found = Arrangement([(Fraction(0), Fraction(0))])
    assert (found.features, found.every, found.ahead, found.behind) == ([], 0, [0], [0])
    assert rays([[], []]) == []


def test_one_column() -> None:
    """There is one direction even where all samples are 0 in it."""
    assert rays([[2], [-3]]) == [[1]]
    assert rays([[0]]) == [[1]]


def test_rays_are_short_and_point_one_way() -> None:
    """Each is orthogonal to one vector of the plane; multiples of a vector give the same."""
    assert sorted(rays([[2, 4], [-1, -2], [0, 3]])) == [[1, 0], [2, -1]]
    assert sorted(rays([[0, 0], [4, -6]])) == [[3, 2]]


@pytest.mark.parametrize("size", [3, 4])
def test_the_axes(size: int) -> None:
    """All but one of the unit vectors leave one axis."""
    unit = [[int(row == column) for column in range(size)] for row in range(size)]
    assert sorted(rays(unit)) == sorted(unit)
