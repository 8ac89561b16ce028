"""`shown_on_page`: what a page shows of a net; with three inputs slices, one above the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flint import fmpq

from relupoly.exact.matrices import rows_of
from relupoly.exact.rationals import decimal_text
from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Box
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Network
from relupoly.plots.net_picture import NetPicture, picture_of
from relupoly.plots.plane.picture import PlanePicture
from relupoly.plots.slices import sliced
from relupoly.plots.view import View
from relupoly.plots.window import coordinate_names, dimension_of, shown_in
from relupoly.run import UNLIMITED, Run

if TYPE_CHECKING:
    from relupoly.files.labelled_points import LabelledPoints

STEPS = 20
"""From one end of the domain to the other: a slice at each but the ends, so that one goes through the middle."""


@dataclass(frozen=True)
class Slices:
    """Slices of a net with three inputs, from below.

    Attributes
    ----------
    pictures : tuple of PlanePicture
    told : tuple of str
        Where each is, such as "x3 = 0.5".
    domain : Domain
        What was asked about.
    """

    pictures: tuple[PlanePicture, ...]
    told: tuple[str, ...]
    domain: Domain

    def title(self, name: str) -> str:
        """What they show, of a net with a name."""
        counts = [picture.cells.pieces for picture in self.pictures]
        found = f"{min(counts)}" if min(counts) == max(counts) else f"{min(counts)} to {max(counts)}"
        return f"{name}: {found} affine pieces on a slice\n{self.pictures[0].view.notion}, on {self.domain.name}"


def shown_on_page(
    network: Network,
    domain: Domain | DomainUnion | None = None,
    view: View | None = None,
    *,
    points: LabelledPoints | None = None,
    fixed: Mapping[int, Any] | None = None,
    run: Run = UNLIMITED,
) -> NetPicture | Slices:
    """Find what a page shows of a net: what a picture does; but where three coordinates are left, slices of them.

    Parameters and errors are those of `relupoly.plots.net_picture.picture_of`.

    Examples
    --------
    >>> corner = Network.from_rows([([[1, 1, 1]], None), ([[1]], None)])
    >>> found = shown_on_page(corner, Domain.box([-1, -1, 0], [1, 1, 20]))
    >>> found.told[0], found.told[9], [picture.cells.pieces for picture in found.pictures[:3]]
    ('x3 = 1', 'x3 = 10', [2, 1, 1])
    """
    domain, view = domain or Domain(), view or View()
    if isinstance(domain, Domain) and dimension_of(network, domain) - len(fixed or ()) == 3:
        domain.check_dimension(network.input_dim)
        view.check(network)
        space = sliced(domain, dimension_of(network, domain), fixed, run) if fixed else domain
        return _slices(network, space, view, points, run)
    return picture_of(network, domain, view, points=points, fixed=fixed, run=run)


def _slices(network: Network, domain: Domain, view: View, points: LabelledPoints | None, run: Run) -> Slices:
    """Slices where the last of three coordinates is fixed, evenly through what is shown of the domain."""
    window = shown_in(network, domain, run).domain
    assert isinstance(window, Domain), "as the domain is"
    least, most = _heights(window, run)
    name = coordinate_names(domain, 3)[2]
    pictures, told = [], []
    for number in range(1, STEPS):
        height = least + (most - least) * fmpq(number, STEPS)
        found = picture_of(network, window, view, points=points, fixed={3: height}, run=run)
        assert isinstance(found, PlanePicture), "a slice is a plane"
        pictures.append(found)
        told.append(f"{name} = {decimal_text(height)}")
    return Slices(tuple(pictures), tuple(told), domain)


def _heights(window: Domain, run: Run) -> tuple[fmpq, fmpq]:
    """The least and the largest third coordinate."""
    polyhedron = window.polyhedron
    assert polyhedron is not None, "a window has an end"
    if isinstance(polyhedron, Box):
        return polyhedron.lower[2], polyhedron.upper[2]
    last = [vertex[2] for vertex in rows_of(polyhedron.vertices(run).vertices)]
    return min(last), max(last)
