"""`Witness`: a point, known exactly, with doubles that are near it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import lcm

import numpy as np
from flint import fmpq, fmpz, fmpz_mat

from relupoly.exact.doubles import SMALLEST
from relupoly.exact.floats import Floats, FloatVectors
from relupoly.exact.matrices import primitive


@dataclass(frozen=True, eq=False)
class Witness:
    """A point of R^d.

    Attributes
    ----------
    vector : FloatVectors, shape (1, d + 1)
        A positive multiple of (x, 1), without error where the point's coordinates are doubles.
    point : ndarray of float64, shape (d,)
        Near x.
    rational : tuple of fmpq, length d, or None
        x; None where `point` is x.
    """

    vector: FloatVectors
    point: Floats
    rational: tuple[fmpq, ...] | None = None

    @classmethod
    def of_doubles(cls, point: Floats) -> Witness:
        """The point with these coordinates, or with 0 for those that are so small that products with them would underflow."""
        point = np.where(np.abs(point) < SMALLEST, 0.0, point)
        value = np.append(point, 1.0)[None]
        return cls(FloatVectors(value, np.zeros_like(value)), point)

    @classmethod
    def of_rationals(cls, point: Sequence[fmpq]) -> Witness:
        """The point with these coordinates."""
        entries = primitive([*point, fmpq(1)])
        near = np.array([int(entry.p) / int(entry.q) for entry in point], dtype=np.float64)
        return cls(FloatVectors.from_directions(fmpz_mat(1, len(entries), entries)), near, tuple(point))

    @cached_property
    def coordinates(self) -> tuple[fmpq, ...]:
        """The point, in rationals."""
        if self.rational is not None:
            return self.rational
        return tuple(fmpq(*entry.as_integer_ratio()) for entry in self.point.tolist())

    @cached_property
    def ray(self) -> list[fmpz]:
        """A positive multiple of (x, 1) in integers."""
        if self.rational is not None:
            return primitive([*self.rational, fmpq(1)])
        ratios = [entry.as_integer_ratio() for entry in self.point.tolist()]
        common = lcm(*(below for _, below in ratios))
        return [*(fmpz(above * (common // below)) for above, below in ratios), fmpz(common)]
