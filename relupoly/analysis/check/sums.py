"""What a sum of constraints is on a part at most: exactly, by going backwards through the net.

The part's points satisfy the constraints, of which each is written as something that is at least 0. If a sum of them with
multipliers that are not negative is below 0 everywhere on the part, there is no such point.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from operator import mul

from relupoly.analysis.check.bounds import BITS, PASSES, STOPS, Bounds, Box, Line
from relupoly.analysis.check.layers import Layers


@dataclass(frozen=True)
class Constraint:
    """The constraint <inputs, x> + <outputs, y> <= bound, or < bound.

    Attributes
    ----------
    inputs, outputs : mapping from int to Fraction
        The slopes of the variables that it speaks of.
    bound : Fraction
    strict : bool
    """

    inputs: Mapping[int, Fraction]
    outputs: Mapping[int, Fraction]
    bound: Fraction
    strict: bool = False

    def holds(self, point: Sequence[Fraction], outputs: Sequence[Fraction]) -> bool:
        """Whether it is satisfied at a point."""
        spent = sum((slope * point[place] for place, slope in self.inputs.items()), Fraction(0))
        spent += sum((slope * outputs[place] for place, slope in self.outputs.items()), Fraction(0))
        return spent < self.bound or (spent == self.bound and not self.strict)


Weighted = Sequence[tuple[Fraction, Constraint]]


def most_of_sum(
    net: Layers, box: Box, bounds: Bounds, constraints: Weighted, neurons: Mapping[tuple[int, int], Fraction]
) -> Fraction | None:
    """An upper bound of sum_i m_i (bound_i - what constraint i spends) + sum_k c_k z_k; None if there is none.

    Parameters
    ----------
    net : Layers
    box : Box
    bounds : Bounds
        Of this box, or one that holds it.
    constraints : sequence of pairs of a multiplier and a constraint
    neurons : mapping
        From (layer, neuron) to the coefficient of what enters it.
    """
    value = sum((factor * one.bound for factor, one in constraints), Fraction(0))
    ends = [Fraction(0)] * net.outputs
    direct = [Fraction(0)] * net.inputs
    for factor, one in constraints:
        for place, slope in one.outputs.items():
            ends[place] -= factor * slope
        for place, slope in one.inputs.items():
            direct[place] -= factor * slope
    slopes = _Slopes(ends, value)
    for number in reversed(range(len(net.layers))):
        if number < len(net.hidden) and not slopes.through_relus(bounds.lines[number]):
            return None
        slopes.add({neuron: factor for (layer, neuron), factor in neurons.items() if layer == number})
        slopes.through_weights(net.layers[number].columns, net.layers[number].bias, net.layers[number].scale)
    slopes.add(dict(enumerate(direct)))
    return slopes.most_on(box)


class _Slopes:
    """A linear form in integers over a common denominator."""

    def __init__(self, entries: Sequence[Fraction], value: Fraction) -> None:
        self._below = lcm(value.denominator, *(entry.denominator for entry in entries))
        self._entries = [int(entry * self._below) for entry in entries]
        self._value = int(value * self._below)

    def add(self, entries: Mapping[int, Fraction]) -> None:
        """Add other slopes."""
        times = lcm(self._below, *(entry.denominator for entry in entries.values())) // self._below
        self._scale(times)
        for place, entry in entries.items():
            self._entries[place] += int(entry * self._below)

    def through_relus(self, lines: Sequence[Line | None]) -> bool:
        """From what a layer passes on to what enters it; False if nothing bounds a neuron."""
        if any(
            slope > 0 and line is not PASSES and line is not STOPS for slope, line in zip(self._entries, lines, strict=True)
        ):
            self._scale(1 << BITS)
        found = []
        for slope, line in zip(self._entries, lines, strict=True):
            if line is PASSES:
                found.append(slope)
            elif line is STOPS or not slope:
                found.append(0)
            elif slope < 0:
                found.append(slope * line.lower if line else 0)
            elif line is None:
                return False
            else:
                # The factor of 2^BITS is in the slope already.
                found.append((slope >> BITS) * line.upper)
                self._value += (slope >> BITS) * line.start
        self._entries = found
        return True

    def through_weights(self, columns: Sequence[Sequence[int]], bias: Sequence[int], scale: int) -> None:
        """From what enters a layer to what the layer before passes on."""
        self._value = self._value * scale + sum(map(mul, self._entries, bias))
        self._entries = [sum(map(mul, self._entries, column)) for column in columns]
        self._below *= scale

    def most_on(self, box: Box) -> Fraction | None:
        """The largest value on a box; None if there is none."""
        found = Fraction(self._value)
        for slope, low, high in zip(self._entries, box.low, box.high, strict=True):
            end = high if slope > 0 else low
            if slope and end is None:
                return None
            if slope and end is not None:
                found += slope * end
        return found / self._below

    def _scale(self, times: int) -> None:
        if times > 1:
            self._entries = [entry * times for entry in self._entries]
            self._value *= times
            self._below *= times
