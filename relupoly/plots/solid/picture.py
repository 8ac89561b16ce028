"""`SurfacePicture`: where an output of a net with three inputs has a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from relupoly.analysis.meshes.level_surface import level_surface
from relupoly.errors import InputError
from relupoly.exact.rationals import decimal_text
from relupoly.geometry.domain import Domain
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Network
from relupoly.pieces.listing.cells import list_cells
from relupoly.plain_text import counted
from relupoly.plots.colors import KINDS
from relupoly.plots.plane.plane_cells import Floats
from relupoly.plots.view import View
from relupoly.plots.window import Window, coordinate_names, shown_in
from relupoly.run import UNLIMITED, Run

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_FIELDS = ("pattern", "gradient", "constant", "facets", "vertices", "rays")
# Where light comes from, and how dark a side is that it does not reach.
_LIGHT, _DARKEST = (0.5, -0.7, 0.9), 0.55
_PAPER = 0.35  # how much of the colour is white


@dataclass(frozen=True, eq=False)
class SurfacePicture:
    """A surface f = level, ready to be drawn.

    Attributes
    ----------
    polygons : list of ndarray of float64, shape (corners, 3)
        One for each cell that it goes through, and each facet that is part of it.
    window : Window
    view : View
    box : ndarray of float64, shape (2, 3)
        The least and the largest coordinates of the domain.
    several : bool
        Whether the net has several outputs.
    """

    polygons: list[Floats]
    window: Window
    view: View
    box: Floats
    several: bool = False

    needs_space = True

    @classmethod
    def of(cls, network: Network, domain: Domain | DomainUnion, view: View, run: Run = UNLIMITED) -> SurfacePicture:
        """Find what is drawn; `relupoly.plots.net_picture.picture_of` tells what is raised."""
        if view.color is not None:
            raise InputError("a surface shows where it is, and has no colouring; leave the colour out")
        window = shown_in(network, domain, run)
        cells = list(list_cells(network, window.domain, _FIELDS, run=run))
        mesh = level_surface(cells, view.level or 0, view.output or 0)
        points = np.array([[float(x) for x in point] for point in mesh.points]).reshape(-1, 3)
        corners = np.array([[float(x) for x in vertex] for cell in cells for vertex in cell.vertices or ()])
        box = np.stack([corners.min(axis=0), corners.max(axis=0)])
        return cls([points[list(element)] for element in mesh.elements], window, view, box, network.output_dim > 1)

    def draw(self, ax: Axes, *, legend: bool = True) -> None:
        """Draw it on axes of matplotlib with three dimensions; there is nothing for a legend to tell."""
        from mpl_toolkits.mplot3d.art3d import Poly3DCollection

        space: Any = ax
        space.add_collection3d(
            Poly3DCollection(self.polygons, facecolors=_shades(self.polygons), edgecolors="#222222", linewidths=0.25)
        )
        names = coordinate_names(self.window.whole, 3)
        for name, low, high, label in zip("xyz", *self.box, names, strict=True):
            getattr(space, f"set_{name}lim")(low, high)
            getattr(space, f"set_{name}label")(label, parse_math=False)
        space.set_box_aspect(tuple(self.box[1] - self.box[0]))

    def title(self, name: str) -> str:
        """What it shows, of a net with a name."""
        output = f"output {(self.view.output or 0) + 1}" if self.several else "the value"
        level = decimal_text(self.view.level) if self.view.level is not None else "0"
        shown = counted(len(self.polygons), "polygon")
        return f"{name}: where {output} is {level}\n{shown}, on {self.window.domain.name}"


def _shades(polygons: list[Floats]) -> Floats:
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
