"""The graph of a net: in two inputs a surface in R^3, with one polygon above each cell; in one input a line of segments."""

from __future__ import annotations

from collections.abc import Iterable

from relupoly.analysis.meshes.builder import MeshBuilder
from relupoly.analysis.meshes.mesh import Mesh
from relupoly.analysis.meshes.shapes import Shape, affine, chosen_output, determinant, difference, ring
from relupoly.pieces.listing.one_subspace import in_one_subspace
from relupoly.pieces.listing.records import CellRecord


def graph_surface(cells: Iterable[CellRecord], output: int = 0) -> Mesh:
    """The graph {(x, y, f(x, y))} in two inputs, {(x, f(x))} in one.

    Parameters
    ----------
    cells : iterable of CellRecord
        All cells of the net on a bounded domain, with gradient, constant, vertices and incidence. They are gone through once.
    output : int
        Which output f is, from 0.

    Returns
    -------
    Mesh
        Of convex polygons, seen counterclockwise from above, or segments from left to right; one for each cell.

    Raises
    ------
    NetworkError
        If there are not one or two inputs, or there is no such output.
    DomainError
        If a cell is unbounded, or cells lie in several subspaces.
    ValueError
        If a record lacks a field.

    Examples
    --------
    >>> from flint import fmpq
    >>> ends = ((fmpq(-1),), (fmpq(2),))
    >>> cell = CellRecord(1, ("+",), ((fmpq(3),),), (fmpq(1),), vertices=ends, incidence=((0,), (1,)))
    >>> graph_surface([cell]).points
    ((-1, -2), (2, 7))
    """
    builder: MeshBuilder | None = None
    for cell in in_one_subspace(cells, "a mesh"):
        shape = Shape.of(cell, (1, 2))
        if builder is None:
            builder = MeshBuilder(shape.dimension)
        gradient, constant = chosen_output(cell, output)
        builder.add(
            [
                builder.point((*corner, affine(gradient, constant, corner)), cell, corner)
                for corner in (shape.vertices[vertex] for vertex in outline(shape))
            ],
            cell,
        )
    return (builder or MeshBuilder(2)).mesh()


def outline(shape: Shape) -> list[int]:
    """The vertices of a cell in the plane, counterclockwise; of one on a line, from left to right."""
    if shape.dimension == 1:
        return [0, 1] if shape.vertices[0] < shape.vertices[1] else [1, 0]
    order = ring(shape.edges())
    first, second, third = (shape.vertices[vertex] for vertex in order[:3])
    turn = determinant([difference(second, first), difference(third, first)])
    return order if turn > 0 else [order[0], *order[:0:-1]]
