"""`Polyhedron`: a full-dimensional set A x <= b, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import fmpq, fmpq_mat

from relupoly.errors import DomainError
from relupoly.exact.fractions import to_fraction
from relupoly.exact.matrices import column, from_rows, rows_of
from relupoly.exact.rationals import decimal_text, rational_at


@dataclass(frozen=True)
class Polyhedron:
    """The set {x in R^n : matrix x <= bound}; it has interior points.

    Attributes
    ----------
    matrix : fmpq_mat, shape (m, n)
    bound : fmpq_mat, shape (m, 1)

    Raises
    ------
    DomainError
        If the shapes do not fit, or the set is empty or of lower dimension (decided by an exact linear program).
    """

    matrix: fmpq_mat
    bound: fmpq_mat

    def __post_init__(self) -> None:
        if self.bound.nrows() != self.matrix.nrows():
            raise DomainError(
                f"b has {self.bound.nrows()} entries, but A has {self.matrix.nrows()} rows; give one for each row"
            )
        if self.matrix.ncols() == 0:
            raise DomainError("A has no column; give each row at least one entry")
        _check_interior(self.matrix, self.bound)

    @property
    def dimension(self) -> int:
        """The dimension n of the space."""
        return int(self.matrix.ncols())

    @classmethod
    def from_inequalities(cls, rows: Sequence[Sequence[Any]], bounds: Sequence[Any]) -> Polyhedron:
        """The set <row_i, x> <= bound_i.

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
        return cls(from_rows(exact, len(rows[0])), offsets)

    @classmethod
    def box(cls, lower: Sequence[Any], upper: Sequence[Any]) -> Polyhedron:
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
        if len(lower) != len(upper):
            raise DomainError(f"the box has {len(lower)} lower and {len(upper)} upper bounds; give as many of each")
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
        return cls(_box_rows(len(low)), column([-entry for entry in low] + high))


def _check_interior(matrix: fmpq_mat, bound: fmpq_mat) -> None:
    """Raise unless some x has A x < b, apart from rows 0 <= b that say nothing."""
    slack = _box_slack(matrix, bound) if _has_box_rows(matrix) else _largest_slack(matrix, bound)
    if slack < 0:
        raise DomainError("the domain is empty: no point satisfies all its inequalities")
    if slack == 0:
        raise DomainError(
            "the domain has no interior: it lies in a hyperplane; state its equations as such "
            "(linearity in .ine, C and d in .json, = in .vnnlib)"
        )


def _has_box_rows(matrix: fmpq_mat) -> bool:
    """Whether the rows are those of a box."""
    return bool(matrix.nrows() == 2 * matrix.ncols() and matrix == _box_rows(matrix.ncols()))


def _box_rows(n: int) -> fmpq_mat:
    """-1 and then 1 times the unit vectors. In a matrix of zeros only 2 n entries have to pass from Python to flint."""
    rows = fmpq_mat(2 * n, n)
    for place in range(n):
        rows[place, place], rows[n + place, place] = fmpq(-1), fmpq(1)
    return rows


def _box_slack(matrix: fmpq_mat, bound: fmpq_mat) -> fmpq:
    n = matrix.ncols()
    return min(bound[n + i, 0] + bound[i, 0] for i in range(n))


def _largest_slack(matrix: fmpq_mat, bound: fmpq_mat) -> Fraction:
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
    best = maximize(slack, [*rows, slack], [*bounds, Fraction(1)])
    assert best.value is not None, "s may be as small as it likes, so the program has a solution"
    return best.value
