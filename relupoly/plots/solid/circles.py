"""Planes through a point of space, as great circles on a sphere around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from relupoly.geometry.arrangement import Arrangement
from relupoly.plots.colors import KINDS
from relupoly.plots.plane.plane_cells import Floats
from relupoly.plots.styles import is_dark, layer_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_POINTS = 361  # of a circle, of which the last is the first
_MERIDIANS = 48
_ELEVATION, _AZIMUTH = 25.0, -55.0  # degrees: where the sphere is seen from
_OUT = 1.1  # radii, where labels stand


@dataclass(frozen=True, eq=False)
class Circles:
    """Great circles.

    Attributes
    ----------
    normals : ndarray of float64, shape (circles, 3)
        Of unit length: each circle is orthogonal to one.
    """

    normals: Floats

    @classmethod
    def of(cls, arrangement: Arrangement) -> Circles:
        """Those of the planes of an arrangement."""
        rows = np.array([[float(entry / max(map(abs, row))) for entry in row] for row in arrangement.normals])
        lengths: Floats = np.linalg.norm(rows.reshape(-1, 3), axis=1, keepdims=True)
        return cls(rows.reshape(-1, 3) / lengths)

    def points(self) -> Floats:
        """Points of each circle, in order; shape (circles, points, 3)."""
        angles = np.linspace(0, 2 * np.pi, _POINTS)
        found = []
        for normal in self.normals:
            across = np.cross(normal, np.eye(3)[np.abs(normal).argmin()])
            across /= np.linalg.norm(across)
            up = np.cross(normal, across)
            found.append(np.cos(angles)[:, None] * across + np.sin(angles)[:, None] * up)
        return np.array(found).reshape(-1, _POINTS, 3)

    def draw(self, ax: Axes, *, numbers: bool) -> None:
        """Draw them on axes with three dimensions: lines before the sphere, dots behind it; perhaps their numbers."""
        space: Any = ax
        turn, rise = np.radians(_AZIMUTH), np.radians(_ELEVATION)
        eye = np.array([np.cos(rise) * np.cos(turn), np.cos(rise) * np.sin(turn), np.sin(rise)])
        around, up = np.meshgrid(np.linspace(0, 2 * np.pi, _MERIDIANS), np.linspace(-np.pi / 2, np.pi / 2, _MERIDIANS // 2))
        ball = (np.cos(up) * np.cos(around), np.cos(up) * np.sin(around), np.sin(up))
        space.plot_surface(*ball, color=KINDS[1], alpha=0.18, linewidth=0, shade=False, rasterized=True)
        ink = layer_line(1, is_dark(ax))
        for number, circle in enumerate(self.points(), 1):
            is_before = circle @ eye >= 0
            before, behind = (np.where(side[:, None], circle, np.nan) for side in (is_before, ~is_before))
            space.plot(*before.T, color=ink, linewidth=1.3, label=f"plane {number}")
            space.plot(*behind.T, color=ink, linewidth=0.7, linestyle=":")
            if numbers:
                heights = np.where(is_before, circle @ np.cross(eye, (0.3, 0.2, 1.0)), -np.inf)
                space.text(*(_OUT * circle[heights.argmax()]), str(number), ha="center", va="center", fontsize=8)
        space.view_init(_ELEVATION, _AZIMUTH)
        for axis, name in zip("xyz", ("x1", "x2", "x3"), strict=True):
            getattr(space, f"set_{axis}lim")(-1, 1)
            getattr(space, f"set_{axis}label")(name)
            getattr(space, f"set_{axis}ticks")([-1, 0, 1])
        space.set_box_aspect((1, 1, 1))
