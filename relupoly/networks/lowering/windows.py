"""Windows of convolutions and pools: which positions of the input each of them sees, in any number of dimensions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relupoly.exact.sparse import Places
from relupoly.networks.lowering.tensor import ABSENT


@dataclass(frozen=True)
class Windows:
    """How a window goes over the positions of an input; each tuple has an entry for each dimension.

    Attributes
    ----------
    sizes : tuple of int
        Of the input.
    kernel : tuple of int
        Of the window.
    strides, dilations : tuple of int
        Positive.
    before, after : tuple of int
        How many positions the input is padded by.
    ceil : bool
        Whether a last window may reach beyond the padding, if it begins inside of input and first padding.

    Examples
    --------
    >>> windows = Windows((5,), (2,), (2,), (1,), (0,), (0,))
    >>> windows.outputs, windows.places.tolist()
    ((2,), [[0, 1], [2, 3]])
    >>> Windows((5,), (2,), (2,), (1,), (1,), (0,), ceil=True).places.tolist()
    [[-1, 0], [1, 2], [3, 4]]
    """

    sizes: tuple[int, ...]
    kernel: tuple[int, ...]
    strides: tuple[int, ...]
    dilations: tuple[int, ...]
    before: tuple[int, ...]
    after: tuple[int, ...]
    ceil: bool = False

    @property
    def outputs(self) -> tuple[int, ...]:
        """How many windows there are in each dimension."""
        return tuple(self._outputs(axis) for axis in range(len(self.sizes)))

    @property
    def places(self) -> Places:
        """The positions that each window sees: shape (windows, positions of a window); ABSENT outside of the input."""
        flat: Places = np.zeros((), dtype=np.int64)
        inside: NDArray[np.bool_] = np.ones((), dtype=np.bool_)
        for axis, size in enumerate(self.sizes):
            position = self._positions(axis)
            flat = flat * size + self._spread(position, axis)
            inside = inside & self._spread((position >= 0) & (position < size), axis)
        return self._by_window(np.where(inside, flat, ABSENT))

    @property
    def padded(self) -> NDArray[np.bool_]:
        """Whether the positions are in the input or its padding."""
        inside: NDArray[np.bool_] = np.ones((), dtype=np.bool_)
        for axis, size in enumerate(self.sizes):
            inside = inside & self._spread(self._positions(axis) < size + self.after[axis], axis)
        return self._by_window(inside)

    def _outputs(self, axis: int) -> int:
        extent = (self.kernel[axis] - 1) * self.dilations[axis] + 1
        room, stride = self.sizes[axis] + self.before[axis] + self.after[axis] - extent, self.strides[axis]
        if room < 0:
            return 0
        count = (-(-room // stride) if self.ceil else room // stride) + 1
        if self.ceil and (count - 1) * stride >= self.sizes[axis] + self.before[axis]:
            count -= 1
        return count

    def _positions(self, axis: int) -> Places:
        """For each window and each of its positions the position in the input, along an axis."""
        starts = np.arange(self._outputs(axis)) * self.strides[axis] - self.before[axis]
        return starts[:, None] + np.arange(self.kernel[axis]) * self.dilations[axis]

    def _spread(self, table: NDArray[Any], axis: int) -> NDArray[Any]:
        """A table of windows and positions along an axis, ready to be broadcast over the other ones."""
        rank = len(self.sizes)
        shape = [1] * (2 * rank)
        shape[axis], shape[rank + axis] = table.shape
        return table.reshape(shape)

    def _by_window(self, table: NDArray[Any]) -> NDArray[Any]:
        shape = (*self.outputs, *self.kernel)
        return np.broadcast_to(table, shape).reshape(math.prod(self.outputs), math.prod(self.kernel))


def same_padding(sizes: Sequence[int], extents: Sequence[int], strides: Sequence[int]) -> list[int]:
    """By how many positions each dimension is padded in all, so that there are ceil(size / stride) windows.

    Examples
    --------
    >>> same_padding([5, 6], [3, 3], [2, 3])
    [2, 0]
    """
    return [
        max(0, (-(-size // stride) - 1) * stride + extent - size)
        for size, extent, stride in zip(sizes, extents, strides, strict=True)
    ]
