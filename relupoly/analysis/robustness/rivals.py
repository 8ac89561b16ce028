"""`Rivals`: the class of a point, and the inequalities between outputs that make another one of it.

With several outputs the class is the number of the largest one, and y_j >= y_class for another j is a rival. With one output it
is the side of a level on which it lies; the rival is the other side, the level included.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from relupoly.analysis.largest import combined
from relupoly.errors import NetworkError, NumberError
from relupoly.exact.rationals import nearest_float, rational_at

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Rivals:
    """The class of a point, and its rivals: <row, y> <= bound, one inequality for each.

    Attributes
    ----------
    label : int
        The number of the largest output, from 0; with one output 1 above the level and -1 below.
    others : tuple of int
        The class of each rival.
    rows : tuple of tuple of fmpq
    bounds : tuple of fmpq
    """

    label: int
    others: tuple[int, ...]
    rows: tuple[tuple[fmpq, ...], ...]
    bounds: tuple[fmpq, ...]

    @classmethod
    def of(cls, outputs: Sequence[fmpq], target: int | None = None, level: Any = 0) -> Rivals:
        """Those of a point with such outputs.

        Parameters
        ----------
        outputs : sequence of fmpq
        target : int, optional
            The only rival, from 0.
        level : number
            With one output.

        Raises
        ------
        NetworkError
            If the target is no other class.
        NumberError
            If the level is no number.

        Examples
        --------
        >>> found = Rivals.of([fmpq(1), fmpq(5), fmpq(2)])
        >>> found.label, found.others, found.rows[0]
        (1, (0, 2), (-1, 1, 0))
        """
        if len(outputs) == 1:
            if target is not None:
                raise NetworkError("the network has 1 output, and a target is one of several; leave it out")
            exact = rational_at(level, "level", NumberError)
            side = 1 if outputs[0] >= exact else -1
            return cls(side, (-side,), ((fmpq(side),),), (side * exact,))
        label = _label(outputs, target)
        others = tuple(place for place in range(len(outputs)) if place != label) if target is None else (target,)
        rows = tuple(tuple(fmpq((one == label) - (one == other)) for one in range(len(outputs))) for other in others)
        return cls(label, others, rows, (fmpq(0),) * len(rows))

    def slacks(self, outputs: Sequence[fmpq]) -> list[fmpq]:
        """For each rival how much its inequality holds by; negative where it does not."""
        return [bound - combined(row, outputs) for row, bound in zip(self.rows, self.bounds, strict=True)]

    @property
    def doubles(self) -> tuple[Floats, Floats]:
        """Rows and starts: the slack of a rival is <row, y> + start."""
        rows = np.array([[-nearest_float(entry) for entry in row] for row in self.rows])
        return rows, np.array([nearest_float(bound) for bound in self.bounds])


def _label(outputs: Sequence[fmpq], target: int | None) -> int:
    """The number of the largest output, the first of several that is not the target."""
    if target is not None and not 0 <= target < len(outputs):
        raise NetworkError(f"there is no output {target} as a target; the {len(outputs)} outputs are numbered from 0")
    most = max(outputs)
    label = next((place for place, one in enumerate(outputs) if one == most and place != target), None)
    if label is None:
        raise NetworkError("the target is the largest output there, and a target is another one; leave it out for all others")
    return label
