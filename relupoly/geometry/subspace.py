"""`AffineSubspace`: the points origin + basis t; `CoordinateSubspace`: one where some coordinates are held fixed.

The basis of the latter has a row for each coordinate, a column for each free one, and a single 1 in each column. So it is held
as the values of the fixed coordinates; the basis is made when somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flint import fmpq, fmpq_mat

from relupoly.errors import DomainError
from relupoly.exact import blocks
from relupoly.exact.matrices import beside, column, from_rows, in_a_line
from relupoly.exact.rationals import rational
from relupoly.exact.sparse import Matrix

# Fixed coordinates that fit a line with what else there is.
_SHOWN = 16


@dataclass(frozen=True)
class AffineSubspace:
    """The set {origin + basis t : t in R^k} in R^n.

    Attributes
    ----------
    origin : fmpq_mat, shape (n, 1)
    basis : fmpq_mat, shape (n, k)
        Its columns are independent.

    Raises
    ------
    DomainError
        If the columns of `basis` are dependent: the points would span no k-dimensional subspace.
    """

    origin: fmpq_mat
    basis: fmpq_mat

    def __post_init__(self) -> None:
        if self.basis.ncols() == 0:
            raise DomainError("a single point spans no subspace; give at least two points")
        if self.basis.rank() < self.basis.ncols():
            raise DomainError(
                f"{self.basis.ncols() + 1} points span only dimension {self.basis.rank()}; give affinely independent points"
            )

    def __repr__(self) -> str:
        return f"AffineSubspace(origin={in_a_line(self.origin)}, basis={in_a_line(self.basis)})"

    @property
    def dimension(self) -> int:
        """The dimension k of the subspace."""
        return int(self.basis.ncols())

    @property
    def ambient_dimension(self) -> int:
        """The dimension n of the space that it lies in."""
        return int(self.basis.nrows())

    def at(self, parameters: Sequence[fmpq]) -> list[fmpq]:
        """The point with such parameters."""
        return (self.basis * column(parameters) + self.origin).entries()

    def parameters(self, point: Sequence[fmpq]) -> list[fmpq] | None:
        """The parameters of a point; None if it does not lie on the subspace.

        Examples
        --------
        >>> line = AffineSubspace.through([[0, 1], [2, 1]])
        >>> line.parameters([fmpq(1), fmpq(1)]), line.parameters([fmpq(1), fmpq(2)])
        ([1/2], None)
        """
        size = self.dimension
        steps = column(point) - self.origin
        reduced, rank = beside(self.basis, steps).rref()
        # The columns of the basis are independent, so that a further pivot is in the last column: there is no solution.
        return None if rank > size else [reduced[row, size] for row in range(size)]

    def pull_back(self, matrix: Matrix) -> Matrix:
        """The product of a matrix and the basis: what the matrix does to the parameters, but for a constant."""
        return matrix * self.basis

    def compose(self, inner: AffineSubspace) -> AffineSubspace:
        """The subspace of this one whose parameters are those of `inner`, a subspace of this one's parameter space."""
        return AffineSubspace(self.basis * inner.origin + self.origin, self.basis * inner.basis)

    @classmethod
    def through(cls, points: Sequence[Sequence[Any]]) -> AffineSubspace:
        """The subspace p0 + sum_i t_i (p_i - p0) through the points p0, ..., pk.

        Parameters
        ----------
        points : sequence of k + 1 points, each of length n

        Raises
        ------
        DomainError
            If the points have different lengths, or are affinely dependent.

        Examples
        --------
        >>> plane = AffineSubspace.through([[0, 0, 1], [1, 0, 1], [0, 1, 1]])
        >>> plane.dimension, plane.ambient_dimension
        (2, 3)
        """
        exact = [[rational(entry) for entry in point] for point in points]
        if not exact:
            raise DomainError("no point is given; give at least two points")
        for number, point in enumerate(exact, 1):
            if len(point) != len(exact[0]):
                raise DomainError(
                    f"point {number} has {len(point)} coordinates, but point 1 has {len(exact[0])}; give all the same number"
                )
        origin = exact[0]
        steps = [[one - two for one, two in zip(point, origin, strict=True)] for point in exact[1:]]
        return cls(column(origin), from_rows(steps, len(origin)).transpose())

    @staticmethod
    def fixing(dimension: int, values: Mapping[int, Any]) -> CoordinateSubspace:
        """The subspace of R^n where some coordinates, counted from 0, have fixed values; t are the other ones.

        Raises
        ------
        DomainError
            If all coordinates are fixed.

        Examples
        --------
        >>> AffineSubspace.fixing(3, {1: 5}).basis.table()
        [[1, 0], [0, 0], [0, 1]]
        """
        return CoordinateSubspace(dimension, values)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, AffineSubspace):
            return NotImplemented
        return bool(self.origin == other.origin and self.basis == other.basis)

    def __hash__(self) -> int:
        return hash((self.dimension, *self.origin.entries()))


