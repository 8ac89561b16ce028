"""Affine maps in integers against the product in fractions."""

from fractions import Fraction

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given
from hypothesis import strategies as st

from relupoly.exact.integer_maps import integer_map
from relupoly.exact.sparse import SparseMatrix

ENTRY = st.fractions(-3, 3, max_denominator=7)


@st.composite
def maps(draw):
    rows, columns = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    weight = draw(st.lists(st.lists(ENTRY, min_size=columns, max_size=columns), min_size=rows, max_size=rows))
    return weight, draw(st.lists(ENTRY, min_size=rows, max_size=rows))


def matrix(rows):
    return fmpq_mat(len(rows), len(rows[0]), [fmpq(x.numerator, x.denominator) for row in rows for x in row])


@given(maps(), st.data(), st.sampled_from([1, 2**80]))
@pytest.mark.parametrize("sparse", [False, True])
def test_a_map_is_its_matrix(sparse, rows, data, large):
    weight, offset = rows
    exact = matrix(weight)
    found = integer_map(SparseMatrix.from_dense(exact) if sparse else exact, matrix([[x] for x in offset]))
    point = data.draw(st.lists(st.integers(-9, 9), min_size=len(weight[0]), max_size=len(weight[0])))
    scale = data.draw(st.integers(1, 9))
    numerators, denominator = found.apply([x * large for x in point], scale)
    image = [Fraction(int(entry), int(denominator)) for entry in numerators]
    assert image == [
        sum((w * Fraction(x * large, scale) for w, x in zip(row, point, strict=True)), b)
        for row, b in zip(weight, offset, strict=True)
    ]


PRIMES = [p for p in range(2, 4000) if all(p % q for q in range(2, int(p**0.5) + 1))]


@pytest.mark.parametrize("where", ["weight", "offset"])
def test_many_different_denominators_are_given_up(where):
    unit = [Fraction(1, p) for p in PRIMES]
    ones = [Fraction(1)] * len(PRIMES)
    weight, offset = (unit, ones) if where == "weight" else (ones, unit)
    assert integer_map(matrix([[x] for x in weight]), matrix([[x] for x in offset])) is None


def test_doubles_are_short():
    assert integer_map(fmpq_mat([[fmpq(1, 2**1074)]]), fmpq_mat([[fmpq(1, 2**1074)]])) is not None


def test_how_long_denominators_may_be():
    # 3^2584 has 4,096 bits, as 2^4095.
    for denominator, short in ((2**4095, True), (2**4096, False), (3**2584, True), (3**2585, False)):
        one = fmpq_mat([[fmpq(1, denominator)]])
        assert (integer_map(one, fmpq_mat([[1]])) is not None) is short
        assert (integer_map(fmpq_mat([[1]]), one) is not None) is short
