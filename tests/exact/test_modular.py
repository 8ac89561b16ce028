"""Residues against Python's integers."""

from flint import fmpz_mat
from hypothesis import given
from hypothesis import strategies as st

from relupoly.exact.modular import PRIME, random_residues, residue_matrix, row_times, times_column

ENTRIES = st.one_of(st.integers(-5, 5), st.integers(-(2**200), 2**200), st.sampled_from([PRIME, -PRIME, PRIME - 1]))


@given(st.integers(1, 3), st.integers(1, 3), st.data())
def test_products_are_those_of_integers(rows, columns, data):
    entries = [data.draw(st.lists(ENTRIES, min_size=columns, max_size=columns)) for _ in range(rows)]
    right, left = random_residues(columns, 1), random_residues(rows, 2)
    matrix = residue_matrix(fmpz_mat(rows, columns, [entry for row in entries for entry in row]))
    assert times_column(matrix, right) == [sum(a * b for a, b in zip(row, right, strict=True)) % PRIME for row in entries]
    transposed = list(zip(*entries, strict=True))
    assert row_times(left, matrix) == [sum(a * b for a, b in zip(left, row, strict=True)) % PRIME for row in transposed]


def test_random_residues_are_reproducible_spread_and_not_zero():
    numbers = random_residues(1000, seed=7)
    assert numbers == random_residues(1000, seed=7)
    assert numbers != random_residues(1000, seed=8)
    assert len(set(numbers)) == 1000
    assert all(0 < number < PRIME for number in numbers)


def test_the_modulus_is_prime():
    assert all(pow(base, PRIME - 1, PRIME) == 1 for base in (2, 3, 5, 7))
    assert PRIME.bit_length() == 61
