"""Arrays of rationals with any number of axes: integer numerators over one denominator.

What a tensor file stores are doubles and narrower floats, each a dyadic rational: over one power of two their numerators are
mostly words, so that numpy does the arithmetic. Where words do not suffice, Python's integers take their place
(`relupoly.exact.tables`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from relupoly.exact.doubles import SIGNIFICANT_BITS
from relupoly.exact.tables import WORD, Table, largest, shrunk

_WORD_BITS = WORD.bit_length() - 1


@dataclass(frozen=True, eq=False)
class RationalArray:
    """An array of rationals.

    Attributes
    ----------
    numerator : ndarray of int64 or of Python's integers
        Words are below 2^62.
    denominator : int
        Positive.

    Examples
    --------
    >>> half = RationalArray.of_floats(np.array([[0.5, -3.0]]))
    >>> (half + half * half).entries()
    [3/4, 6]
    """

    numerator: Table
    denominator: int = 1

    def __post_init__(self) -> None:
        if not isinstance(self.numerator, np.ndarray):  # what numpy makes of arrays without axes
            kind = np.int64 if abs(int(self.numerator)) < WORD else object
            object.__setattr__(self, "numerator", np.array(int(self.numerator), dtype=kind))

    @classmethod
    def of_floats(cls, array: NDArray[Any]) -> RationalArray:
        """The dyadic rationals that finite floats are, exactly.

        Examples
        --------
        >>> RationalArray.of_floats(np.array([0.75, 1e300])).entries()[0]
        3/4
        """
        mantissa, shift, exponent = _dyadic(array)
        if mantissa.size and (_bits(mantissa) + shift).max() >= _WORD_BITS:
            wide = [number << places for number, places in zip(mantissa.ravel().tolist(), shift.ravel().tolist(), strict=True)]
            return cls(_objects(wide).reshape(array.shape), 2**exponent)
        return cls(mantissa << shift, 2**exponent)

    @classmethod
    def of_integers(cls, array: NDArray[Any]) -> RationalArray:
        """An array of integers or truth values."""
        return cls(shrunk(array.astype(object)))

    @classmethod
    def of_rationals(cls, entries: Sequence[fmpq], shape: tuple[int, ...] | None = None) -> RationalArray:
        """The array of these rationals, row-major; without a shape it has one axis."""
        scale = math.lcm(*(int(entry.q) for entry in entries))
        numerators = _objects([int(entry.p) * (scale // int(entry.q)) for entry in entries])
        return cls(shrunk(numerators).reshape(len(entries) if shape is None else shape), scale)

    @classmethod
    def zeros(cls, shape: tuple[int, ...] | int) -> RationalArray:
        """The array of zeros."""
        return cls(np.zeros(shape, dtype=np.int64))

    @property
    def shape(self) -> tuple[int, ...]:
        """The length of each axis."""
        return self.numerator.shape

    @property
    def size(self) -> int:
        """The number of entries."""
        return int(self.numerator.size)

    def entries(self) -> list[fmpq]:
        """The entries, row-major."""
        return [fmpq(number, self.denominator) for number in self.numerator.ravel().tolist()]

    def moved(self, move: Callable[[Table], Table]) -> RationalArray:
        """The array that a function of numpy makes by moving entries: a transposition, a choice, another shape."""
        return RationalArray(move(self.numerator), self.denominator)

    def over(self, denominator: int) -> Table:
        """The numerators over a multiple of the denominator."""
        return multiplied(self.numerator, denominator // self.denominator)

    def __neg__(self) -> RationalArray:
        return RationalArray(-self.numerator, self.denominator)

    def __add__(self, other: RationalArray) -> RationalArray:
        scale = math.lcm(self.denominator, other.denominator)
        one, two = self.over(scale), other.over(scale)
        if largest(one) + largest(two) >= WORD:
            one, two = one.astype(object), two.astype(object)
        return RationalArray(one + two, scale)

    def __sub__(self, other: RationalArray) -> RationalArray:
        return self + -other

    def __mul__(self, other: RationalArray) -> RationalArray:
        one, two = self.numerator, other.numerator
        if largest(one) * largest(two) >= WORD:
            one, two = one.astype(object), two.astype(object)
        product = one * two
        return RationalArray(
            shrunk(product) if isinstance(product, np.ndarray) else product, self.denominator * other.denominator
        )

    def reciprocal(self) -> RationalArray:
        """1 divided by each entry.

        Raises
        ------
        ZeroDivisionError
            If an entry is 0.
        """
        return RationalArray.of_rationals([1 / entry for entry in self.entries()], self.shape)

    def above_zero(self) -> RationalArray:
        """The entries, and 0 in the place of the negative ones."""
        return RationalArray(np.where(self.numerator > 0, self.numerator, 0), self.denominator)


def multiplied(numerators: Table, factor: int) -> Table:
    """A table of integers times an integer: in words if they suffice."""
    most = largest(numerators)
    if factor == 1 or not most:
        return numerators
    if numerators.dtype != object and most * abs(factor) < WORD:
        return numerators * factor
    return shrunk(np.asarray(numerators.astype(object) * factor, dtype=object))


def float_bits(array: NDArray[Any]) -> int:
    """How many bits each numerator of `RationalArray.of_floats` may take.

    Examples
    --------
    >>> float_bits(np.array([1.0, 0.5])), float_bits(np.array([1e300, 1e-300]))
    (2, 2046)
    """
    mantissa, shift, _ = _dyadic(array)
    return int((_bits(mantissa) + shift).max(initial=0))


def _dyadic(array: NDArray[Any]) -> tuple[Table, Table, int]:
    """Odd mantissas (or 0), by how many places each is shifted, and the power of two that divides all of them."""
    fractions, exponents = np.frexp(array.astype(np.float64))
    mantissa = np.ldexp(fractions, SIGNIFICANT_BITS).astype(np.int64)
    lowest = np.where(mantissa == 0, 1, mantissa & -mantissa)
    trailing = np.frexp(lowest.astype(np.float64))[1].astype(np.int64) - 1
    exponent = np.where(mantissa == 0, 0, exponents - SIGNIFICANT_BITS + trailing)
    least = min(0, int(exponent.min(initial=0)))
    return mantissa >> trailing, np.where(mantissa == 0, 0, exponent - least), -least


def _bits(mantissa: Table) -> Table:
    return np.asarray(np.frexp(np.abs(mantissa).astype(np.float64))[1]).astype(np.int64)


def _objects(numbers: Sequence[int]) -> Table:
    table = np.empty(len(numbers), dtype=object)
    table[:] = numbers
    return table
