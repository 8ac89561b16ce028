"""Sparse layers in working arithmetic: all that is asked of them is the image of what the layer before computes."""

from __future__ import annotations

from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from relupoly.exact.doubles import UNIT_ROUNDOFF
from relupoly.exact.floats import Floats, FloatVectors, safe_from_underflow
from relupoly.exact.integers import IntegerVectors
from relupoly.exact.sparse import SparseMatrix
from relupoly.exact.tables import shrunk
from relupoly.exact.vectors import Index, Vectors

Kind = TypeVar("Kind", bound=Vectors)


class LayerVectors(Protocol[Kind]):
    """An augmented layer: dense `Vectors`, or a sparse layer in the same arithmetic."""

    def image(self, previous: Kind, active: Index) -> Kind:
        """The product of this augmented layer with the active rows of the previous augmented map."""


class SparseFloats:
    """A sparse layer in doubles, with a bound on the error of every entry that is kept.

    Attributes
    ----------
    matrix : SparseMatrix
        Of integers.
    value, error : ndarray of float64, shape (entries,)
        Scaled together by a power of two, as those of `FloatVectors`.
    """

    def __init__(self, matrix: SparseMatrix) -> None:
        self.matrix = matrix
        entries = FloatVectors.from_entries(matrix.numerator.tolist(), (1, matrix.count))
        self.value: Floats = entries.value[0]
        self.error: Floats = entries.error[0]

    def image(self, previous: FloatVectors, active: Index) -> FloatVectors:
        """The product of this augmented layer with the active rows of the previous augmented map, rescaled."""
        kept = _mask(active, len(previous))
        source, doubt = np.where(kept[:, None], previous.value, 0.0), np.where(kept[:, None], previous.error, 0.0)
        where, matrix = self.matrix.column, self.matrix
        longest = int(np.diff(matrix.start).max(initial=0))
        relative = 2 * (longest + 4) * UNIT_ROUNDOFF
        value = matrix.row_sums(self.value[:, None] * source[where])
        size = np.abs(source)
        error = matrix.row_sums(np.abs(self.value)[:, None] * (doubt + relative * size)[where])
        if self.error.any():
            error += matrix.row_sums(self.error[:, None] * (size + doubt)[where])
        error *= 1 + relative
        exponent = np.frexp(np.maximum(np.abs(value), error).max())[1]
        return FloatVectors(*safe_from_underflow(np.ldexp(value, -exponent), np.ldexp(error, -exponent)))


class SparseIntegers:
    """A sparse layer in integers."""

    def __init__(self, matrix: SparseMatrix) -> None:
        self.matrix = matrix

    def image(self, previous: IntegerVectors, active: Index) -> IntegerVectors:
        """The product of this augmented layer with the active rows of the previous augmented map, without common factor."""
        kept = _mask(active, len(previous))
        data = self.matrix.times_table(np.where(kept[:, None], previous.data, 0))
        return IntegerVectors(shrunk(data // np.gcd.reduce(data, axis=None)))


def _mask(active: Index, size: int) -> NDArray[np.bool_]:
    """The active rows as flags."""
    if active.dtype == np.bool_:
        return np.asarray(active, dtype=np.bool_)
    flags = np.zeros(size, dtype=np.bool_)
    flags[active] = True
    return flags
