"""Sparse matrices against dense ones of flint, from which they take nothing."""

import numpy as np
import pytest
from flint import fmpq, fmpq_mat, fmpz_mat
from hypothesis import given
from hypothesis import strategies as st

from relupoly.exact import blocks
from relupoly.exact.sparse import SparseMatrix, block_diagonal, stacked
from relupoly.exact.tables import WORD

SIZES = st.integers(0, 4)
# Small ones that cancel, some around the ends of a word, some far beyond it, and fractions of different denominators.
ENTRIES = st.one_of(
    st.integers(-2, 2).map(fmpq),
    st.sampled_from([WORD - 1, WORD, -WORD, 2**63, -(2**63), 2**31, 3**60, -(5**90)]).map(fmpq),
    st.builds(fmpq, st.integers(-9, 9), st.integers(1, 12)),
    st.builds(fmpq, st.integers(-(2**70), 2**70), st.sampled_from([1, 2**40, 3**30])),
)


@st.composite
def dense(draw, rows=SIZES, columns=SIZES, entries=ENTRIES):
    """A dense matrix with many zeros, also without rows or columns."""
    height, width = (draw(size) if isinstance(size, st.SearchStrategy) else size for size in (rows, columns))
    some = st.one_of(st.just(fmpq(0)), entries)
    return fmpq_mat(height, width, draw(st.lists(some, min_size=height * width, max_size=height * width)))


def sparse(matrix):
    return SparseMatrix.from_dense(matrix)


def check(result, expected):
    """The result is what flint says, and kept as promised: no zeros, columns ascending, words below 2^62."""
    assert isinstance(result, SparseMatrix)
    assert (result.nrows(), result.ncols()) == (expected.nrows(), expected.ncols())
    assert result.dense() == expected
    assert result == sparse(expected)
    assert result.denominator > 0
    assert len(result.start) == result.shape[0] + 1
    assert (int(result.start[0]), int(result.start[-1])) == (0, result.count) == (0, len(result.numerator))
    for row in range(result.shape[0]):
        columns, numerators = result.row_of(row)
        assert columns == sorted(set(columns))
        assert all(numerators)
        assert [(row, column) for column in columns] == [
            (row, column) for column in range(result.shape[1]) if expected[row, column]
        ]
    assert result.numerator.dtype == object or int(np.abs(result.numerator).max(initial=0)) < WORD
    assert {array.dtype for array in (result.start, result.column, result.row)} == {np.dtype(np.int64)}


@given(dense())
def test_dense_and_back(matrix):
    check(sparse(matrix), matrix)
    assert sparse(matrix).entries() == matrix.entries()
    assert sparse(matrix).nonzeros() == [entry for entry in matrix.entries() if entry]
    assert sparse(matrix).count == sum(entry != 0 for entry in matrix.entries())


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), ENTRIES), max_size=12), st.booleans())
def test_what_is_named_several_times_is_added_up(triples, cancelled):
    triples += [(row, column, -entry) for row, column, entry in triples] if cancelled else []
    expected = fmpq_mat(3, 4)
    for row, column, entry in triples:
        expected[row, column] += entry
    rows, columns, entries = ([triple[part] for triple in triples] for part in range(3))
    check(SparseMatrix.from_triples((3, 4), rows, columns, entries), expected)


@given(st.data(), dense())
def test_products(data, matrix):
    other = data.draw(dense(rows=matrix.ncols()))
    check(sparse(matrix) * sparse(other), matrix * other)
    for product in (sparse(matrix) * other, matrix * sparse(other)):
        assert isinstance(product, fmpq_mat)
        assert product == matrix * other


@given(st.data(), dense(entries=st.integers(-(2**65), 2**65).map(fmpq)))
def test_products_with_integers(data, matrix):
    other = data.draw(dense(rows=matrix.ncols(), entries=st.integers(-(2**65), 2**65).map(fmpq)))
    integers, _ = other.numer_denom()
    expected, _ = (matrix * other).numer_denom()
    assert sparse(matrix).times_integers(integers) == expected
    assert isinstance(sparse(matrix).times_integers(integers), fmpz_mat)


@given(st.data(), dense())
def test_sums(data, matrix):
    other = data.draw(dense(rows=matrix.nrows(), columns=matrix.ncols()))
    check(sparse(matrix) + sparse(other), matrix + other)
    check(sparse(matrix) - sparse(other), matrix - other)
    check(sparse(matrix) - sparse(matrix), fmpq_mat(matrix.nrows(), matrix.ncols()))
    check(-sparse(matrix), -matrix)


@given(st.data(), dense())
def test_rows_and_columns(data, matrix):
    check(sparse(matrix).transpose(), matrix.transpose())
    rows = data.draw(st.lists(st.sampled_from(range(matrix.nrows())), max_size=6)) if matrix.nrows() else []
    taken = fmpq_mat(len(rows), matrix.ncols(), [matrix[row, place] for row in rows for place in range(matrix.ncols())])
    check(sparse(matrix).take_rows(rows), taken)
    columns = data.draw(st.permutations(range(matrix.ncols())))[: data.draw(SIZES)]
    taken = fmpq_mat(matrix.nrows(), len(columns), [matrix[row, place] for row in range(matrix.nrows()) for place in columns])
    check(sparse(matrix).take_columns(columns), taken)


@given(st.data(), dense())
def test_rows_times_factors(data, matrix):
    factors = data.draw(st.lists(ENTRIES, min_size=matrix.nrows(), max_size=matrix.nrows()))
    diagonal = fmpq_mat(len(factors), len(factors))
    for index, factor in enumerate(factors):
        diagonal[index, index] = factor
    check(sparse(matrix).scaled(factors), diagonal * matrix)


