"""Norms of Jacobians in fractions: by numpy's singular values, and where matrices are singular."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest

from relupoly.analysis.check.gradients import Norm, _has_no_negative_part, _inverse, is_positive


def fractions(rows: list[list[int]]) -> list[list[Fraction]]:
    return [[Fraction(entry) for entry in row] for row in rows]


@pytest.mark.parametrize(
    ("rows", "semidefinite", "definite"),
    [
        ([[0, 1], [1, 5]], False, False),
        ([[0, 0], [0, -1]], False, False),
        ([[0, 0, 0], [0, 1, 0], [0, 0, -1]], False, False),
        ([[0, 0], [0, 1]], True, False),
        ([[1, 1], [1, 1]], True, False),
        ([[1, 1], [1, 2]], True, True),
        ([[1, 2], [2, 1]], False, False),
        ([[-1]], False, False),
        ([[0]], True, False),
    ],
)
def test_signs_of_matrices(rows: list[list[int]], semidefinite: bool, definite: bool) -> None:
    assert (_has_no_negative_part(fractions(rows)), is_positive(fractions(rows))) == (semidefinite, definite)


@pytest.mark.parametrize("seed", range(20))
def test_inverses(seed: int) -> None:
    rng = random.Random(seed)
    size = rng.randint(1, 4)
    basis = [[Fraction(rng.randint(-3, 3)) for _ in range(size)] for _ in range(size + 2)]
    gram = [[sum((row[i] * row[j] for row in basis), Fraction(i == j)) for j in range(size)] for i in range(size)]
    inverse = _inverse(gram)
    columns = list(zip(*inverse, strict=True))
    product = [[sum((a * b for a, b in zip(row, column, strict=True)), Fraction(0)) for column in columns] for row in gram]
    assert product == [[int(i == j) for j in range(size)] for i in range(size)]


@pytest.mark.parametrize("seed", range(20))
def test_the_largest_singular_value(seed: int) -> None:
    """In the coordinates of a basis that is not orthogonal lengths are those of the space around."""
    rng = random.Random(seed)
    size, outputs = rng.randint(1, 3), rng.randint(1, 3)
    basis = np.array([[rng.randint(-3, 3) + 4 * (i == j) for j in range(size)] for i in range(size + 1)])
    jacobian = [[rng.randint(-3, 3) for _ in range(size)] for _ in range(outputs)]
    gram = fractions((basis.T @ basis).tolist())
    root = np.linalg.cholesky(np.linalg.inv((basis.T @ basis).astype(float)))
    square = float(np.linalg.norm(np.array(jacobian) @ root, ord=2)) ** 2
    norm = Norm("2", gram)
    less, more = Fraction(square - 1e-6 * (1 + square)), Fraction(square + 1e-6 * (1 + square))
    assert norm.is_at_least(fractions(jacobian), less)
    assert norm.is_at_most(fractions(jacobian), more)
    assert not norm.is_at_least(fractions(jacobian), more)
    assert not norm.is_at_most(fractions(jacobian), less)
