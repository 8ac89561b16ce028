"""Rows as combinations of independent ones: they add up to what they were, and the independent ones are as many as the rank."""

from __future__ import annotations

from fractions import Fraction

from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from relupoly.exact.combinations import combinations_of

ROWS = st.lists(st.lists(st.integers(-2, 2), min_size=4, max_size=4), max_size=6)


@given(ROWS, st.integers(1, 7))
def test_combinations_add_up(rows, denominator):
    sparse = [{7 * place: fmpq(entry, denominator) for place, entry in enumerate(row) if entry} for row in rows]
    found = combinations_of(sparse)
    basis = [place for place, share in enumerate(found) if share is None]
    assert len(basis) == rank([[Fraction(entry) for entry in row] for row in rows])
    for row, share in zip(sparse, found, strict=True):
        if share is None:
            continue
        assert {*share} <= {*basis}
        total = {
            place: sum((weight * sparse[one].get(place, 0) for one, weight in share.items()), fmpq(0)) for place in range(28)
        }
        assert {place: entry for place, entry in total.items() if entry} == row


def rank(rows):
    """By elimination."""
    found = 0
    for column in range(4):
        pivot = next((row for row in rows if row[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        rows = [[x - y * row[column] / pivot[column] for x, y in zip(row, pivot, strict=True)] for row in rows]
        found += 1
    return found
