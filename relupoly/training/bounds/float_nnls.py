"""A guess in floats at which features a least-squares program over a cone uses; the exact solver starts from it.

Lawson and Hanson's method with all allowed rays priced at each step. It may stop early or cycle: nothing rests on it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from relupoly.training.proof.proof import Key
from relupoly.training.rays.pricing import Allowed, Floats, Prices

# A product of a feature with the residual below this share of the targets is taken for 0: some ten thousand roundings. Whatever
# is missed is found by the exact solver.
_CLOSE = 1e-11


@dataclass(frozen=True)
class Guess:
    """Features that are probably in use, the coefficients of their multiples in `Prices.floats`, the output bias, the loss."""

    support: list[Key]
    values: Floats
    output_bias: float
    loss: float


def guess_support(
    prices: Prices, allowed: Allowed, targets: Floats, weights: Floats, free: bool, start: Iterable[Key]
) -> Guess:
    """Features that are probably in use at the optimum.

    Parameters
    ----------
    prices : Prices
    allowed : Allowed
    targets, weights : ndarray of float64
        Of moderate size.
    free : bool
        Whether a constant may be added.
    start : iterable of key
        Allowed features that are thought to be in use.
    """
    roots = np.sqrt(weights)
    wanted = targets * roots
    support = list(start)
    columns = [_column(prices, key) * roots for key in support]
    ones = [roots] if free else []
    with np.errstate(all="ignore"):
        support, columns, values = _feasible(support, columns, np.zeros(len(support)), ones, wanted)
        for _ in range(2 * len(targets) + 20):
            rest = wanted - _combination(ones, columns, values, wanted)
            steepness, key = prices.steepest(rest * roots, allowed)
            if key is None or key in support or not steepness > _CLOSE * (1.0 + np.abs(wanted).sum()):
                break
            support.append(key)
            columns.append(_column(prices, key) * roots)
            support, columns, values = _feasible(support, columns, np.append(values[len(ones) :], 0.0), ones, wanted)
        rest = wanted - _combination(ones, columns, values, wanted)
    return Guess(support, values[len(ones) :], float(values[0]) if free else 0.0, float(rest @ rest))


def _column(prices: Prices, key: Key) -> Floats:
    sign, ray, orientation = key
    return sign * prices.floats(ray, orientation)


def _combination(ones: list[Floats], columns: list[Floats], values: Floats, like: Floats) -> Floats:
    total = np.zeros(len(like))
    for column, value in zip(ones + columns, values, strict=True):
        total += value * column
    return total


def _least_squares(columns: list[Floats], wanted: Floats) -> Floats:
    """The coefficients that come nearest: by normal equations, or where they fail by a slower way."""
    if not columns:
        return np.zeros(0)
    table = np.array(columns)
    right = table @ wanted
    try:
        found: Floats = np.asarray(np.linalg.solve(table @ table.T, right), dtype=np.float64)
        if np.isfinite(found).all():
            return found
        found = np.asarray(np.linalg.lstsq(table.T, wanted, rcond=None)[0], dtype=np.float64)
    except np.linalg.LinAlgError:
        found = np.zeros(len(columns))
    return found


def _feasible(
    support: list[Key], columns: list[Floats], now: Floats, ones: list[Floats], wanted: Floats
) -> tuple[list[Key], list[Floats], Floats]:
    """Solve on the support; features whose coefficients would be negative leave, one after the other."""
    while True:
        values = _least_squares(ones + columns, wanted)
        aim = values[len(ones) :]
        falling = np.flatnonzero(~(aim > 0))
        if not len(falling):
            return support, columns, values
        steps = now[falling] / np.maximum(now[falling] - aim[falling], 1e-300)
        leaving = int(falling[steps.argmin()])
        now = np.maximum(now + steps.min() * (aim - now), 0.0)
        support = support[:leaving] + support[leaving + 1 :]
        columns = columns[:leaving] + columns[leaving + 1 :]
        now = np.delete(now, leaving)
