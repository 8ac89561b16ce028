"""The rank level by level against flint's elimination of the dense matrix."""

import random

import numpy as np
import pytest
from flint import fmpq, fmpq_mat, fmpz_mat, nmod_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from relupoly.exact import levels
from relupoly.exact.levels import rank_by_levels
from relupoly.exact.rank import certified_rank, rank_modulo_a_prime
from relupoly.exact.sparse import SparseMatrix

PRIME = 2**61 - 1


def dense_rank(matrix, prime):
    return nmod_mat(fmpz_mat(*matrix.shape, [int(entry.p) for entry in matrix.dense().entries()]), prime).rank()


@st.composite
def near_the_diagonal(draw):
    """Rows with few entries near by, in any order; rows and columns of zeros, several components."""
    rows, columns = draw(st.integers(1, 40)), draw(st.integers(1, 40))
    source = random.Random(draw(st.integers(0, 10**6)))
    reach, most = draw(st.integers(0, 4)), draw(st.integers(0, 3))
    places = {
        (row, (row * columns // rows + source.randint(-reach, reach)) % columns)
        for row in range(rows)
        for _ in range(source.randint(0, most))
    }
    down, right = source.sample(range(rows), rows), source.sample(range(columns), columns)
    entries = [fmpq(source.choice([-2, -1, 1, 3, 5])) for _ in places]
    return SparseMatrix.from_triples(
        (rows, columns), [down[row] for row, _ in places], [right[column] for _, column in places], entries
    )


@settings(max_examples=60)
@given(near_the_diagonal(), st.sampled_from([5, 101, PRIME]))
def test_ranks_of_matrices_with_many_levels(matrix, prime):
    assert rank_by_levels(matrix, prime) == dense_rank(matrix, prime)
    assert rank_by_levels(matrix.transpose(), prime) == dense_rank(matrix, prime)
    assert certified_rank(matrix) == matrix.dense().rank()


def chain(length, last):
    """Rows e_i - e_(i+1), and one across from the first to the last."""
    triples = [(row, row + side, fmpq(1 - 2 * side)) for row in range(length) for side in (0, 1)]
    triples += [(length, 0, fmpq(1)), (length, length, fmpq(last))]
    rows, columns, entries = zip(*triples, strict=True)
    return SparseMatrix.from_triples((length + 1, length + 1), rows, columns, entries)


@pytest.mark.parametrize(("last", "rank"), [(-1, 50), (1, 51), (PRIME - 1, 50), (10**30, 51)])
def test_what_goes_round_a_ring_is_carried_to_the_end(last, rank):
    """Each row depends on neighbours alone; only all of them together are dependent, or not."""
    matrix = chain(50, last)
    assert rank_by_levels(matrix, PRIME) == dense_rank(matrix, PRIME) == rank
    assert certified_rank(matrix) == (50 if last == -1 else 51)


def test_a_convolution_is_never_dense(monkeypatch):
    """Three weights for each of 400 neurons: no front has more than a few rows and columns."""
    shapes = []
    front = levels._front

    def watched(*arguments):
        found = front(*arguments)
        shapes.append((found.nrows(), found.ncols()))
        return found

    monkeypatch.setattr(levels, "_front", watched)
    triples = [(row, row + place, fmpq(weight)) for row in range(400) for place, weight in enumerate((1, 3, 2))]
    rows, columns, entries = zip(*triples, strict=True)
    matrix = SparseMatrix.from_triples((400, 402), rows, columns, entries)
    assert rank_by_levels(matrix, PRIME) == certified_rank(matrix) == 400
    assert np.prod(shapes, axis=1).max() < 100


def test_rows_with_columns_of_their_own_are_taken_off_at_first_sight(monkeypatch):
    """A staircase is all of them, from the last row to the first; nothing is left to eliminate."""
    monkeypatch.setattr("relupoly.exact.rank.rank_by_levels", None)
    stairs = fmpq_mat([[int(row <= column <= row + 1) for column in range(7)] for row in range(6)])
    assert certified_rank(SparseMatrix.from_dense(stairs)) == 6
    doubled = SparseMatrix.from_triples((2, 2), [0, 1, 1], [0, 0, 1], [fmpq(PRIME), fmpq(1), fmpq(PRIME)])
    assert certified_rank(doubled) == 2


def test_one_prime_bounds_the_rank_from_below():
    matrix = fmpq_mat([[PRIME, 1], [0, 1]])
    assert rank_modulo_a_prime(matrix) == rank_modulo_a_prime(SparseMatrix.from_dense(matrix)) == 1
    assert certified_rank(matrix) == 2
    assert rank_modulo_a_prime(SparseMatrix.zeros(2, 3)) == rank_modulo_a_prime(fmpq_mat(2, 3)) == 0
