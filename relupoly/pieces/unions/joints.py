"""Where cells of two convex parts are joined: at the parts' common facet.

Two convex sets whose interiors are disjoint have at most one facet in common, a set F of dimension d - 1 in a hyperplane H.
Where two cells meet in a set of dimension d - 1, they meet in a cell G of the net on F, since the signs of all preactivations
are constant inside G. Beside an inner point of G, on each side of H, there is one cell: every hyperplane that comes there
contains G. Which neurons are active in it is told by the derivatives across H (`relupoly.networks.germ`). So the net is walked
on F alone; of cells in the parts nothing is needed but their patterns, since no two cells of a convex set have the same one.

If both cells have the same pattern, the set where it occurs goes on through G: they are one cell of the union. If the net is
the same function on both, its piece goes on: the functions agree on H, so they are the same if they rise equally across H.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flint import fmpq

from relupoly.exact.integers import IntegerVectors
from relupoly.exact.vectors import Vectors
from relupoly.geometry.domain import Domain
from relupoly.geometry.meeting import CommonFacet, common_facet
from relupoly.networks.composition import restrict
from relupoly.networks.germ import germ
from relupoly.networks.network import Network
from relupoly.pieces.constraints.cell import ConstrainedCell
from relupoly.pieces.forms.charts import in_place
from relupoly.pieces.forms.homogeneous import HomogeneousNet, homogenize, relu_first
from relupoly.pieces.unions.convex_parts import ConvexParts
from relupoly.pieces.walk.cell import ActivationCell, Cell
from relupoly.pieces.walk.certify import exact_cone
from relupoly.pieces.walk.driver import Walk
from relupoly.pieces.walk.node import CountedCells, Detail
from relupoly.run import UNLIMITED, Run


@dataclass(frozen=True)
class Joint:
    """Two cells of different parts that meet in a common facet, and are joined there.

    Attributes
    ----------
    parts : pair of int
    patterns : pair of bytes
        Of the cells.
    one_cell : bool
        Whether they have the same pattern.
    one_piece : bool
        Whether the net is the same function on both; it is, if they have the same pattern.
    strict : bool
        Whether no preactivation vanishes on the first of them.
    """

    parts: tuple[int, int]
    patterns: tuple[bytes, bytes]
    one_cell: bool
    one_piece: bool
    strict: bool


def joints(parts: ConvexParts, run: Run = UNLIMITED) -> Iterator[Joint]:
    """All joints between parts."""
    for one, two in parts.pairs():
        run.tick()
        facet = common_facet(parts.polyhedra[one], parts.polyhedra[two], run)
        if facet is None:
            continue
        for point in inner_points(parts.network, facet, run, parts.net.bounds is not None):
            run.tick()
            joint = _joint(parts.network, (one, two), point, facet)
            if joint.one_piece:
                yield joint


def _joint(network: Network, numbers: tuple[int, int], point: tuple[fmpq, ...], facet: CommonFacet) -> Joint:
    """What the cells on both sides of a facet have to do with each other."""
    first = germ(network, point, [[-entry for entry in facet.outward]])
    second = germ(network, point, [facet.outward])
    rises = all(one == -two for (_, one), (_, two) in zip(first.outputs, second.outputs, strict=True))
    return Joint(numbers, (first.pattern, second.pattern), first.pattern == second.pattern, rises, first.strict)


def inner_points(
    network: Network, facet: CommonFacet, run: Run = UNLIMITED, by_constraints: bool = False
) -> Iterator[tuple[fmpq, ...]]:
    """A point inside each cell of the net on a facet; cells are held by constraints where those of the parts are."""
    if facet.domain is None:
        yield facet.point
        return
    net = _held(network, facet.domain) if by_constraints else None
    net = net or homogenize(network, facet.domain)
    for cell in Walk(net, run=run).cells(Detail.EVERY):
        yield in_space(net, facet.domain, _inner_ray(cell))


def _held(network: Network, domain: Domain) -> HomogeneousNet | None:
    """The net on a bounded facet, whose cells are held by constraints."""
    inner = relu_first(restrict(network, domain.subspace) if domain.subspace else network)
    return in_place(inner, domain.polyhedron) if domain.polyhedron and inner.hidden else None


def _inner_ray(cell: ActivationCell | CountedCells) -> list[int]:
    """A ray inside a cell."""
    if isinstance(cell, ConstrainedCell):
        return [int(entry) for entry in cell.net.in_space(cell.polytope.witness.ray)]
    assert isinstance(cell, Cell), "none is only counted"
    return [sum(entries) for entries in zip(*integers(exact_cone(cell.cone, cell.output).rays), strict=True)]


def integers(rays: Vectors) -> list[list[int]]:
    """Exact rays, in Python's integers."""
    assert isinstance(rays, IntegerVectors), "they are exact"
    return [list(map(int, row)) for row in rays.data.tolist()]


def in_space(net: HomogeneousNet, domain: Domain, ray: list[int]) -> tuple[fmpq, ...]:
    """The point of the space that a ray of a net on a domain stands for."""
    size = net.dimension - 1 if domain.dimension is None else domain.dimension
    parameters = [fmpq(0)] * size
    for place, entry in zip(net.essential, ray[:-1], strict=True):
        parameters[place] = fmpq(entry, ray[-1])
    if domain.subspace is None:
        return tuple(parameters)
    return tuple(domain.subspace.at(parameters))
