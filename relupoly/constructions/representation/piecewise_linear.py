"""`PiecewiseLinear`: a continuous piecewise linear function of one variable, by breakpoints and slopes."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpq

from relupoly.errors import FunctionError
from relupoly.exact.rationals import decimal_text, rational, rational_at
from relupoly.networks.network import Network
from relupoly.plain_text import counted


@dataclass(frozen=True)
class PiecewiseLinear:
    """A continuous function R -> R that is affine between its breakpoints.

    Attributes
    ----------
    breakpoints : tuple of fmpq, length p - 1
        In increasing order.
    slopes : tuple of fmpq, length p
        From left to right; neighbours may be equal.
    at, value : fmpq
        A point, and the value there.

    Raises
    ------
    FunctionError
        If the breakpoints do not increase, or the slopes are not one more.
    """

    breakpoints: tuple[fmpq, ...]
    slopes: tuple[fmpq, ...]
    at: fmpq
    value: fmpq

    def __post_init__(self) -> None:
        for number, (left, right) in enumerate(itertools.pairwise(self.breakpoints), 1):
            if left >= right:
                raise FunctionError(
                    f"breakpoint {number + 1} is {decimal_text(right)}, but breakpoint {number} is {decimal_text(left)}; "
                    "give them in increasing order"
                )
        if len(self.slopes) != len(self.breakpoints) + 1:
            raise FunctionError(
                f"{counted(len(self.slopes), 'slope')} cannot belong to {counted(len(self.breakpoints), 'breakpoint')}; "
                f"give {len(self.breakpoints) + 1}, one for each piece from left to right"
            )

    @classmethod
    def from_slopes(cls, breakpoints: Sequence[Any], slopes: Sequence[Any], at: Any = 0, value: Any = 0) -> PiecewiseLinear:
        """The function with these breakpoints and slopes and this value at a point, of anything that `rational` takes.

        Examples
        --------
        >>> absolute_value = PiecewiseLinear.from_slopes([0], [-1, 1])
        >>> absolute_value("-1/3")
        1/3
        """
        places = tuple(rational_at(entry, f"breakpoint {number}", FunctionError) for number, entry in enumerate(breakpoints, 1))
        exact = tuple(rational_at(entry, f"slope {number}", FunctionError) for number, entry in enumerate(slopes, 1))
        return cls(places, exact, rational_at(at, "the point", FunctionError), rational_at(value, "its value", FunctionError))

    @classmethod
    def from_points(cls, points: Sequence[Sequence[Any]], left_slope: Any = None, right_slope: Any = None) -> PiecewiseLinear:
        """The function through some points (x, y), linear between them.

        Parameters
        ----------
        points : sequence of pairs
            In any order.
        left_slope, right_slope : number, optional
            The slopes before the first and after the last point; by default the first and last segments go on.

        Raises
        ------
        FunctionError
            If a point is no pair, two points have the same x and different y, or a single point leaves a slope open.

        Examples
        --------
        >>> PiecewiseLinear.from_points([(0, 0), (1, 1), (2, 0)], left_slope=0).slopes
        (0, 1, -1)
        """
        nodes = _nodes(points)
        segments = [(y2 - y1) / (x2 - x1) for (x1, y1), (x2, y2) in itertools.pairwise(nodes)]
        ends = [
            None if slope is None else rational_at(slope, f"the {side} slope", FunctionError)
            for side, slope in (("left", left_slope), ("right", right_slope))
        ]
        if not segments and None in ends:
            raise FunctionError("a single point leaves the slopes open; give more points, or both end slopes")
        first = ends[0] if ends[0] is not None else segments[0]
        last = ends[1] if ends[1] is not None else segments[-1]
        return cls(tuple(x for x, _ in nodes), (first, *segments, last), *nodes[0]).reduced()

    @property
    def jumps(self) -> tuple[fmpq, ...]:
        """By how much the slope rises at each breakpoint."""
        return tuple(right - left for left, right in itertools.pairwise(self.slopes))

    @property
    def pieces(self) -> int:
        """The number of pieces, where neighbours of equal slope are one."""
        return len(self.reduced().slopes)

    def reduced(self) -> PiecewiseLinear:
        """The same function without breakpoints at which the slope stays."""
        kept = [index for index, jump in enumerate(self.jumps) if jump]
        slopes = (self.slopes[0], *(self.slopes[index + 1] for index in kept))
        return PiecewiseLinear(tuple(self.breakpoints[index] for index in kept), slopes, self.at, self.value)

    def __call__(self, x: Any) -> fmpq:
        """The value at a point."""
        return self.value + self._rise(rational(x)) - self._rise(self.at)

    def network(self) -> Network:
        """A net of the function, plainly: an affine function, and a neuron for each jump of the slope.

        Examples
        --------
        >>> PiecewiseLinear.from_slopes([0], [-1, 1]).network().widths
        (3,)
        """
        weights = [1, -1, *[1] * len(self.breakpoints)]
        biases = [0, 0, *(-x for x in self.breakpoints)]
        outputs = [self.slopes[0], -self.slopes[0], *self.jumps]
        return Network.from_rows([([[weight] for weight in weights], biases), ([outputs], [self(0) - self._kinks(fmpq(0))])])

    def _rise(self, x: fmpq) -> fmpq:
        return self.slopes[0] * x + self._kinks(x)

    def _kinks(self, x: fmpq) -> fmpq:
        return sum((jump * (x - place) for jump, place in zip(self.jumps, self.breakpoints, strict=True) if x > place), fmpq(0))


def _nodes(points: Sequence[Sequence[Any]]) -> list[tuple[fmpq, fmpq]]:
    """The points from left to right, each once."""
    if not points:
        raise FunctionError("there is no point; give at least two points x,y")
    values: dict[fmpq, tuple[int, fmpq]] = {}
    for number, point in enumerate(points, 1):
        if len(point) != 2:
            raise FunctionError(f"point {number} has {counted(len(point), 'number')}; give two, x and y")
        x, y = (rational_at(entry, f"point {number}, {name}", FunctionError) for entry, name in zip(point, "xy", strict=True))
        before, known = values.setdefault(x, (number, y))
        if known != y:
            raise FunctionError(
                f"points {before} and {number} have the same x = {decimal_text(x)}, but different y; a function has one value"
            )
    return sorted((x, y) for x, (_, y) in values.items())
