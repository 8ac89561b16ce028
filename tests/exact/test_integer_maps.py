"""Affine maps in integers against the product in fractions."""

from fractions import Fraction

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given
from hypothesis import strategies as st

from relupoly.exact.integer_maps import IntegerMap
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
    found = IntegerMap.of(SparseMatrix.from_dense(exact) if sparse else exact, matrix([[x] for x in offset]))
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
    assert IntegerMap.of(matrix([[x] for x in weight]), matrix([[x] for x in offset])) is None


def test_doubles_are_short():
    assert IntegerMap.of(fmpq_mat([[fmpq(1, 2**1074)]]), fmpq_mat([[fmpq(1, 2**1074)]])) is not None
