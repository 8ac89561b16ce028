"""`Tables`: a formula in integers, as programs look it up.

A hyperplane bounds many sets, on either side. So each is written down once, with its side as a sign in the conditions, and at a
point it is looked at once. Points are homogeneous, (q x, q) with integers: a condition is the sign of an integer then. Tables
and a loop over them are read by compilers in linear time; thousands of ifs are not, and Python refuses them where they nest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq, fmpz

from relupoly.analysis.formula.formula import Branch, Formula, HalfSpace
from relupoly.exact.matrices import coprime

Row = tuple[fmpz, ...]


@dataclass(frozen=True, slots=True)
class Tables:
    """The sets of a formula in the order in which they are tried, and the maps on them.

    Attributes
    ----------
    planes : tuple of (tuple of fmpz, length n + 1)
        The forms <a, x> - b as (a, -b), the first entry of which that is not 0 is positive.
    conditions : tuple of (tuple of int)
        For each set the forms that must not be positive, by number from 1; where the number is negative, not negative.
    branches : tuple of int
        For each set the number of its branch, from 0.
    maps : tuple of (tuple of (tuple of fmpz, length n + 2))
        For each branch and output (a, b, d): the value is (<a, x> + b) / d, and d > 0.
    """

    planes: tuple[Row, ...]
    conditions: tuple[tuple[int, ...], ...]
    branches: tuple[int, ...]
    maps: tuple[tuple[Row, ...], ...]


def tables_of(formula: Formula) -> Tables:
    """The tables of a formula; where it holds everywhere, its last branch has one set, and no condition.

    Examples
    --------
    >>> zero = Branch(((fmpq(0),),), (fmpq(0),), ((HalfSpace((fmpz(2),), fmpz(-1)),),))
    >>> line = Branch(((fmpq(2, 3),),), (fmpq(1, 3),), ((HalfSpace((fmpz(-2),), fmpz(1)),),))
    >>> tables = tables_of(Formula(("x",), (zero, line), True))
    >>> tables.planes, tables.conditions, tables.branches, tables.maps
    (((2, 1),), ((1,), ()), (0, 1), (((0, 0, 1),), ((2, 1, 3),)))
    """
    numbers: dict[Row, int] = {}
    conditions, branches = [], []
    for place, branch in enumerate(formula.branches):
        last = formula.everywhere and place == len(formula.branches) - 1
        for one in ((),) if last else branch.sets:
            conditions.append(tuple(_numbered(half, numbers) for half in one))
            branches.append(place)
    return Tables(tuple(numbers), tuple(conditions), tuple(branches), tuple(map(_integer_map, formula.branches)))


def _numbered(half: HalfSpace, numbers: dict[Row, int]) -> int:
    form = coprime([*half.normal, -half.offset])
    side = 1 if next(entry for entry in form if entry) > 0 else -1
    return side * numbers.setdefault(tuple(side * entry for entry in form), len(numbers) + 1)


def _integer_map(branch: Branch) -> tuple[Row, ...]:
    return tuple(_common([*row, start]) for row, start in zip(branch.gradient, branch.constant, strict=True))


def _common(row: Sequence[fmpq]) -> Row:
    """Numerators over the least common denominator, and that."""
    scale = fmpz(1)
    for entry in row:
        scale = scale.lcm(entry.q)
    return *(entry.p * (scale // entry.q) for entry in row), scale
