"""`shades`: how much light falls on polygons in space."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from relupoly.plots.colors import KINDS
from relupoly.plots.plane.plane_cells import Floats

# Where light comes from, and how dark a side is that it does not reach.
_LIGHT, _DARKEST = (0.5, -0.7, 0.9), 0.55
_PAPER = 0.35  # how much of the colour is white


def shades(polygons: Sequence[Floats]) -> Floats:
    """A colour for each polygon, by how much light falls on it."""
    light = np.array(_LIGHT) / np.linalg.norm(_LIGHT)
    base = np.array([int(KINDS[0][place : place + 2], 16) / 255 for place in (1, 3, 5)]) * (1 - _PAPER) + _PAPER
    normals = np.array([_normal(one) for one in polygons]).reshape(-1, 3)
    bright = _DARKEST + (1 - _DARKEST) * np.abs(normals @ light)
    found: Floats = bright[:, None] * base
    return found


def _normal(polygon: Floats) -> Floats:
    """A normal of unit length, by Newell's sum over all edges; zeros where a polygon is too thin to have one."""
    around = polygon - polygon.mean(axis=0)
    found = np.cross(around, np.roll(around, -1, axis=0)).sum(axis=0)
    length = float(np.linalg.norm(found))
    unit: Floats = found / length if length else np.zeros(3)
    return unit
