"""`Range`: lower <= <form, x> <= upper, as people write the inequalities of a set: both sides of a slab in one.

The form is primitive and its first coefficient positive, so that half-spaces with parallel sides meet in one range. What one
variable alone must satisfy is solved for it by that.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import fmpq, fmpz

from relupoly.analysis.formula.formula import Conjunction, HalfSpace
from relupoly.exact.matrices import coprime


@dataclass(frozen=True, slots=True)
class Range:
    """The set lower <= <form, x> <= upper; None for a side that is not there.

    Attributes
    ----------
    form : tuple of fmpz, length n
    lower, upper : fmpq or None
    """

    form: tuple[fmpz, ...]
    lower: fmpq | None
    upper: fmpq | None


def ranges(conjunction: Conjunction) -> list[Range]:
    """The ranges that half-spaces make, in the order in which their forms come first.

    Examples
    --------
    >>> ranges((HalfSpace((fmpz(-2), fmpz(0)), fmpz(1)), HalfSpace((fmpz(1), fmpz(0)), fmpz(3))))
    [Range(form=(1, 0), lower=-1/2, upper=3)]
    """
    sides: dict[tuple[fmpz, ...], tuple[list[fmpq], list[fmpq]]] = {}
    for half in conjunction:
        form, bound, is_lower = _solved(half)
        lower, upper = sides.setdefault(form, ([], []))
        (lower if is_lower else upper).append(bound)
    return [Range(form, max(lower, default=None), min(upper, default=None)) for form, (lower, upper) in sides.items()]


def _solved(half: HalfSpace) -> tuple[tuple[fmpz, ...], fmpq, bool]:
    """The primitive form of a half-space, its bound, and whether that is a lower one."""
    form = coprime(half.normal)
    place = next(place for place, entry in enumerate(form) if entry)
    bound = fmpq(half.offset, half.normal[place] // form[place])
    if form[place] < 0:
        return tuple(-entry for entry in form), -bound, True
    return tuple(form), bound, False
