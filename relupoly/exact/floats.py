"""Floats with error bounds.

Each entry is a double with a bound on its distance from the exact number. The bounds follow the standard model of
rounding: a product sum of k terms has an error of at most k u/(1 - k u) times the sum of the absolute values, whatever
the order of summation (Higham, "Accuracy and Stability of Numerical Algorithms", section 3.1), so any BLAS will do.
The bounds themselves are computed in floats: every formula doubles the constant it needs, which covers that.

Underflow and overflow are kept away instead of analysed: tables are scaled so that their largest entry or bound is about
1, and an entry below 2^-200 becomes a zero with an error bound. Products of what remains are far above the smallest
double. A bound of exactly 0 is a proof of exactness: sparse rows, rays at infinity and vertices at the origin keep their
exact zeros.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping, Sequence

import numpy as np
from flint import fmpz, fmpz_mat
from numpy.typing import NDArray

from relupoly.exact.doubles import FLOAT_BITS, SIGNIFICANT_BITS, SMALLEST, SMALLEST_ERROR, SMALLEST_EXPONENT, UNIT_ROUNDOFF
from relupoly.exact.vectors import UNKNOWN, Index, Signs

Floats = NDArray[np.float64]

# A vector whose error has grown beyond this share of its largest entry is computed afresh, by one exact solution, before the
# signs that its error leaves open take one each. With 18 good bits most signs are still decided; this was chosen, not measured.
_INACCURATE = 2.0**-18
# Of the leading bits of a long integer: what is cut off is nothing beside the rounding to 53 bits, and no double overflows.
_KEPT_BITS = 200


class FloatVectors:
    """A table of row vectors in doubles, with a bound on the error of every entry.

    Attributes
    ----------
    value, error : ndarray of float64, shape (m, n)
    """

    __slots__ = ("error", "value")

    def __init__(self, value: Floats, error: Floats) -> None:
        self.value = value
        self.error = error

    def __len__(self) -> int:
        return len(self.value)

    @property
    def width(self) -> int:
        """The length of each vector."""
        return int(self.value.shape[1])

    @classmethod
    def from_integers(cls, matrix: fmpz_mat) -> FloatVectors:
        """The rows of an integer matrix, scaled together by a power of two; not at all if doubles can hold all entries."""
        return cls.from_entries(list(map(int, matrix.entries())), (matrix.nrows(), matrix.ncols()))

    @classmethod
    def from_directions(cls, matrix: fmpz_mat) -> FloatVectors:
        """The rows of an integer matrix, each scaled by a power of two of its own.

        Where vectors of very different lengths are scaled together, the short ones become zeros with an error bound.
        """
        width, entries = matrix.ncols(), list(map(int, matrix.entries()))
        if max(map(abs, entries), default=0).bit_length() <= SIGNIFICANT_BITS:
            return cls.from_entries(entries, (matrix.nrows(), width))
        rows = [cls.from_entries(entries[at : at + width], (1, width)).balanced() for at in range(0, len(entries), width)]
        return cls(np.concatenate([row.value for row in rows]), np.concatenate([row.error for row in rows]))

    @classmethod
    def from_entries(cls, entries: Sequence[int], shape: tuple[int, int]) -> FloatVectors:
        """The same from the entries, row by row."""
        bits = max(max(entries, default=0), -min(entries, default=0)).bit_length()
        shift = 0 if bits <= SIGNIFICANT_BITS else bits
        if bits <= FLOAT_BITS:
            value = np.fromiter(map(float, entries), np.float64, len(entries))
            rounded = np.fromiter(map(operator.ne, value.tolist(), entries), np.bool_, len(entries)) if shift else False
            value = np.ldexp(value, -shift)
            error = np.where(rounded, 2 * UNIT_ROUNDOFF * np.abs(value), 0.0)
        else:
            pairs = [_scaled(entry, shift) for entry in entries]
            value = np.array([pair[0] for pair in pairs], dtype=np.float64)
            error = np.array([pair[1] for pair in pairs], dtype=np.float64)
        return cls(*safe_from_underflow(value.reshape(shape), error.reshape(shape)))

    def take(self, index: Index) -> FloatVectors:
        """The named vectors."""
        return FloatVectors(self.value[index], self.error[index])

    def flip(self, sides: Signs) -> FloatVectors:
        """Each vector times its side, 1 or -1."""
        return FloatVectors(self.value * sides[:, None], self.error.copy())

    def join(self, other: FloatVectors) -> FloatVectors:
        """These vectors, then the others."""
        return FloatVectors(np.concatenate([self.value, other.value]), np.concatenate([self.error, other.error]))

    def products(self, other: FloatVectors) -> FloatVectors:
        """The scalar products of these vectors (rows) with the others (columns)."""
        return FloatVectors(*_product(self.value, self.error, other.value.T, other.error.T))

    def signs(self) -> Signs:
        """The sign of every entry, or `UNKNOWN` where the error bound does not decide it."""
        signs = np.sign(self.value).astype(np.int8)
        signs[~(np.abs(self.value) > self.error) & (self.error != 0)] = UNKNOWN
        return signs

    def edge_rays(self, form: FloatVectors, positive: Index, negative: Index) -> FloatVectors:
        """For each pair of rays on different sides of a form, which is one vector, the ray between them where it vanishes."""
        values = form.products(self)
        above, above_error = np.abs(values.value[0, positive])[:, None], values.error[0, positive][:, None]
        below, below_error = np.abs(values.value[0, negative])[:, None], values.error[0, negative][:, None]
        high, high_error = self.value[positive], self.error[positive]
        low, low_error = self.value[negative], self.error[negative]
        value = below * high + above * low
        high, low = np.abs(high), np.abs(low)
        error = (below + below_error) * high_error + below_error * high + (above + above_error) * low_error + above_error * low
        error += 6 * UNIT_ROUNDOFF * (below * high + above * low + error)
        return FloatVectors(value, error).balanced()

    def balanced(self) -> FloatVectors:
        """Each vector times a power of two, so that its largest entry is about 1."""
        exponent = np.frexp(np.maximum(np.abs(self.value), self.error).max(axis=1))[1][:, None]
        return FloatVectors(*safe_from_underflow(np.ldexp(self.value, -exponent), np.ldexp(self.error, -exponent)))

    def image(self, previous: FloatVectors, active: Index) -> FloatVectors:
        """The product of this augmented layer with the active rows of the previous augmented map, rescaled."""
        value, error = _product(self.value[:, active], self.error[:, active], previous.value[active], previous.error[active])
        exponent = np.frexp(np.maximum(np.abs(value), error).max())[1]
        return FloatVectors(*safe_from_underflow(np.ldexp(value, -exponent), np.ldexp(error, -exponent)))

    def inaccurate(self) -> NDArray[np.intp]:
        """The vectors whose error bound has grown beyond 2^-18 of their largest entry."""
        return np.flatnonzero(~(self.error.max(axis=1) <= _INACCURATE * np.abs(self.value).max(axis=1)))

    def rewritten(self, exact: Mapping[int, Sequence[fmpz]]) -> FloatVectors:
        """The vectors, those with the given numbers written anew from exact entries."""
        if not exact:
            return self
        value, error = self.value.copy(), self.error.copy()
        for index, entries in exact.items():
            fresh = FloatVectors.from_integers(fmpz_mat(1, len(entries), list(entries)))
            # What is scaled is no whole number any more, and must not pass for one: its error bound is not 0.
            scaled = max(abs(entry).bit_length() for entry in entries) > SIGNIFICANT_BITS
            value[index] = fresh.value[0]
            error[index] = np.maximum(fresh.error[0], UNIT_ROUNDOFF * np.abs(fresh.value[0])) if scaled else fresh.error[0]
        return FloatVectors(value, error)

    def beyond_machine(self) -> int:
        """No entry: doubtful signs are counted where they are decided."""
        return 0


def _scaled(integer: int, shift: int) -> tuple[float, float]:
    """An integer divided by 2^shift, as a double and its error."""
    excess = abs(integer).bit_length() - _KEPT_BITS
    if excess > 0:
        integer >>= excess
        shift -= excess
    if integer and abs(integer).bit_length() - shift < SMALLEST_EXPONENT:
        return 0.0, SMALLEST
    number = float(integer)
    value = math.ldexp(number, -shift)
    return value, 0.0 if excess <= 0 and int(number) == integer else 2 * UNIT_ROUNDOFF * abs(value)


def safe_from_underflow(value: Floats, error: Floats) -> tuple[Floats, Floats]:
    """Entries too small to be safe from underflow become zeros with an error bound."""
    size = np.abs(value)
    if size.size and size[size > 0].min(initial=1.0) < SMALLEST:
        small = (size > 0) & (size < SMALLEST)
        error = np.where(small, error + size + SMALLEST_ERROR, error)
        value = np.where(small, 0.0, value)
    if error.size and error[error > 0].min(initial=1.0) < SMALLEST_ERROR:
        error = np.where((error > 0) & (error < SMALLEST_ERROR), SMALLEST_ERROR, error)
    return value, error


# The flag of invalid numbers is ignored because OpenBLAS may raise it on stale numbers beside short vectors.
@np.errstate(invalid="ignore")
def _product(a: Floats, a_error: Floats, b: Floats, b_error: Floats) -> tuple[Floats, Floats]:
    """The matrix product a b with its error bound."""
    relative = 2 * (a.shape[1] + 4) * UNIT_ROUNDOFF
    size = np.abs(b)
    error = np.abs(a) @ (b_error + relative * size)
    if a_error.any():
        error += a_error @ (size + b_error)
    return a @ b, error * (1 + relative)
