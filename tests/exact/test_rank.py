"""The certified rank against elimination in rationals."""

import random

from flint import fmpq, fmpq_mat
from hypothesis import given
from hypothesis import strategies as st

from relupoly.exact.rank import certified_rank, pivot_columns
from relupoly.exact.sparse import SparseMatrix

SIZES = st.integers(1, 5)
ENTRIES = st.builds(fmpq, st.integers(-3, 3), st.integers(1, 3))


@given(SIZES, SIZES, SIZES, st.data())
def test_rank_of_a_product_equals_rational_elimination(rows, inner, columns, data):
    left = data.draw(st.lists(ENTRIES, min_size=rows * inner, max_size=rows * inner))
    right = data.draw(st.lists(ENTRIES, min_size=inner * columns, max_size=inner * columns))
    product = fmpq_mat(rows, inner, left) * fmpq_mat(inner, columns, right)
    assert certified_rank(product) == product.rank()
    sparse = SparseMatrix.from_dense(product)
    assert certified_rank(sparse) == product.rank()
    assert pivot_columns(sparse) == pivot_columns(product)


def test_a_multiple_of_the_first_prime_is_not_taken_for_zero():
    prime = 2**61 - 1
    assert certified_rank(fmpq_mat(2, 2, [prime, 1, 0, 1])) == 2
    assert certified_rank(fmpq_mat(2, 2, [1, 0, 1, prime])) == 2


def test_a_matrix_of_zeros_has_rank_zero():
    assert certified_rank(fmpq_mat(3, 2, [0] * 6)) == 0
    assert certified_rank(fmpq_mat(0, 2, [])) == 0


def test_dependent_rows_of_doubles_are_proved_dependent():
    source = random.Random(5)
    rows = [[fmpq(*source.gauss(0, 1).as_integer_ratio()) for _ in range(30)] for _ in range(19)]
    rows.append([one + two for one, two in zip(rows[0], rows[1], strict=True)])
    assert certified_rank(fmpq_mat(20, 30, [entry for row in rows for entry in row])) == 19


def test_pivots_beside_each_other():
    assert pivot_columns(fmpq_mat([[1, 0, 2, 0], [0, 1, 3, 0], [0, 0, 0, 1]])) == [0, 1, 3]


def test_tall_sparse_matrices():
    """Some rows of a tall matrix can prove that its columns are independent; where they cannot, all rows are asked."""
    source = random.Random(5)
    for rank in (3, 4):
        rows = [[0, 0, 0, 0] for _ in range(60)]
        # What makes the last column independent is in one row, which is not among those that are looked at first.
        for row in rows:
            row[source.randrange(3)] = source.choice([-2, 1, 3])
        if rank == 4:
            rows[5][3] = 7
        matrix = fmpq_mat(rows)
        assert certified_rank(SparseMatrix.from_dense(matrix)) == certified_rank(matrix) == rank
    full = fmpq_mat([[int(place % 4 == column) for column in range(4)] for place in range(60)])
    assert certified_rank(SparseMatrix.from_dense(full)) == 4


def test_rows_and_columns_of_zeros():
    """What is left of a sparse matrix may be tall, wide, or nothing."""
    tall = SparseMatrix.from_triples((900, 800), range(0, 900, 9), [7, 70, 700, 70] * 25, [fmpq(1 + row) for row in range(100)])
    assert certified_rank(tall) == certified_rank(tall.transpose()) == 3
    assert certified_rank(SparseMatrix.zeros(5, 7)) == certified_rank(SparseMatrix.zeros(0, 7)) == 0
    doubled = SparseMatrix.from_triples((50, 9), range(20), [4] * 10 + [8] * 10, [fmpq(2)] * 20)
    assert certified_rank(doubled + SparseMatrix.from_triples((50, 9), range(20), [8] * 10 + [4] * 10, [fmpq(2)] * 20)) == 1
