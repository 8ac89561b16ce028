"""`LinePicture`: the graph of a net with one input, or on a line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from relupoly.errors import InputError
from relupoly.geometry.domain import Domain
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Network
from relupoly.plots.colors import KINDS
from relupoly.plots.line.line_cells import Floats, LineCells, line_cells
from relupoly.plots.points import ShownPoints, draw_targets
from relupoly.plots.styles import BOUNDARY, is_dark, layer_line
from relupoly.plots.view import View
from relupoly.plots.window import Window, coordinate_names, count_in, shown_in
from relupoly.run import UNLIMITED, Run

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Dots of breakpoints, in points: so many stay apart.
_LARGEST_DOT, _SMALLEST_DOT, _MOST_NAMED = 5.0, 1.5, 8


@dataclass(frozen=True, eq=False)
class LinePicture:
    """The graph of a net, ready to be drawn.

    Attributes
    ----------
    cells : LineCells
    window : Window
    view : View
    whole : int
        How many pieces there are in the whole domain.
    points : ShownPoints or None
        Data that are drawn over it.
    """

    cells: LineCells
    window: Window
    view: View
    whole: int
    points: ShownPoints | None = None

    needs_space = False

    @classmethod
    def of(
        cls,
        network: Network,
        domain: Domain | DomainUnion,
        view: View,
        points: ShownPoints | None = None,
        run: Run = UNLIMITED,
    ) -> LinePicture:
        """Find what is drawn; `relupoly.plots.net_picture.picture_of` tells what is raised."""
        if view.color is not None:
            raise InputError("a function of one input is drawn as its graph, which has no colouring; leave the colour out")
        window = shown_in(network, domain, run, None if points is None else points.places)
        cells = line_cells(network, window.domain, view.notion, run)
        return cls(cells, window, view, count_in(network, window, view.notion, cells.pieces, run), points)

    @property
    def outputs(self) -> tuple[int, ...]:
        """Which outputs are drawn, from 0."""
        view, every = self.view, range(self.cells.slope.shape[1])
        if view.ties:
            return view.ties
        return tuple(every) if view.output is None else (view.output,)

    @property
    def crossings(self) -> Floats:
        """Where the decision changes, as points of the graph; shape (points, 2)."""
        found = list(self._crossings())
        return np.concatenate(found) if found else np.zeros((0, 2))

    def draw(self, ax: Axes, *, legend: bool = True) -> None:
        """Draw it on axes of matplotlib."""
        cells, several = self.cells, self.cells.slope.shape[1] > 1
        handles: list[Any] = []
        for place, output in enumerate(self.outputs):
            x, y = self._graph(output)
            color = KINDS[place % len(KINDS)]
            handles += ax.plot(x, y, color=color, linewidth=1.6, label=f"output {output + 1}" if several else "value")
        handles = handles[:_MOST_NAMED] if several else []
        handles += self._draw_breaks(ax)
        handles += self._draw_decision(ax)
        if self.points is not None:
            handles += draw_targets(ax, self.points)
        ax.set_xlim(cells.ends.min(), cells.ends.max())
        names = coordinate_names(self.window.whole, 1, self.points)
        ax.set_xlabel(names[0], parse_math=False)
        ax.set_ylabel((self.points and self.points.label) or "value", parse_math=False)
        if legend and handles:
            ax.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.13), ncols=min(4, len(handles)))

    def title(self, name: str) -> str:
        """What it shows, of a net with a name."""
        return self.window.title(name, self.view.notion, self.whole, self.cells.pieces)

    def _graph(self, output: int) -> tuple[Floats, Floats]:
        """The points of a graph, with a gap where the domain has one."""
        ends, values = self.cells.ends, self.cells.values[:, :, output]
        gaps = np.flatnonzero(ends[1:, 0] > ends[:-1, 1]) + 1
        x = np.insert(ends, gaps, np.nan, axis=0).ravel()
        return x, np.insert(values, gaps, np.nan, axis=0).ravel()

    def _draw_breaks(self, ax: Axes) -> list[Any]:
        cells, handles = self.cells, []
        breaks = cells.breaks
        dot = float(np.clip(60 / max(1, breaks.sum()), _SMALLEST_DOT, _LARGEST_DOT))
        for layer in sorted(set(cells.layer[breaks].tolist())):
            if not self.view.shows_layer(layer):
                continue
            own = breaks & (cells.layer == layer)
            for place, output in enumerate(self.outputs):
                [drawn] = ax.plot(
                    cells.ends[own, 1],
                    cells.values[own, 1, output],
                    linestyle="none",
                    marker="o",
                    markersize=dot,
                    color=layer_line(layer, is_dark(ax)),
                    label=f"breakpoint by layer {layer}",
                    zorder=3,
                )
                handles += [drawn] if place == 0 else []
        return handles

    def _draw_decision(self, ax: Axes) -> list[Any]:
        if not self.view.has_boundary:
            return []
        if self.level is not None:
            ax.axhline(self.level, color=BOUNDARY, linewidth=0.8, linestyle="--", zorder=1)
        points = self.crossings
        return list(
            ax.plot(*points.T, linestyle="none", marker="D", markersize=5, color=BOUNDARY, label="decision boundary", zorder=4)
        )

    @property
    def level(self) -> float | None:
        """The value at which the decision changes, if it is one."""
        view = self.view
        if view.ties or not view.has_boundary or (view.boundary and self.cells.slope.shape[1] > 1):
            return None
        return float(view.level or 0)

    def _crossings(self) -> Iterator[Floats]:
        values, view = self.cells.values, self.view
        if not view.has_boundary:
            return
        if self.level is not None:
            output = view.output or 0
            yield self._zeros(values[:, :, output] - self.level, values[:, :, output])
            return
        pairs = [view.ties] if view.ties else [(i, j) for i in range(values.shape[2]) for j in range(i)]
        for one, other in pairs:
            found = self._zeros(values[:, :, one] - values[:, :, other], values[:, :, one])
            yield found if view.ties else found[[self._is_largest(point) for point in found]]

    def _is_largest(self, point: Floats) -> bool:
        """Whether no output is larger than the second entry of a point, at the first one."""
        cells = self.cells
        cell = min(int(np.searchsorted(cells.ends[:, 1], point[0])), len(cells) - 1)
        largest = (cells.slope[cell] * point[0] + cells.constant[cell]).max()
        return bool(point[1] >= largest - 1e-9 * max(1.0, abs(largest)))

    def _zeros(self, difference: Floats, height: Floats) -> Floats:
        """Where a difference that is affine on cells changes its sign, and how high another such function is there."""
        left, right = difference[:, 0], difference[:, 1]
        own = (left < 0) != (right < 0)
        part = left[own] / (left[own] - right[own])
        x = self.cells.ends[own, 0] + part * (self.cells.ends[own, 1] - self.cells.ends[own, 0])
        return np.stack([x, height[own, 0] + part * (height[own, 1] - height[own, 0])], axis=1)
