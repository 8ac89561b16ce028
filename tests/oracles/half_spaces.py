"""Half-spaces, forms and polyhedra by rational arithmetic: generators by cddlib, volumes by Lasserre's recursion."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction

import cdd
import cdd.gmp
from flint import fmpq
from oracles.derivatives import fraction

# A half-space <a, x> <= b is the tuple (a_1, ..., a_n, b), an affine form <a, x> + c the tuple (a_1, ..., a_n, c).
Row = tuple[fmpq, ...]

ZERO = fmpq(0)


def dot(row: Sequence[fmpq], x: Sequence[fmpq]) -> fmpq:
    return sum((a * b for a, b in zip(row, x, strict=False)), ZERO)


def value(form: Sequence[fmpq], x: Sequence[fmpq]) -> fmpq:
    return dot(form, x) + form[-1]


def image(row: Sequence[fmpq], state: Sequence[Row]) -> Row:
    """The form that a row (weights, bias) makes of forms."""
    width = len(state[0]) if state else len(row)
    total = [ZERO] * width
    for weight, form in zip(row[:-1], state, strict=True):
        if weight:
            total = [a + weight * b for a, b in zip(total, form, strict=True)]
    total[-1] += row[-1]
    return tuple(total)


def parallel(one: Sequence[fmpq], other: Sequence[fmpq]) -> int:
    """1 or -1 where rows are proportional, with a positive or negative factor; else 0. Neither is 0 but for its last entry."""
    pivot = next((place for place, entry in enumerate(one[:-1]) if entry), None)
    if pivot is None or not other[pivot]:
        return 0
    factor = other[pivot] / one[pivot]
    if any(b != factor * a for a, b in zip(one, other, strict=True)):
        return 0
    return 1 if factor > 0 else -1


def generators(rows: Sequence[Row], dimension: int) -> tuple[set[Row], set[Row], int]:
    """Vertices, rays with a largest entry of 1, and how many lines there are, by cddlib; redundant generators are none."""
    if not rows:
        return {(ZERO,) * dimension}, set(), dimension
    table = [[fraction(row[-1]), *(-fraction(entry) for entry in row[:-1])] for row in rows]
    matrix = cdd.gmp.matrix_from_array(table, rep_type=cdd.RepType.INEQUALITY)
    found = cdd.gmp.copy_generators(cdd.gmp.polyhedron_from_matrix(matrix))
    vertices, rays = set(), set()
    for place, (kind, *entries) in enumerate(found.array):
        exact = tuple(fmpq(entry.numerator, entry.denominator) for entry in map(Fraction, entries))
        if place in found.lin_set:
            continue
        if kind:
            vertices.add(exact)
        else:
            rays.add(scaled(exact))
    # Of a cone it does not name the apex.
    return vertices or {(ZERO,) * dimension}, rays, len(found.lin_set)


def scaled(direction: Sequence[fmpq]) -> Row:
    largest = max(abs(entry) for entry in direction)
    return tuple(entry / largest for entry in direction)


def volume(rows: Sequence[Row]) -> fmpq:
    """The volume of a polytope {<a, x> <= b}, by Lasserre: n vol = sum of b_i / |a_ij| times that of the projected facet."""
    n = len(rows[0]) - 1
    least: dict[Row, fmpq] = {}
    for row in rows:
        if not any(row[:-1]):
            if row[-1] < 0:
                return ZERO
            continue
        size = max(abs(entry) for entry in row[:-1])
        key, bound = tuple(entry / size for entry in row[:-1]), row[-1] / size
        least[key] = min(bound, least.get(key, bound))
    if n == 1:
        return max(ZERO, least[(fmpq(1),)] + least[(fmpq(-1),)])
    total = ZERO
    for key, bound in least.items():
        if not bound:
            continue
        pivot = next(place for place, entry in enumerate(key) if entry)
        other = []
        for row, limit in least.items():
            if row != key:
                factor = row[pivot] / key[pivot]
                kept = [b - factor * a for place, (a, b) in enumerate(zip(key, row, strict=True)) if place != pivot]
                other.append((*kept, limit - factor * bound))
        total += bound / abs(key[pivot]) * volume(other)
    return total / n


def cube(dimension: int, size: fmpq) -> list[Row]:
    """The half-spaces of the box [-size, size]^n."""
    return [(*(fmpq(sign * (i == j)) for j in range(dimension)), size) for i in range(dimension) for sign in (1, -1)]


def union_volume(sets: Sequence[Sequence[Row]], around: Sequence[Row]) -> fmpq:
    """Of a union of sets in a bounded one, by inclusion and exclusion."""
    total = ZERO
    for count in range(1, len(sets) + 1):
        for chosen in itertools.combinations(sets, count):
            total += (-1) ** (count + 1) * volume([*around, *itertools.chain(*chosen)])
    return total
