"""`Formula`: a piecewise affine function, as branches; `Branch`: an affine map and where it holds; `HalfSpace`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpq, fmpz

from relupoly.errors import FunctionError
from relupoly.exact.rationals import rational_at
from relupoly.plain_text import clipped, counted, plain_text

Vector = tuple[fmpq, ...]


@dataclass(frozen=True, slots=True)
class HalfSpace:
    """The set <normal, x> <= offset.

    Attributes
    ----------
    normal : tuple of fmpz, length n
    offset : fmpz
    """

    normal: tuple[fmpz, ...]
    offset: fmpz

    def contains(self, point: Sequence[fmpq]) -> bool:
        """Whether a point lies in the closed half-space.

        Examples
        --------
        >>> HalfSpace((fmpz(2),), fmpz(1)).contains([fmpq(1, 2)])
        True
        """
        return bool(sum((a * x for a, x in zip(self.normal, point, strict=True) if a), fmpq(0)) <= self.offset)


Conjunction = tuple[HalfSpace, ...]
"""The intersection of half-spaces, a convex set; of none of them, the whole space."""


@dataclass(frozen=True, slots=True)
class Branch:
    """An affine map gradient x + constant, and the union of closed convex sets on which it holds.

    Attributes
    ----------
    gradient : tuple of tuple of fmpq, shape (outputs, n)
    constant : tuple of fmpq, shape (outputs,)
    sets : tuple of (tuple of HalfSpace)
    """

    gradient: tuple[Vector, ...]
    constant: Vector
    sets: tuple[Conjunction, ...]

    def contains(self, point: Sequence[fmpq]) -> bool:
        """Whether a point lies in one of the sets."""
        return any(all(half.contains(point) for half in one) for one in self.sets)

    def value(self, point: Sequence[fmpq]) -> Vector:
        """The map at a point."""
        return tuple(
            sum((a * x for a, x in zip(row, point, strict=True) if a), start)
            for row, start in zip(self.gradient, self.constant, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Formula:
    """A continuous piecewise affine function.

    Attributes
    ----------
    variables : tuple of str, length n
        Any texts that differ; each form makes names of its own language of them.
    branches : tuple of Branch
        The sets of each are complete, so that their order does not matter.
    everywhere : bool
        Whether the sets cover R^n. Then the last branch holds wherever no other one does, and forms say "otherwise" of it.
    title, domain : str
        What the function is, and where it is known, for people; both may be empty.

    Raises
    ------
    FunctionError
        If there is no branch, shapes do not fit, two variables have the same name, or one of several branches holds on all
        of R^n.
    """

    variables: tuple[str, ...]
    branches: tuple[Branch, ...]
    everywhere: bool = False
    title: str = ""
    domain: str = ""

    def __post_init__(self) -> None:
        if not self.branches:
            raise FunctionError("there is no cell, so there is no formula; leave out filters that no cell passes")
        if len(set(self.variables)) < len(self.variables):
            twice = next(name for place, name in enumerate(self.variables) if name in self.variables[:place])
            raise FunctionError(f'two variables are called "{clipped(plain_text(twice))}"; give each a name of its own')
        for branch in self.branches:
            self._check(branch)
        whole = not all(one for branch in self.branches for one in branch.sets)
        if whole and not (self.everywhere and len(self.branches) == 1):
            raise FunctionError("a set without inequalities is all of R^n; let its branch be the only one, and hold everywhere")

    def _check(self, branch: Branch) -> None:
        n = len(self.variables)
        rows = [*branch.gradient, *(half.normal for one in branch.sets for half in one)]
        wrong = next((len(row) for row in rows if len(row) != n), None)
        if wrong is not None:
            raise FunctionError(f"{counted(n, 'variable')} for points of {counted(wrong, 'coordinate')}; give a name to each")
        if len(branch.gradient) != self.outputs or len(branch.constant) != self.outputs:
            raise FunctionError(f"all branches must have {counted(self.outputs, 'output')}, as the first one has")

    @property
    def outputs(self) -> int:
        """How many values the function has at a point."""
        return len(self.branches[0].constant)

    def value(self, point: Sequence[Any]) -> Vector | None:
        """The values at a point, exactly; None where the function is not known.

        Raises
        ------
        FunctionError
            If the point has another number of coordinates than there are variables, or one is no number.

        Examples
        --------
        >>> right = Branch(((fmpq(3),),), (fmpq(1),), ((HalfSpace((fmpz(-1),), fmpz(0)),),))
        >>> formula = Formula(("x",), (right,))
        >>> formula.value(["1/2"]), formula.value([-1])
        ((5/2,), None)
        """
        place = [rational_at(entry, f"coordinate {number}", FunctionError) for number, entry in enumerate(point, 1)]
        if len(place) != len(self.variables):
            raise FunctionError(f"the point has {len(place)} coordinates, and the formula {len(self.variables)}; give as many")
        return next((branch.value(place) for branch in self.branches if branch.contains(place)), None)
