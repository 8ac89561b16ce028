"""`PlanePicture`: a net with two inputs, or on a plane."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from relupoly.geometry.domain import Domain
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Network
from relupoly.pieces.count import count_pieces
from relupoly.plain_text import counted
from relupoly.plots.plane.boundary import boundary_segments, level_segments, tie_segments
from relupoly.plots.plane.drawing import draw_plane
from relupoly.plots.plane.listing import plane_cells
from relupoly.plots.plane.plane_cells import Floats, PlaneCells
from relupoly.plots.view import View
from relupoly.plots.window import Window, shown_in
from relupoly.run import UNLIMITED, Run, Stopped

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
    """

    cells: PlaneCells
    window: Window
    view: View
    whole: int

    @classmethod
    def of(cls, network: Network, domain: Domain | DomainUnion, view: View, run: Run = UNLIMITED) -> PlanePicture:
        """Find what is drawn; `relupoly.plots.net_picture.picture_of` tells what is raised."""
        window = shown_in(network, domain, run)
        cells = plane_cells(network, window.domain, view.notion, run)
        whole = cells.pieces
        if window.is_part:
            found = count_pieces(network, domain, view.notion, run=run)
            if not found.complete:
                raise Stopped(found.stopped or "interrupted")
            whole = found.counts[view.notion]
        return cls(cells, window, view, whole)

    @property
    def names(self) -> tuple[str, str]:
        """What the coordinates are called."""
        domain = self.window.whole
        parts = domain.parts if isinstance(domain, DomainUnion) else (domain,)
        letter = "t" if parts[0].subspace else "x"
        return f"{letter}1", f"{letter}2"

    @property
    def boundary(self) -> Floats | None:
        """The decision boundary, if one is shown; shape (segments, 2, 2)."""
        view = self.view
        if view.ties:
            return tie_segments(self.cells, *view.ties)
        if view.boundary and self.cells.constant.shape[1] > 1:
            return boundary_segments(self.cells)
        if view.boundary or view.level is not None:
            return level_segments(self.cells, view.output, float(view.level or 0))
        return None

    def draw(self, ax: Axes, *, legend: bool = True) -> None:
        """Draw it on axes of matplotlib."""
        view = self.view
        draw_plane(ax, self.cells, view.color, view.output, boundary=self.boundary, names=self.names, legend=legend)

    def title(self, name: str) -> str:
        """What it shows, of a net with a name."""
        shown = counted(self.whole, "affine piece")
        where = f"{self.view.notion}, on {self.window.whole.name}"
        if self.window.is_part:
            where += f"; {self.cells.pieces} in the window"
        return f"{name}: {shown}\n{where}"
