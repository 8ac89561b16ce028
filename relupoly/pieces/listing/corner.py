"""`Corner`: a vertex in the forms in which it is wanted, which up to 2^n cells share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq, fmpz

from relupoly.exact.rationals import nearest_float
from relupoly.pieces.listing.records import Vector


@dataclass(frozen=True, slots=True)
class Corner:
    """A vertex.

    Attributes
    ----------
    point : tuple of fmpq, length n
    homogeneous : tuple of fmpz, length n + 1
        The last entry is positive.
    near : tuple of float, length n
        The nearest doubles.
    """

    point: Vector
    homogeneous: tuple[fmpz, ...]
    near: tuple[float, ...]

    @classmethod
    def of(cls, homogeneous: Sequence[fmpz]) -> Corner:
        """The point x / w, where the vector is (x, w) and w is not 0.

        Examples
        --------
        >>> Corner.of([fmpz(1), fmpz(0), fmpz(-2)])
        Corner(point=(-1/2, 0), homogeneous=(-1, 0, 2), near=(-0.5, 0.0))
        """
        if homogeneous[-1] < 0:
            homogeneous = [-entry for entry in homogeneous]
        *entries, last = homogeneous
        point = tuple([fmpq(entry, last) for entry in entries])
        return cls(point, tuple(homogeneous), tuple([nearest_float(entry) for entry in point]))
