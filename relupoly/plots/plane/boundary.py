"""Where, in a plane, outputs of a net take a value or tie: segments, one for each cell that holds some, in doubles."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from relupoly.plots.plane.plane_cells import Floats, PlaneCells

_ZERO = 1e-12  # of the largest value: values at corners are as good as that


def level_segments(cells: PlaneCells, output: int, level: float) -> Floats:
    """Where an output, numbered from 0, takes a value; shape (segments, 2, 2)."""
    return _zeros(cells, cells.values(output) - level)[1]


def tie_segments(cells: PlaneCells, one: int, other: int) -> Floats:
    """Where two outputs, numbered from 0, are equal; shape (segments, 2, 2)."""
    return _zeros(cells, cells.values(one) - cells.values(other))[1]


def boundary_segments(cells: PlaneCells) -> Floats:
    """Where the largest output is attained twice: the decision boundary of a classifier; shape (segments, 2, 2)."""
    outputs = cells.constant.shape[1]
    values = np.stack([cells.values(output) for output in range(outputs)], axis=1)
    found = list(_largest_ties(cells, values))
    return np.concatenate(found) if found else np.zeros((0, 2, 2))


def _largest_ties(cells: PlaneCells, values: Floats) -> Iterator[Floats]:
    """For each two outputs, where they tie and no other one is larger."""
    # Where one output is the largest at all corners of a cell it is so in the cell.
    best = values.argmax(axis=1)
    differs = best != best[cells.next_corner]
    mixed = np.zeros(len(cells), dtype=np.bool_)
    mixed[cells.owner[differs]] = True
    own = mixed[cells.owner]
    for one, other in itertools.combinations(range(values.shape[1]), 2):
        which, segments = _zeros(cells, np.where(own, values[:, one] - values[:, other], 1.0))
        if not len(segments):
            continue
        start, end = np.zeros(len(which)), np.ones(len(which))
        for rival in set(range(values.shape[1])) - {one, other}:
            gradient = cells.gradient[which, one] - cells.gradient[which, rival]
            constant = cells.constant[which, one] - cells.constant[which, rival]
            first, last = ((gradient * segments[:, place]).sum(axis=1) + constant for place in (0, 1))
            with np.errstate(divide="ignore", invalid="ignore"):
                crossing = first / (first - last)
            start = np.where((first < 0) & (last >= 0), np.maximum(start, crossing), start)
            end = np.where((first >= 0) & (last < 0), np.minimum(end, crossing), end)
            end = np.where((first < 0) & (last < 0), -1.0, end)
        kept = start < end
        along = segments[kept, 1] - segments[kept, 0]
        yield np.stack([segments[kept, 0] + start[kept, None] * along, segments[kept, 0] + end[kept, None] * along], axis=1)


def _zeros(cells: PlaneCells, values: Floats) -> tuple[NDArray[np.intp], Floats]:
    """The cells that hold zeros of a function that is affine on each, given at corners, and the segments of these zeros."""
    size = np.abs(values).max(initial=0.0)
    values = np.where(np.abs(values) <= _ZERO * size, 0.0, values)
    beside = cells.next_corner
    crosses = (values < 0) != (values[beside] < 0)
    part = values[crosses] / (values[crosses] - values[beside[crosses]])
    points = cells.corners[crosses] + part[:, None] * (cells.corners[beside[crosses]] - cells.corners[crosses])
    which = cells.owner[crosses]
    # A convex cell is entered once and left once.
    inside = points.reshape(-1, 2, 2)
    along = (values == 0) & (values[beside] == 0) & (np.maximum.reduceat(values, cells.start[:-1]) > 0)[cells.owner]
    sides = np.stack([cells.corners[along], cells.corners[beside[along]]], axis=1)
    return np.concatenate([which[::2], cells.owner[along]]), np.concatenate([inside, sides])
