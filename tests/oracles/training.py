"""Training by brute force over all sign patterns, in floats: scipy's solvers and elimination, none of the library's code.

A pattern says for each point whether a neuron is active; all 2^D are tried, and kept if some neuron has it strictly. The
best weights for a choice of patterns solve a convex program over the closed cone of such neurons, given by its rays.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations_with_replacement, product

import numpy as np
from numpy.typing import NDArray
from oracles.rays import all_rays
from scipy.optimize import linprog, nnls

Floats = NDArray[np.float64]


def best_loss(
    points: Sequence[Sequence[int]],
    targets: Sequence[float],
    width: int,
    *,
    weights: Sequence[float] | None = None,
    bias: bool = True,
    output_bias: bool = False,
    loss: str = "squared",
) -> float:
    """The smallest sum of losses (the smallest largest error for "max") of points with integer coordinates, of full rank."""
    vectors = np.array([[*point, 1] if bias else list(point) for point in points])
    assert np.linalg.matrix_rank(vectors) == vectors.shape[1], "the points do not span"
    masses = np.array(weights if weights is not None else [1.0] * len(vectors), dtype=float)
    features = [
        _features(vectors, pattern) for pattern in product((-1, 1), repeat=len(vectors)) if _is_strict(vectors, pattern)
    ]
    ones = np.ones((1, len(vectors)))
    free = [ones, -ones] if output_bias else []
    y = np.array(targets, dtype=float)
    return min(
        _solve(np.concatenate([*(sign * one for one, sign in zip(chosen, signs, strict=True)), *free]), y, masses, loss)
        for up in range(width + 1)
        for above in combinations_with_replacement(features, up)
        for below in combinations_with_replacement(features, width - up)
        for chosen, signs in [((*above, *below), [1] * up + [-1] * (width - up))]
    )


def _is_strict(vectors: NDArray[np.int64], pattern: Sequence[int]) -> bool:
    """Whether some neuron is positive exactly on the points of sign 1, and negative on the others (zero points aside)."""
    rows = np.array(pattern)[:, None] * vectors
    if any(sign > 0 for sign, vector in zip(pattern, vectors, strict=True) if not vector.any()):
        return False
    rows = rows[vectors.any(axis=1)]
    found = linprog(np.zeros(vectors.shape[1]), A_ub=-rows, b_ub=-np.ones(len(rows)), bounds=(None, None))
    return found.status == 0


def _features(vectors: NDArray[np.int64], pattern: Sequence[int]) -> Floats:
    """The predictions of the rays of the closed cell of a pattern."""
    rank = vectors.shape[1]
    lines = all_rays([tuple(map(int, vector)) for vector in vectors if vector.any()], rank)
    rays = np.array([[sign * entry for entry in line] for line in sorted(lines) for sign in (1, -1)])
    inside = ((rays @ vectors.T) * np.array(pattern) >= 0).all(axis=1)
    return np.maximum(rays[inside] @ vectors.T, 0).astype(float)


def _solve(features: Floats, y: Floats, masses: Floats, loss: str) -> float:
    if loss == "squared":
        root = np.sqrt(masses)
        return float(nnls((features * root).T, y * root)[1] ** 2)
    count, samples = features.shape
    if loss == "hinge":
        rows, bounds = [np.hstack([-(features * y).T, -np.eye(samples)])], [-np.ones(samples)]
        costs = masses
    else:
        slack = np.ones((samples, 1)) if loss == "max" else np.eye(samples)
        rows = [np.hstack([features.T, -slack]), np.hstack([-features.T, -slack])]
        bounds = [y, -y]
        costs = np.ones(1) if loss == "max" else masses
    found = linprog(
        np.concatenate([np.zeros(count), costs]), A_ub=np.vstack(rows), b_ub=np.concatenate(bounds), bounds=(0, None)
    )
    assert found.status == 0
    return float(found.fun)


def loss_by_hand(points, targets, weights, hidden, biases, signs, output_bias, loss: str) -> Fraction:
    """The loss of a net with one hidden layer, in `Fraction`."""
    costs = []
    for point, target, weight in zip(points, targets, weights, strict=True):
        value = output_bias
        for row, shift, sign in zip(hidden, biases, signs, strict=True):
            value += sign * max(Fraction(0), sum((a * x for a, x in zip(row, point, strict=True)), shift))
        error = value - target
        costs.append(weight * {"squared": error**2, "hinge": max(Fraction(0), 1 - target * value)}.get(loss, abs(error)))
    return max(costs) if loss == "max" else sum(costs, Fraction(0))
