"""Intervals of one variable, in order: what the sets of a formula are where n = 1.

Neighbours with the same map are one interval, whether their cells are listed one after the other or not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from flint import fmpq, fmpz

from relupoly.analysis.formula.formula import Conjunction, HalfSpace

Function = TypeVar("Function")


@dataclass(frozen=True, slots=True)
class Interval:
    """The set lower <= x <= upper; None for an end that is not there.

    Attributes
    ----------
    lower, upper : fmpq or None
    """

    lower: fmpq | None
    upper: fmpq | None

    @classmethod
    def of(cls, conjunction: Conjunction) -> Interval:
        """The interval that half-spaces of R make."""
        lower = [half.offset / fmpq(half.normal[0]) for half in conjunction if half.normal[0] < 0]
        upper = [half.offset / fmpq(half.normal[0]) for half in conjunction if half.normal[0] > 0]
        return cls(max(lower, default=None), min(upper, default=None))

    @property
    def conjunction(self) -> Conjunction:
        """Its half-spaces.

        Examples
        --------
        >>> Interval(None, fmpq(1, 2)).conjunction
        (HalfSpace(normal=(2,), offset=1),)
        """
        found = []
        if self.lower is not None:
            found.append(HalfSpace((-self.lower.q,), -self.lower.p))
        if self.upper is not None:
            found.append(HalfSpace((fmpz(self.upper.q),), self.upper.p))
        return tuple(found)

    @property
    def start(self) -> tuple[bool, fmpq]:
        """By what intervals are sorted from left to right: those without lower end first."""
        return self.lower is not None, self.lower or fmpq(0)

    def meets(self, right: Interval) -> bool:
        """Whether an interval that does not begin further to the left begins in this one."""
        return self.upper is None or right.lower is None or right.lower <= self.upper

    def joined(self, right: Interval) -> Interval:
        """The union with an interval that it meets."""
        upper = None if self.upper is None or right.upper is None else max(self.upper, right.upper)
        return Interval(self.lower, upper)


def in_order(pairs: Iterable[tuple[Function, Conjunction]]) -> list[tuple[Function, Conjunction]]:
    """Maps and where they hold, from left to right, neighbours with the same map as one.

    Parameters
    ----------
    pairs : iterable of (map, tuple of HalfSpace)
    """
    found: list[tuple[Function, Interval]] = []
    intervals = [(function, Interval.of(conjunction)) for function, conjunction in pairs]
    for function, interval in sorted(intervals, key=lambda pair: pair[1].start):
        if found and found[-1][0] == function and found[-1][1].meets(interval):
            found[-1] = (function, found[-1][1].joined(interval))
        else:
            found.append((function, interval))
    return [(function, interval.conjunction) for function, interval in found]
