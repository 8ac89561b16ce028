"""`ShownPoints`: data that a picture of a net shows, with their classes or targets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from relupoly.errors import DomainError
from relupoly.geometry.domain import Domain
from relupoly.geometry.subspace import CoordinateSubspace
from relupoly.geometry.union import DomainUnion
from relupoly.plots.colors import KINDS, size_map

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from relupoly.files.labelled_points import LabelledPoints

Floats = NDArray[np.float64]

_MARKERS = "osD^vP*X"
MOST_CLASSES = len(KINDS)
"""More different labels are numbers on a scale, not classes."""


@dataclass(frozen=True, eq=False)
class ShownPoints:
    """Points in the coordinates of a picture.

    Attributes
    ----------
    places : ndarray of float64, shape (m, d)
    names : tuple of str or None
        Of the coordinates, where the file has any.
    label : str or None
        What the labels are.
    labels : tuple of str or None
        One for each point.
    projected : bool
        Whether points of a larger space were projected onto the picture's plane.
    """

    places: Floats
    names: tuple[str, ...] | None = None
    label: str | None = None
    labels: tuple[str, ...] | None = None
    projected: bool = False

    @classmethod
    def of(cls, points: LabelledPoints, domain: Domain | DomainUnion, dimension: int) -> ShownPoints:
        """Points of a file, in the coordinates of a domain.

        Parameters
        ----------
        points : LabelledPoints
            In these coordinates; or, where the domain lies in a subspace, in those of the inputs: then they are projected.
        domain : Domain or DomainUnion
        dimension : int
            How many coordinates the domain has.

        Raises
        ------
        DomainError
            If points have another number of coordinates.
        """
        parts = domain.parts if isinstance(domain, DomainUnion) else (domain,)
        places = np.array(points.points, dtype=np.float64)
        subspace, width = parts[0].subspace, places.shape[1]
        if width == dimension:
            return cls(places, points.names, points.label, points.labels)
        if subspace is None or width != subspace.ambient_dimension:
            larger = f", or {subspace.ambient_dimension}" if subspace else ""
            raise DomainError(f"points have {width} coordinates, but the picture {dimension}; choose {dimension}{larger}")
        origin = np.array([float(entry) for entry in subspace.origin.entries()])
        basis = np.array([[float(entry) for entry in row] for row in subspace.basis.table()])
        found, *_ = np.linalg.lstsq(basis, (places - origin).T, rcond=None)
        names = None
        if points.names is not None and isinstance(subspace, CoordinateSubspace):
            names = tuple(points.names[place] for place in subspace.free)
        return cls(found.T, names, points.label, points.labels, True)

    @property
    def numbers(self) -> Floats | None:
        """The labels, where they are numbers."""
        try:
            return None if self.labels is None else np.array([float(_plain(one)) for one in self.labels])
        except (ValueError, ZeroDivisionError):
            return None

    @property
    def classes(self) -> tuple[str, ...]:
        """The different labels in order, where they are classes; else none."""
        found = sorted(set(self.labels or ()), key=_order)
        return tuple(found) if len(found) <= MOST_CLASSES or self.numbers is None else ()


def draw_points(ax: Axes, points: ShownPoints, legend: bool = True) -> list[Any]:
    """Draw points over a plane, and give back what a legend shows of them."""
    from matplotlib.lines import Line2D

    size = float(np.clip(900 / max(1, len(points.places)), 10, 36))
    style: Any = {"s": size, "linewidths": 0.5, "edgecolors": "#111111", "zorder": 5}
    x, y = points.places.T
    if points.labels is None:
        ax.scatter(x, y, c="#111111", label="data", **style)
        return [Line2D([], [], linestyle="none", marker="o", color="#111111", label=_named("data", points))]
    classes, handles = points.classes, []
    if not classes:
        shown = ax.scatter(x, y, c=points.numbers, cmap=size_map(), label="data", **style)
        if legend:
            ax.figure.colorbar(shown, ax=ax, label=_named(points.label or "data", points), shrink=0.8)
        return []
    labels = np.array(points.labels)
    for place, name in enumerate(classes):
        own = labels == name
        color, marker = KINDS[place % len(KINDS)], _MARKERS[place % len(_MARKERS)]
        ax.scatter(x[own], y[own], c=color, marker=marker, label=name, **style)
        text = f"{points.label}: {name}" if points.label and points.numbers is not None else name
        handles.append(Line2D([], [], linestyle="none", marker=marker, color=color, label=_named(text, points)))
    return handles


def draw_targets(ax: Axes, points: ShownPoints) -> list[Any]:
    """Draw points with one coordinate and a target, and give back what a legend shows of them.

    Raises
    ------
    DomainError
        If they have no target that is a number.
    """
    heights = points.numbers
    if heights is None:
        raise DomainError("the points have no column of numbers besides the input; name it as the label")
    return [ax.scatter(points.places[:, 0], heights, s=14, c="#777777", edgecolors="none", zorder=2, label="data")]


def _named(text: str, points: ShownPoints) -> str:
    return f"{text} (projected)" if points.projected else text


def _plain(text: str) -> float:
    """A number that may be a fraction."""
    over, slash, under = text.partition("/")
    return float(over) / float(under) if slash else float(over)


def _order(text: str) -> tuple[int, float, str]:
    """Numbers in their order, then texts."""
    try:
        return (0, _plain(text), text)
    except (ValueError, ZeroDivisionError):
        return (1, 0.0, text)
