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
from relupoly.plots.plane.plane_cells import Floats
from relupoly.plots.solid.light import shades
from relupoly.plots.view import View
from relupoly.plots.window import Window, coordinate_names, shown_in
from relupoly.run import UNLIMITED, Run

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_FIELDS = ("pattern", "gradient", "constant", "facets", "vertices", "rays")


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
            Poly3DCollection(self.polygons, facecolors=shades(self.polygons), edgecolors="#222222", linewidths=0.25)
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
