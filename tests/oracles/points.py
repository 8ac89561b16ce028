"""Characteristic polynomials by counting points over finite fields, one by one."""

import itertools
from collections.abc import Sequence
from fractions import Fraction


def characteristic_polynomial_by_points(rows: Sequence[Sequence[int]], dimension: int, smallest: int) -> tuple[int, ...]:
    """Interpolate the numbers of points of F_p^n on no hyperplane, for n + 1 primes p from `smallest` on.

    They are the values of the polynomial at p where p exceeds every minor of the rows (Athanasiadis 1996).
    """
    primes = list(itertools.islice(filter(is_prime, itertools.count(smallest)), dimension + 1))
    values = [avoiding(rows, dimension, p) for p in primes]
    return interpolated(primes, values)


def avoiding(rows: Sequence[Sequence[int]], dimension: int, p: int) -> int:
    """How many points of F_p^n lie on no hyperplane."""
    return sum(
        all((sum(a * x for a, x in zip(row, point, strict=False)) - row[-1]) % p for row in rows)
        for point in itertools.product(range(p), repeat=dimension)
    )


def is_prime(number: int) -> bool:
    return number > 1 and all(number % divisor for divisor in range(2, int(number**0.5) + 1))


def interpolated(places: Sequence[int], values: Sequence[int]) -> tuple[int, ...]:
    """The coefficients, from t^0 on, of the polynomial of least degree with these values."""
    total = [Fraction(0)] * len(places)
    for i, place in enumerate(places):
        basis = [Fraction(values[i])]
        for j, other in enumerate(places):
            if i != j:
                shifted = [Fraction(0), *basis]
                basis = [a - other * b for a, b in zip(shifted, [*basis, Fraction(0)], strict=True)]
                basis = [entry / (place - other) for entry in basis]
        total = [a + b for a, b in zip(total, basis, strict=True)]
    assert all(entry.denominator == 1 for entry in total)
    return tuple(int(entry) for entry in total)
