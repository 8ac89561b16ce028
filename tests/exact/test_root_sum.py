"""Sums of square roots: exact where few roots are in them, enclosed always."""

from __future__ import annotations

from decimal import Decimal, localcontext

from flint import fmpq, fmpz
from hypothesis import given
from hypothesis import strategies as st

from relupoly.exact.root_sum import RootSum

TERMS = st.lists(st.tuples(st.fractions(min_value=1, max_value=50, max_denominator=30), st.integers(1, 10**4)), max_size=6)


@given(TERMS)
def test_bounds_hold_the_sum(terms):
    found = RootSum.of([(fmpq(a.numerator, a.denominator), fmpz(r)) for a, r in terms])
    with localcontext() as context:
        context.prec = 100
        total = sum((Decimal(a.numerator) / a.denominator * Decimal(r).sqrt() for a, r in terms), Decimal(0))
        lower, upper = (Decimal(int(end.p)) / Decimal(int(end.q)) for end in found.bounds)
        slack = Decimal(10) ** -90
        assert lower - slack <= total <= upper + slack
        assert upper - lower <= total * Decimal(2) ** -100
    for radicand, _ in found.terms:
        assert all(radicand % (prime * prime) for prime in range(2, 101))


def test_roots_are_added_up():
    terms = [(fmpq(1), fmpz(8)), (fmpq(1, 2), fmpz(2)), (fmpq(3), fmpz(25)), (fmpq(1), fmpz(3))]
    found = RootSum.of(terms)
    assert found.terms == ((1, 15), (2, fmpq(5, 2)), (3, 1))
    assert found.text == "15 + 5/2*sqrt(2) + sqrt(3)"
    assert RootSum.of([*terms, (fmpq(1), fmpz(5))]).text is None
    assert RootSum().text == "0"
    assert RootSum().bounds == (0, 0)


def test_long_squares_are_rational():
    long = fmpz(10) ** 40 + 7
    assert RootSum.of([(fmpq(2), long * long)]).bounds == (2 * fmpq(long), 2 * fmpq(long))
    # Others stay as they are: they may be hard to factor.
    assert RootSum.of([(fmpq(1), 4 * long)]).terms == ((4 * long, 1),)
