"""`shown_in`: which bounded part of a domain a picture shows."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from relupoly.errors import DomainError, NumberError
from relupoly.exact.matrices import column, stack
from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Box, Polyhedron
from relupoly.geometry.subspace import CoordinateSubspace
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Network
from relupoly.pieces.count import count_pieces
from relupoly.pieces.listing.parts import Parts
from relupoly.pieces.listing.walked import cell_arrays
from relupoly.plain_text import counted
from relupoly.plots.points import ShownPoints
from relupoly.run import UNLIMITED, Run, Stopped

# Vertices far away, where lines that are almost parallel cross, would make the rest a dot: these quantiles stay in the window.
_QUANTILES = (0.05, 0.95)
_FAR = 3.0  # how many times as long a window may be that has all vertices
_PADDING, _DATA_PADDING = 0.15, 0.05
_NARROWEST = 1 / 4  # of the longest side
BEYOND_DOUBLES = "what is to be drawn is larger than the largest double, about 1.8e308; scale the numbers"
_FINEST = 1e-6  # of how far away it is: what is drawn in doubles is seen there


@dataclass(frozen=True)
class Window:
    """What a picture shows of a domain.

    Attributes
    ----------
    domain : Domain or DomainUnion
        A bounded one.
    whole : Domain or DomainUnion
        What was asked about.
    """

    domain: Domain | DomainUnion
    whole: Domain | DomainUnion

    @property
    def is_part(self) -> bool:
        """Whether there is more of the domain than what is shown."""
        return self.domain != self.whole

    def title(self, name: str, notion: str, whole: int, shown: int) -> str:
        """What a picture of it shows: so many pieces in the whole domain, and so many in the window."""
        more = f"; {shown} in the window" if self.is_part else ""
        return f"{name}: {counted(whole, 'affine piece')}\n{notion}, on {self.whole.name}{more}"


def shown_in(
    network: Network,
    domain: Domain | DomainUnion | None = None,
    run: Run = UNLIMITED,
    points: NDArray[np.float64] | None = None,
) -> Window:
    """The whole domain if it is bounded; else what lies in a box around most vertices of the net's cells, or around points.

    Parameters
    ----------
    network : Network
    domain : Domain or DomainUnion, optional
        All of R^n by default.
    run : Run, optional
    points : ndarray, shape (m, n), optional
        Data that are to be seen: then the window is around them, for there the net was made to be looked at.

    Raises
    ------
    DomainError
        If the domain does not fit the net, or lies in several subspaces.
    NumberError
        If a vertex is beyond the largest double.

    Examples
    --------
    >>> corner = Network.from_rows([([[1, 0], [0, 1]], [0, -1]), ([[1, 1]], None)])
    >>> shown_in(corner).domain.name
    'R^n in the window -1,0 1,2'
    """
    domain = domain or Domain()
    parts = domain.parts if isinstance(domain, DomainUnion) else (domain,)
    if all(isinstance(part.polyhedron, Box) for part in parts):
        return Window(domain, domain)
    own = Parts.of(network, domain, run)
    if len(own.frames) > 1:
        raise DomainError("the sets lie in several subspaces; draw one at a time")
    vertices, has_end = _vertices(own, run)
    if has_end:
        return Window(domain, domain)
    lower, upper = _around(vertices if points is None else points, is_data=points is not None)
    box = Box(lower, upper)
    inside = tuple(_within(part, box) for part in parts)
    found = [part for part in inside if part is not None]
    if not found:
        raise DomainError("no vertex of the net lies in the domain; give a bounded one, as by --box")
    name = f"{domain.name} in the window {Domain.box(lower, upper).name.removeprefix('box ')}"
    if isinstance(domain, DomainUnion):
        return Window(DomainUnion(tuple(found)), domain)
    return Window(replace(found[0], name=name), domain)


def count_in(network: Network, window: Window, notion: str, shown: int, run: Run = UNLIMITED) -> int:
    """How many pieces the whole domain has, where the window has so many.

    Raises
    ------
    Stopped
        If the run is.
    """
    if not window.is_part:
        return shown
    found = count_pieces(network, window.whole, notion, run=run)
    if not found.complete:
        raise Stopped(found.stopped or "interrupted")
    return found.counts[notion]


def dimension_of(network: Network, domain: Domain) -> int:
    """How many coordinates a domain has: inputs, or parameters of its subspace."""
    return domain.subspace.dimension if domain.subspace else network.input_dim


def coordinate_names(domain: Domain | DomainUnion, count: int, points: ShownPoints | None = None) -> tuple[str, ...]:
    """What the coordinates of a domain are called: as data call them; else x, or t where they are parameters of a subspace."""
    if points is not None and points.names:
        return points.names
    parts = domain.parts if isinstance(domain, DomainUnion) else (domain,)
    subspace = parts[0].subspace
    if isinstance(subspace, CoordinateSubspace):
        return tuple(f"x{place + 1}" for place in subspace.free)
    return tuple(f"{'t' if subspace else 'x'}{number}" for number in range(1, count + 1)) if count > 1 or subspace else ("x",)


def _vertices(parts: Parts, run: Run) -> tuple[NDArray[np.float64], bool]:
    """The vertices of all cells, once for each cell, and whether the domain is bounded."""
    found: list[NDArray[np.float64]] = []
    has_end = True
    for listed in parts.listed:
        if listed.net.bounds:
            raise DomainError(f"the domain has dimension {listed.dimension}, and a picture at most 3")
        essential = list(listed.net.essential)
        has_end = has_end and not listed.lines
        for cells in cell_arrays(listed, run, with_rays=True):
            assert cells.rays is not None, "they were asked for"
            near = ~cells.rays.at_infinity
            has_end = has_end and bool(near.all())
            rays = cells.rays.value[near]
            points = np.zeros((len(rays), listed.dimension))
            with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
                points[:, essential] = rays[:, :-1] / rays[:, -1:]
            found.append(points)
    return np.concatenate(found), has_end


def _around(vertices: NDArray[np.float64], is_data: bool = False) -> tuple[list[fmpq], list[fmpq]]:
    """A box around most of some vertices, or around all data, its ends short decimals."""
    if not len(vertices):
        raise DomainError("the net has no vertex to show; give a bounded domain, as by --box")
    if not np.isfinite(vertices).all():
        raise NumberError(BEYOND_DOUBLES)
    lower, upper = np.quantile(vertices, _QUANTILES, axis=0)
    least, most = vertices.min(axis=0), vertices.max(axis=0)
    if is_data or ((most - least) <= _FAR * (upper - lower)).all():
        lower, upper = least, most
    longest = float((upper - lower).max()) or 2.0
    center, half = (lower + upper) / 2, np.maximum(upper - lower, _NARROWEST * longest) / 2
    wider = 1 + 2 * (_DATA_PADDING if is_data else _PADDING)
    half = half * wider if (upper - lower).any() else np.ones(len(half))
    half = np.maximum(half, _FINEST * np.abs(center))
    unit = 10.0 ** np.floor(np.log10(half.max() / 10))
    return _rounded(np.floor((center - half) / unit), unit), _rounded(np.ceil((center + half) / unit), unit)


def _rounded(counts: NDArray[np.float64], unit: float) -> list[fmpq]:
    exponent = round(np.log10(unit))
    scale = fmpq(10) ** exponent if exponent >= 0 else 1 / fmpq(10) ** -exponent
    return [fmpq(int(count)) * scale for count in counts]


def _within(domain: Domain, box: Box) -> Domain | None:
    """What lies in a box; None if nothing does."""
    own = domain.polyhedron
    if own is None:
        return replace(domain, polyhedron=box)
    try:
        both = Polyhedron(stack(own.matrix, box.matrix), column([*own.bound.entries(), *box.bound.entries()]))
    except DomainError:
        return None
    return replace(domain, polyhedron=both)