@given(st.data(), st.lists(dense(), min_size=1, max_size=4))
def test_blocks(data, parts):
    width = parts[0].ncols()
    below = [data.draw(dense(columns=width)) for _ in parts]
    entries = [entry for part in below for entry in part.entries()]
    check(stacked(list(map(sparse, below))), fmpq_mat(sum(part.nrows() for part in below), width, entries))
    expected = fmpq_mat(sum(part.nrows() for part in parts), sum(part.ncols() for part in parts))
    top = left = 0
    for part in parts:
        for row in range(part.nrows()):
            for place in range(part.ncols()):
                expected[top + row, left + place] = part[row, place]
        top, left = top + part.nrows(), left + part.ncols()
    check(block_diagonal(list(map(sparse, parts))), expected)
    assert isinstance(blocks.block_diagonal(parts), fmpq_mat)
    assert blocks.block_diagonal(parts) == expected
    check(blocks.block_diagonal([sparse(parts[0]), *parts[1:]]), expected)


def test_blocks_of_either_kind():
    one, two = fmpq_mat(1, 2, [1, 0]), fmpq_mat(2, 2, [0, 3, fmpq(1, 2), 0])
    assert blocks.stack(one, two) == fmpq_mat(3, 2, [1, 0, 0, 3, fmpq(1, 2), 0])
    assert isinstance(blocks.stack(one, two), fmpq_mat)
    check(blocks.stack(one, sparse(two)), fmpq_mat(3, 2, [1, 0, 0, 3, fmpq(1, 2), 0]))
    for kind in (sparse, fmpq_mat):
        assert blocks.take_rows(kind(two), [1]) == fmpq_mat(1, 2, [fmpq(1, 2), 0])
        assert blocks.take_columns(kind(two), [1]) == fmpq_mat(2, 1, [3, 0])
        assert blocks.densely(kind(two)) == two
        check(blocks.sparsely(kind(two)), two)


@given(dense(), dense())
def test_equality(one, two):
    same = (one.nrows(), one.ncols()) == (two.nrows(), two.ncols()) and one == two
    assert (sparse(one) == sparse(two)) is same
    assert (sparse(one) == two) is same
    assert (one == sparse(two)) is same
    assert (sparse(one) != two) is not same
    if same:
        assert hash(sparse(one)) == hash(sparse(two))


def test_the_same_numbers_with_another_denominator_are_equal():
    one = SparseMatrix.from_places((1, 1), np.array([0]), np.array([0]), np.array([2]), 4)
    assert one == SparseMatrix.from_triples((1, 1), [0], [0], [fmpq(1, 2)])
    assert one != SparseMatrix.from_triples((1, 1), [0], [0], [fmpq(1, 4)])
    assert one != "a text"


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0), (2, 2)])
def test_matrices_without_entries(shape):
    check(SparseMatrix.zeros(*shape), fmpq_mat(*shape))
    check(SparseMatrix.zeros(*shape) * SparseMatrix.zeros(shape[1], 2), fmpq_mat(shape[0], 2))
    assert SparseMatrix.zeros(*shape) * fmpq_mat(shape[1], 0) == fmpq_mat(shape[0], 0)


def test_unit_matrices():
    check(SparseMatrix.identity(3), fmpq_mat([[1, 0, 0], [0, 1, 0], [0, 0, 1]]))
    check(SparseMatrix.identity(0), fmpq_mat(0, 0))


def test_products_in_several_blocks_of_columns(monkeypatch):
    matrix, other = fmpq_mat([[1, 2, 0], [0, 3, 4]]), fmpq_mat(3, 7, list(range(21)))
    monkeypatch.setattr("relupoly.exact.sparse._AT_ONCE", 9)  # two columns at a time
    assert sparse(matrix) * other == matrix * other


def test_sums_that_leave_a_word():
    """Each product fits a word, their sum does not."""
    large = WORD // 2 - 1
    row = fmpq_mat(1, 8, [large] * 8)
    ones = fmpq_mat(8, 1, [1] * 8)
    assert sparse(row) * ones == fmpq_mat(1, 1, [8 * large])
    check(sparse(row) * sparse(ones), fmpq_mat(1, 1, [8 * large]))


@pytest.mark.parametrize("other", [fmpq_mat(3, 1), fmpq_mat(1, 1), SparseMatrix.zeros(3, 1), SparseMatrix.zeros(1, 1)])
def test_shapes_that_do_not_fit_a_product(other):
    with pytest.raises(ValueError, match="2 columns is not multiplied by one with"):
        SparseMatrix.identity(2) * other


def test_shapes_that_do_not_fit():
    with pytest.raises(ValueError, match="cannot be added"):
        SparseMatrix.zeros(2, 1) + SparseMatrix.zeros(1, 2)
    with pytest.raises(ValueError, match="one below the other"):
        stacked([SparseMatrix.zeros(1, 1), SparseMatrix.zeros(1, 2)])
    with pytest.raises(TypeError):
        SparseMatrix.zeros(1, 1) * "a text"
    with pytest.raises(TypeError):
        "a text" * SparseMatrix.zeros(1, 1)


@pytest.mark.parametrize(("row", "column"), [(2, 0), (-1, 0), (0, 3), (0, -1)])
def test_places_outside_of_the_matrix(row, column):
    with pytest.raises(ValueError, match="outside"):
        SparseMatrix.from_triples((2, 3), [row], [column], [fmpq(1)])
