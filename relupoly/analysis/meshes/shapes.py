"""`Shape`: the vertices, facets and edges of a bounded cell, in the numbers of its vertices.

In up to three dimensions the edges are read off the facets: two facets of a polytope in R^3 meet in an edge where they have
two vertices in common, and in a vertex or nowhere else. No coordinate is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from flint import fmpq

from relupoly.errors import DomainError, NetworkError
from relupoly.pieces.listing.records import CellRecord, Vector

Edge = tuple[int, int]

MESH_FIELDS = ("gradient", "constant", "vertices")
"""What `relupoly.pieces.listing.cells.list_cells` has to tell of the cells of a mesh; the vertices bring their incidences."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A bounded cell in R^n, n from 1 to 3.

    Attributes
    ----------
    cell : CellRecord
    vertices : tuple of tuple of fmpq, length n
    facets : tuple of tuple of int
        The vertices on each facet.
    """

    cell: CellRecord
    vertices: tuple[Vector, ...]
    facets: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, cell: CellRecord, dimensions: Iterable[int]) -> Shape:
        """The shape of a cell, if a mesh can be made of it.

        Parameters
        ----------
        cell : CellRecord
            With gradient, constant, vertices and incidence.
        dimensions : iterable of int
            How many inputs there may be.

        Raises
        ------
        NetworkError
            If there are more or fewer inputs.
        DomainError
            If the cell is unbounded.
        ValueError
            If the record lacks a field.
        """
        if cell.gradient is not None:
            _check_inputs(len(cell.gradient[0]), list(dimensions))
        if cell.rays or cell.bounded is False:
            raise DomainError(f"cell {cell.number} is unbounded, and a mesh has to end somewhere; give a box (--box)")
        if cell.gradient is None or cell.constant is None or cell.vertices is None or cell.incidence is None:
            raise ValueError("a mesh needs the cells' gradient, constant and vertices; list these fields, too")
        return cls(cell, cell.vertices, cell.incidence)

    @property
    def dimension(self) -> int:
        """The dimension n of the space."""
        return len(self.vertices[0])

    def edges(self) -> set[Edge]:
        """All edges, each as its vertices in ascending order."""
        if self.dimension == 1:
            return {(0, 1)}
        if self.dimension == 2:
            return {_edge(facet) for facet in self.facets}
        common = (one & other for one, other in combinations(map(frozenset, self.facets), 2))
        return {_edge(vertices) for vertices in common if len(vertices) == 2}


def chosen_output(cell: CellRecord, output: int) -> tuple[Vector, fmpq]:
    """The gradient and the constant of an output, counted from 0.

    Raises
    ------
    NetworkError
        If there is no such output.
    """
    assert cell.gradient is not None
    assert cell.constant is not None
    outputs = len(cell.gradient)
    if not 0 <= output < outputs:
        known = "output 1 alone" if outputs == 1 else f"outputs 1 to {outputs}"
        raise NetworkError(f"the net has no output {output + 1}; it has {known}")
    return cell.gradient[output], cell.constant[output]


def affine(gradient: Sequence[fmpq], constant: fmpq, point: Sequence[fmpq]) -> fmpq:
    """<gradient, point> + constant."""
    return sum((slope * x for slope, x in zip(gradient, point, strict=True)), constant)


def ring(edges: Iterable[Edge]) -> list[int]:
    """The corners of a polygon one after another, from its edges in any order; it begins with the smallest.

    Examples
    --------
    >>> ring([(0, 3), (1, 2), (0, 2), (1, 3)])
    [0, 2, 1, 3]
    """
    beside: dict[int, list[int]] = {}
    for one, other in edges:
        beside.setdefault(one, []).append(other)
        beside.setdefault(other, []).append(one)
    corners = [min(beside)]
    before, here = corners[0], min(beside[corners[0]])
    while here != corners[0]:
        corners.append(here)
        first, second = beside[here]
        before, here = here, second if first == before else first
    return corners


def determinant(rows: Sequence[Sequence[fmpq]]) -> fmpq:
    """The determinant of up to three rows.

    Examples
    --------
    >>> determinant([[fmpq(1), fmpq(2)], [fmpq(3), fmpq(4)]])
    -2
    """
    if len(rows) == 1:
        return rows[0][0]
    if len(rows) == 2:
        (a, b), (c, d) = rows
        return a * d - b * c
    first, (a, b, c), (d, e, f) = rows
    return first[0] * (b * f - c * e) + first[1] * (c * d - a * f) + first[2] * (a * e - b * d)


def difference(one: Sequence[fmpq], other: Sequence[fmpq]) -> Vector:
    """One vector less another."""
    return tuple(x - y for x, y in zip(one, other, strict=True))


def _check_inputs(inputs: int, allowed: list[int]) -> None:
    if inputs not in allowed:
        wanted = ", ".join(map(str, allowed[:-1])) + f" or {allowed[-1]}"
        raise NetworkError(
            f"the cells have {inputs} coordinate{'s' * (inputs != 1)}, and such a mesh is made of {wanted}; "
            "see the net on a line, a plane or a space of three dimensions through points (--through)"
        )


def _edge(vertices: Iterable[int]) -> Edge:
    one, other = sorted(vertices)
    return one, other
