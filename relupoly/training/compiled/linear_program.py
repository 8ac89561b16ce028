"""The linear losses as the kernel takes them: rows with costs, and tables for a basis."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relupoly.training.problem.interpolation_loss import interpolation_losses
from relupoly.training.problem.lifted import Lifted
from relupoly.training.problem.losses import HINGE, MAX
from relupoly.training.rays.ray_table import RayTable

Floats = NDArray[np.float64]

# By how much bounds of at most 1 are moved, at most: some 3e-11, so that steps have a length. That is far more than rounding,
# and no more than what rates and coefficients are told from 0 by (`RATE` in the kernel, 1e-11).
_SHIFT = 2.0**-35
# Targets and weights are exact in doubles if they have at most this many bits in their common unit: of the 53 bits some are
# left for sums.
_BITS = 50


def unit_of(values: Sequence[Fraction]) -> tuple[Fraction, float]:
    """A unit in which values are at most 1, and a power of two of which they are multiples then; 0 if doubles cannot be.

    Examples
    --------
    >>> unit_of([Fraction(1, 10), Fraction(-3, 5)])
    (Fraction(4, 5), 0.125)
    """
    some = [abs(value) for value in values if value] or [Fraction(1)]
    common = Fraction(gcd(*(value.numerator for value in some)), lcm(*(value.denominator for value in some)))
    bits = int(max(some) / common).bit_length()
    return common * 2**bits, 2.0**-bits if bits <= _BITS else 0.0


def linear_program(lifted: Lifted, table: RayTable, most: int) -> Any:
    """A linear loss as `relupoly.training.kernel` takes it, with tables for one basis.

    Parameters
    ----------
    lifted : Lifted
    table : RayTable
    most : int
        How many features may be active.
    """
    from relupoly.training.kernel import LinearProgram

    unit, target_grain, weight_unit, grain = units(lifted)
    exact = not table.errors.any() and table.exponents.max(initial=0) < _BITS
    point, factor, bound, up, down = _rows(lifted, unit, weight_unit)
    columns = min(len(lifted.vectors), most) + 4
    rows, chance = len(point), np.random.RandomState(0)
    return LinearProgram(
        largest=int(lifted.problem.loss == MAX),
        point=point,
        factor=factor,
        bound=bound,
        up=up,
        down=down,
        moved=bound + _SHIFT * chance.uniform(0.5, 1.0, rows),
        floor=np.array([_rounded_down(one / (unit * weight_unit)) for one in interpolation_losses(lifted)]),
        grain=grain,
        target_grain=target_grain,
        whole=2.0 ** int(table.exponents.max(initial=0)) if exact else math.inf,
        state=np.zeros(rows, dtype=np.int64),
        price=np.zeros(rows),
        rest=np.zeros(rows),
        change=np.zeros(rows),
        table=np.zeros((columns, rows)),
        cost=np.zeros(columns),
        value=np.zeros(columns),
        move=np.zeros(columns),
        ray=np.zeros(columns, dtype=np.int64),
        output=np.zeros(columns),
        unsigned=np.zeros(columns, dtype=np.bool_),
        tight=np.zeros(columns, dtype=np.int64),
        matrix=np.zeros((columns, columns)),
        order=np.zeros(columns, dtype=np.int64),
        right=np.zeros(columns),
        size=np.zeros(2, dtype=np.int64),
    )


def units(lifted: Lifted) -> tuple[Fraction, float, Fraction, float]:
    """The units of targets and of weights, each with its grain; see `unit_of`."""
    one = (Fraction(1), 1.0)
    targets = one if lifted.problem.loss == HINGE else unit_of(lifted.targets)
    return *targets, *(one if lifted.problem.loss == MAX else unit_of(lifted.weights))


def _rows(lifted: Lifted, unit: Fraction, weight_unit: Fraction) -> tuple[NDArray[np.int64], Floats, Floats, Floats, Floats]:
    """Point, factor, bound, and the costs of being below and above, for each row."""
    rows: list[tuple[int, float, float, float, float]] = []
    for place, target, weight in zip(lifted.point, lifted.targets, lifted.weights, strict=True):
        if lifted.problem.loss == MAX:
            bound = float(target / unit)
            rows += [(place, 1.0, bound, math.inf, 0.0), (place, -1.0, -bound, math.inf, 0.0)]
        elif lifted.problem.loss == HINGE:
            rows.append((place, float(target), 1.0, _rounded_down(weight / weight_unit), 0.0))
        else:
            cost = _rounded_down(weight / weight_unit)
            rows.append((place, 1.0, float(target / unit), cost, cost))
    point, *others = zip(*rows, strict=True)
    factor, bounds, up, down = (np.array(column, dtype=np.float64) for column in others)
    return np.array(point, dtype=np.int64), factor, bounds, up, down


def _rounded_down(value: Fraction) -> float:
    """A float that is no larger."""
    near = float(value)
    return near if Fraction(near) <= value else math.nextafter(near, -math.inf)
