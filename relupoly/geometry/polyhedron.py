"""`Polyhedron`: a full-dimensional set A x <= b, exactly; `Box`: one whose inequalities are bounds of coordinates.

A box of n inputs has 2 n inequalities, and their matrix 2 n^2 entries, nearly all of them 0. So a box is held as its bounds;
its matrix is made when somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import InitVar, dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flint import fmpq, fmpq_mat

from relupoly.errors import DomainError
from relupoly.exact import blocks
from relupoly.exact.fractions import to_fraction
from relupoly.exact.matrices import column, from_rows, in_a_line, rows_of
from relupoly.exact.rationals import decimal_text, rational_at
from relupoly.run import UNLIMITED, Run

if TYPE_CHECKING:
    from relupoly.geometry.subspace import AffineSubspace
    from relupoly.geometry.v_representation import VRepresentation


@dataclass(frozen=True)
class Polyhedron:
    """The set {x in R^n : matrix x <= bound}; it has interior points.

    Attributes
    ----------
    matrix : fmpq_mat, shape (m, n)
    bound : fmpq_mat, shape (m, 1)
    run : Run
        Not kept: it may stop the linear program that decides whether there are interior points.

    Raises
    ------
    DomainError
        If the shapes do not fit, or the set is empty or of lower dimension (decided by an exact linear program).
    """

    matrix: fmpq_mat
    bound: fmpq_mat
    run: InitVar[Run] = UNLIMITED

    def __post_init__(self, run: Run) -> None:
        if self.bound.nrows() != self.matrix.nrows():
            raise DomainError(
                f"b has {self.bound.nrows()} entries, but A has {self.matrix.nrows()} rows; give one for each row"
            )
        if self.matrix.ncols() == 0:
            raise DomainError("A has no column; give each row at least one entry")
        _check_interior(self.matrix, self.bound, run)

    def __repr__(self) -> str:
        return f"Polyhedron(matrix={in_a_line(self.matrix)}, bound={in_a_line(self.bound)})"

    @property
    def dimension(self) -> int:
        """The dimension n of the space."""
        return int(self.matrix.ncols())

    def products(self, vector: Sequence[fmpq]) -> list[fmpq]:
        """The matrix times a vector."""
        return [sum((a * x for a, x in zip(row, vector, strict=True) if a), fmpq(0)) for row in rows_of(self.matrix)]

    def slacks(self, point: Sequence[fmpq]) -> list[fmpq]:
        """How far a point is from violating each inequality; negative where it does."""
        return [bound - product for bound, product in zip(self.bound.entries(), self.products(point), strict=True)]

    def inequalities_on(self, subspace: AffineSubspace) -> tuple[fmpq_mat, fmpq_mat]:
        """The matrix and the bound of the inequalities on the parameters t of a subspace x = origin + basis t.

        Examples
        --------
        >>> from relupoly.geometry.subspace import AffineSubspace
        >>> diagonal = AffineSubspace.through([[0, 0], [1, 1]])
        >>> matrix, bound = Polyhedron.box([0, -1], [2, 3]).inequalities_on(diagonal)
        >>> matrix.transpose().table(), bound.transpose().table()
        ([[-1, -1, 1, 1]], [[0, 1, 2, 3]])
        """
        return blocks.densely(subspace.pull_back(self.matrix)), self.bound - self.matrix * subspace.origin

    @classmethod
    def from_inequalities(cls, rows: Sequence[Sequence[Any]], bounds: Sequence[Any], run: Run = UNLIMITED) -> Polyhedron:
        """The set <row_i, x> <= bound_i.

        Parameters
        ----------
        rows, bounds : sequences of rows, and of numbers
        run : Run
            It may stop the linear program that decides whether there are interior points.

        Raises
        ------
        DomainError
            If rows are ragged or an entry is not a finite number; it names the entry.

        Examples
        --------
        >>> Polyhedron.from_inequalities([[1, 1], [-1, 0], [0, -1]], ["1/2", 0, 0]).dimension
        2
        """
        if not rows:
            raise DomainError("A has no row; leave the domain out for the whole space")
        exact = []
        for r, row in enumerate(rows, 1):
            if len(row) != len(rows[0]):
                raise DomainError(
                    f"row {r} of A has {len(row)} entries, but row 1 has {len(rows[0])}; give every row the same length"
                )
            exact.append([rational_at(entry, f"A[{r}][{c}]", DomainError) for c, entry in enumerate(row, 1)])
        offsets = column([rational_at(entry, f"b[{r}]", DomainError) for r, entry in enumerate(bounds, 1)])
        return cls(from_rows(exact, len(rows[0])), offsets, run)

    @classmethod
    def from_vertices(
        cls,
        points: Sequence[Sequence[Any]],
        rays: Sequence[Sequence[Any]] = (),
        lines: Sequence[Sequence[Any]] = (),
        run: Run = UNLIMITED,
    ) -> Polyhedron:
        """The convex hull of points, plus the cone of rays and lines: one inequality for each facet.

        Parameters
        ----------
        points, rays, lines : sequences of rows
            As in `VRepresentation.of`; they may be redundant.
        run : Run

        Raises
        ------
        DomainError
            If there is no point, rows are ragged, or an entry is not a finite number; if the set is the whole space, or of
            lower dimension: then `relupoly.geometry.hull.hull` makes a domain of it.
        MissingPackageError, SizeError, Stopped
            As `vertices`.

        Examples
        --------
        >>> Polyhedron.from_vertices([[0, 0], [1, 0], [0, "1/2"], ["1/4", "1/4"]]).matrix.nrows()
        3
        """
        from relupoly.geometry.v_representation import VRepresentation

        facets, equations = VRepresentation.of(points, rays, lines).inequalities(run)
        if equations:
            raise DomainError(
                f"the points span dimension {len(points[0]) - len(equations)} only, so their hull has no interior; "
                "relupoly.geometry.hull makes a domain of it"
            )
        if not facets:
            raise DomainError("the rays and lines span the whole space; leave the domain out")
        width = len(points[0])
        matrix = from_rows([[-entry for entry in row[1:]] for row in facets], width)
        return cls(matrix, column([row[0] for row in facets]), run)

    def vertices(self, run: Run = UNLIMITED) -> VRepresentation:
        """The vertices, and with them the rays and lines of an unbounded set, exactly.

        Parameters
        ----------
        run : Run
            There may be very many: stop, or take a smaller set.

        Returns
        -------
        VRepresentation
            The same for all descriptions of a set: see `relupoly.geometry.v_representation.v_representation`.

        Raises
        ------
        MissingPackageError
            If pycddlib is not installed, by which they are found.
        SizeError
            If they need more memory than the run, or the machine, has.
        Stopped
            If the run is.

        Examples
        --------
        >>> triangle = Polyhedron.from_inequalities([[-1, 0], [0, -1], [1, 2]], [0, 0, 1]).vertices()
        >>> triangle.vertices.table(), triangle.rays.table()
        ([[0, 0], [0, 1/2], [1, 0]], [])
        """
        from relupoly.geometry.v_representation import v_representation

        return v_representation(self.matrix, self.bound, run)

    @staticmethod
    def box(lower: Sequence[Any], upper: Sequence[Any]) -> Box:
        """The box lower <= x <= upper.

        Raises
        ------
        DomainError
            If the lengths differ, or some lower bound is not below its upper bound; it names the coordinate.

        Examples
        --------
        >>> Polyhedron.box([0, 0], [1, "1/2"]).matrix.nrows()
        4
        """
        return Box(lower, upper)


class Box(Polyhedron):
    """The box lower <= x <= upper, by its bounds alone.

    Attributes
    ----------
    lower, upper : tuple of fmpq, length n

    Raises
    ------
    DomainError
        If the lengths differ, or some lower bound is not below its upper bound; it names the coordinate.

    Examples
    --------
    >>> box = Box([0, 0], [1, "1/2"])
    >>> box, box == Polyhedron.from_inequalities([[-1, 0], [0, -1], [1, 0], [0, 1]], [0, 0, 1, "1/2"])
    (Box([0, 0], [1, 1/2]), True)
    """

    lower: tuple[fmpq, ...]
    upper: tuple[fmpq, ...]

    def __init__(self, lower: Sequence[Any], upper: Sequence[Any]) -> None:
        if len(lower) != len(upper):
            raise DomainError(f"the box has {len(lower)} lower and {len(upper)} upper bounds; give as many of each")
        if not len(lower):
            raise DomainError("A has no column; give each row at least one entry")
        low = [rational_at(entry, f"lower bound {i}", DomainError) for i, entry in enumerate(lower, 1)]
        high = [rational_at(entry, f"upper bound {i}", DomainError) for i, entry in enumerate(upper, 1)]
        for i, (lo, hi) in enumerate(zip(low, high, strict=True), 1):
            if lo > hi:
                raise DomainError(f"coordinate {i} of the box: lo = {decimal_text(lo)} > hi = {decimal_text(hi)}; swap them")
            if lo == hi:
                raise DomainError(
                    f"coordinate {i} of the box: lo = hi = {decimal_text(lo)}, so the box has no interior; "
                    "hold an input fixed with --through, or with equal bounds in a .vnnlib file"
                )
        # As frozen dataclasses set what is no field.
        object.__setattr__(self, "lower", tuple(low))
        object.__setattr__(self, "upper", tuple(high))

    @classmethod
    def of(cls, polyhedron: Polyhedron) -> Box | None:
        """The box that a polyhedron is, if its inequalities are those of a box, in that order; else None."""
        if isinstance(polyhedron, Box):
            return polyhedron
        matrix, n = polyhedron.matrix, polyhedron.dimension
        if matrix.nrows() != 2 * n or matrix != _box_rows(n):
            return None
        bounds = polyhedron.bound.entries()
        return cls([-entry for entry in bounds[:n]], bounds[n:])

    @cached_property
    def matrix(self) -> fmpq_mat:
        """The rows: -1 and then 1 times the unit vectors. For small boxes: there are 2 n^2 entries."""
        return _box_rows(self.dimension)

    @cached_property
    def bound(self) -> fmpq_mat:
        """Minus the lower bounds, and then the upper ones."""
        return column([*(-entry for entry in self.lower), *self.upper])

    @property
    def dimension(self) -> int:
        """The dimension n of the space."""
        return len(self.lower)

    @property
    def center(self) -> list[fmpq]:
        """The point in the middle."""
        return [(low + high) / 2 for low, high in zip(self.lower, self.upper, strict=True)]

    def products(self, vector: Sequence[fmpq]) -> list[fmpq]:
        """The matrix times a vector, without the matrix."""
        return [*(-entry for entry in vector), *vector]

    def inequalities_on(self, subspace: AffineSubspace) -> tuple[fmpq_mat, fmpq_mat]:
        """As `Polyhedron.inequalities_on`, without the matrix."""
        basis, origin = subspace.basis, subspace.origin.entries()
        rows = rows_of(basis)
        low = [start - bound for bound, start in zip(self.lower, origin, strict=True)]
        high = [bound - start for bound, start in zip(self.upper, origin, strict=True)]
        return from_rows([*([-entry for entry in row] for row in rows), *rows], basis.ncols()), column(low + high)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Box):
            return self.lower == other.lower and self.upper == other.upper
        if isinstance(other, Polyhedron):
            return bool(self.matrix == other.matrix and self.bound == other.bound)
        return NotImplemented

    def __hash__(self) -> int:
        return hash((self.lower, self.upper))

    def __repr__(self) -> str:
        lower, upper = (
            in_a_line(column(bounds).transpose()).removeprefix("[").removesuffix("]") for bounds in (self.lower, self.upper)
        )
        return f"Box({lower}, {upper})"


def _check_interior(matrix: fmpq_mat, bound: fmpq_mat, run: Run) -> None:
    """Raise unless some x has A x < b, apart from rows 0 <= b that say nothing."""
    is_box = matrix.nrows() == 2 * matrix.ncols() and matrix == _box_rows(matrix.ncols())
    slack = _box_slack(matrix, bound) if is_box else _largest_slack(matrix, bound, run)
    if slack < 0:
        raise DomainError("the domain is empty: no point satisfies all its inequalities")
    if slack == 0:
        raise DomainError(
            "the domain has no interior: it lies in a hyperplane; state its equations as such "
            "(linearity in .ine, C and d in .json, = in .vnnlib)"
        )


def _box_rows(n: int) -> fmpq_mat:
    """-1 and then 1 times the unit vectors. In a matrix of zeros only 2 n entries have to pass from Python to flint."""
    rows = fmpq_mat(2 * n, n)
    for place in range(n):
        rows[place, place], rows[n + place, place] = fmpq(-1), fmpq(1)
    return rows


def _box_slack(matrix: fmpq_mat, bound: fmpq_mat) -> fmpq:
    n = matrix.ncols()
    return min(bound[n + i, 0] + bound[i, 0] for i in range(n))


def _largest_slack(matrix: fmpq_mat, bound: fmpq_mat, run: Run) -> Fraction:
    """The largest s <= 1 with A x + s <= b for some x; rows of zeros decide by their sign alone."""
    from relupoly.geometry.linear_programs import maximize

    rows, bounds = [], []
    for row, limit in zip(rows_of(matrix), bound.entries(), strict=True):
        if any(row):
            rows.append([to_fraction(entry) for entry in row] + [Fraction(1)])
            bounds.append(to_fraction(limit))
        elif limit < 0:
            return Fraction(-1)
    slack = [Fraction(0)] * matrix.ncols() + [Fraction(1)]
    best = maximize(slack, [*rows, slack], [*bounds, Fraction(1)], run=run)
    assert best.value is not None, "s may be as small as it likes, so the program has a solution"
    return best.value
