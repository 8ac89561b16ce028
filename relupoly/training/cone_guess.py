"""A guess in floats at which features a least-squares program over a cone uses; the exact solver starts from it.

Lawson and Hanson's method with all allowed rays priced at each step. It may stop early or cycle: nothing rests on it.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from relupoly.training.pricing import Allowed, Floats, Key, Prices

_CLOSE = 1e-11


def guess_support(
    prices: Prices, allowed: Allowed, targets: Floats, weights: Floats, free: bool, start: Iterable[Key]
) -> list[Key]:
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
        for _ in range(4 * len(targets) + 20):
            rest = wanted - _combination(ones, columns, values, wanted)
            steepness, key = prices.steepest(rest * roots, allowed)
            if key is None or key in support or not steepness > _CLOSE * (1.0 + np.abs(wanted).sum()):
                break
            support.append(key)
            columns.append(_column(prices, key) * roots)
            support, columns, values = _feasible(support, columns, np.append(values[len(ones) :], 0.0), ones, wanted)
    return support


def _column(prices: Prices, key: Key) -> Floats:
    sign, ray, orientation = key
    return sign * prices.floats(ray, orientation)


def _combination(ones: list[Floats], columns: list[Floats], values: Floats, like: Floats) -> Floats:
    total = np.zeros(len(like))
    for column, value in zip(ones + columns, values, strict=True):
        total += value * column
    return total


def _feasible(
    support: list[Key], columns: list[Floats], now: Floats, ones: list[Floats], wanted: Floats
) -> tuple[list[Key], list[Floats], Floats]:
    """Solve on the support; features whose coefficients would be negative leave, one after the other."""
    while True:
        table = np.array(ones + columns).T if ones or columns else np.zeros((len(wanted), 0))
        try:
            values = np.linalg.lstsq(table, wanted, rcond=None)[0] if table.size else np.zeros(table.shape[1])
        except np.linalg.LinAlgError:
            return [], [], np.zeros(len(ones))
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
