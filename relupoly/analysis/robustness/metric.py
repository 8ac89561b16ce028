"""`Metric`: how long a step is in the 1-, 2- or infinity-norm, exactly; and how far boxes are at least, in doubles.

A step d of the parameters t of a subspace x = origin + basis t is as long as that of the inputs, basis d. In the 2-norm the
square is what is rational, so *sizes* are compared: the length, or its square for the 2-norm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat, fmpz
from numpy.typing import NDArray

from relupoly.errors import NumberError
from relupoly.exact.doubles import UNIT_ROUNDOFF
from relupoly.exact.rationals import nearest_float
from relupoly.geometry.subspace import AffineSubspace, CoordinateSubspace

Floats = NDArray[np.float64]

_BITS = 160  # of an enclosure of a square root, which is told as a double


@dataclass(frozen=True, eq=False)
class Metric:
    """Lengths of steps.

    Attributes
    ----------
    power : int or float
        The p of the norm: 1, 2 or infinity.
    basis : fmpq_mat or None
        Of the subspace whose parameters are moved; None where their steps are as long as those of inputs.
    """

    power: float
    basis: fmpq_mat | None = None

    @classmethod
    def of(cls, norm: Any, subspace: AffineSubspace | None = None) -> Metric:
        """That of a norm of inputs, on a subspace.

        Raises
        ------
        NumberError
            If it is none of the three.

        Examples
        --------
        >>> Metric.of("inf").size([fmpq(1), fmpq(-2)]), Metric.of(2).size([fmpq(1), fmpq(-2)])
        (2, 5)
        """
        known = {"1": 1, "2": 2, "inf": inf, "infinity": inf}
        power = known.get(str(norm).lower())
        if power is None and norm in (1, 2):
            power = int(norm)
        if power is None:
            raise NumberError(f"the norm of a robustness radius is 1, 2 or inf, not {norm}")
        # Where some coordinates are fixed, the others are the parameters.
        return cls(power, None if subspace is None or isinstance(subspace, CoordinateSubspace) else subspace.basis)

    def size(self, step: Sequence[fmpq]) -> fmpq:
        """The length of a step, or its square for the 2-norm."""
        entries = self.moved(step)
        if self.power == 2:
            return sum((entry * entry for entry in entries), fmpq(0))
        sizes = map(abs, entries)
        return sum(sizes, fmpq(0)) if self.power == 1 else max(sizes)

    def supporting(self, step: Sequence[fmpq]) -> list[fmpq]:
        """A form that is nowhere above the length in the 1- or infinity-norm, and as large at a step.

        Examples
        --------
        >>> Metric.of(1).supporting([fmpq(3), fmpq(-4)]), Metric.of("inf").supporting([fmpq(3), fmpq(-4)])
        ([1, -1], [0, -1])
        """
        moved = self.moved(step)
        largest = max(range(len(moved)), key=lambda place: abs(moved[place]))
        signs = [
            fmpq(int((one > 0) - (one < 0)) if self.power == 1 or place == largest else 0) for place, one in enumerate(moved)
        ]
        return signs if self.basis is None else (fmpq_mat(1, len(signs), signs) * self.basis).entries()

    def moved(self, step: Sequence[fmpq]) -> list[fmpq]:
        """The step of the inputs."""
        return list(step) if self.basis is None else (self.basis * fmpq_mat(len(step), 1, list(step))).entries()

    def enclosure(self, size: fmpq) -> tuple[fmpq, fmpq]:
        """Bounds of a length, equal where it is rational.

        Examples
        --------
        >>> Metric.of(2).enclosure(fmpq(4, 9)), [round(float(end), 9) for end in Metric.of(2).enclosure(fmpq(2))]
        ((2/3, 2/3), [1.414213562, 1.414213562])
        """
        return _root(size) if self.power == 2 else (size, size)

    def size_of(self, length: fmpq) -> fmpq:
        """The size of steps of a length."""
        return length * length if self.power == 2 else length

    @cached_property
    def reach(self) -> tuple[fmpq, ...] | None:
        """How far each parameter moves at most in a step of length 1; None where that is 1."""
        if self._left is None:
            return None
        return tuple(sum(map(abs, row), fmpq(0)) for row in self._left.tolist())

    @cached_property
    def _left(self) -> fmpq_mat | None:
        """What makes parameters of inputs, in a subspace."""
        if self.gram is None or self.basis is None:
            return None
        return self.gram * self.basis.transpose()

    @cached_property
    def gram(self) -> fmpq_mat | None:
        """The inverse of the scalar products of the basis; None for the unit matrix."""
        return None if self.basis is None else (self.basis.transpose() * self.basis).inv()

    def dual(self, row: Sequence[fmpq]) -> fmpq:
        """Of a form d -> <row, d> what it is at most on steps of length 1, or the square of that for the 2-norm.

        In a subspace it may be less in the other norms: a form has many continuations to all inputs.

        Examples
        --------
        >>> [Metric.of(norm).dual([fmpq(3), fmpq(-4)]) for norm in (1, 2, "inf")]
        [4, 25, 7]
        """
        entries = list(row) if self._left is None else (fmpq_mat(1, len(row), list(row)) * self._left).entries()
        if self.power == 2:
            return sum((entry * entry for entry in entries), fmpq(0))
        sizes = map(abs, entries)
        return max(sizes) if self.power == 1 else sum(sizes, fmpq(0))

    @cached_property
    def _rows(self) -> tuple[Floats, Floats] | None:
        """The basis in doubles, and the sizes of its entries."""
        if self.basis is None:
            return None
        entries = np.array([[nearest_float(entry) for entry in row] for row in self.basis.tolist()])
        return entries, np.abs(entries)

    def least(self, low: Floats, high: Floats) -> Floats:
        """Lower bounds of the lengths of steps between bounds, shape (m, n) each; shape (m,).

        Examples
        --------
        >>> Metric.of(1).least(np.array([[1.0, -3.0]]), np.array([[2.0, -1.0]])).round(9)
        array([2.])
        """
        if self._rows is not None:
            rows, sizes = self._rows
            most = np.maximum(np.abs(low), np.abs(high))
            error = 4 * (rows.shape[1] + 8) * UNIT_ROUNDOFF * (most @ sizes.T)
            rising = np.maximum(rows, 0.0)
            falling = rows - rising
            low, high = low @ rising.T + high @ falling.T - error, high @ rising.T + low @ falling.T + error
        gaps = np.maximum(np.maximum(low, -high), 0.0)
        if self.power == 1:
            found = gaps.sum(axis=1)
        else:
            found = gaps.max(axis=1) if self.power == inf else np.sqrt((gaps * gaps).sum(axis=1))
        bounds: Floats = np.nan_to_num(found * (1 - 2 * (gaps.shape[1] + 8) * UNIT_ROUNDOFF), nan=0.0)
        return bounds

    @cached_property
    def _left_floats(self) -> Floats | None:
        """The nearest doubles of `_left`."""
        return (
            None if self._left is None else np.array([[nearest_float(entry) for entry in row] for row in self._left.tolist()])
        )

    def dual_floats(self, slopes: Floats) -> Floats:
        """A bound of what forms with slopes, shape (..., n), are at most on steps of length 1."""
        sizes = np.abs(slopes)
        if self._left_floats is not None:
            error = 4 * (slopes.shape[-1] + 8) * UNIT_ROUNDOFF * (sizes @ np.abs(self._left_floats))
            sizes = np.abs(slopes @ self._left_floats) + error
        if self.power == 2:
            found = np.sqrt((sizes * sizes).sum(axis=-1)) + 1e-150  # more than squares lose that are below the least double
        else:
            found = sizes.max(axis=-1) if self.power == 1 else sizes.sum(axis=-1)
        return np.asarray(found * (1 + 4 * (sizes.shape[-1] + 8) * UNIT_ROUNDOFF))


def _root(square: fmpq) -> tuple[fmpq, fmpq]:
    """Bounds of the square root of a number that is not negative."""
    if not square:
        return square, square
    top, bottom = square.p.isqrt(), square.q.isqrt()
    if top**2 == square.p and bottom**2 == square.q:
        return (fmpq(top, bottom),) * 2
    # With so many more bits below than above, the root of the quotient has that many digits.
    shift = max(0, _BITS + (int(square.q).bit_length() - int(square.p).bit_length()) // 2)
    scaled = fmpz((int(square.p) << (2 * shift)) // int(square.q)).isqrt()
    return fmpq(scaled, fmpz(1) << shift), fmpq(scaled + 1, fmpz(1) << shift)
