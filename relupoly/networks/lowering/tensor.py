"""`Tensor`: an array of affine forms over signals.

Signals are numbered: the inputs of the net first, then the outputs of neurons as they are made. A tensor without forms is an
array of constants, so constants of a file go through the same operations as what depends on the inputs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from relupoly.exact.rational_arrays import RationalArray
from relupoly.exact.sparse import Places, SparseMatrix, stacked
from relupoly.exact.tables import Table

ABSENT = -1
"""As an index: no entry of the tensor, but what fills its place."""


@dataclass(frozen=True, eq=False)
class Tensor:
    """An array of affine forms.

    Attributes
    ----------
    shape : tuple of int
    forms : SparseMatrix, shape (size, signals)
        What each entry, row-major, is of the signals; signals that were made later than the tensor have no column.
    constant : RationalArray, shape (size,)
        What is added.
    """

    shape: tuple[int, ...]
    forms: SparseMatrix
    constant: RationalArray

    @classmethod
    def of_constants(cls, values: RationalArray) -> Tensor:
        """An array of constants."""
        return cls(values.shape, SparseMatrix.zeros(values.size, 0), values.moved(np.ravel))

    @property
    def size(self) -> int:
        """The number of entries."""
        return math.prod(self.shape)

    @property
    def is_constant(self) -> bool:
        """Whether no entry depends on a signal."""
        return self.forms.count == 0

    @property
    def lengths(self) -> Places:
        """How many signals each entry depends on."""
        return np.diff(self.forms.start)

    @property
    def values(self) -> RationalArray:
        """The constants, in the tensor's shape."""
        return self.constant.moved(lambda table: table.reshape(self.shape))

    @property
    def places(self) -> Places:
        """The number of each entry, in the tensor's shape."""
        return np.arange(self.size).reshape(self.shape)

    def reshaped(self, shape: tuple[int, ...]) -> Tensor:
        """The same entries in another shape."""
        return replace(self, shape=shape)

    def taken(self, places: Places, fill: RationalArray | None = None) -> Tensor:
        """The entries at these places, in the shape of the array of places.

        Parameters
        ----------
        places : ndarray of int64
            Numbers of entries; `ABSENT` stands for the fill.
        fill : RationalArray, optional
            One number; needed where a place is absent.
        """
        source = self if fill is None else concatenated([self.flat, Tensor.of_constants(fill.moved(np.ravel))], 0)
        chosen = np.where(places == ABSENT, source.size - 1, places).ravel() if fill is not None else places.ravel()
        return Tensor(places.shape, source.forms.take_rows(chosen), source.constant.moved(lambda table: table[chosen]))

    def moved(self, move: Callable[[Places], Places]) -> Tensor:
        """What a function of numpy makes of the array by moving entries."""
        return self.taken(move(self.places))

    @property
    def flat(self) -> Tensor:
        """The same with one axis."""
        return self.reshaped((self.size,))

    def mapped(self, matrix: SparseMatrix, shape: tuple[int, ...]) -> Tensor:
        """The image under a linear map of all entries, in a shape."""
        forms = matrix * self.forms
        assert isinstance(forms, SparseMatrix)
        constants = matrix.times_table(self.constant.numerator[:, None])[:, 0]
        return Tensor(shape, forms, RationalArray(constants, matrix.denominator * self.constant.denominator))

    def times(self, factors: RationalArray) -> Tensor:
        """Each entry times a constant; shapes are broadcast."""
        shape = np.broadcast_shapes(self.shape, factors.shape)
        flat = factors.moved(lambda table: np.broadcast_to(table, shape).ravel())
        own = self.broadcast(shape)
        return Tensor(shape, own.forms.times_rows(flat.numerator, flat.denominator), own.constant * flat)

    def broadcast(self, shape: tuple[int, ...]) -> Tensor:
        """The same entries, repeated to a shape by numpy's rule."""
        return self if shape == self.shape else self.moved(lambda places: np.broadcast_to(places, shape))

    def widened(self, signals: int) -> SparseMatrix:
        """The forms over more signals."""
        return replace(self.forms, shape=(self.size, max(signals, self.forms.shape[1])))

    def __neg__(self) -> Tensor:
        return Tensor(self.shape, -self.forms, -self.constant)

    def __add__(self, other: Tensor) -> Tensor:
        shape = np.broadcast_shapes(self.shape, other.shape)
        one, two = self.broadcast(shape), other.broadcast(shape)
        constant = one.constant + two.constant
        if one.is_constant or two.is_constant:
            return Tensor(shape, two.forms if one.is_constant else one.forms, constant)
        signals = max(one.forms.shape[1], two.forms.shape[1])
        return Tensor(shape, one.widened(signals) + two.widened(signals), constant)

    def __sub__(self, other: Tensor) -> Tensor:
        return self + -other


def concatenated(tensors: Sequence[Tensor], axis: int) -> Tensor:
    """The tensors one after another along an axis."""
    starts = np.cumsum([0, *(tensor.size for tensor in tensors)])
    places = np.concatenate([tensor.places + start for tensor, start in zip(tensors, starts, strict=False)], axis)
    signals = max(tensor.forms.shape[1] for tensor in tensors)
    scale = math.lcm(*(tensor.constant.denominator for tensor in tensors))
    parts: list[Table] = [tensor.constant.over(scale) for tensor in tensors]
    if any(part.dtype == object for part in parts):
        parts = [part.astype(object) for part in parts]
    whole = Tensor(
        (int(starts[-1]),),
        stacked([tensor.widened(signals) for tensor in tensors]),
        RationalArray(np.concatenate(parts), scale),
    )
    return whole.taken(places)


def chosen(first: NDArray[np.bool_], one: Tensor, two: Tensor) -> Tensor:
    """The entries of one tensor where a flag is set, those of another of the same shape elsewhere."""
    both = concatenated([one.flat, two.flat], 0)
    flags = first.ravel()
    return both.taken(np.arange(one.size) + np.where(flags, 0, one.size)).reshaped(one.shape)
