"""`Arguments`: numbers, arrays and named tuples laid out in a table, as compiled code takes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

RESULTS = 2  # what numba's functions return besides a status: the result, and the error

# An array of numba's, but for its shape and strides.
_ARRAY = ("ptr", "ptr", "i64", "i64", "ptr")
_SCALARS = {bool: "i8", int: "i64", float: "double"}


@dataclass(frozen=True)
class Arguments:
    """Arguments laid out for compiled code.

    Attributes
    ----------
    kind : str
        What tells these types from others; empty if compiled code cannot take them without numba.
    types : tuple of str
        LLVM's types, of which there are several for each array.
    values : tuple of int or float
    """

    kind: str
    types: tuple[str, ...]
    values: tuple[int | float, ...]

    @classmethod
    def of(cls, values: Sequence[Any]) -> Arguments:
        """Lay out arguments: numbers, arrays, named tuples of these, and None."""
        kinds: list[str] = []
        types: list[str] = []
        words: list[int | float] = []
        known = all(_lay_out(value, kinds, types, words) for value in values)
        return cls(",".join(kinds) if known else "", tuple(types), tuple(words))

    def table(self) -> NDArray[np.int64]:
        """Room for the results, then all values, bit for bit."""
        words = [np.float64(value).view(np.int64) if isinstance(value, float) else value for value in self.values]
        return np.array([0] * RESULTS + words, dtype=np.int64)


def _lay_out(value: Any, kinds: list[str], types: list[str], words: list[int | float]) -> bool:
    """Add an argument to lists of what there is; whether compiled code can take it, without which the lists mean nothing."""
    if isinstance(value, np.ndarray):
        kind, rank = value.dtype, value.ndim
        kinds.append(f"{kind.str}{rank}")
        types += _ARRAY
        types += ["i64"] * (2 * rank)
        words += (0, 0, value.size, kind.itemsize, value.ctypes.data, *value.shape, *value.strides)
        return value.flags.carray and kind.isnative
    if isinstance(value, tuple):
        kinds.append(f"{type(value).__name__}({len(value)})")
        return all(_lay_out(one, kinds, types, words) for one in value)
    if value is None:
        kinds.append("none")
        types.append("ptr")
        words.append(0)
        return True
    name = _SCALARS.get(type(value), "")
    kinds.append(name)
    types.append(name)
    words.append(value)
    return bool(name)
