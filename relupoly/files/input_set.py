"""From inequalities on inputs to a `Domain`: a box where every input has two bounds, in a subspace where some are fixed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq

from relupoly.errors import DomainError, FileFormatError
from relupoly.exact.rationals import decimal_text
from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.geometry.subspace import AffineSubspace

_MOST_NAMED = 3


@dataclass(frozen=True)
class Inequality:
    """The claim sum_i slope_i X_i <= bound.

    Attributes
    ----------
    slopes : tuple of (int, fmpq)
        The inputs, counted from 0, and their non-zero slopes, in order.
    bound : fmpq
    line : int
        Where it stands; two claims are equal wherever they stand.
    """

    slopes: tuple[tuple[int, fmpq], ...]
    bound: fmpq
    line: int

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Inequality) and (self.slopes, self.bound) == (other.slopes, other.bound)

    def __hash__(self) -> int:
        return hash((self.slopes, self.bound))


def domain_of(dimension: int, inequalities: Sequence[Inequality], name: str) -> Domain:
    """The points of R^dimension that satisfy all inequalities.

    An input whose lower and upper bound are equal is held fixed: the domain lies in the subspace of the other ones.

    Raises
    ------
    FileFormatError
        If there is no inequality.
    DomainError
        If the bounds of an input contradict each other, no input is left free, or the set has no interior.
    """
    lower, upper, others = _bounds(inequalities)
    if not lower and not upper and not others:
        raise FileFormatError("it says nothing about the inputs; leave the domain out for the whole space")
    _check_order(lower, upper)
    fixed = {index: low for index, low in lower.items() if upper.get(index) == low}
    free = [index for index in range(dimension) if index not in fixed]
    if not free:
        raise DomainError("every input is held fixed, so the domain is one point; leave at least one input free")
    polyhedron: Polyhedron | None
    if not others and all(index in lower and index in upper for index in free):
        polyhedron = Polyhedron.box([lower[index] for index in free], [upper[index] for index in free])
        kind = "box"
    else:
        singles = [Inequality(((index, fmpq(-1)),), -low, 0) for index, low in lower.items() if index not in fixed]
        singles += [Inequality(((index, fmpq(1)),), high, 0) for index, high in upper.items() if index not in fixed]
        polyhedron = _polyhedron([*singles, *others], free, fixed)
        kind = "polyhedron" if polyhedron else "subspace"
    subspace = AffineSubspace.fixing(dimension, dict(fixed)) if fixed else None
    return Domain(polyhedron, subspace, f"{kind} of {name}{_fixed_text(fixed)}")


def _check_order(lower: dict[int, fmpq], upper: dict[int, fmpq]) -> None:
    for index in sorted(lower.keys() & upper.keys()):
        if lower[index] > upper[index]:
            low, high = decimal_text(lower[index], 12), decimal_text(upper[index], 12)
            raise DomainError(f"X_{index} must be at least {low} and at most {high}, so the domain is empty; swap the bounds")


def _bounds(inequalities: Sequence[Inequality]) -> tuple[dict[int, fmpq], dict[int, fmpq], list[Inequality]]:
    """The largest lower and the least upper bound of each input, and the inequalities that are not bounds."""
    lower: dict[int, fmpq] = {}
    upper: dict[int, fmpq] = {}
    others = []
    for one in inequalities:
        if not one.slopes:
            if one.bound < 0:
                raise DomainError(f"line {one.line}: it never holds, so the domain is empty; correct it")
        elif len(one.slopes) > 1:
            others.append(one)
        else:
            [(index, slope)] = one.slopes
            bound = one.bound / slope
            if slope > 0:
                upper[index] = min(bound, upper.get(index, bound))
            else:
                lower[index] = max(bound, lower.get(index, bound))
    return lower, upper, others


def _polyhedron(inequalities: Sequence[Inequality], free: Sequence[int], fixed: dict[int, fmpq]) -> Polyhedron | None:
    """The set in the space of the free inputs, or None for all of it."""
    rows, bounds = [], []
    for one in inequalities:
        slopes = dict(one.slopes)
        rows.append([slopes.get(index, fmpq(0)) for index in free])
        bounds.append(one.bound - sum((slope * fixed[i] for i, slope in one.slopes if i in fixed), fmpq(0)))
    return Polyhedron.from_inequalities(rows, bounds) if rows else None


def _fixed_text(fixed: dict[int, fmpq]) -> str:
    if not fixed:
        return ""
    if len(fixed) > _MOST_NAMED:
        return f" ({len(fixed)} inputs held fixed)"
    return f" ({', '.join(f'X_{index} = {decimal_text(value)}' for index, value in sorted(fixed.items()))} held fixed)"
