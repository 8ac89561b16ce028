"""`PlanePicture`: a net with two inputs, or on a plane."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from relupoly.geometry.domain import Domain
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Network
from relupoly.plots.plane.boundary import boundary_segments, level_segments, tie_segments
from relupoly.plots.plane.drawing import draw_plane
from relupoly.plots.plane.listing import plane_cells
from relupoly.plots.plane.plane_cells import Floats, PlaneCells
from relupoly.plots.points import ShownPoints
from relupoly.plots.view import View
from relupoly.plots.window import Window, coordinate_names, count_in, shown_in
from relupoly.run import UNLIMITED, Run

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False)
class PlanePicture:
    """A net over a plane, ready to be drawn.

    Attributes
    ----------
    cells : PlaneCells
    window : Window
    view : View
    whole : int
        How many pieces there are in the whole domain.
    points : ShownPoints or None
        Data that are drawn over it.
    """

    cells: PlaneCells
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
    ) -> PlanePicture:
        """Find what is drawn; `relupoly.plots.net_picture.picture_of` tells what is raised."""
        window = shown_in(network, domain, run, None if points is None else points.places)
        cells = plane_cells(network, window.domain, view.notion, run)
        return cls(cells, window, view, count_in(network, window, view.notion, cells.pieces, run), points)

    @property
    def boundary(self) -> Floats | None:
        """The decision boundary, if one is shown; shape (segments, 2, 2)."""
        view = self.view
        if view.ties:
            return tie_segments(self.cells, *view.ties)
        if view.boundary and self.cells.constant.shape[1] > 1:
            return boundary_segments(self.cells)
        if view.boundary or view.level is not None:
            return level_segments(self.cells, view.output or 0, float(view.level or 0))
        return None

    def draw(self, ax: Axes, *, legend: bool = True) -> None:
        """Draw it on axes of matplotlib."""
        names = coordinate_names(self.window.whole, 2, self.points)
        draw_plane(ax, self.cells, self.view, boundary=self.boundary, names=names, points=self.points, legend=legend)

    def title(self, name: str) -> str:
        """What it shows, of a net with a name."""
        return self.window.title(name, self.view.notion, self.whole, self.cells.pieces)
