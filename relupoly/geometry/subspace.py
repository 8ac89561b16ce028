"""`AffineSubspace`: the points origin + basis t."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpq_mat

from relupoly.errors import DomainError
from relupoly.exact.matrices import column, from_rows
from relupoly.exact.rationals import rational


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

    @property
    def dimension(self) -> int:
        """The dimension k of the subspace."""
        return int(self.basis.ncols())

    @property
    def ambient_dimension(self) -> int:
        """The dimension n of the space that it lies in."""
        return int(self.basis.nrows())

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

    @classmethod
    def fixing(cls, dimension: int, values: dict[int, Any]) -> AffineSubspace:
        """The subspace of R^n where some coordinates, counted from 0, have fixed values; t are the other ones.

        Examples
        --------
        >>> AffineSubspace.fixing(3, {1: 5}).basis.table()
        [[1, 0], [0, 0], [0, 1]]
        """
        free = [index for index in range(dimension) if index not in values]
        origin = [rational(values.get(index, 0)) for index in range(dimension)]
        rows = [[rational(int(index == other)) for other in free] for index in range(dimension)]
        return cls(column(origin), from_rows(rows, len(free)))
