"""Pictures of zonotopes: polygons in the plane, and solids whose facets are seen."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from flint import fmpq

from relupoly.errors import NumberError
from relupoly.exact.matrices import from_rows
from relupoly.exact.rank import pivot_columns
from relupoly.exact.rationals import nearest_float
from relupoly.files.by_name import name_of
from relupoly.geometry.zonotope import Vector, Zonotope
from relupoly.geometry.zonotope_boundary import boundary_polygons
from relupoly.plain_text import counted
from relupoly.plots.colors import KINDS
from relupoly.plots.figure import axes_for, picture_bytes, set_title, style
from relupoly.plots.plane.plane_cells import Floats
from relupoly.plots.solid.light import shades
from relupoly.run import UNLIMITED, Run
from relupoly.run.interactive import run_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

_ROOM = 0.05  # of the longest side, around it
_MOST_DOTS = 200  # vertices that are seen as dots
_MOST_SHOWN = 40  # generators of a zonotope that shows itself
_TICKS = 3  # of an axis that is small
_EDGE = "#222222"


@dataclass(frozen=True, eq=False)
class ZonotopePicture:
    """A zonotope, ready to be drawn.

    Attributes
    ----------
    zonotope : Zonotope
    polygons : list of ndarray of float64, shape (corners, 1, 2 or 3)
        Its facets, or where it is a polygon, a segment or a point, itself.
    names : tuple of str
        What the coordinates are called.
    generators : ndarray of float64, shape (number, 2 or 3)
        In the same coordinates.
    """

    zonotope: Zonotope
    polygons: list[Floats]
    names: tuple[str, ...]
    generators: Floats

    @property
    def needs_space(self) -> bool:
        """Whether its axes have three dimensions."""
        return len(self.names) == 3

    @property
    def vertices(self) -> int:
        """How many there are: by Euler's relation where there are facets."""
        corners = sum(map(len, self.polygons))
        return corners // 2 - len(self.polygons) + 2 if self.zonotope.dimension == 3 else corners

    @property
    def facets(self) -> int:
        """How many there are."""
        return {0: 0, 1: 2, 2: self.vertices}.get(self.zonotope.dimension, len(self.polygons))

    def title(self, name: str) -> str:
        """What it shows, of a zonotope with a name."""
        number = counted(len(self.zonotope.generators), "generator")
        about = f"{self.vertices} {'vertex' if self.vertices == 1 else 'vertices'}, {counted(self.facets, 'facet')}"
        own, space = self.zonotope.dimension, self.zonotope.ambient_dimension
        return f"{name}: {number}\n{about}{'' if own == space else f', dimension {own} in R^{space}'}"

    def draw(self, ax: Axes, *, legend: bool = True, is_small: bool = False) -> None:
        """Draw it on axes of matplotlib; in the plane with its generators, and small with fewer ticks."""
        corners = np.concatenate(self.polygons)
        half = float(np.abs(corners).max()) * (1 + _ROOM) or 1.0
        if self.needs_space:
            self._draw_solid(ax, half)
        else:
            self._draw_polygon(ax, half, legend)
        if is_small:
            ax.locator_params(nbins=_TICKS)
            ax.set(xlabel="", ylabel="", **({"zlabel": ""} if self.needs_space else {}))

    def _draw_polygon(self, ax: Axes, half: float, legend: bool) -> None:
        [corners] = self.polygons
        ends = self.generators
        closed = np.concatenate([corners, corners[:1]])
        ax.fill(*corners.T, color=KINDS[1], alpha=0.35, linewidth=0)
        dots = "o" if len(corners) <= _MOST_DOTS else ""
        ax.plot(*closed.T, color=KINDS[0], linewidth=1.4, marker=dots, markersize=3.5, label="zonotope")
        rays = np.stack([np.zeros_like(ends), ends, np.full_like(ends, np.nan)], axis=1).reshape(-1, 2)
        if len(ends):
            ax.plot(*rays.T, color=KINDS[5], linewidth=1.0, label="generators")
            ax.plot(*ends.T, color=KINDS[5], linewidth=0, marker=".", markersize=4)
        ax.set_aspect("equal")
        most = np.abs(corners).max(axis=0)
        sides = np.maximum(most * (1 + _ROOM), half / 4)
        ax.set_xlim(-sides[0], sides[0])
        ax.set_ylim(-sides[1], sides[1])
        ax.set_xlabel(self.names[0])
        ax.set_ylabel(self.names[1])
        if legend and len(ends):
            ax.legend(loc="upper left", bbox_to_anchor=(1, 1))

    def _draw_solid(self, ax: Axes, half: float) -> None:
        from mpl_toolkits.mplot3d.art3d import Poly3DCollection

        space: Any = ax
        corners = np.concatenate(self.polygons)
        if self.zonotope.dimension < 2:
            space.plot(*corners.T, color=KINDS[0], marker="o", markersize=4)
        else:
            space.add_collection3d(
                Poly3DCollection(self.polygons, facecolors=shades(self.polygons), edgecolors=_EDGE, linewidths=0.5)
            )
        sides = np.maximum(np.abs(corners).max(axis=0), half / 4)
        for axis, name, side in zip("xyz", self.names, sides, strict=True):
            getattr(space, f"set_{axis}lim")(-side, side)
            getattr(space, f"set_{axis}label")(name)
        space.set_box_aspect(tuple(sides))


