"""Exact matrices: blocks, and primitive integer rows."""

from math import gcd

import pytest
from flint import fmpq, fmpq_mat, fmpz
from hypothesis import given
from hypothesis import strategies as st

from relupoly.exact.matrices import (
    beside,
    cleared,
    column,
    coprime,
    from_rows,
    integer_rows,
    primitive,
    rows_of,
    stack,
    take_columns,
    take_rows,
)

ENTRIES = st.builds(fmpq, st.integers(-(10**20), 10**20), st.integers(1, 10**6))
ROWS = st.lists(ENTRIES, min_size=1, max_size=5)


@given(ROWS)
def test_a_primitive_row_is_a_positive_multiple_with_coprime_entries(row):
    integers = primitive(row)
    assert gcd(*map(int, integers)) == (1 if any(row) else 0)
    assert all(a * d == b * c for a, b in zip(row, integers, strict=True) for c, d in zip(row, integers, strict=True))
    assert all((entry > 0) == (integer > 0) for entry, integer in zip(row, integers, strict=True))


@given(ROWS, st.builds(fmpq, st.integers(1, 10**9), st.integers(1, 10**9)))
def test_positive_multiples_have_one_primitive_row(row, factor):
    assert primitive([entry * factor for entry in row]) == primitive(row)
    assert primitive([-entry * factor for entry in row]) == [-entry for entry in primitive(row)]


def test_zeros_stay_zeros():
    assert primitive([fmpq(0), fmpq(0)]) == [0, 0]
    assert coprime([fmpz(0), fmpz(0)]) == [0, 0]
    assert coprime([fmpz(0), fmpz(-6), fmpz(4)]) == [0, -3, 2]
    assert primitive([]) == []


def test_each_row_is_scaled_by_itself():
    assert integer_rows(fmpq_mat(2, 2, [fmpq(1, 2), fmpq(1, 3), fmpq(4), fmpq(-6)])).table() == [[3, 2], [2, -3]]
    assert (integer_rows(fmpq_mat(0, 3)).nrows(), integer_rows(fmpq_mat(0, 3)).ncols()) == (0, 3)
    assert (integer_rows(fmpq_mat(3, 0)).nrows(), integer_rows(fmpq_mat(3, 0)).ncols()) == (3, 0)


def test_blocks():
    square = fmpq_mat(2, 2, [1, 2, 3, 4])
    assert rows_of(beside(square, column([fmpq(5), fmpq(6)]))) == [[1, 2, 5], [3, 4, 6]]
    assert rows_of(stack(square, from_rows([], 2), square)) == [[1, 2], [3, 4], [1, 2], [3, 4]]
    assert rows_of(take_columns(square, [1, 1, 0])) == [[2, 2, 1], [4, 4, 3]]
    assert rows_of(take_rows(square, [1])) == [[3, 4]]


@pytest.mark.parametrize(("rows", "columns"), [(0, 0), (0, 2), (2, 0)])
def test_matrices_without_entries_keep_their_shape(rows, columns):
    empty = fmpq_mat(rows, columns)
    for same in (from_rows(rows_of(empty), columns), take_columns(empty, range(columns)), take_rows(empty, range(rows)),
                 beside(empty, fmpq_mat(rows, 0))):  # fmt: skip
        assert (same.nrows(), same.ncols()) == (rows, columns)


def test_blocks_of_different_heights_do_not_go_beside_each_other():
    with pytest.raises(ValueError, match="zip"):
        beside(fmpq_mat(1, 1), fmpq_mat(2, 1))


def test_one_row_says_how_many_columns_there_are():
    assert from_rows([[fmpq(1), fmpq(2)]]) == fmpq_mat(1, 2, [1, 2])
    assert from_rows([], 3) == fmpq_mat(0, 3, [])


@pytest.mark.parametrize("at_once", [0, 2**20])
@given(ROWS)
def test_denominators_are_cleared(at_once, row):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("relupoly.exact.matrices._AT_ONCE", at_once)
        entries, scale = cleared(fmpq_mat(1, len(row), row))
    assert [fmpq(entry, scale) for entry in entries] == row
    assert scale > 0
    assert gcd(int(scale), *map(int, entries)) == 1
