"""Convex combinations of maps that lie above several functions: where all functions are to be at least 0, none may be below 0.

On a box, each of some combinations of outputs is at most an affine map. If a convex combination of the maps is negative on all
of the box, then everywhere one of the functions is. Finding the best weights is a linear program; any weights prove something,
and multiplicative updates find good ones for many boxes at once.
"""

from __future__ import annotations

import numpy as np

from relupoly.analysis.branching.doubles_net import Floats
from relupoly.exact.doubles import UNIT_ROUNDOFF

_STEPS = 40
_RATE = 4.0


@np.errstate(over="ignore", invalid="ignore")
def best_mixture(bounds: Floats, slopes: Floats, radius: Floats) -> tuple[Floats, Floats]:
    """Upper bounds of the best convex combinations of affine maps that were found.

    Parameters
    ----------
    bounds : ndarray of float64, shape (m, k)
        What each map is at most on each box.
    slopes : ndarray of float64, shape (m, k, n)
    radius : ndarray of float64, shape (m, n)
        Of the boxes.

    Returns
    -------
    found : ndarray of float64, shape (m,)
        No larger than the smallest bound of each box.
    weights : ndarray of float64, shape (m, k)

    Examples
    --------
    >>> best_mixture(np.array([[1.0, 1.0]]), np.array([[[2.0], [-2.0]]]), np.array([[1.0]]))[1]
    array([[0.5, 0.5]])
    """
    spread = np.abs(slopes) @ radius[:, :, None]
    middle = bounds - spread[:, :, 0]
    size = np.abs(bounds) + 2 * spread[:, :, 0]
    scale = np.maximum(size.max(axis=1, keepdims=True), np.finfo(np.float64).tiny)
    logs, best = np.zeros(bounds.shape), np.full(len(bounds), np.inf)
    weights = np.zeros(bounds.shape)
    lowest = bounds.argmin(axis=1)
    weights[np.arange(len(bounds)), lowest] = 1.0
    for step in range(_STEPS):
        share = np.exp(logs - logs.max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
        mixed = (share[:, None] @ slopes)[:, 0]
        value = (share * middle).sum(axis=1) + (np.abs(mixed) * radius).sum(axis=1)
        better = value < best
        best[better], weights[better] = value[better], share[better]
        rates = middle + (slopes @ (np.sign(mixed) * radius)[:, :, None])[:, :, 0]
        logs -= _RATE / np.sqrt(step + 1.0) * rates / scale
    # Sums of k (n + 2) products, whose weights need not add up to 1 exactly.
    error = 8 * (slopes.shape[1] + slopes.shape[2] + 8) * UNIT_ROUNDOFF * scale[:, 0]
    best += error
    # Numbers beyond the range of doubles prove nothing.
    alone = ~(best < bounds[np.arange(len(bounds)), lowest])
    weights[alone] = 0.0
    weights[alone, lowest[alone]] = 1.0
    return np.fmin(best, bounds.min(axis=1)), weights
