"""Tables of integers: in 64-bit words where they fit, in Python's integers where they do not."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Table = NDArray[Any]

WORD = 2**62
"""Half of what a word has: whatever is below it can be negated and made absolute, which the least word, -2^63, cannot."""


def largest(data: Table) -> int:
    """The largest absolute value in a table; 0 in an empty one.

    Examples
    --------
    >>> largest(np.array([[-3, 2]]))
    3
    """
    return int(np.max(np.abs(data), initial=0))


def shrunk(data: Table) -> Table:
    """The same integers in words, if all fit.

    Examples
    --------
    >>> shrunk(np.array([1, 2], dtype=object)).dtype, shrunk(np.array([2**70], dtype=object)).dtype
    (dtype('int64'), dtype('O'))
    """
    return data.astype(np.int64) if data.dtype == object and largest(data) < WORD else data