class CoordinateSubspace(AffineSubspace):
    """The subspace where some coordinates have fixed values, by these alone; its parameters are the other coordinates.

    Attributes
    ----------
    free : tuple of int
        The coordinates that are not fixed, counted from 0.

    Raises
    ------
    DomainError
        If all coordinates are fixed.

    Examples
    --------
    >>> line = CoordinateSubspace(3, {0: "1/2", 2: 7})
    >>> line.at([fmpq(5)]), line == AffineSubspace.through([["1/2", 0, 7], ["1/2", 1, 7]])
    ([1/2, 5, 7], True)
    """

    free: tuple[int, ...]

    def __init__(self, dimension: int, values: Mapping[int, Any]) -> None:
        free = tuple(index for index in range(dimension) if index not in values)
        if not free:
            raise DomainError("all coordinates are fixed, and a single point spans no subspace; leave one free")
        # As frozen dataclasses set what is no field.
        object.__setattr__(self, "free", free)
        object.__setattr__(self, "origin", column([rational(values.get(index, 0)) for index in range(dimension)]))

    @cached_property
    def basis(self) -> fmpq_mat:
        """The unit vectors of the free coordinates, as columns."""
        matrix = fmpq_mat(self.ambient_dimension, self.dimension)
        for place, index in enumerate(self.free):
            matrix[index, place] = 1
        return matrix

    @property
    def dimension(self) -> int:
        """The number of free coordinates."""
        return len(self.free)

    @property
    def ambient_dimension(self) -> int:
        """The number of coordinates."""
        return int(self.origin.nrows())

    @property
    def fixed(self) -> dict[int, fmpq]:
        """The values of the coordinates that are not free."""
        free = set(self.free)
        return {index: value for index, value in enumerate(self.origin.entries()) if index not in free}

    def compose(self, inner: AffineSubspace) -> AffineSubspace:
        """The subspace of this one whose parameters are those of `inner`; where that fixes coordinates, more are fixed.

        Examples
        --------
        >>> CoordinateSubspace(4, {0: 9}).compose(CoordinateSubspace(3, {1: 7})).free
        (1, 3)
        """
        if not isinstance(inner, CoordinateSubspace):
            return super().compose(inner)
        more = {self.free[index]: value for index, value in inner.fixed.items()}
        return CoordinateSubspace(self.ambient_dimension, self.fixed | more)

    def at(self, parameters: Sequence[fmpq]) -> list[fmpq]:
        """The point with such parameters, without the basis."""
        point: list[fmpq] = self.origin.entries()
        for index, parameter in zip(self.free, parameters, strict=True):
            point[index] = parameter
        return point

    def pull_back(self, matrix: Matrix) -> Matrix:
        """The columns of the free coordinates, without the basis."""
        return blocks.take_columns(matrix, self.free)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, CoordinateSubspace):
            return bool(self.free == other.free and self.origin == other.origin)
        return super().__eq__(other)

    __hash__ = AffineSubspace.__hash__

    def __repr__(self) -> str:
        fixed = self.fixed if len(self.fixed) <= _SHOWN else f"<{len(self.fixed)} fixed>"
        return f"CoordinateSubspace({self.ambient_dimension}, {fixed})"
