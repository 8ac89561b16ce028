"""`picture_of`: all that a picture of a net needs, found before anything is drawn; what is drawn depends on the dimension."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from flint import fmpq

from relupoly.errors import DomainError, InputError
from relupoly.exact.matrices import rows_of
from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Box
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Network
from relupoly.plots.line.picture import LinePicture
from relupoly.plots.plane.picture import PlanePicture
from relupoly.plots.points import ShownPoints
from relupoly.plots.slices import sliced
from relupoly.plots.solid.picture import SurfacePicture
from relupoly.plots.view import View
from relupoly.plots.window import dimension_of, shown_in
from relupoly.run import UNLIMITED, Run

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from relupoly.files.labelled_points import LabelledPoints


class NetPicture(Protocol):
    """A picture that is ready to be drawn."""

    @property
    def needs_space(self) -> bool:
        """Whether its axes have three dimensions."""

    def draw(self, ax: Axes, *, legend: bool = True) -> None:
        """Draw it on axes of matplotlib."""

    def title(self, name: str) -> str:
        """What it shows, of a net with a name."""


def picture_of(
    network: Network,
    domain: Domain | DomainUnion | None = None,
    view: View | None = None,
    *,
    points: LabelledPoints | None = None,
    fixed: Mapping[int, Any] | None = None,
    run: Run = UNLIMITED,
) -> NetPicture:
    """Find what a picture of a net shows.

    Parameters
    ----------
    network : Network
    domain : Domain or DomainUnion, optional
        All of R^n by default. Of one without end the picture shows a window.
    view : View, optional
    points : LabelledPoints, optional
        Data to draw over it, in the coordinates of the picture; or in those of the inputs, where the domain lies in a
        subspace: they are projected.
    fixed : mapping of int to number, optional
        The values of coordinates, numbered from 1, that are held fixed: a slice. Where three coordinates are left and no level
        is asked for, the last one gets the middle of what there is.
    run : Run, optional
        Asked at every step whether to go on.

    Raises
    ------
    DomainError
        If the domain does not fit the net, or has a dimension that is not drawn.
    InputError
        If the picture has no such colouring, or cannot show points.
    NetworkError
        If the net has no such output or layer.
    Stopped
        If the run is: half a picture says nothing.

    Examples
    --------
    >>> fold = Network.from_rows([([[1, 0]], None), ([[1]], None)])
    >>> print(picture_of(fold, Domain.box([-1, -1], [1, 1])).title("fold.json"))
    fold.json: 2 affine pieces
    open, on box -1 1
    """
    domain, view = domain or Domain(), view or View()
    parts = domain.parts if isinstance(domain, DomainUnion) else (domain,)
    for part in parts:
        part.check_dimension(network.input_dim)
    view.check(network)
    dimension = dimension_of(network, parts[0])
    if fixed:
        if isinstance(domain, DomainUnion):
            raise DomainError("a slice is of one set; leave the others out")
        domain = sliced(domain, dimension, fixed, run)
        dimension = dimension_of(network, domain)
    if dimension == 3 and view.level is None and isinstance(domain, Domain):
        domain = sliced(domain, 3, {3: _middle(network, domain, run)}, run)
        dimension = 2
    if dimension == 3:
        if points is not None:
            raise InputError("points are not drawn on a surface; leave them out, or draw a slice")
        return SurfacePicture.of(network, domain, view, run)
    if dimension > 3:
        raise DomainError(
            f"a domain of dimension {dimension} is not drawn; choose a plane in it, by --through three points, or a --slice"
        )
    shown = None if points is None else ShownPoints.of(points, domain, dimension)
    if dimension == 2:
        return PlanePicture.of(network, domain, view, shown, run)
    return LinePicture.of(network, domain, view, shown, run)


def point_dimensions(network: Network, domain: Domain | DomainUnion | None, fixed: int = 0) -> tuple[int, ...]:
    """How many coordinates points may have that a picture shows: its own, or all inputs where it is of a subspace.

    Parameters
    ----------
    network : Network
    domain : Domain or DomainUnion, optional
    fixed : int
        How many coordinates are held fixed.
    """
    first = domain.parts[0] if isinstance(domain, DomainUnion) else domain or Domain()
    own = max(1, dimension_of(network, first) - fixed)
    return (own, network.input_dim) if first.subspace or fixed else (own,)


def _middle(network: Network, domain: Domain, run: Run) -> fmpq:
    """The middle of the last of three coordinates, where the domain or the net's vertices are."""
    window = shown_in(network, domain, run).domain
    assert isinstance(window, Domain), "as the domain is"
    polyhedron = window.polyhedron
    assert polyhedron is not None, "a window has an end"
    if isinstance(polyhedron, Box):
        return polyhedron.center[2]
    last = [vertex[2] for vertex in rows_of(polyhedron.vertices(run).vertices)]
    return (min(last) + max(last)) / 2
