"""`Basis`: a vertex of a box cut by half-spaces, told by its tight rows, in doubles or exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Basis:
    """Which rows are tight at a vertex, and where the coordinates are.

    Attributes
    ----------
    rows : ndarray of int, shape (k,)
        Tight rows.
    solved : ndarray of int, shape (k,)
        The coordinates that these rows determine.
    upper : ndarray of bool, shape (d,)
        Which of the other coordinates are at their upper bound.
    """

    rows: NDArray[np.intp]
    solved: NDArray[np.intp]
    upper: NDArray[np.bool_]

    @classmethod
    def of_slacks(cls, size: int) -> Basis:
        """That of the corner of the box at which all coordinates are at their lower bounds."""
        none = np.zeros(0, dtype=np.intp)
        return cls(none, none, np.zeros(size, dtype=np.bool_))