def zonotope_picture(zonotope: Zonotope, run: Run = UNLIMITED) -> ZonotopePicture:
    """Find what a picture shows of a zonotope.

    Parameters
    ----------
    zonotope : Zonotope
        Of dimension 3 at most. In a space of a larger dimension it is seen in orthonormal coordinates of its span.
    run : Run, optional

    Raises
    ------
    ZonotopeError
        If its dimension is larger.
    NumberError
        If it is too large or too small for doubles.
    Stopped
        If the run is.
    """
    found = boundary_polygons(zonotope, run)
    polygons = [_floats(polygon, zonotope.ambient_dimension) for polygon in found]
    generators = _floats(zonotope.generators, zonotope.ambient_dimension)
    dimension = zonotope.ambient_dimension
    if dimension <= 3:
        names = tuple(f"x{place}" for place in range(1, dimension + 1))
    else:
        frame = _frame(zonotope)
        polygons = [polygon @ frame for polygon in polygons]
        generators = generators @ frame
        names = tuple(f"u{place}" for place in range(1, frame.shape[1] + 1))
    if len(names) == 1:
        polygons, generators = [np.pad(one, ((0, 0), (0, 1))) for one in polygons], np.pad(generators, ((0, 0), (0, 1)))
        names = (*names, "")
    return ZonotopePicture(zonotope, polygons, names, generators)


def plot_zonotope(
    zonotope: Zonotope | str | os.PathLike[str],
    *,
    ax: Axes | None = None,
    legend: bool = True,
    title: str | None = None,
    deadline: float | None = None,
    run: Run | None = None,
) -> Axes:
    """Draw a zonotope of dimension 3 at most: a polygon with its generators, or a solid.

    Its vertices and facets are exact; where they are drawn is rounded. In a space of more than three dimensions it is seen in
    orthonormal coordinates of its span, so that lengths and angles are its own.

    Parameters
    ----------
    zonotope : Zonotope or path
    ax : matplotlib Axes, optional
        Where to draw; by default on new ones of pyplot. A solid needs axes with `projection="3d"`.
    legend : bool
        Whether to tell what lines mean.
    title : str, optional
        By default what is shown.
    deadline : float, optional
        Give up after so many seconds.
    run : Run, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    InputError
        If a file cannot be read, matplotlib is not installed, or the dimension is larger than 3.
    Stopped
        If the deadline passed.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = plot_zonotope(Zonotope.of([[1, 0], [0, 1], [1, 1]]), ax=Figure().add_subplot())
    >>> print(ax.get_title(loc="left"))
    zonotope: 3 generators
    6 vertices, 6 facets
    """
    from relupoly.files import read_generators

    chosen = zonotope if isinstance(zonotope, Zonotope) else read_generators(zonotope)
    found = zonotope_picture(chosen, run_of(deadline, run))
    axes = axes_for(ax, found.needs_space)
    found.draw(axes, legend=legend)
    name = name_of(zonotope, "zonotope")
    set_title(axes, found.title(name) if title is None else title)
    return axes


def zonotope_svg(zonotope: Zonotope) -> str | None:
    """A small picture of a zonotope for notebooks; None where there is no matplotlib, or too much to draw."""
    from importlib.util import find_spec

    from relupoly.plots.figure import new_figure

    if find_spec("matplotlib") is None or len(zonotope.generators) > _MOST_SHOWN or zonotope.dimension > 3:
        return None
    try:
        found = zonotope_picture(zonotope)
    except NumberError:
        return None
    with style():
        figure = new_figure((3.6, 2.7))
        ax = figure.add_subplot(projection="3d" if found.needs_space else None)
        found.draw(ax, legend=False, is_small=True)
        set_title(ax, found.title("zonotope"))
        return picture_bytes(figure, "svg").decode("utf-8")


def _floats(vectors: Sequence[Vector], dimension: int) -> Floats:
    """Rationals as doubles.

    Raises
    ------
    NumberError
        If one is beyond the largest double.
    """
    found = np.array([[nearest_float(entry) for entry in vector] for vector in vectors], dtype=np.float64).reshape(
        -1, dimension
    )
    if not np.isfinite(found).all():
        raise NumberError("the zonotope is larger than the largest double, about 1.8e308; scale its generators")
    return found


def _frame(zonotope: Zonotope) -> Floats:
    """Orthonormal vectors, as columns, that span what a zonotope does, and at least a plane."""
    dimension = zonotope.ambient_dimension
    units = [tuple(int(row == column) for column in range(dimension)) for row in range(dimension)]
    rows = [*zonotope.segments, *units]
    kept = pivot_columns(from_rows([tuple(map(fmpq, row)) for row in rows], dimension).transpose())
    chosen = [rows[place] for place in kept[: max(2, zonotope.dimension)]]
    frame, steps = np.linalg.qr(_floats([tuple(map(fmpq, row)) for row in chosen], dimension).T)
    found: Floats = frame * np.where(np.diag(steps) < 0, -1.0, 1.0)
    return found
