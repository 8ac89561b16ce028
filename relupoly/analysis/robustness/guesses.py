"""Points of other classes, in doubles: where a search begins with one, whatever is farther away is of no interest.

From the point one goes to where the affine map around it has the other class, and again from there (Moosavi-Dezfooli, Fawzi,
Frossard, CVPR 2016); and out in random directions. What is found is drawn back towards the point as far as the class stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import inf

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from relupoly.analysis.branching.doubles_net import DoublesNet
from relupoly.analysis.robustness.incumbent import Incumbent
from relupoly.exact.rationals import nearest_float
from relupoly.geometry.polyhedron import Box, Polyhedron
from relupoly.run import Run

Floats = NDArray[np.float64]

_STEPS, _FULL_STEPS = 40, 8  # from affine map to affine map; mostly a few are enough
_LEAST_GAIN = 1e-4  # a way that comes no nearer than that, in shares, is at its end
_BEYOND = 1.02  # of a step, so that it ends on the other side
_BISECTIONS = 40  # of the length of a step that the ends of a box cut short
_DIRECTIONS = 64
# How far one goes in a random direction at most, where the domain does not end before, in shares of the size of the point.
_FARTHEST = 2.0**12
_ON_A_RAY = 48
_CUTS = 64  # of a segment, at each of which the class is asked; four times, each 64 times as fine
_REFINED = 4
_SEED = 20160630


@dataclass(frozen=True, eq=False)
class Guesses:
    """Looks for points of other classes in a set.

    Attributes
    ----------
    net : DoublesNet
    incumbent : Incumbent
        Told of what is found.
    within : Polyhedron or None
        Which holds the point.
    """

    net: DoublesNet
    incumbent: Incumbent
    within: Polyhedron | None

    @cached_property
    def _point(self) -> Floats:
        return np.array([nearest_float(entry) for entry in self.incumbent.point])

    @np.errstate(over="ignore", invalid="ignore", divide="ignore")
    def look(self, run: Run) -> None:
        """Tell the incumbent of the nearest points that are found."""
        for rival in range(len(self.incumbent.rivals.rows)):
            run.tick()
            for found in self._by_affine_maps(rival):
                self._draw_back(found)
        run.tick()
        self._along_rays()

    def _by_affine_maps(self, rival: int) -> Iterator[Floats]:
        """The points of the rival's class that the search from affine map to affine map comes through.

        Each is where the affine map around the one before has that class, nearest to the point that it is all about.
        """
        rows, starts = self.incumbent.rivals.doubles
        base = point = self._point
        nearest = inf
        for number in range(_STEPS):
            value, slope = value_and_slope(self.net, point, rows[rival])
            lead = value + starts[rival]
            if lead >= 0:
                yield point
                length = self._length(point - base)
                if length >= nearest * (1 - _LEAST_GAIN):
                    return
                nearest = length
            step = self._step(-(lead - slope @ (point - base)) * _BEYOND, slope)
            if step is None:
                return
            # The affine map is right near by only: later steps are shorter, so that they come to rest.
            share = 1.0 if number < _FULL_STEPS else _FULL_STEPS / (number + 1)
            point = self._clipped(point + share * (base + step - point))

    def _step(self, rise: float, slope: Floats) -> Floats | None:
        """The shortest step on which a linear form rises so much, in the set if there is one there."""
        if not np.isfinite(slope).all() or not slope.any():
            return None
        if rise <= 0:  # the affine map has the other class at the point itself: onto its border, not so far back
            opposite = self._step(-rise, -slope) if rise else None
            return np.zeros(len(slope)) if opposite is None else opposite
        sizes, room = np.abs(slope), self._room(slope)
        reached = sizes @ np.where(sizes > 0, room, 0.0) >= rise
        if not reached:
            room = np.full(len(slope), inf)
        sizes = np.where(room > 0, sizes, 0.0)
        if self.incumbent.metric.power == 1 and reached:
            return np.asarray(np.sign(slope) * _steepest_first(rise, sizes, room))
        weights = sizes if self.incumbent.metric.power == 2 else (sizes > 0).astype(np.float64)
        low = high = rise / float(sizes @ weights)
        if not np.isfinite(room).any():
            return np.asarray(np.sign(slope) * high * weights)
        for _ in range(_BISECTIONS):
            if sizes @ np.minimum(high * weights, room) >= rise:
                break
            low, high = high, 2 * high
        for _ in range(_BISECTIONS if low < high else 0):
            middle = (low + high) / 2
            low, high = (middle, high) if sizes @ np.minimum(middle * weights, room) < rise else (low, middle)
        return np.asarray(np.sign(slope) * np.minimum(high * weights, room))

    def _room(self, slope: Floats) -> Floats:
        """How far each coordinate may go in the direction of its slope."""
        if not isinstance(self.within, Box):
            return np.full(len(slope), inf)
        low, high = self._limits
        return np.maximum(np.where(slope > 0, high - self._point, self._point - low), 0.0)

    @cached_property
    def _limits(self) -> tuple[Floats, Floats]:
        """The ends of the box that the set is, about."""
        assert isinstance(self.within, Box)
        low, high = (np.array([nearest_float(entry) for entry in ends]) for ends in (self.within.lower, self.within.upper))
        return low, high

    def _clipped(self, point: Floats) -> Floats:
        if not isinstance(self.within, Box):
            return point
        return np.clip(point, *self._limits)

    def _draw_back(self, found: Floats) -> None:
        """Ask at points between the given one and one that was found, again and again finer before the first other class."""
        low, high = 0.0, 1.0
        base, way = self._point, found - self._point
        for _ in range(_REFINED):
            shares = low + (high - low) * np.arange(1, _CUTS + 1) / _CUTS
            other = np.flatnonzero(self._leads(base + shares[:, None] * way) >= 0)
            if not len(other):
                break
            low, high = float(shares[other[0]]) - (high - low) / _CUTS, float(shares[other[0]])
        if self._length(high * way) < self.incumbent.radius:
            self.incumbent.try_exactly_in(base + high * way, self.within)

    def _length(self, step: Floats) -> float:
        """About how long a step is."""
        return float(self.incumbent.metric.least(step[None], step[None])[0])

    def _leads(self, points: Floats) -> Floats:
        rows, starts = self.incumbent.rivals.doubles
        found: Floats = np.nan_to_num((self.net.values(points) @ rows.T + starts).max(axis=1), nan=-inf)
        return found

    def _along_rays(self) -> None:
        """Look in random directions, and draw the nearest points of other classes back."""
        base, source = self._point, np.random.default_rng(_SEED)
        directions = source.normal(size=(_DIRECTIONS, len(base)))
        directions /= np.abs(directions).max(axis=1, keepdims=True)
        ends = np.minimum(_ends(self.within, self.incumbent.point, directions), _FARTHEST * max(1.0, np.abs(base).max()))
        ends = np.minimum(ends, 2 * self.incumbent.radius)
        shares = 2.0 ** -np.arange(0, _ON_A_RAY, 2.0)
        nearest: list[tuple[float, Floats]] = []
        for direction, end in zip(directions, ends.tolist(), strict=True):
            points = base + (end * shares)[:, None] * direction
            places = np.flatnonzero(self._leads(points) >= 0)
            if len(places):
                nearest.append((self._length(points[places[-1]] - base), points[places[-1]]))
        for _, point in sorted(nearest, key=lambda pair: pair[0])[:4]:
            self._draw_back(point)


def _ends(within: Polyhedron | None, point: tuple[fmpq, ...], directions: Floats) -> Floats:
    """How far one may go from a point of a set in each direction, about; infinite where nothing stops."""
    if within is None:
        return np.full(len(directions), inf)
    slacks = np.array([nearest_float(entry) for entry in within.slacks(list(point))])
    if isinstance(within, Box):
        rates = np.concatenate([-directions, directions], axis=1)
    else:
        matrix = np.array([[nearest_float(entry) for entry in row] for row in within.matrix.tolist()])
        rates = directions @ matrix.T
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = np.where(rates > 0, slacks / rates, inf)
    found: Floats = np.maximum(ends.min(axis=1), 0.0)
    return found


def _steepest_first(rise: float, sizes: Floats, room: Floats) -> Floats:
    """The step that is shortest in the 1-norm: the coordinates with the largest slopes go as far as they may."""
    step, left = np.zeros_like(sizes), rise
    for place in np.argsort(-sizes):
        step[place] = min(room[place], left / sizes[place])
        left -= step[place] * sizes[place]
        if left <= 0:
            break
    return step


@np.errstate(over="ignore", invalid="ignore")
def value_and_slope(net: DoublesNet, point: Floats, row: Floats) -> tuple[float, Floats]:
    """A combination of outputs at a point, and its derivatives there, about.

    Examples
    --------
    >>> from relupoly.networks.network import Network
    >>> net = DoublesNet.of(Network.from_rows([([[1, 0], [0, 1]], [0, -1]), ([[2, 3]], [0])]))
    >>> value_and_slope(net, np.array([1.0, 2.0]), np.ones(1))
    (5.0, array([2., 3.]))
    """
    state, masks = point, []
    for weight, bias, relu in zip(net.weights, net.biases, net.relus, strict=False):
        state = weight @ state + bias
        passes = (state > 0) | ~relu
        masks.append(passes)
        state = np.where(passes, state, 0.0)
    value = float(row @ (net.weights[-1] @ state + net.biases[-1]))
    slope = row @ net.weights[-1]
    for weight, passes in zip(reversed(net.weights[:-1]), reversed(masks), strict=True):
        slope = np.where(passes, slope, 0.0) @ weight
    return value, slope
