"""Triangles that are coloured by value: narrow in value, since drawing mixes the colours of corners, not their values.

Where a cell's values differ by more than a band of the colour map, it is cut along lines of equal value.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from relupoly.plots.plane.plane_cells import Floats, Ints, PlaneCells

_BANDS = 48

Corner = tuple[float, float, float]
"""A point in the plane, and the value there."""


@dataclass(frozen=True, eq=False)
class Shaded:
    """Triangles with values at their corners.

    Attributes
    ----------
    points : ndarray of float64, shape (m, 2)
    values : ndarray of float64, shape (m,)
    triangles : ndarray of int, shape (triangles, 3)
    """

    points: Floats
    values: Floats
    triangles: Ints


def shaded(cells: PlaneCells, output: int) -> Shaded:
    """The cells as triangles, within each of which an output hardly changes.

    Parameters
    ----------
    cells : PlaneCells
    output : int
        From 0.
    """
    values = cells.values(output)
    levels = np.linspace(values.min(), values.max(), _BANDS + 1)[1:-1]
    least = np.searchsorted(levels, np.minimum.reduceat(values, cells.start[:-1]), side="right")
    most = np.searchsorted(levels, np.maximum.reduceat(values, cells.start[:-1]), side="left")
    wide = most > least
    corners = np.column_stack([cells.corners, values])
    kept = ~wide[cells.owner]
    counts = np.diff(cells.start)[~wide].tolist()
    parts = [corners[kept]]
    for cell in np.flatnonzero(wide).tolist():
        polygon = [tuple(row) for row in corners[cells.start[cell] : cells.start[cell + 1]].tolist()]
        for piece in _cut(polygon, levels[least[cell] : most[cell]].tolist()):
            parts.append(np.array(piece))
            counts.append(len(piece))
    found = np.concatenate(parts)
    return Shaded(found[:, :2], found[:, 2], _fans(np.concatenate([[0], np.cumsum(counts)]).astype(np.intp)))


def _cut(polygon: list[Corner], levels: list[float]) -> list[list[Corner]]:
    """A convex polygon cut where its values have levels, which ascend."""
    found = []
    for level in levels:
        below, polygon = _half(polygon, level, 1.0), _half(polygon, level, -1.0)
        found += [below] if len(below) > 2 else []
    return [*found, polygon] if len(polygon) > 2 else found


def _half(polygon: list[Corner], level: float, side: float) -> list[Corner]:
    """What lies below a level, or above it where the side is -1 (I. Sutherland, G. Hodgman, 1974)."""
    found: list[Corner] = []
    for one, other in zip(polygon, [*polygon[1:], polygon[0]], strict=True):
        here, there = side * (level - one[2]), side * (level - other[2])
        if here >= 0:
            found.append(one)
        if here * there < 0:
            part = here / (here - there)
            found.append((one[0] + part * (other[0] - one[0]), one[1] + part * (other[1] - one[1]), level))
    return found


def _fans(start: Ints) -> Ints:
    """Triangles that make up convex polygons whose corners begin at places; shape (triangles, 3)."""
    counts = np.diff(start)
    owner = np.repeat(np.arange(len(counts)), counts - 2)
    within = np.arange(len(owner)) - np.repeat(np.cumsum(counts - 2) - (counts - 2), counts - 2)
    first = start[:-1][owner]
    return np.stack([first, first + within + 1, first + within + 2], axis=1)
