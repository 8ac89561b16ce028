"""Which cells may have the largest value of a combination of outputs, by the rays of cells in doubles.

On a cell the net is affine, so that a vertex or a ray tells. The values at all vertices of many cells are bounded at once:
values are rounded by a share of the sum of the sizes of all that is summed, and a vertex that is off by something changes
them by as much times the sizes of all paths through the net.
"""

from __future__ import annotations

from math import inf
from typing import Protocol

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from relupoly.analysis.branching.doubles_gradients import DoublesGradients
from relupoly.analysis.branching.doubles_net import DoublesNet, Floats
from relupoly.exact.doubles import UNIT_ROUNDOFF
from relupoly.exact.rationals import nearest_float
from relupoly.pieces.listing.cell_records import RayArrays
from relupoly.pieces.listing.listed_net import ListedNet
from relupoly.pieces.listing.sieve import SievedCells, passing
from relupoly.run import UNLIMITED, Run

_TINY = 1e-150  # more than what underflow takes
_STEP = 512  # vertices whose values are bounded at once


class Reached(Protocol):
    """Who knows what was reached so far."""

    @property
    def reached(self) -> float:
        """A double that the largest value so far is no smaller than; -inf where there is none."""


class HighCells:
    """Tells which cells of a net may have a larger value than others.

    Parameters
    ----------
    search : Reached
    weights : sequence of fmpq
        Of the outputs.
    listed : ListedNet
    net : DoublesNet
        The same net.
    gradients : DoublesGradients
        Of it.
    run : Run, optional
        Asked again and again whether to go on: a thousand cells have tens of thousands of vertices.
    """

    def __init__(
        self,
        search: Reached,
        weights: list[fmpq],
        listed: ListedNet,
        net: DoublesNet,
        gradients: DoublesGradients,
        run: Run = UNLIMITED,
    ) -> None:
        self._search, self._listed, self._net, self._gradients, self._run = search, listed, net, gradients, run
        self._weights = np.array([nearest_float(entry) for entry in weights])
        self._paths = np.abs(self._weights) @ gradients.sizes * (1 + net.roundoff)

    @np.errstate(all="ignore")
    def places(self, cells: SievedCells) -> NDArray[np.intp]:
        """The numbers of these cells."""
        rays = cells.rays
        assert rays is not None, "they are not held by constraints"
        upper, lower = np.full(len(rays.value), inf), np.full(len(rays.value), -inf)
        ends = np.flatnonzero(~rays.at_infinity)
        upper[ends], lower[ends] = self._values(rays, ends)
        ways = np.flatnonzero(rays.at_infinity)
        if len(ways):
            owner = np.repeat(np.arange(len(rays.count)), rays.count)[ways]
            rise = self._rises(rays, ways, [one[owner] for one in passing(self._listed, cells.signs)])
            upper[ways] = np.where(rise <= 0, -inf, inf)
        upper = np.where(np.isnan(upper), inf, upper)
        least = max(self._search.reached, np.where(np.isfinite(lower), lower, -inf).max(initial=-inf))
        starts = np.concatenate([[0], np.cumsum(rays.count)[:-1]])
        highest = np.maximum.reduceat(upper, starts)
        found: NDArray[np.intp] = np.flatnonzero(~(highest < least))
        return found

    def _spread(self, entries: Floats) -> Floats:
        """Vectors in all coordinates, from their essential ones."""
        found = np.zeros((len(entries), self._listed.dimension))
        found[:, list(self._listed.net.essential)] = entries
        return found

    def _values(self, rays: RayArrays, places: NDArray[np.intp]) -> tuple[Floats, Floats]:
        """Bounds of the values at vertices, from above and from below; at so many at once as a cache holds."""
        steps = range(0, len(places), _STEP)
        parts = [self._some_values(rays, places[start : start + _STEP]) for start in steps]
        above, below = (np.concatenate(some) for some in zip(*parts, strict=True)) if parts else (np.zeros(0),) * 2
        return above, below

    def _some_values(self, rays: RayArrays, places: NDArray[np.intp]) -> tuple[Floats, Floats]:
        self._run.tick()
        value, error = rays.value[places], rays.error[places]
        height = value[:, -1:]
        points = self._spread(value[:, :-1] / height)
        # Whatever is within the errors of a ray is within this of the point.
        off = (error[:, :-1] + np.abs(value[:, :-1] / height) * error[:, -1:]) / np.maximum(height - error[:, -1:], 0.0)
        off = self._spread(off * (1 + 16 * UNIT_ROUNDOFF)) + 4 * UNIT_ROUNDOFF * np.abs(points)
        state, size = points, np.abs(points).max(axis=0, initial=0.0)
        layers = zip(self._net.weights, self._net.biases, self._net.sizes, strict=True)
        for number, (weight, bias, sizes) in enumerate(layers):
            state, size = state @ weight.T + bias, sizes @ size + np.abs(bias)
            if number < len(self._net.relus):
                state = np.where(self._net.relus[number], np.maximum(state, 0.0), state)
        middle = state @ self._weights
        doubt = off @ self._paths * (1 + 16 * UNIT_ROUNDOFF) + self._net.roundoff * (np.abs(self._weights) @ size) + _TINY
        return middle + doubt, middle - doubt

    def _rises(self, rays: RayArrays, places: NDArray[np.intp], active: list[NDArray[np.bool_]]) -> Floats:
        """How much the net rises along rays at most, each in its cell."""
        state = self._spread(rays.value[places][:, :-1])
        off = self._spread(rays.error[places][:, :-1]) + self._net.roundoff * np.abs(state)
        for weight, flags in zip(self._net.weights, active, strict=False):
            state = np.where(flags, state @ weight.T, 0.0)
        doubt = off @ self._paths * (1 + 16 * UNIT_ROUNDOFF) + _TINY
        found: Floats = state @ self._net.weights[-1].T @ self._weights + doubt
        return found
