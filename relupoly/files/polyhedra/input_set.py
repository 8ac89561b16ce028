"""From inequalities on inputs to a `Domain`: a box where every input has two bounds, in a subspace where some are fixed.

An inequality bounds a direction: the input X_i, or a combination of inputs whose first slope is 1. A lower and an upper bound
that are equal are an equation; equations are substituted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from flint import fmpq

from relupoly.errors import DomainError, FileFormatError
from relupoly.exact.rationals import decimal_text
from relupoly.geometry.domain import Domain
from relupoly.geometry.equations import cut_out, solutions
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.geometry.subspace import AffineSubspace
from relupoly.run import UNLIMITED, Run

_MOST_NAMED = 3  # inputs that are held fixed in the name of a domain, which is to stay on a line; more are counted

Direction = tuple[tuple[int, fmpq], ...]
Label = Callable[[int], str]


class EmptySetError(DomainError):
    """The inequalities contradict each other."""


@dataclass(frozen=True)
class Inequality:
    """The claim sum_i slope_i X_i <= bound, or < bound.

    Attributes
    ----------
    slopes : tuple of (int, fmpq)
        The inputs, counted from 0, and their non-zero slopes, in order.
    bound : fmpq
    line : int
        Where it stands.
    strict : bool
    """

    slopes: Direction
    bound: fmpq
    line: int
    strict: bool = False


@dataclass(frozen=True)
class DirectionBound:
    """A bound of a direction: its value, and whether it is strict."""

    value: fmpq
    strict: bool


@dataclass(frozen=True)
class InputSet:
    """The points that satisfy inequalities, by the tightest bounds of each direction.

    Attributes
    ----------
    lower, upper : dict of Direction to DirectionBound
    line : int
        Where the first inequality stands; 0 if there is none.
    """

    lower: dict[Direction, DirectionBound] = field(default_factory=dict)
    upper: dict[Direction, DirectionBound] = field(default_factory=dict)
    line: int = 0

    @classmethod
    def of(cls, inequalities: Iterable[Inequality], label: Label) -> InputSet:
        """The points that satisfy all inequalities.

        Raises
        ------
        EmptySetError
            If the bounds of one direction contradict each other.
        """
        lower: dict[Direction, DirectionBound] = {}
        upper: dict[Direction, DirectionBound] = {}
        line = 0
        for one in inequalities:
            line = line or one.line
            if not one.slopes:
                if one.bound < 0 or (one.strict and one.bound == 0):
                    raise EmptySetError(f"line {one.line}: it never holds, so the domain is empty; correct it")
                continue
            scale = one.slopes[0][1]
            direction = tuple((index, slope / scale) for index, slope in one.slopes)
            bound = DirectionBound(one.bound / scale, one.strict)
            if scale > 0:
                upper[direction] = min(bound, upper.get(direction, bound), key=lambda it: (it.value, not it.strict))
            else:
                lower[direction] = max(bound, lower.get(direction, bound), key=lambda it: (it.value, it.strict))
        for direction in lower.keys() & upper.keys():
            _check_order(direction, lower[direction], upper[direction], label)
        return cls(lower, upper, line)

    def contains(self, other: InputSet) -> bool:
        """Whether each bound here has a bound there that is as tight, so that the closure there lies in that here."""
        return all(one in other.lower and other.lower[one].value >= bound.value for one, bound in self.lower.items()) and all(
            one in other.upper and other.upper[one].value <= bound.value for one, bound in self.upper.items()
        )

    def domain(self, dimension: int, name: str, label: Label, run: Run = UNLIMITED) -> Domain:
        """The closure of the set, in R^dimension.

        Raises
        ------
        FileFormatError
            If there is no inequality.
        DomainError
            If there is at most one point in it, or it has no interior in the subspace of its equations.
        """
        if not self.lower and not self.upper:
            raise FileFormatError("it says nothing about the inputs; leave the domain out for the whole space")
        equations = {one: bound.value for one, bound in self.lower.items() if _value(self.upper.get(one)) == bound.value}
        fixed = {one[0][0]: value for one, value in equations.items() if len(one) == 1}
        if len(fixed) == dimension:
            raise DomainError("every input is held fixed, so the domain is one point; leave at least one input free")
        subspace: AffineSubspace | None
        if len(fixed) == len(equations):
            subspace = AffineSubspace.fixing(dimension, dict(fixed)) if fixed else None
        else:
            subspace = solutions([_row(one, dimension) for one in equations], list(equations.values()), dimension)
        free = [index for index in range(dimension) if index not in fixed]
        closure = "closure of the " if self._is_open() else ""
        if self._is_box(free, equations):
            low, high = ([bounds[_axis(index)].value for index in free] for bounds in (self.lower, self.upper))
            return Domain(Polyhedron.box(low, high), subspace, f"{closure}box of {name}{_fixed_text(fixed, label)}")
        domain = self._cut_out(subspace, equations, dimension, run)
        kind = "polyhedron" if domain.polyhedron else "subspace"
        if len(fixed) < len(equations) and subspace:
            kind = f"{subspace.dimension}-dimensional {kind}"
        return Domain(domain.polyhedron, subspace, f"{closure}{kind} of {name}{_fixed_text(fixed, label)}")

    def _is_open(self) -> bool:
        """Whether a strict bound is left."""
        return any(bound.strict for bounds in (self.lower, self.upper) for bound in bounds.values())

    def _is_box(self, free: list[int], equations: dict[Direction, fmpq]) -> bool:
        """Whether it is a box of the free inputs, and nothing else."""
        axes = {_axis(index) for index in free}
        return self.lower.keys() - equations.keys() == self.upper.keys() - equations.keys() == axes and all(
            len(one) == 1 for one in equations
        )

    def _cut_out(self, subspace: AffineSubspace | None, equations: dict[Direction, fmpq], dimension: int, run: Run) -> Domain:
        """The domain of the bounds that are no equations, those of single inputs first."""
        sides = [(one, bound, -1) for one, bound in self.lower.items()] + [(one, bound, 1) for one, bound in self.upper.items()]
        left = [side for side in sides if side[0] not in equations]
        left = [side for side in left if len(side[0]) == 1] + [side for side in left if len(side[0]) > 1]
        rows = [[sign * entry for entry in _row(one, dimension)] for one, _, sign in left]
        strict = {place for place, (_, bound, _) in enumerate(left) if bound.strict}
        return cut_out(rows, [sign * bound.value for _, bound, sign in left], subspace, "", strict, run)


def _check_order(direction: Direction, lower: DirectionBound, upper: DirectionBound, label: Label) -> None:
    if lower.value > upper.value or (lower.value == upper.value and (lower.strict or upper.strict)):
        low, high = decimal_text(lower.value, 12), decimal_text(upper.value, 12)
        words = [f"{'more than' if lower.strict else 'at least'} {low}", f"{'less than' if upper.strict else 'at most'} {high}"]
        if len(direction) > 1:
            raise EmptySetError(
                f"the domain is empty: a combination of inputs must be {' and '.join(words)}; correct the bounds"
            )
        raise EmptySetError(f"{label(direction[0][0])} must be {' and '.join(words)}, so the domain is empty; swap the bounds")


def _value(bound: DirectionBound | None) -> fmpq | None:
    return None if bound is None else bound.value


def _axis(index: int) -> Direction:
    return ((index, fmpq(1)),)


def _row(direction: Direction, dimension: int) -> list[fmpq]:
    row = [fmpq(0)] * dimension
    for index, slope in direction:
        row[index] = slope
    return row


def _fixed_text(fixed: dict[int, fmpq], label: Label) -> str:
    if not fixed:
        return ""
    if len(fixed) > _MOST_NAMED:
        return f" ({len(fixed)} inputs held fixed)"
    return f" ({', '.join(f'{label(index)} = {decimal_text(value)}' for index, value in sorted(fixed.items()))} held fixed)"
