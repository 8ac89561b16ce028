"""Residues against Python's integers."""

import math
import time

from flint import fmpz_mat
from hypothesis import given
from hypothesis import strategies as st

from relupoly.exact.modular import (
    PRIME,
    primes_beyond,
    random_residues,
    residue_matrix,
    row_times,
    short_primes,
    short_products,
    short_residues,
)

ENTRIES = st.one_of(st.integers(-5, 5), st.integers(-(2**200), 2**200), st.sampled_from([PRIME, -PRIME, PRIME - 1]))


@given(st.integers(1, 3), st.integers(1, 3), st.data())
def test_products_are_those_of_integers(rows, columns, data):
    entries = [data.draw(st.lists(ENTRIES, min_size=columns, max_size=columns)) for _ in range(rows)]
    left = random_residues(rows, 2)
    matrix = residue_matrix(fmpz_mat(rows, columns, [entry for row in entries for entry in row]))
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


@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 4), st.data())
def test_products_modulo_short_primes_are_those_of_integers(rows, columns, count, data):
    entries = [data.draw(st.lists(ENTRIES, min_size=columns, max_size=columns)) for _ in range(rows)]
    vector = data.draw(st.lists(ENTRIES, min_size=columns, max_size=columns))
    primes = short_primes(count)
    matrix = short_residues(fmpz_mat(rows, columns, [entry for row in entries for entry in row]), primes)
    column = short_residues(fmpz_mat(columns, 1, vector), primes)[:, :, 0]
    products = [sum(a * b for a, b in zip(row, vector, strict=True)) for row in entries]
    assert short_products(matrix, column, primes).tolist() == [[product % prime for product in products] for prime in primes]


def test_short_primes_are_the_largest_below_two_to_31():
    primes = short_primes(20)
    odd = range(3, math.isqrt(2**31) + 1, 2)
    expected = [number for number in range(2**31 - 1, primes[-1] - 1, -2) if all(number % divisor for divisor in odd)]
    assert primes == expected
    assert len(primes) == 20


def test_primes_beyond_a_bound_of_many_digits_are_looked_for_once():
    """A net of 300-digit weights needs 2000 of them; begun anew for each of these, that took half a minute."""
    start = time.process_time()
    primes = primes_beyond(2**60_000)
    assert time.process_time() - start < 2
    assert primes == short_primes(len(primes))
    assert math.prod(primes[:-1]) <= 2**60_000 < math.prod(primes)


@given(st.integers(0, 2**200))
def test_primes_beyond_a_bound(bound):
    primes = primes_beyond(bound)
    assert math.prod(primes) > bound
    assert len(primes) == 1 or math.prod(primes[:-1]) <= bound
