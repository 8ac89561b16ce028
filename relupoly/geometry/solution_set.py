"""The solutions of linear inequalities, whatever their dimension: nothing, a point, or a `Domain`.

A `Polyhedron` has interior points. Inequalities that somebody wrote down need not leave any: some of them may hold with
equality for all solutions, and then the set lies in a subspace. Those that are told by a pair of opposite inequalities are
found at once; whether there are others is a linear program, and which ones, a program for each. They are substituted, and what
is left is looked at again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq

from relupoly.errors import DomainError
from relupoly.exact.fractions import to_fraction
from relupoly.exact.matrices import column, from_rows, rows_of
from relupoly.geometry.domain import Domain
from relupoly.geometry.equations import solutions
from relupoly.geometry.linear_programs import find_point
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.geometry.subspace import AffineSubspace, CoordinateSubspace
from relupoly.run import UNLIMITED, Run

Slopes = tuple[tuple[int, fmpq], ...]
Inequality = tuple[Slopes, fmpq]
"""The slopes that are not 0, in the order of their coordinates, and the bound: <slopes, x> <= bound."""


@dataclass(frozen=True)
class SolutionSet:
    """A set that is not empty: a domain of positive dimension, or a point.

    Attributes
    ----------
    domain : Domain or None
    point : tuple of fmpq or None
    """

    domain: Domain | None
    point: tuple[fmpq, ...] | None = None


def solution_set(inequalities: Sequence[Inequality], dimension: int, run: Run = UNLIMITED) -> SolutionSet | None:
    """The points of R^dimension that satisfy some inequalities; None if there are none.

    Parameters
    ----------
    inequalities : sequence of (Slopes, fmpq)
    dimension : int
    run : Run, optional
        Asked in each linear program whether to go on.

    Examples
    --------
    >>> one = fmpq(1)
    >>> [x_below, y_below, above] = [(((0, one),), one), (((1, one),), one), (((0, -one), (1, -one)), fmpq(-2))]
    >>> solution_set([x_below, y_below, above], 2).point
    (1, 1)
    >>> solution_set([x_below, above], 2).domain.kind
    'polyhedron'
    """
    subspace: AffineSubspace | None = None
    while True:
        bounds = _tightest(inequalities)
        if bounds is None:
            return None
        equations = _opposite(bounds)
        if not equations:
            if (domain := _full(bounds, dimension, run)) is not None:
                return SolutionSet(Domain(domain.polyhedron, subspace))
            if (implied := _implied(bounds, dimension, run)) is None:
                return None
            equations = implied
        solved = _solved(equations, dimension)
        if solved is None:
            return None
        if isinstance(solved, tuple):
            if any(_value(direction, solved) > bound for direction, bound in bounds.items()):
                return None
            return SolutionSet(None, tuple(subspace.at(solved)) if subspace else solved)
        left = {direction: bound for direction, bound in bounds.items() if direction not in equations}
        inequalities = list(_on(solved, left))
        subspace = solved if subspace is None else subspace.compose(solved)
        dimension = solved.dimension


def _tightest(inequalities: Sequence[Inequality]) -> dict[Slopes, fmpq] | None:
    """The least bound of each direction, scaled so that its first slope is 1 or -1; None if they contradict each other."""
    found: dict[Slopes, fmpq] = {}
    for slopes, bound in inequalities:
        if not slopes:
            if bound < 0:
                return None
            continue
        scale = abs(slopes[0][1])
        direction = tuple((place, slope / scale) for place, slope in slopes)
        found[direction] = min(bound / scale, found.get(direction, bound / scale))
    empty = any(-found.get(_minus(direction), -bound) > bound for direction, bound in found.items())
    return None if empty else found


def _opposite(bounds: dict[Slopes, fmpq]) -> dict[Slopes, fmpq]:
    """The directions whose bounds from both sides are equal."""
    return {direction: bound for direction, bound in bounds.items() if bounds.get(_minus(direction)) == -bound}


def _full(bounds: dict[Slopes, fmpq], dimension: int, run: Run) -> Domain | None:
    """The set, if it has interior points."""
    if not bounds:
        return Domain()
    one = fmpq(1)
    low, high = ([((place, sign * one),) for place in range(dimension)] for sign in (-1, 1))
    if len(bounds) == 2 * dimension and all(axis in bounds for axis in (*low, *high)):
        return Domain(Polyhedron.box([-bounds[axis] for axis in low], [bounds[axis] for axis in high]))
    matrix = from_rows([_dense(direction, dimension) for direction in bounds], dimension)
    try:
        return Domain(Polyhedron(matrix, column(list(bounds.values())), run))
    except DomainError:
        return None


def _implied(bounds: dict[Slopes, fmpq], dimension: int, run: Run) -> dict[Slopes, fmpq] | None:
    """Those of some inequalities that no solution satisfies strictly; None if there is no solution."""
    forms = {one: _form(one, bound, dimension) for one, bound in bounds.items()}
    if find_point(dimension, weak=forms.values(), run=run) is None:
        return None
    found = {}
    for direction, bound in bounds.items():
        others = [form for other, form in forms.items() if other != direction]
        if find_point(dimension, strict=[forms[direction]], weak=others, run=run) is None:
            found[direction] = bound
    return found


def _solved(equations: dict[Slopes, fmpq], dimension: int) -> AffineSubspace | tuple[fmpq, ...] | None:
    """The solutions of equations: a subspace, a point, or None."""
    axes = {direction[0][0]: bound / direction[0][1] for direction, bound in equations.items() if len(direction) == 1}
    if len(axes) == dimension:
        return tuple(axes[place] for place in range(dimension))
    if all(len(direction) == 1 for direction in equations):
        return AffineSubspace.fixing(dimension, axes)
    rows = [_dense(direction, dimension) for direction in equations]
    values = list(equations.values())
    reduced, rank = from_rows([[*row, value] for row, value in zip(rows, values, strict=True)], dimension + 1).rref()
    if from_rows(rows, dimension).rank() < rank:
        return None
    if rank == dimension:
        return tuple(reduced[row, dimension] for row in range(dimension))
    return solutions(rows, values, dimension)


def _on(subspace: AffineSubspace, bounds: dict[Slopes, fmpq]) -> Iterator[Inequality]:
    """Inequalities on the parameters of a subspace."""
    origin = subspace.origin.entries()
    if isinstance(subspace, CoordinateSubspace):
        number = {place: parameter for parameter, place in enumerate(subspace.free)}
        for direction, bound in bounds.items():
            fixed = sum((slope * origin[place] for place, slope in direction if place not in number), fmpq(0))
            yield tuple((number[place], slope) for place, slope in direction if place in number), bound - fixed
        return
    basis = rows_of(subspace.basis)
    for direction, bound in bounds.items():
        slopes = [sum((slope * basis[row][place] for row, slope in direction), fmpq(0)) for place in range(subspace.dimension)]
        yield tuple((place, slope) for place, slope in enumerate(slopes) if slope), bound - _value(direction, origin)


def _value(direction: Slopes, point: Sequence[fmpq]) -> fmpq:
    return sum((slope * point[place] for place, slope in direction), fmpq(0))


def _minus(direction: Slopes) -> Slopes:
    return tuple((place, -slope) for place, slope in direction)


def _dense(direction: Slopes, dimension: int) -> list[fmpq]:
    row = [fmpq(0)] * dimension
    for place, slope in direction:
        row[place] = slope
    return row


def _form(direction: Slopes, bound: fmpq, dimension: int) -> list[Fraction]:
    """The form bound - <direction, x>, its constant first."""
    return [to_fraction(bound), *(-to_fraction(entry) for entry in _dense(direction, dimension))]
