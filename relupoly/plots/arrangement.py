"""Pictures of arrangements: lines in the plane, and planes through a point of space as great circles on a sphere."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from flint import fmpq

from relupoly.errors import ArrangementError
from relupoly.exact.rationals import nearest_float
from relupoly.files.by_name import name_of
from relupoly.geometry.arrangement import Arrangement
from relupoly.geometry.characteristic import Work, characteristic_polynomial, regions
from relupoly.geometry.domain import Domain
from relupoly.networks.arrangements import arrangement_net
from relupoly.plain_text import counted
from relupoly.plots.figure import axes_for, set_title
from relupoly.plots.plane.picture import PlanePicture
from relupoly.plots.plane.plane_cells import Floats
from relupoly.plots.solid.circles import Circles
from relupoly.plots.view import View
from relupoly.run import UNLIMITED, Run
from relupoly.run.interactive import run_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST_LABELS = 24
# In inches: how far numbers stand from the ends of lines, and from each other; how much of a figure its axes have, at least.
_LETTER, _ROOM, _SHARE = 0.12, 0.22, 0.7
_PLACES = 40  # on a line, where its number may stand
_PLANE = View(notion="activation", color="pattern")
_SEEN = "lines in the plane are drawn, and planes through a point of R^3"


@dataclass(frozen=True, eq=False)
class ArrangementPicture:
    """An arrangement, ready to be drawn.

    Attributes
    ----------
    arrangement : Arrangement
    regions : int
        How many there are.
    vertices : int
        How many points in which lines cross; 0 in space.
    shown : PlanePicture or Circles
    """

    arrangement: Arrangement
    regions: int
    vertices: int
    shown: PlanePicture | Circles

    @property
    def needs_space(self) -> bool:
        """Whether its axes have three dimensions."""
        return isinstance(self.shown, Circles)

    def title(self, name: str) -> str:
        """What it shows, of an arrangement with a name."""
        number = len(self.arrangement.rows)
        if self.needs_space:
            return f"{name}: {counted(number, 'plane')}\n{counted(self.regions, 'region')}"
        vertices = f"{self.vertices} {'vertex' if self.vertices == 1 else 'vertices'}"
        seen = self.shown.cells.pieces if isinstance(self.shown, PlanePicture) else self.regions
        more = f"; {seen} regions in the window" if seen < self.regions else ""
        return f"{name}: {counted(number, 'line')}\n{counted(self.regions, 'region')}, {vertices}{more}"

    def draw(self, ax: Axes) -> None:
        """Draw it on axes of matplotlib; a few lines have their numbers."""
        numbers = len(self.arrangement.rows) <= _MOST_LABELS
        if isinstance(self.shown, Circles):
            self.shown.draw(ax, numbers=numbers)
            return
        self.shown.draw(ax, legend=False)
        if numbers:
            self._draw_numbers(ax)

    def _draw_numbers(self, ax: Axes) -> None:
        """The number of each line on it: at an end, or if others are there, as near to one as there is room."""
        lower, upper = np.transpose([ax.get_xlim(), ax.get_ylim()])
        figure: Any = ax.figure
        size = np.array(figure.get_size_inches()) * _SHARE
        taken = np.zeros((0, 2))
        for number, row in enumerate(self.arrangement.rows, 1):
            ends = _ends(row, lower, upper)
            if not ends:
                continue
            first, last = ((end - lower) / (upper - lower) for end in ends)
            inward = (last - first) / (np.linalg.norm((last - first) * size) or 1.0)
            begin, end = first + _LETTER * inward, last - _LETTER * inward
            shares = np.linspace(0, 1, _PLACES)
            shares = np.stack([shares, 1 - shares], axis=1).ravel()
            places = begin + shares[:, None] * (end - begin)
            apart = (np.abs(places[:, None] - taken) * size).max(axis=2).min(axis=1, initial=np.inf)
            clear = np.flatnonzero(apart >= _ROOM)
            place = places[clear[0] if len(clear) else apart.argmax()]
            taken = np.concatenate([taken, place[None]])
            ax.annotate(
                str(number),
                place,
                xycoords="axes fraction",
                ha="center",
                va="center",
                fontsize=8,
                color="black",
                bbox={"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.85},
                zorder=5,
            )


def arrangement_picture(arrangement: Arrangement, run: Run = UNLIMITED) -> ArrangementPicture:
    """Find what a picture shows of an arrangement.

    Parameters
    ----------
    arrangement : Arrangement
        Of lines in the plane, in a window around most of their crossings; or of planes through a point of R^3.
    run : Run, optional

    Raises
    ------
    ArrangementError
        If it is none of these.
    Stopped
        If the run is.
    """
    if not arrangement.rows:
        raise ArrangementError("there is no hyperplane to draw; give one at least")
    if arrangement.dimension == 3 and arrangement.is_central:
        return ArrangementPicture(arrangement, _regions(arrangement, run), 0, Circles.of(arrangement))
    if arrangement.dimension != 2:
        more = " without a common point" if arrangement.dimension == 3 else ""
        raise ArrangementError(f"these are hyperplanes of R^{arrangement.dimension}{more}; {_SEEN}")
    domain = Domain() if arrangement.rank == 2 else _strip(arrangement)
    shown = PlanePicture.of(arrangement_net(arrangement), domain, _PLANE, run=run)
    return ArrangementPicture(arrangement, _regions(arrangement, run), len(_crossings(arrangement, run)), shown)


def plot_arrangement(
    arrangement: Arrangement | str | os.PathLike[str],
    *,
    ax: Axes | None = None,
    title: str | None = None,
    deadline: float | None = None,
    run: Run | None = None,
) -> Axes:
    """Draw an arrangement of lines with its regions, or planes through a point of R^3 as great circles on a sphere.

    Parameters
    ----------
    arrangement : Arrangement or path
    ax : matplotlib Axes, optional
        Where to draw; by default on new ones of pyplot. Great circles need axes with `projection="3d"`.
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
        If a file cannot be read, matplotlib is not installed, or the arrangement is none of these.
    Stopped
        If the deadline passed.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = plot_arrangement(Arrangement.of([[1, 0, 0], [0, 1, 0], [1, 1, 1]]), ax=Figure().add_subplot())
    >>> print(ax.get_title(loc="left"))
    arrangement: 3 lines
    7 regions, 3 vertices
    """
    from relupoly.files import read_arrangement

    chosen = arrangement if isinstance(arrangement, Arrangement) else read_arrangement(arrangement)
    found = arrangement_picture(chosen, run_of(deadline, run))
    axes = axes_for(ax, found.needs_space)
    found.draw(axes)
    name = name_of(arrangement, "arrangement")
    set_title(axes, found.title(name) if title is None else title)
    return axes


def _regions(arrangement: Arrangement, run: Run) -> int:
    return regions(characteristic_polynomial(arrangement, Work(run=run)))


def _crossings(arrangement: Arrangement, run: Run) -> set[tuple[fmpq, fmpq]]:
    """The points in which lines cross."""
    found = set()
    for (a, b, c), (x, y, z) in combinations(arrangement.rows, 2):
        run.tick()
        if area := a * y - b * x:
            found.add((fmpq(c * y - b * z, area), fmpq(a * z - c * x, area)))
    return found


def _strip(arrangement: Arrangement) -> Domain:
    """A square around the points of parallel lines that are next to the origin."""
    feet = [(fmpq(a * c, a * a + b * b), fmpq(b * c, a * a + b * b)) for a, b, c in arrangement.rows]
    middle = [(min(entries) + max(entries)) / 2 for entries in zip(*feet, strict=True)]
    half = max((max(entries) - min(entries) for entries in zip(*feet, strict=True)), default=fmpq(0)) or fmpq(1)
    return Domain.box([entry - half for entry in middle], [entry + half for entry in middle])


def _ends(row: tuple[int, ...], lower: Floats, upper: Floats) -> list[Floats]:
    """Where a line meets the sides of a rectangle; two points, or none."""
    largest = max(map(abs, row[:2]))
    a, b, c = (nearest_float(fmpq(entry, largest)) for entry in row)
    found = []
    for axis, (own, other) in enumerate(((a, b), (b, a))):
        if abs(other) < 1e-15:
            continue
        for side in (lower[axis], upper[axis]):
            place = (c - own * side) / other
            if lower[1 - axis] <= place <= upper[1 - axis]:
                found.append(np.array([side, place] if axis == 0 else [place, side]))
    if len(found) < 2:
        return []
    return [min(found, key=tuple), max(found, key=tuple)]
