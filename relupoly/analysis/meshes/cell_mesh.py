"""All cells as a mesh: segments in one input, polygons in two, tetrahedra in three.

A cell in R^3 is pulled: its first vertex is joined to the triangles of the facets that do not hold it, and a facet is made of
triangles in the same way. First is what comes first among all points of the mesh; so a facet that two cells have in common
is divided in the same triangles on both sides, and no point is added.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from flint import fmpq, fmpz, fmpz_mat

from relupoly.analysis.meshes.builder import MeshBuilder
from relupoly.analysis.meshes.graph_surface import outline
from relupoly.analysis.meshes.mesh import Mesh
from relupoly.analysis.meshes.shapes import Shape
from relupoly.exact.matrices import primitive
from relupoly.pieces.listing.one_subspace import in_one_subspace
from relupoly.pieces.listing.records import CellRecord


def cell_mesh(cells: Iterable[CellRecord]) -> Mesh:
    """The cells themselves, with the values of the net at their vertices.

    Parameters
    ----------
    cells : iterable of CellRecord
        Of a net on a bounded domain, with gradient, constant, vertices and incidence. They are gone through once; where some
        are missing, so are their elements.

    Returns
    -------
    Mesh
        In one input a segment for each cell, from left to right; in two a convex polygon, counterclockwise; in three
        tetrahedra with positive orientation, which meet in common faces.

    Raises
    ------
    NetworkError
        If there are not one, two or three inputs.
    DomainError
        If a cell is unbounded, or cells lie in several subspaces.
    ValueError
        If a record lacks a field.

    Examples
    --------
    >>> from flint import fmpq
    >>> corners = tuple(tuple(fmpq(i >> axis & 1) for axis in range(3)) for i in range(8))
    >>> sides = ((0, 2, 4, 6), (1, 3, 5, 7), (0, 1, 4, 5), (2, 3, 6, 7), (0, 1, 2, 3), (4, 5, 6, 7))
    >>> cube = CellRecord(1, ("+",), ((fmpq(1), fmpq(1), fmpq(0)),), (fmpq(0),), vertices=corners, incidence=sides)
    >>> mesh = cell_mesh([cube])
    >>> len(mesh.points), mesh.elements[:2]
    (8, ((0, 1, 3, 7), (0, 1, 7, 5)))
    """
    builder: MeshBuilder | None = None
    for cell in in_one_subspace(cells, "a mesh"):
        shape = Shape.of(cell, (1, 2, 3))
        if builder is None:
            builder = MeshBuilder(shape.dimension)
        numbers = [builder.point(vertex, cell) for vertex in shape.vertices]
        elements = pulled(shape, numbers) if shape.dimension == 3 else [outline(shape)]
        for element in elements:
            builder.add([numbers[vertex] for vertex in element], cell)
    return (builder or MeshBuilder(2)).mesh()


def pulled(shape: Shape, order: Sequence[int]) -> Iterator[list[int]]:
    """The tetrahedra of a cell in R^3, as its vertices; of those of a cell or a facet, the first in the order is pulled.

    Parameters
    ----------
    shape : Shape
    order : sequence of int
        A rank for each vertex.
    """
    apex = min(range(len(order)), key=order.__getitem__)
    edges = sorted(shape.edges())
    vertices = [primitive([fmpq(1), *vertex]) for vertex in shape.vertices]
    for facet in shape.facets:
        if apex in facet:
            continue
        first = min(facet, key=order.__getitem__)
        for one, other in edges:
            if one in facet and other in facet and first not in (one, other):
                yield _positive(vertices, [apex, first, one, other])


def _positive(vertices: Sequence[Sequence[fmpz]], tetrahedron: list[int]) -> list[int]:
    """A tetrahedron, turned so that its orientation is positive.

    The vertices are homogeneous, (w, w x) with w > 0: a determinant of integers takes a tenth of the time of one of rationals.
    """
    if fmpz_mat(4, 4, [entry for vertex in tetrahedron for entry in vertices[vertex]]).det() > 0:
        return tetrahedron
    one, two, three, four = tetrahedron
    return [one, two, four, three]
