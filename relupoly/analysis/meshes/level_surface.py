"""The set where a net passes a level: in three inputs a surface, in two a curve.

The surface is the boundary of {f > level} inside the domain, where what lies on its boundary on both sides has no thickness and
is left out: an element separates points with f > level from points with f <= level. So a cell that has both inside gives the
polygon in which it is cut; a facet on which f = level belongs to the surface, once, where f is larger on one of its sides, and
on the other side smaller or equal all over the cell. No polygon comes from a facet, an edge or a vertex that f only
touches (|x| at level 0), from the inside of a cell where f = level all over, nor from the boundary of the domain. Cells
where f = level all over count as below it: relu(x) passes 0 where x = 0, and -relu(x) does not.

That is why the surface is closed: as the boundary of a set it has no boundary of its own, but on that of the domain. Around
every edge inside the domain, there are as many polygons in which it runs forwards as polygons in which it runs backwards: one
of each in general position.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flint import fmpq

from relupoly.analysis.meshes.builder import MeshBuilder
from relupoly.analysis.meshes.mesh import Mesh
from relupoly.analysis.meshes.shapes import Edge, Shape, affine, chosen_output, determinant, difference, ring
from relupoly.errors import NumberError
from relupoly.exact.rationals import rational_at
from relupoly.pieces.listing.one_subspace import in_one_subspace
from relupoly.pieces.listing.records import CellRecord, Vector

_Waiting = dict[frozenset[Vector], tuple[int, CellRecord]]
"""By its vertices, a facet on which f = level of which one side was seen: the sign of f - level on that side, and its cell."""


def level_surface(cells: Iterable[CellRecord], level: Any, output: int = 0) -> Mesh:
    """The surface f = level in three inputs, or the curve in two, where f passes from at most the level to more.

    Parameters
    ----------
    cells : iterable of CellRecord
        All cells of the net on a bounded domain, with gradient, constant, vertices and incidence. They are gone through once.
    level : number
    output : int
        Which output f is, from 0.

    Returns
    -------
    Mesh
        Of convex polygons, or segments; one for each cell that f - level changes sign in, and each facet that is part of the
        surface. The normals of polygons, by the right-hand rule, point to larger f; so does the left of segments. It has no
        element where f does not pass the level.

    Raises
    ------
    NetworkError
        If there are not two or three inputs, or there is no such output.
    DomainError
        If a cell is unbounded, or cells lie in several subspaces.
    NumberError
        If the level is no finite number.
    ValueError
        If a record lacks a field.

    Examples
    --------
    The cells of relu(x) on [-1, 1] x [0, 1]; it passes 0 on the line between them.

    >>> from flint import fmpq
    >>> def cell(number, pattern, slope, left):
    ...     corners = [(x, y) for x in (left, left + 1) for y in (0, 1)]
    ...     vertices = tuple(tuple(map(fmpq, corner)) for corner in corners)
    ...     facets = ((0, 1), (0, 2), (1, 3), (2, 3))
    ...     gradient, constant = ((fmpq(slope), fmpq(0)),), (fmpq(0),)
    ...     return CellRecord(number, (pattern,), gradient, constant, vertices=vertices, incidence=facets)
    >>> cells = [cell(1, "-", 0, -1), cell(2, "+", 1, 0)]
    >>> level_surface(cells, 0).points, level_surface(cells, "1/2").points, level_surface(cells, 1).elements
    (((0, 1), (0, 0)), ((1/2, 1), (1/2, 0)), ())
    """
    exact = rational_at(level, "the level", NumberError)
    builder: MeshBuilder | None = None
    waiting: _Waiting = {}
    for cell in in_one_subspace(cells, "a mesh"):
        shape = Shape.of(cell, (2, 3))
        if builder is None:
            builder = MeshBuilder(shape.dimension - 1)
        gradient, constant = chosen_output(cell, output)
        heights = [affine(gradient, constant, vertex) - exact for vertex in shape.vertices]
        above, below = any(height > 0 for height in heights), any(height < 0 for height in heights)
        if above and below:
            _cut(builder, shape, heights, gradient)
        elif heights.count(fmpq(0)) >= shape.dimension:
            _touch(builder, shape, heights, above - below, output, waiting)
    return (builder or MeshBuilder(2)).mesh()


def _cut(builder: MeshBuilder, shape: Shape, heights: list[fmpq], gradient: Vector) -> None:
    """Add the polygon in which a cell is cut, or the segment."""
    edges = shape.edges()
    crossed = [edge for edge in edges if heights[edge[0]] * heights[edge[1]] < 0]
    corners: dict[frozenset[int], Vector] = {frozenset(edge): _crossing(shape, edge, heights) for edge in sorted(crossed)}
    corners |= {frozenset([one]): shape.vertices[one] for one, height in enumerate(heights) if not height}
    places = list(corners.values())
    if shape.dimension == 2:
        order = [0, 1]
    else:
        on_facets = ([place for place, corner in enumerate(corners) if corner <= set(facet)] for facet in shape.facets)
        # A facet that the surface touches in a vertex alone has no side of the polygon.
        order = ring({(side[0], side[1]) for side in on_facets if len(side) == 2})
    _add(builder, shape.cell, [places[place] for place in order], gradient)


def _crossing(shape: Shape, edge: Edge, heights: list[fmpq]) -> Vector:
    """Where f = level on an edge, from one side to the other."""
    one, other = edge
    share = heights[one] / (heights[one] - heights[other])
    start, end = shape.vertices[one], shape.vertices[other]
    return tuple(x + share * (y - x) for x, y in zip(start, end, strict=True))


def _touch(builder: MeshBuilder, shape: Shape, heights: list[fmpq], side: int, output: int, waiting: _Waiting) -> None:
    """Look at the facets on which f = level; where the other side of one was seen, add it if f is larger on one side only."""
    for facet in shape.facets:
        if any(heights[vertex] for vertex in facet):
            continue
        key = frozenset(shape.vertices[vertex] for vertex in facet)
        before = waiting.pop(key, None)
        if before is None:
            waiting[key] = (side, shape.cell)
        elif (before[0] > 0) != (side > 0):
            _add_facet(builder, shape, facet, shape.cell if side > 0 else before[1], output)


def _add_facet(builder: MeshBuilder, shape: Shape, facet: tuple[int, ...], upper: CellRecord, output: int) -> None:
    """Add a facet, as one of the cell on which f is larger."""
    order = list(facet) if shape.dimension == 2 else ring(edge for edge in shape.edges() if set(edge) <= set(facet))
    _add(builder, upper, [shape.vertices[vertex] for vertex in order], chosen_output(upper, output)[0])


def _add(builder: MeshBuilder, cell: CellRecord, places: list[Vector], gradient: Vector) -> None:
    """Add an element, turned so that the gradient is on its upper side."""
    first = places[0]
    directions = [difference(place, first) for place in places[1 : len(first)]]
    if determinant([*directions, gradient]) < 0:
        places.reverse()
    builder.add([builder.point(place, cell) for place in places], cell)
