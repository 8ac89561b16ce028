"""`plane_cells`: the cells of a net over a plane."""

from __future__ import annotations

from relupoly.analysis.branching.doubles_gradients import DoublesGradients
from relupoly.errors import DomainError
from relupoly.geometry.domain import Domain
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Network
from relupoly.pieces.listing.parts import Parts
from relupoly.pieces.notions import OPEN
from relupoly.plots.plane.from_arrays import CellsOfArrays
from relupoly.plots.plane.from_records import cells_of_records
from relupoly.plots.plane.plane_cells import PlaneCells
from relupoly.run import UNLIMITED, Run


def plane_cells(network: Network, domain: Domain | DomainUnion, notion: str = OPEN, run: Run = UNLIMITED) -> PlaneCells:
    """The cells of a net over a bounded set with two coordinates.

    Parameters
    ----------
    network : Network
    domain : Domain or DomainUnion
    notion : str
        "open", "activation", "closed" or "affine".
    run : Run, optional
        Asked at every step whether to go on.

    Raises
    ------
    DomainError
        If the domain does not fit the net, has another number of coordinates, has no end, or sets lie in several planes.
    Stopped
        If the run is: half a picture says nothing.

    Examples
    --------
    >>> fold = Network.from_rows([([[1, 0]], None), ([[1]], None)])
    >>> cells = plane_cells(fold, Domain.box([-1, -1], [1, 1]))
    >>> len(cells), cells.pieces, cells.area.tolist()
    (2, 2, [2.0, 2.0])
    """
    parts = Parts.of(network, domain, run)
    if len(parts.frames) > 1:
        raise DomainError("the sets lie in several planes; draw one at a time")
    if (dimension := parts.listed[0].dimension) != 2:
        raise DomainError(f"the domain has dimension {dimension}, and a picture of the plane 2")
    convex = parts.listed[0] if parts.is_convex else None
    gradients = None if convex is None or convex.affine else DoublesGradients.of(convex.network)
    if convex is None or gradients is None:
        return cells_of_records(parts, notion, run)
    return CellsOfArrays(parts, convex, gradients).cells(notion, run)
