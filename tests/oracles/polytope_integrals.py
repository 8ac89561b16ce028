"""Integrals of polynomials over polytopes by the divergence theorem, in rationals.

For a polynomial q that is homogeneous of degree k, the divergence of q x is (n + k) q: so (n + k) times its integral over
{<a_i, x> <= b_i} is the sum of b_i / |a_i| times its integrals over the facets (Lasserre 1998), which are polytopes in one
dimension less. No vertices, no simplices.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq

Polynomial = dict[tuple[int, ...], fmpq]
Row = tuple[tuple[fmpq, ...], fmpq]


def square(gradient: Sequence[fmpq], constant: fmpq) -> Polynomial:
    """The square of an affine function."""
    one = affine(gradient, constant)
    return product(one, one)


def affine(gradient: Sequence[fmpq], constant: fmpq) -> Polynomial:
    """An affine function."""
    size = len(gradient)
    found = {tuple(int(place == other) for other in range(size)): entry for place, entry in enumerate(gradient)}
    found[(0,) * size] = constant
    return found


def product(one: Polynomial, other: Polynomial) -> Polynomial:
    """The product of two polynomials."""
    found: Polynomial = {}
    for first, a in one.items():
        for second, b in other.items():
            powers = tuple(p + q for p, q in zip(first, second, strict=True))
            found[powers] = found.get(powers, fmpq(0)) + a * b
    return found


def integral(polynomial: Polynomial, rows: Sequence[Row]) -> fmpq:
    """The integral over the points with <a, x> <= b for all rows (a, b), a bounded set."""
    size = len(next(iter(polynomial)))
    known: dict[tuple[fmpq, ...], fmpq] = {}
    for normal, bound in rows:
        lead = next((abs(entry) for entry in normal if entry), None)
        if lead is None:
            if bound < 0:
                return fmpq(0)
            continue
        key = tuple(entry / lead for entry in normal)
        known[key] = min(bound / lead, known.get(key, bound / lead))
    if not size:
        return polynomial[()]
    total = fmpq(0)
    for normal, bound in known.items():
        place = next(number for number, entry in enumerate(normal) if entry)
        others = [row for row in known.items() if row[0] != normal]
        if bound:
            weighted = {powers: entry / (size + sum(powers)) for powers, entry in polynomial.items()}
            facet = _substituted(weighted, normal, bound, place)
            total += bound / abs(normal[place]) * integral(facet, [_on(row, normal, bound, place) for row in others])
    return total


def _on(row: Row, normal: tuple[fmpq, ...], bound: fmpq, place: int) -> Row:
    """A row on a hyperplane, without one coordinate."""
    factor = row[0][place] / normal[place]
    left = [a - factor * b for a, b in zip(row[0], normal, strict=True)]
    return tuple(left[:place] + left[place + 1 :]), row[1] - factor * bound


def _substituted(polynomial: Polynomial, normal: tuple[fmpq, ...], bound: fmpq, place: int) -> Polynomial:
    """A polynomial on a hyperplane, without one coordinate."""
    rest = [-entry / normal[place] for number, entry in enumerate(normal) if number != place]
    replaced = affine(rest, bound / normal[place])
    found: Polynomial = {(0,) * len(rest): fmpq(0)}
    for powers, entry in polynomial.items():
        term: Polynomial = {powers[:place] + powers[place + 1 :]: entry}
        for _ in range(powers[place]):
            term = product(term, replaced)
        for own, value in term.items():
            found[own] = found.get(own, fmpq(0)) + value
    return found
