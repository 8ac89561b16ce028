"""`Arrangement`: finitely many hyperplanes <a, x> = b in R^n.

A hyperplane is kept as its primitive integer row (a_1, ..., a_n, b) whose first non-zero entry is positive. So equal
hyperplanes have equal rows whatever multiple of them was given, and repeated ones are merged: regions, flats and the
characteristic polynomial belong to the set of hyperplanes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import gcd
from typing import Any

from flint import fmpq_mat

from relupoly.errors import ArrangementError
from relupoly.exact.matrices import primitive
from relupoly.exact.rank import certified_rank, pivot_columns
from relupoly.exact.rationals import rational_at

Row = tuple[int, ...]


@dataclass(frozen=True)
class Arrangement:
    """Distinct hyperplanes of R^n.

    Attributes
    ----------
    rows : tuple of tuple of int, each of length n + 1
        (a_1, ..., a_n, b) for the hyperplane <a, x> = b: primitive, the first non-zero entry positive, all different.
    dimension : int
        The dimension n of the space, at least 1.

    Examples
    --------
    >>> lines = Arrangement.of([[1, 0, 0], ["1/2", -1, 0.5], [2, 0, 0]])
    >>> lines.rows, lines.rank, lines.is_central
    (((1, 0, 0), (1, -2, 1)), 2, True)
    """

    rows: tuple[Row, ...]
    dimension: int

    def __post_init__(self) -> None:
        _check_dimension(self.dimension)
        for number, row in enumerate(self.rows, 1):
            _check_length(row, self.dimension + 1, number)
            _check_normal(row, number)
            if gcd(*row) != 1 or next(filter(None, row)) < 0:
                raise ArrangementError(f"row {number} is not primitive; make arrangements with Arrangement.of")
        if len(set(self.rows)) < len(self.rows):
            raise ArrangementError("two rows are equal; make arrangements with Arrangement.of")

    @classmethod
    def of(cls, rows: Iterable[Sequence[Any]], dimension: int | None = None) -> Arrangement:
        """The arrangement of the hyperplanes <a, x> = b with rows (a, b) of any rationals; equal ones are merged.

        Parameters
        ----------
        rows : iterable of sequences of numbers
            Whatever `relupoly.exact.rationals.rational` takes.
        dimension : int, optional
            Needed where there is no row.

        Raises
        ------
        ArrangementError
            If rows differ in length, an entry is not a number, or a normal vector is zero; it names the row.
        """
        exact = [
            [rational_at(entry, f"row {i}, entry {j}", ArrangementError) for j, entry in enumerate(row, 1)]
            for i, row in enumerate(rows, 1)
        ]
        if dimension is None:
            if not exact:
                raise ArrangementError("there is no hyperplane, so the dimension of the space is not known; give a row")
            dimension = len(exact[0]) - 1
        _check_dimension(dimension)
        for number, row in enumerate(exact, 1):
            _check_length(row, dimension + 1, number)
            _check_normal(row, number)
        return cls(tuple(dict.fromkeys(normalized([int(entry) for entry in primitive(row)]) for row in exact)), dimension)

    @property
    def normals(self) -> tuple[Row, ...]:
        """The normal vectors a."""
        return tuple(row[:-1] for row in self.rows)

    @cached_property
    def rank(self) -> int:
        """The dimension of the space that the normal vectors span."""
        return certified_rank(_matrix(self.normals, self.dimension)) if self.rows else 0

    @cached_property
    def is_central(self) -> bool:
        """Whether all hyperplanes have a point in common."""
        return not self.rows or certified_rank(_matrix(self.rows, self.dimension + 1)) == self.rank

    @property
    def is_linear(self) -> bool:
        """Whether all hyperplanes go through the origin."""
        return not any(row[-1] for row in self.rows)

    def essentialisation(self) -> Arrangement:
        """The arrangement in R^rank with the same regions and flats: a section through independent coordinates.

        Raises
        ------
        ArrangementError
            If there is no hyperplane: the space would be a point.

        Notes
        -----
        Where the columns J of the normal vectors are a basis of their column space, every point of R^n is, along the
        common directions of all hyperplanes, equivalent to exactly one point whose other coordinates are 0.
        """
        columns = pivot_columns(_matrix(self.normals, self.dimension)) if self.rows else []
        return Arrangement.of([[*(row[j] for j in columns), row[-1]] for row in self.rows], self.rank)

    def cone(self) -> tuple[Row, ...]:
        """The vectors of the central arrangement of the cone in R^rank+1: first the hyperplane at infinity.

        They are written in independent coordinates; a row (a, b) becomes the form <a, x> - b t.
        """
        columns = pivot_columns(_matrix(self.normals, self.dimension)) if self.rows else []
        infinity = (*(0 for _ in columns), 1)
        return (infinity, *(normalized([*(row[j] for j in columns), -row[-1]]) for row in self.rows))

    def vectors(self) -> tuple[Row, ...]:
        """The vectors of a central arrangement, in independent coordinates: one for each hyperplane, of length rank.

        Raises
        ------
        ArrangementError
            If the hyperplanes have no point in common.

        Notes
        -----
        Where all hyperplanes meet, the right-hand sides depend on the normal vectors in the same way everywhere, so these
        alone are the arrangement, moved to the origin.
        """
        if not self.is_central:
            raise ArrangementError("the hyperplanes have no point in common; take the cone")
        columns = pivot_columns(_matrix(self.normals, self.dimension)) if self.rows else []
        return tuple(normalized([row[j] for j in columns]) for row in self.rows)


def normalized(row: Sequence[int]) -> Row:
    """The primitive multiple of an integer vector whose first non-zero entry is positive (zero stays zero).

    Examples
    --------
    >>> normalized([0, -4, 6])
    (0, 2, -3)
    """
    divisor = gcd(*row)
    for entry in row:
        if entry:
            if entry < 0:
                divisor = -divisor
            break
    return tuple(row) if divisor in (0, 1) else tuple([entry // divisor for entry in row])


def _matrix(rows: Sequence[Row], columns: int) -> fmpq_mat:
    return fmpq_mat(len(rows), columns, [entry for row in rows for entry in row])


def _check_dimension(dimension: int) -> None:
    if dimension < 1:
        raise ArrangementError("the space has no dimension; a row is a_1, ..., a_n, b with at least one a_i")


def _check_length(row: Sequence[Any], length: int, number: int) -> None:
    if len(row) != length:
        raise ArrangementError(
            f"row {number} has {len(row)} entries, but {length} are needed: a_1, ..., a_{length - 1}, b as in the first row"
        )


def _check_normal(row: Sequence[Any], number: int) -> None:
    if not any(row[:-1]):
        raise ArrangementError(f"row {number} is no hyperplane: its normal vector a_1, ..., a_n is zero; remove the row")
