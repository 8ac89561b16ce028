"""`Arguments`: numbers, arrays and named tuples laid out in a table, as compiled code takes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

RESULTS = 2  # what numba's functions return besides a status: the result, and the error

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
        parts = [cls._of(value) for value in values]
        return cls(
            ",".join(part.kind for part in parts) if all(part.kind for part in parts) else "",
            tuple(name for part in parts for name in part.types),
            tuple(value for part in parts for value in part.values),
        )

    @classmethod
    def _of(cls, value: Any) -> Arguments:
        if isinstance(value, np.ndarray):
            if not (value.flags.carray and value.dtype.isnative):
                return cls("", (), ())
            rank = value.ndim
            numbers = (0, 0, value.size, value.itemsize, value.ctypes.data, *value.shape, *value.strides)
            return cls(f"{value.dtype.str}{rank}", ("ptr", "ptr", "i64", "i64", "ptr", *["i64"] * (2 * rank)), numbers)
        if isinstance(value, tuple):
            inner = cls.of(value)
            return cls(f"{type(value).__name__}({inner.kind})" if inner.kind else "", inner.types, inner.values)
        if value is None:
            return cls("none", ("ptr",), (0,))
        name = _SCALARS.get(type(value), "")
        return cls(name, (name,), (value,))

    def table(self) -> NDArray[np.int64]:
        """Room for the results, then all values, bit for bit."""
        words = [np.float64(value).view(np.int64) if isinstance(value, float) else value for value in self.values]
        return np.array([0] * RESULTS + words, dtype=np.int64)
