"""`Frame`: other coordinates of the inputs, x' = (x - centre) / scale, and the way back for neurons.

Searching is a matter of the data's shape, not of their units; in floats, columns of one size with their middle near 0 lose
fewer digits. Centres and scales are short rationals near the mean and the standard deviation: exact ones would have as many
digits as all entries together. Without biases the origin has a meaning, so only the scale changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import frexp

from relupoly.run import UNLIMITED, Run
from relupoly.training.problem.problem import Problem

# Centres are rounded to sixteenths of the scale, so that rationals stay short: nothing but the size of numbers depends on it,
# since the net is taken back exactly.
_PARTS = 16


@dataclass(frozen=True)
class Frame:
    """Coordinates of the inputs.

    Attributes
    ----------
    centres, scales : tuple of Fraction
        One of each for every input; scales are positive.
    """

    centres: tuple[Fraction, ...]
    scales: tuple[Fraction, ...]

    @classmethod
    def identity(cls, inputs: int) -> Frame:
        """The coordinates as they are."""
        return cls((Fraction(0),) * inputs, (Fraction(1),) * inputs)

    @classmethod
    def of(cls, problem: Problem, run: Run = UNLIMITED) -> Frame:
        """Coordinates in which every input has a mean near 0 and a deviation near 1.

        Parameters
        ----------
        problem : Problem
        run : Run, optional
            Called now and then; may raise to stop.

        Examples
        --------
        >>> frame = Frame.of(Problem.from_rows([[100], [104]], [1, 2], width=1))
        >>> frame.centres, frame.scales, frame.apply(Problem.from_rows([[100], [104]], [1, 2], width=1)).points
        ((Fraction(102, 1),), (Fraction(2, 1),), ((Fraction(-1, 1),), (Fraction(1, 1),)))
        """
        total = sum(problem.weights)
        centres, scales = [], []
        for column in zip(*problem.points, strict=True):
            run.tick()
            mean = sum((weight * entry for weight, entry in zip(problem.weights, column, strict=True)), Fraction(0)) / total
            if not problem.bias:
                mean = Fraction(0)
            spread = [weight * (entry - mean) ** 2 for weight, entry in zip(problem.weights, column, strict=True)]
            scale = _power_near_root(sum(spread, Fraction(0)) / total)
            scales.append(scale)
            centres.append(round(mean / scale * _PARTS) * scale / _PARTS)
        return cls(tuple(centres), tuple(scales))

    def apply(self, problem: Problem, run: Run = UNLIMITED) -> Problem:
        """The problem in these coordinates."""
        points = []
        for point in problem.points:
            run.tick()
            row = zip(point, self.centres, self.scales, strict=True)
            points.append(tuple((entry - centre) / scale for entry, centre, scale in row))
        return replace(problem, points=tuple(points))

    def fold(self, neuron: Sequence[Fraction]) -> list[Fraction]:
        """The neuron (a, b) of the inputs that has the values of a neuron of these coordinates."""
        *weights, bias = neuron
        folded = [weight / scale for weight, scale in zip(weights, self.scales, strict=True)]
        shift = sum((weight * centre for weight, centre in zip(folded, self.centres, strict=True)), Fraction(0))
        return [*folded, bias - shift]


def _power_near_root(square: Fraction) -> Fraction:
    """A power of two near the root of a number; 1 for 0."""
    if not square:
        return Fraction(1)
    bits = square.numerator.bit_length() - square.denominator.bit_length()
    mantissa, exponent = frexp(float(square / Fraction(2) ** bits))
    # 2^(1/2) of the root either way: rounding the exponent of the square to an even number.
    return Fraction(2) ** round((bits + exponent - (mantissa < 0.75)) / 2)
