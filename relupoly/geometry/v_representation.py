"""`VRepresentation`: a polyhedron by its vertices, rays and lines, and its inequalities.

By the theorem of Minkowski and Weyl every polyhedron is both: the intersection of finitely many half-spaces (a `Polyhedron`,
its H-representation), and the convex hull of finitely many points plus a cone of finitely many rays.
`relupoly.geometry.double_description` finds one from the other. Lines are rays in both directions; a polyhedron with lines has
no vertices in the strict sense, and a point of each minimal face stands for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpq, fmpq_mat

from relupoly.errors import DomainError
from relupoly.exact.matrices import from_rows, integer_rows, rows_of
from relupoly.exact.rationals import rational_at
from relupoly.geometry.double_description import GENERATORS, INEQUALITIES, convert
from relupoly.run import UNLIMITED, Run

Row = list[fmpq]


@dataclass(frozen=True)
class VRepresentation:
    """The set of all sums of a convex combination of vertices, a combination of rays with weights >= 0, and one of lines.

    Attributes
    ----------
    vertices : fmpq_mat, shape (v, n)
        At least one.
    rays : fmpq_mat, shape (r, n)
        Directions in which it is unbounded.
    lines : fmpq_mat, shape (l, n)
        Directions in which it is unbounded on both sides.

    Raises
    ------
    DomainError
        If there is no vertex, or the numbers of columns differ, or are 0.
    """

    vertices: fmpq_mat
    rays: fmpq_mat
    lines: fmpq_mat

    def __post_init__(self) -> None:
        if self.vertices.nrows() == 0:
            raise DomainError("there is no vertex, so the set is empty; give at least one point (the apex of a cone)")
        if self.dimension == 0:
            raise DomainError("a vertex has no coordinate; give each at least one")
        for matrix, what in ((self.rays, "rays"), (self.lines, "lines")):
            if matrix.ncols() != self.dimension:
                raise DomainError(
                    f"{what} have {matrix.ncols()} coordinates, but vertices have {self.dimension}; give all the same number"
                )

    @property
    def dimension(self) -> int:
        """The dimension n of the space."""
        return int(self.vertices.ncols())

    @classmethod
    def of(
        cls, vertices: Sequence[Sequence[Any]], rays: Sequence[Sequence[Any]] = (), lines: Sequence[Sequence[Any]] = ()
    ) -> VRepresentation:
        """The convex hull of points, plus rays and lines; they may be redundant.

        Raises
        ------
        DomainError
            If a row has another length than the first point, or an entry is not a finite number; it names the entry.

        Examples
        --------
        >>> VRepresentation.of([[0, "1/2"], [1, 0]], rays=[[1, 1]]).vertices
        [0, 1/2]
        [1,   0]
        """
        width = next((len(row) for rows in (vertices, rays, lines) for row in rows), 0)
        found = [_exact(rows, what, width) for rows, what in ((vertices, "vertex"), (rays, "ray"), (lines, "line"))]
        return cls(*found)

    def inequalities(self, run: Run = UNLIMITED) -> tuple[list[Row], list[Row]]:
        """The facets and the affine hull.

        Returns
        -------
        facets : list of rows (b, a)
            One for each facet: b + <a, x> >= 0 holds.
        equations : list of rows (b, a)
            Independent ones: b + <a, x> = 0 holds.

        Raises
        ------
        MissingPackageError, SizeError, Stopped
            As `relupoly.geometry.double_description.convert`.

        Examples
        --------
        >>> VRepresentation.of([[0, 0], [1, 1]]).inequalities()
        ([[1, -1, 0], [0, 1, 0]], [[0, -1, 1]])
        """
        points = [[fmpq(1), *row] for row in rows_of(self.vertices)]
        directions = [[fmpq(0), *row] for row in rows_of(self.rays) + rows_of(self.lines)]
        last = len(points) + len(directions)
        found, equations = convert(GENERATORS, points + directions, range(last - self.lines.nrows(), last), run)
        facets = [row for place, row in enumerate(found) if place not in equations and any(row[1:])]
        return facets, [row for place, row in enumerate(found) if place in equations]


def v_representation(matrix: fmpq_mat, bound: fmpq_mat, run: Run = UNLIMITED) -> VRepresentation:
    """The vertices, rays and lines of the set {x : matrix x <= bound}, which is not empty.

    None of them is redundant. They are the same for all descriptions of a set: rays and lines are primitive integer vectors,
    lines are in reduced echelon form, vertices and rays are 0 where lines have their pivots, and all are sorted.

    Parameters
    ----------
    matrix : fmpq_mat, shape (m, n)
    bound : fmpq_mat, shape (m, 1)
    run : Run

    Raises
    ------
    MissingPackageError, SizeError, Stopped
        As `relupoly.geometry.double_description.convert`.

    Examples
    --------
    >>> found = v_representation(fmpq_mat([[2, 0], [-1, 0]]), fmpq_mat([[1], [0]]))
    >>> found.vertices.table(), found.rays.table(), found.lines.table()
    ([[0, 0], [1/2, 0]], [], [[0, 1]])
    """
    width = matrix.ncols()
    rows = [[limit, *(-entry for entry in row)] for limit, row in zip(bound.entries(), rows_of(matrix), strict=True)]
    # Without a row that holds for all x there may be no row at all, of which cddlib makes nothing.
    found, linear = convert(INEQUALITIES, [*rows, [fmpq(1)] + [fmpq(0)] * width], run=run)
    lines = _echelon([row[1:] for place, row in enumerate(found) if place in linear], width)
    pointed = [row for place, row in enumerate(found) if place not in linear]
    vertices = [[entry / row[0] for entry in row[1:]] for row in pointed if row[0]] or [[fmpq(0)] * width]
    rays = from_rows(_without(lines, [row[1:] for row in pointed if not row[0]]), width)
    return VRepresentation(
        from_rows(sorted(_without(lines, vertices)), width),
        from_rows(sorted(_primitive_rows(rays)), width),
        from_rows(_primitive_rows(from_rows(lines, width)), width),
    )


def _echelon(rows: list[Row], width: int) -> list[Row]:
    """The reduced echelon form of independent rows."""
    return rows_of(from_rows(rows, width).rref()[0]) if rows else []


def _without(lines: list[Row], rows: list[Row]) -> list[Row]:
    """The rows minus multiples of the lines, so that they are 0 at the pivots of these."""
    for line in lines:
        pivot = next(place for place, entry in enumerate(line) if entry)
        rows = [[entry - row[pivot] * one for entry, one in zip(row, line, strict=True)] for row in rows]
    return rows


def _primitive_rows(matrix: fmpq_mat) -> list[Row]:
    return rows_of(fmpq_mat(integer_rows(matrix)))


def _exact(rows: Sequence[Sequence[Any]], what: str, width: int) -> fmpq_mat:
    for number, row in enumerate(rows, 1):
        if len(row) != width:
            raise DomainError(
                f"{what} {number} has {len(row)} coordinates, but the first row has {width}; give all the same number"
            )
    return from_rows(
        [
            [rational_at(entry, f"{what} {r}[{c}]", DomainError) for c, entry in enumerate(row, 1)]
            for r, row in enumerate(rows, 1)
        ],
        width,
    )
