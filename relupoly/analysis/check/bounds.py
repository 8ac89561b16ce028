"""What enters each neuron on a box at least and at most, in fixed point, rounded outwards.

A neuron whose sign is known passes its value on, or nothing. One that may change sign lies between two lines: with l <= z <= u,
relu(z) <= s z + t, the line through (l, 0) and (u, u), rounded up; and relu(z) >= z if u > (1 + 2^-20) (-l), else >= 0. Where a
certificate calls a neuron narrow, it is between 0 and max(u, 0). Going backwards through the layers with these lines, whatever
is linear in the values of a layer is at most a linear map on the box. Those who write certificates rely on these rules.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from operator import mul

from relupoly.analysis.check.layers import Layers
from relupoly.run import Run

# Numbers are integers over 2 to the power of this.
BITS = 96
ONE = 1 << BITS
# u > -l (1 + 2^-20) is asked for a lower line that rises: nets that are symmetrical have u = -l again and again, where bounds
# that differ in their last digits must not choose differently.
_BIAS = 20

Ends = tuple[list[int | None], list[int | None]]
Signs = Mapping[tuple[int, int], int]


@dataclass(frozen=True)
class Line:
    """The lines of a neuron: relu(z) <= (upper z + start) / 2^BITS and relu(z) >= lower z."""

    upper: int
    start: int
    lower: int


PASSES, STOPS = Line(ONE, 0, 1), Line(0, 0, 0)


@dataclass(frozen=True)
class Box:
    """Bounds of the coordinates; None for none."""

    low: tuple[Fraction | None, ...]
    high: tuple[Fraction | None, ...]

    @property
    def empty(self) -> bool:
        """Whether there is no point in it."""
        return any(a is not None and b is not None and a > b for a, b in zip(self.low, self.high, strict=True))

    @property
    def fixed(self) -> tuple[list[int], list[int]] | None:
        """The ends in fixed point, rounded outwards; None if one is missing."""
        low = [(a.numerator << BITS) // a.denominator for a in self.low if a is not None]
        high = [-((-b.numerator << BITS) // b.denominator) for b in self.high if b is not None]
        return (low, high) if len(low) == len(high) == len(self.low) else None

    def cut(self, axis: int, at: Fraction) -> tuple[Box, Box]:
        """The part up to a value of a coordinate, and the part from there on."""
        low, high = list(self.low), list(self.high)
        below, above = high[axis], low[axis]
        high[axis] = at if below is None else min(below, at)
        low[axis] = at if above is None else max(above, at)
        return Box(self.low, tuple(high)), Box(tuple(low), self.high)


class Bounds:
    """The bounds of all neurons that may change sign, layer by layer, with the signs that are given.

    Parameters
    ----------
    net : Layers
    box : Box
        Not empty.
    signs : mapping
        From (layer, neuron) to 1, where z >= 0, or -1, where z <= 0.
    narrow : collection of (layer, neuron)
    known : Bounds, optional
        Of a part that holds this one.
    run : Run

    Attributes
    ----------
    lines : list of list of Line or None
        Of each neuron of each hidden layer; None where it may change sign, and nothing more is known.
    """

    def __init__(
        self, net: Layers, box: Box, signs: Signs, narrow: Collection[tuple[int, int]], known: Bounds | None, run: Run
    ) -> None:
        self._net, self._run = net, run
        self._box = box.fixed
        self.lines: list[list[Line | None]] = []
        self._ends: list[Ends] = []
        self._reach: list[int] = known._reach if known and known._reach else self._reached()
        for number, layer in enumerate(net.hidden):
            size = len(layer.bias)
            ends = known._ends[number] if known else ([None] * size, [None] * size)
            least, most = list(ends[0]), list(ends[1])
            _apply(signs, number, least, most)
            if self._box:
                for place, relu in enumerate(layer.relu):
                    if relu and not _is_settled(least[place], most[place]):
                        self._bound(number, place, least, most)
            self._ends.append((least, most))
            constant = {place for where, place in narrow if where == number}
            self.lines.append(
                [
                    _line(a, b, relu, place in constant)
                    for place, (a, b, relu) in enumerate(zip(least, most, layer.relu, strict=True))
                ]
            )

    def _reached(self) -> list[int]:
        """What all that a layer passes on adds up to at most, in size; first the inputs. Only what is rounded depends on it."""
        if not self._box:
            return []
        sizes = [max(abs(a), abs(b)) for a, b in zip(*self._box, strict=True)]
        found = [sum(sizes)]
        for layer in self._net.hidden:
            sums = [
                sum(abs(weight) * size for weight, size in zip(row, sizes, strict=True)) + (abs(bias) << BITS)
                for row, bias in zip(layer.weight, layer.bias, strict=True)
            ]
            sizes = [-(-one // layer.scale) for one in sums]
            found.append(sum(sizes))
        return found

    def _bound(self, number: int, place: int, least: list[int | None], most: list[int | None]) -> None:
        """Improve the bounds of a neuron: if one of them settles its sign, that is all that matters."""
        self._run.tick()
        above, below = most[place], least[place]
        for sign in (1, -1) if self._leans_down(number, place) else (-1, 1):
            end = self._most(number, place, sign)
            if sign > 0:
                most[place] = end if above is None else min(above, end)
            else:
                least[place] = -end if below is None else max(below, -end)
            if _is_settled(least[place], most[place]):
                return

    def _leans_down(self, number: int, place: int) -> bool:
        """Whether a neuron is rather negative, by its bias and the middles of what enters it: the side to look at first."""
        layer = self._net.hidden[number]
        if number == 0:
            assert self._box
            middles = [a + b for a, b in zip(*self._box, strict=True)]
        else:
            middles = [
                max(b or 0, 0) + max(a or 0, 0) if relu else (a or 0) + (b or 0)
                for a, b, relu in zip(*self._ends[number - 1], self._net.hidden[number - 1].relu, strict=True)
            ]
        twice: int = sum(map(mul, layer.weight[place], middles)) + (layer.bias[place] << (BITS + 1))
        return twice < 0

    def _most(self, number: int, place: int, sign: int) -> int:
        """What a neuron's value, times a sign, is at most, backwards to the box."""
        slopes = [0] * len(self._net.hidden[number].bias)
        slopes[place], value = sign << BITS, 0
        for below in range(number, -1, -1):
            if below < number:
                slopes, value = self._through_relus(below, slopes, value)
            slopes, value = self._through_weights(below, slopes, value)
        assert self._box
        low, high = self._box
        products = sum(slope * (high[k] if slope > 0 else low[k]) for k, slope in enumerate(slopes))
        return value - (-products >> BITS)

    def _through_relus(self, number: int, slopes: list[int], value: int) -> tuple[list[int], int]:
        """From what a layer passes on to what enters it; slopes are rounded down where the line above is taken."""
        found, cut = [], False
        for slope, line in zip(slopes, self.lines[number], strict=True):
            assert line is not None
            if slope <= 0:
                found.append(slope * line.lower)
            elif line is PASSES or line is STOPS:
                found.append(slope if line is PASSES else 0)
            else:
                found.append(slope * line.upper >> BITS)
                value -= -slope * line.start >> BITS
                cut = True
        # What was cut off of a slope is less than 2^-BITS, and is multiplied by what enters the neuron.
        return found, value - (-self._reach[number + 1] >> BITS) if cut else value

    def _through_weights(self, number: int, slopes: list[int], value: int) -> tuple[list[int], int]:
        """From what enters a layer to what the layer before passes on, or to the inputs; slopes are rounded down."""
        layer = self._net.hidden[number]
        used = [place for place, slope in enumerate(slopes) if slope]
        some = [slopes[place] for place in used]
        value -= -sum(slope * layer.bias[place] for slope, place in zip(some, used, strict=True)) // layer.scale
        if 2 * len(used) > len(slopes):
            sums = [sum(map(mul, slopes, column)) for column in layer.columns]
        else:
            columns = zip(*(layer.weight[place] for place in used), strict=True)
            sums = [sum(map(mul, some, column)) for column in columns] or [0] * len(layer.columns)
        if layer.scale == 1:
            return sums, value
        cut = any(one % layer.scale for one in sums)
        return [one // layer.scale for one in sums], value - (-self._reach[number] >> BITS) if cut else value


def _apply(signs: Signs, layer: int, least: list[int | None], most: list[int | None]) -> None:
    for (where, neuron), sign in signs.items():
        if where == layer and sign > 0:
            least[neuron] = max(least[neuron] or 0, 0)
        elif where == layer:
            most[neuron] = min(most[neuron] or 0, 0)


def _is_settled(least: int | None, most: int | None) -> bool:
    return (least is not None and least >= 0) or (most is not None and most <= 0)


def _line(least: int | None, most: int | None, relu: bool, constant: bool) -> Line | None:
    if relu and most is not None and most <= 0:
        return STOPS
    if not relu or (least is not None and least >= 0):
        return PASSES
    if least is None or most is None:
        return None
    if constant:
        return Line(0, most, 0)
    upper = (most << BITS) // (most - least)
    start = max(-(upper * least >> BITS), most - (upper * most >> BITS))
    return Line(upper, start, int(most << _BIAS > -least * ((1 << _BIAS) + 1)))
