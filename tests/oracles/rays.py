"""The rays of a central arrangement by elimination over `Fraction`: shares no code with the library."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from math import gcd, lcm


def all_rays(vectors: Sequence[Sequence[int]], rank: int) -> set[tuple[int, ...]]:
    """The primitive direction, first entry positive, of every line where hyperplanes of the vectors meet."""
    kernels = (kernel(subset, rank) for subset in combinations(vectors, rank - 1))
    return {direction(basis[0]) for basis in kernels if len(basis) == 1}


def direction(line: Sequence[Fraction]) -> tuple[int, ...]:
    scale = lcm(*(entry.denominator for entry in line))
    whole = [int(entry * scale) for entry in line]
    divisor = gcd(*whole) * (1 if next(entry for entry in whole if entry) > 0 else -1)
    return tuple(entry // divisor for entry in whole)


def kernel(rows: Sequence[Sequence[int]], columns: int) -> list[list[Fraction]]:
    """A basis of the vectors that are orthogonal to all rows: one for each free column."""
    table = [[Fraction(entry) for entry in row] for row in rows]
    pivots: list[int] = []
    for column in range(columns):
        row = next((place for place in range(len(pivots), len(table)) if table[place][column]), None)
        if row is None:
            continue
        place = len(pivots)
        table[place], table[row] = table[row], table[place]
        lead = table[place][column]
        table[place] = [entry / lead for entry in table[place]]
        for other in range(len(table)):
            if other != place:
                factor = table[other][column]
                table[other] = [one - factor * two for one, two in zip(table[other], table[place], strict=True)]
        pivots.append(column)
    basis = []
    for free in set(range(columns)) - set(pivots):
        vector = [Fraction(0)] * columns
        vector[free] = Fraction(1)
        for place, pivot in enumerate(pivots):
            vector[pivot] = -table[place][free]
        basis.append(vector)
    return basis


def rank_of(rows: Sequence[Sequence[int]], columns: int) -> int:
    return columns - len(kernel(rows, columns))
