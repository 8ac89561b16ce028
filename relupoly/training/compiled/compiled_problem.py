"""`CompiledProblem`: what a problem looks like to the compiled search (`relupoly.training.kernel`), and back.

All is scaled: targets and roots of weights to at most 1. For the squared loss a sample weight c_j enters as a factor sqrt(c_j)
of target and feature, rounded; the kernel's bounds allow for that. For the others it is a cost, and units are such that doubles
hold short decimals exactly. Dependence is decided by exact signs and by integers modulo a prime.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from relupoly.exact.rationals import scaled_float
from relupoly.run import UNLIMITED, Run
from relupoly.training.compiled.linear_program import units
from relupoly.training.compiled.ray_arrays import ray_arrays
from relupoly.training.problem.lifted import Lifted
from relupoly.training.problem.losses import MAX, SQUARED
from relupoly.training.rays.ray_table import RayTable

Floats = NDArray[np.float64]

# Numerators and denominators that the kernel can multiply exactly (its `EXACT`).
_MOST_EXACT = 2**52


class CompiledProblem:
    """The compiled search on one problem; calls from several threads need a `Workspace` each.

    Attributes
    ----------
    constant, scale : Fraction
        The loss of all samples is the constant, plus the scale times the scaled loss.
    squared : bool
        Whether the loss is the squared one.
    unit : Fraction
        The predictions are this times the scaled ones.
    roots : ndarray of float64
        The factors of the points, sqrt(c_j), scaled; 1 for a linear loss.
    grain : Fraction
        For a linear loss, the smallest difference between losses of integral multiples of targets; 0 if it is too small.
    dual_unit : Fraction
        The dual vector is this times the scaled one, or for the squared loss the scaled residual times the roots.
    """

    def __init__(self, lifted: Lifted, table: RayTable, run: Run = UNLIMITED) -> None:
        self.lifted, self.table = lifted, table
        self.width = lifted.problem.width
        self.squared = lifted.problem.loss == SQUARED
        if self.squared:
            target_exponent, weight_exponent = _exponent(lifted.targets), _exponent(lifted.weights)
            self.unit, weight_unit = Fraction(2) ** target_exponent, Fraction(2) ** weight_exponent
            self.roots = np.sqrt(np.array([scaled_float(weight, -weight_exponent) for weight in lifted.weights]))
            self.scale = self.unit * self.unit * weight_unit
            self.dual_unit = self.unit * weight_unit
            self.grain = Fraction(0)
            targets = np.array([scaled_float(target, -target_exponent) for target in lifted.targets])
        else:
            self.unit, target_grain, self.dual_unit, grain = units(lifted)
            self.roots = np.ones(len(lifted.vectors))
            self.scale = self.unit * self.dual_unit
            self.grain = self.scale * Fraction(grain * target_grain)
            targets = _largest_at_points(lifted, self.unit)
        self.constant = Fraction(0) if lifted.problem.loss == MAX else lifted.constant
        self.rays = ray_arrays(lifted, table, self.roots, targets, run)

    def net(self, best: Floats) -> tuple[list[tuple[Fraction, ...]], list[int], Fraction]:
        """Neurons in lifted coordinates, output signs and output bias: the kernel's doubles, taken as they are."""
        neurons = [tuple(self.unit * Fraction(float(entry)) for entry in row[1:]) for row in best[:-1]]
        return neurons, [1 if row[0] >= 0 else -1 for row in best[:-1]], self.unit * Fraction(float(best[-1, 0]))

    def scaled(self, loss: Fraction) -> float:
        """A loss of all samples as the kernel sees it, rounded up."""
        exact = (loss - self.constant) / self.scale
        near = scaled_float(exact, 0)
        return near if Fraction(near) >= exact else math.nextafter(near, math.inf)

    def ratio(self, loss: Fraction) -> tuple[float, float]:
        """A loss of all samples in units of the grains, for a linear loss: numerator (infinite if it is long), denominator."""
        if not self.grain:
            return math.inf, 1.0
        exact = (loss - self.constant) / self.grain
        if max(exact.numerator, exact.denominator) > _MOST_EXACT:
            return math.inf, 1.0
        return float(exact.numerator), float(exact.denominator)

    def loss(self, scaled: float) -> Fraction:
        """The loss of all samples that a scaled one stands for."""
        return self.lifted.whole(Fraction(scaled) * self.scale)


def _largest_at_points(lifted: Lifted, unit: Fraction) -> Floats:
    """The largest target of each point's terms: that of a linear loss is only a measure of size."""
    targets = np.zeros(len(lifted.vectors))
    for place, target in zip(lifted.point, lifted.targets, strict=True):
        targets[place] = max(targets[place], abs(float(target / unit)))
    return targets


def _exponent(numbers: Sequence[Fraction]) -> int:
    """The least exponent of a power of two that no number exceeds."""
    largest = max((abs(number) for number in numbers), default=Fraction(0))
    exponent = largest.numerator.bit_length() - largest.denominator.bit_length()
    return exponent + (largest > Fraction(2) ** exponent) if largest else 0
