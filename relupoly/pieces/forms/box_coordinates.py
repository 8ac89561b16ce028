"""`BoxCoordinates`: coordinates in which a box is of moderate size, and near the origin.

Cells are cut by doubles with error bounds. In a box of size 10^400, or one of size 10^-30 about 1, doubles tell nothing, and
what they compute runs over, or under. So a box is moved by whole units and scaled by powers of two first, which changes no
count, and little of what short weights are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle

from flint import fmpq, fmpq_mat

_FAR = 16  # units: bounds that are no farther from 0 stay where they are, so that weights stay as short as they are


@dataclass(frozen=True)
class BoxCoordinates:
    """The coordinates y with x = origin + unit y.

    Attributes
    ----------
    origin, unit : tuple of fmpq, length d
        Each unit is a power of two, about the size of the box; the origin is a multiple of it.
    """

    origin: tuple[fmpq, ...]
    unit: tuple[fmpq, ...]

    @classmethod
    def of(cls, lower: Sequence[fmpq], upper: Sequence[fmpq]) -> BoxCoordinates:
        """Those for a box, which is 1/2 to 2 units wide, and 16 units from the new origin at most.

        Examples
        --------
        >>> BoxCoordinates.of([fmpq(0), fmpq(1000)], [fmpq(1, 10), fmpq(1001)])
        BoxCoordinates(origin=(0, 1000), unit=(1/8, 1))
        """
        unit = tuple(_power_of_two(high - low) for low, high in zip(lower, upper, strict=True))
        origin = tuple(
            (low / one).floor() * one if max(abs(low), abs(high)) > _FAR * one else fmpq(0)
            for low, high, one in zip(lower, upper, unit, strict=True)
        )
        return cls(origin, unit)

    def of_points(self, points: Sequence[fmpq]) -> tuple[fmpq, ...]:
        """The coordinates y of a point."""
        return tuple((x - start) / one for x, start, one in zip(points, self.origin, self.unit, strict=True))

    def point(self, coordinates: Sequence[fmpq]) -> list[fmpq]:
        """The point x with these coordinates y."""
        return [start + one * y for y, start, one in zip(coordinates, self.origin, self.unit, strict=True)]

    def of_forms(self, weight: fmpq_mat, bias: fmpq_mat) -> tuple[fmpq_mat, fmpq_mat]:
        """The weights and biases of affine forms of x, as forms of y.

        Examples
        --------
        >>> BoxCoordinates((fmpq(0), fmpq(8)), (fmpq(1, 4), fmpq(2))).of_forms(fmpq_mat([[4, 1]]), fmpq_mat([[3]]))
        ([1, 2], [11])
        """
        if len(set(self.unit)) == 1:
            scaled = weight * self.unit[0]
        else:
            entries = [entry * one for entry, one in zip(weight.entries(), cycle(self.unit), strict=False)]
            scaled = fmpq_mat(weight.nrows(), weight.ncols(), entries)
        return scaled, weight * fmpq_mat(len(self.origin), 1, list(self.origin)) + bias


def _power_of_two(number: fmpq) -> fmpq:
    """One that is at most twice a positive number, and at least half of it."""
    return fmpq(2) ** (int(number.p).bit_length() - int(number.q).bit_length())
