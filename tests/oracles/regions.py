"""Regions of arrangements by linear programs: one sign vector after another, extended hyperplane by hyperplane."""

from collections.abc import Sequence
from fractions import Fraction

from relupoly.geometry.linear_programs import find_point


def sign_vectors(rows: Sequence[Sequence[int]], dimension: int) -> set[tuple[int, ...]]:
    """The sign vectors of all regions."""
    found: list[tuple[int, ...]] = [()]
    for number in range(1, len(rows) + 1):
        found = [signs for old in found for signs in ((*old, 1), (*old, -1)) if inside(rows[:number], signs, dimension)]
    return set(found)


def inside(rows: Sequence[Sequence[int]], signs: Sequence[int], dimension: int) -> bool:
    forms = [
        [Fraction(-sign * row[-1]), *(Fraction(sign * a) for a in row[:-1])] for row, sign in zip(rows, signs, strict=True)
    ]
    return find_point(dimension, strict=forms) is not None
