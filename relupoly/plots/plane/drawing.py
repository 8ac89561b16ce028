"""The picture of a net with two inputs, or on a plane: its pieces, their borders, and where its decision changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from relupoly.plots.colors import gradient_colors, gradient_scale, kind_colors, size_map
from relupoly.plots.plane.piece_colors import apart, depths, last_layers, piece_areas
from relupoly.plots.plane.plane_cells import Floats, PlaneCells
from relupoly.plots.plane.shading import shaded
from relupoly.plots.points import ShownPoints, draw_points
from relupoly.plots.styles import BOUNDARY, is_dark, layer_line
from relupoly.plots.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SEAM, _THIN_SEAM, _MANY = 0.8, 0.25, 3000
_WIDEST, _THINNEST = 1.0, 0.12
_SQUARE = 1.6  # sides whose ratio is less have one scale


def draw_plane(
    ax: Axes,
    cells: PlaneCells,
    view: View,
    *,
    boundary: Floats | None = None,
    names: Sequence[str] = ("x1", "x2"),
    points: ShownPoints | None = None,
    legend: bool = True,
) -> None:
    """Draw a net over a plane.

    Parameters
    ----------
    ax : matplotlib Axes
    cells : PlaneCells
    view : View
        Its colouring, output and layers.
    boundary : ndarray, shape (segments, 2, 2), optional
        A decision boundary, drawn over the borders.
    names : sequence of str
        Of the coordinates.
    points : ShownPoints, optional
        Data, drawn over all.
    legend : bool
        Whether to tell what colours mean.
    """
    _fill(ax, cells, view.color or "gradient", view.output or 0, legend)
    handles = _draw_borders(ax, cells, view)
    if boundary is not None:
        handles.append(_draw_boundary(ax, boundary))
    if points is not None:
        handles += draw_points(ax, points, legend)
    lower, upper = cells.corners.min(axis=0), cells.corners.max(axis=0)
    ax.set_xlim(lower[0], upper[0])
    ax.set_ylim(lower[1], upper[1])
    if max(upper - lower) < _SQUARE * min(upper - lower):
        ax.set_aspect("equal")
    ax.set_xlabel(names[0], parse_math=False)
    ax.set_ylabel(names[1], parse_math=False)
    if legend and len(handles) > 1:
        shown = ax.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.13), ncols=min(4, len(handles)))
        for text in shown.get_texts():
            text.set_parse_math(False)


def _fill(ax: Axes, cells: PlaneCells, color: str, output: int, legend: bool) -> None:
    several = f" of output {output + 1}" if cells.constant.shape[1] > 1 else ""
    if color == "value":
        _shade(ax, cells, output, f"value{several}", legend)
        return
    if color == "gradient":
        gradient = cells.gradient[:, output]
        scale = gradient_scale(gradient, cells.area)
        _fill_with(ax, cells, gradient_colors(gradient, scale))
        if legend:
            _add_gradient_key(ax, scale, f"gradient{several}")
        return
    if color == "pattern":
        _fill_with(ax, cells, _pale(kind_colors(apart(cells)[cells.piece])))
        return
    numbers, told = _numbers(cells, color)
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import LogNorm, Normalize

    known = numbers[numbers > 0]
    least, most = (float(known.min()), float(known.max())) if len(known) else (1.0, 1.0)
    is_log = color == "area" and least < most
    norm = LogNorm(least, most) if is_log else Normalize(min(least, most - 1) if color != "area" else least, most)
    _fill_with(ax, cells, size_map()(norm(np.maximum(numbers, least) if is_log else numbers)[cells.piece])[:, :3])
    if legend:
        bar = ax.figure.colorbar(ScalarMappable(norm, size_map()), ax=ax, label=told, shrink=0.8)
        if color != "area":
            bar.locator = _whole_ticks()
            bar.update_ticks()


def _numbers(cells: PlaneCells, color: str) -> tuple[Any, str]:
    """A number for each piece, and what it is."""
    if color == "area":
        return piece_areas(cells), "area of the piece"
    if color == "layer":
        return last_layers(cells), "last layer that bounds the piece"
    return depths(cells), "borders to cross on the way out"


def _whole_ticks() -> Any:
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(integer=True)


def _fill_with(ax: Axes, cells: PlaneCells, colors: Floats) -> None:
    from matplotlib.collections import PolyCollection

    # Edges of their own colour close the seams that smooth polygons leave; of many, wide ones would hide small cells.
    width = _SEAM if len(cells) < _MANY else _THIN_SEAM
    ax.add_collection(PolyCollection(cells.polygons(), facecolors=colors, edgecolors="face", linewidths=width, zorder=1))


def _shade(ax: Axes, cells: PlaneCells, output: int, told: str, legend: bool) -> None:
    """Colour by value, which changes within cells."""
    found = shaded(cells, output)
    x, y = found.points.T
    shown = ax.tripcolor(x, y, found.triangles, found.values, shading="gouraud", cmap=size_map(), zorder=1)
    shown.set_rasterized(True)
    if legend:
        ax.figure.colorbar(shown, ax=ax, label=told, shrink=0.8)


def _pale(colors: Floats) -> Floats:
    """Mixed with white, so that borders stand out."""
    return 0.45 + 0.55 * colors


def _draw_borders(ax: Axes, cells: PlaneCells, view: View) -> list[Any]:
    """Draw the borders of pieces, each layer in its own colour, and give back what a legend shows of them."""
    from matplotlib.collections import LineCollection
    from matplotlib.lines import Line2D

    edges = cells.edges
    handles: list[Any] = []
    width = float(np.clip(30 / max(1, cells.pieces) ** 0.5, _THINNEST, _WIDEST))
    for layer in range(len(cells.spans), 0, -1):
        own = edges.is_border & edges.inner & (edges.layer == layer)
        if own.any() and view.shows_layer(layer):
            shade, name = layer_line(layer), f"border by layer {layer}"
            ax.add_collection(LineCollection(list(edges.ends[own]), colors=shade, linewidths=width, zorder=2, label=name))
            handles.insert(0, Line2D([], [], color=layer_line(layer, is_dark(ax)), label=name))
    return handles


def _draw_boundary(ax: Axes, segments: Floats) -> Any:
    from matplotlib.collections import LineCollection
    from matplotlib.lines import Line2D

    name = "decision boundary"
    for width, shade in ((3.4, "#ffffff"), (1.8, BOUNDARY)):
        lines = LineCollection(list(segments), colors=shade, linewidths=width, capstyle="round", zorder=3, label=name)
        ax.add_collection(lines)
    return Line2D([], [], color=BOUNDARY, linewidth=1.8, label=name)


def _add_gradient_key(ax: Axes, scale: Floats, told: str) -> None:
    """A square beside the picture whose places are gradients, in their colours."""
    steps = np.linspace(-1, 1, 33)
    grid = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2) * scale
    key = ax.inset_axes((1.1, 0.0, 0.2, 0.2))
    key.imshow(
        gradient_colors(grid, scale).reshape(len(steps), len(steps), 3),
        origin="lower",
        extent=(-scale[0], scale[0], -scale[1], scale[1]) if scale.all() else (-1, 1, -1, 1),
        aspect="auto",
    )
    key.set_title(told, fontsize=8.5)
    key.tick_params(labelsize=7)
    key.set_xticks([-scale[0], scale[0]], [f"{-scale[0]:.2g}", f"{scale[0]:.2g}"])
    key.set_yticks([-scale[1], scale[1]], [f"{-scale[1]:.2g}", f"{scale[1]:.2g}"])
