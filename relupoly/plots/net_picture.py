"""`picture_of`: all that a picture of a net needs, found before anything is drawn; what is drawn depends on the dimension."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from relupoly.errors import DomainError
from relupoly.geometry.domain import Domain
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Network
from relupoly.plots.plane.picture import PlanePicture
from relupoly.plots.view import View
from relupoly.run import UNLIMITED, Run

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class NetPicture(Protocol):
    """A picture that is ready to be drawn."""

    def draw(self, ax: Axes, *, legend: bool = True) -> None:
        """Draw it on axes of matplotlib."""

    def title(self, name: str) -> str:
        """What it shows, of a net with a name."""


def picture_of(
    network: Network, domain: Domain | DomainUnion | None = None, view: View | None = None, run: Run = UNLIMITED
) -> NetPicture:
    """Find what a picture of a net shows.

    Parameters
    ----------
    network : Network
    domain : Domain or DomainUnion, optional
        With two coordinates; all of R^n by default. Of one without end the picture shows a window.
    view : View, optional
    run : Run, optional
        Asked at every step whether to go on.

    Raises
    ------
    DomainError
        If the domain does not fit the net, or has a dimension that is not drawn.
    NetworkError
        If the net has no such output.
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
    dimension = parts[0].subspace.dimension if parts[0].subspace else network.input_dim
    if dimension == 2:
        return PlanePicture.of(network, domain, view, run)
    raise DomainError(f"a domain of dimension {dimension} is not drawn; choose a plane in it, by --through three points")
