"""`Corner`: a vertex, or a ray up to its sign, in the forms in which it is wanted; up to 2^n cells share it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq, fmpz

from relupoly.exact.matrices import coprime
from relupoly.exact.rationals import nearest_float
from relupoly.pieces.listing.records import Vector


@dataclass(frozen=True, slots=True)
class Corner:
    """A vertex, or one at infinity.

    Attributes
    ----------
    point : tuple of fmpq, length n
        Of one at infinity a primitive integer vector, in one of two directions.
    homogeneous : tuple of fmpz, length n + 1
        The last entry is positive, or 0 at infinity.
    near : tuple of float, length n
        The nearest doubles.
    """

    point: Vector
    homogeneous: tuple[fmpz, ...]
    near: tuple[float, ...]

    @property
    def at_infinity(self) -> bool:
        """Whether it is a ray."""
        return not self.homogeneous[-1]

    @classmethod
    def of(cls, homogeneous: Sequence[fmpz]) -> Corner:
        """The point x / w, where the vector is (x, w).

        Examples
        --------
        >>> Corner.of([fmpz(1), fmpz(0), fmpz(-2)])
        Corner(point=(-1/2, 0), homogeneous=(-1, 0, 2), near=(-0.5, 0.0))
        """
        if not homogeneous[-1]:
            found = coprime(homogeneous)
            return cls(tuple(map(fmpq, found[:-1])), tuple(found), ())
        if homogeneous[-1] < 0:
            homogeneous = [-entry for entry in homogeneous]
        *entries, last = homogeneous
        point = tuple([fmpq(entry, last) for entry in entries])
        return cls(point, tuple(homogeneous), tuple([nearest_float(entry) for entry in point]))
