"""How two convex sets meet: in interior points, in a facet, in anything at all; and what they have in common.

Sets are polyhedra A x <= b with interior points, of one space R^d. Two boxes are compared by their bounds alone. For others
exact linear programs decide: the interiors meet if some point satisfies all inequalities strictly. Where they do not meet, the
intersection lies in a hyperplane that supports both sets; if it has dimension d - 1 that hyperplane carries a facet of each, so
it is found among the pairs of inequalities with opposite directions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from flint import fmpq

from relupoly.exact.fractions import from_fraction, to_fraction
from relupoly.exact.matrices import column, from_rows, primitive, rows_of
from relupoly.geometry.domain import Domain
from relupoly.geometry.equations import cut_out, solutions
from relupoly.geometry.linear_programs import find_point
from relupoly.geometry.polyhedron import Box, Polyhedron
from relupoly.geometry.subspace import AffineSubspace
from relupoly.run import UNLIMITED, Run

# An inequality <a, x> <= b: the entries of a, then b.
Row: TypeAlias = tuple[fmpq, ...]


@dataclass(frozen=True)
class CommonPart:
    """What two sets have in common, in the affine subspace that it spans.

    Attributes
    ----------
    dimension : int
    domain : Domain or None
        None for a single point.
    point : tuple of fmpq
        A point of it; of a set that is no single point, one in its relative interior.
    """

    dimension: int
    domain: Domain | None
    point: tuple[fmpq, ...]


@dataclass(frozen=True)
class CommonFacet(CommonPart):
    """What two sets have in common, where that has dimension d - 1.

    Attributes
    ----------
    outward : tuple of fmpq, length d
        A normal of its hyperplane, pointing from the first set to the second one.
    """

    outward: tuple[fmpq, ...] = ()


def rows(polyhedron: Polyhedron) -> list[Row]:
    """The inequalities that say something, each once."""
    both = zip(rows_of(polyhedron.matrix), polyhedron.bound.entries(), strict=True)
    return list(dict.fromkeys(tuple(map(fmpq, primitive([*row, bound]))) for row, bound in both if any(row)))


def tied(inequalities: Sequence[Row], places: Sequence[int]) -> tuple[list[int], list[Row]]:
    """Some coordinates with all that inequalities tie to them, and these inequalities on these coordinates.

    The set of all inequalities is the product of what they cut out there and a set on the other coordinates.

    Examples
    --------
    >>> tied([(1, -1, 0, 5), (0, 0, 1, 6)], [1])
    ([0, 1], [(1, -1, 5)])
    """
    kept, left = set(places), list(inequalities)
    found: list[Row] = []
    while more := [row for row in left if any(row[place] for place in kept)]:
        found += more
        left = [row for row in left if not any(row[place] for place in kept)]
        kept |= {place for row in more for place, entry in enumerate(row[:-1]) if entry}
    order = sorted(kept)
    return order, [(*(row[place] for place in order), row[-1]) for row in found]


def from_inequalities(inequalities: Sequence[Row], run: Run = UNLIMITED) -> Polyhedron:
    """The polyhedron of some inequalities."""
    return Polyhedron(from_rows([row[:-1] for row in inequalities]), column([row[-1] for row in inequalities]), run)


def inner_point(inequalities: Sequence[Row], run: Run = UNLIMITED) -> tuple[fmpq, ...] | None:
    """A point that satisfies all inequalities strictly, if there is one."""
    return _point(strict=inequalities, dimension=len(inequalities[0]) - 1, run=run)


def interior(polyhedron: Polyhedron, run: Run = UNLIMITED) -> tuple[fmpq, ...]:
    """A point inside a polyhedron."""
    if isinstance(polyhedron, Box):
        return tuple(polyhedron.center)
    point = inner_point(rows(polyhedron), run)
    assert point is not None, "a polyhedron has interior points"
    return point


def overlap(one: Polyhedron, other: Polyhedron, run: Run = UNLIMITED) -> bool:
    """Whether the interiors meet.

    Examples
    --------
    >>> overlap(Polyhedron.box([0], [2]), Polyhedron.box([1], [3])), overlap(Polyhedron.box([0], [1]), Polyhedron.box([1], [3]))
    (True, False)
    """
    if isinstance(one, Box) and isinstance(other, Box):
        return all(low < high for low, high in _meeting(one, other))
    return inner_point([*rows(one), *rows(other)], run) is not None


def touch(one: Polyhedron, other: Polyhedron, run: Run = UNLIMITED) -> bool:
    """Whether the sets, which are closed, meet.

    Examples
    --------
    >>> touch(Polyhedron.box([0, 0], [1, 1]), Polyhedron.box([1, 1], [2, 2]))
    True
    """
    if isinstance(one, Box) and isinstance(other, Box):
        return all(low <= high for low, high in _meeting(one, other))
    first, second = rows(one), rows(other)
    if _are_kept_apart(first, second):
        return False
    return _point(weak=[*first, *second], dimension=one.dimension, run=run) is not None


def common_facet(one: Polyhedron, other: Polyhedron, run: Run = UNLIMITED) -> CommonFacet | None:
    """The common part of two sets whose interiors do not meet, if it has dimension d - 1.

    Examples
    --------
    >>> facet = common_facet(Polyhedron.box([0, 0], [1, 1]), Polyhedron.box([1, 0], [2, 5]))
    >>> facet.outward, facet.domain.polyhedron, facet.point
    ((1, 0), Box([0], [1]), (1, 1/2))
    """
    if isinstance(one, Box) and isinstance(other, Box):
        return _common_facet_of_boxes(one, other)
    first, second = rows(one), rows(other)
    directions = _tightest(second)
    for row in first:
        opposite = _opposite(row, directions)
        if opposite is None or _value(opposite) != -_value(row):
            continue
        others = [side for side in dict.fromkeys([*first, *second]) if side not in (row, opposite)]
        point = _point(strict=others, zero=[row], dimension=one.dimension, run=run)
        if point is not None:
            part = _part_in([row], others, point, one.dimension, run)
            return CommonFacet(part.dimension, part.domain, part.point, row[:-1])
    return None


def common_part(one: Polyhedron, other: Polyhedron, run: Run = UNLIMITED) -> CommonPart | None:
    """What two sets have in common, of whatever dimension; None if they do not touch.

    Examples
    --------
    >>> common_part(Polyhedron.box([0, 0], [1, 1]), Polyhedron.box([1, 1], [2, 2]))
    CommonPart(dimension=0, domain=None, point=(1, 1))
    """
    if not touch(one, other, run):
        return None
    if isinstance(one, Box) and isinstance(other, Box):
        return _common_part_of_boxes(one, other)
    sides = list(dict.fromkeys([*rows(one), *rows(other)]))
    equations = [
        side
        for side in sides
        if _point(strict=[side], weak=[row for row in sides if row != side], dimension=one.dimension, run=run) is None
    ]
    loose = [side for side in sides if side not in equations]
    point = _point(strict=loose, zero=equations, dimension=one.dimension, run=run)
    assert point is not None, "what is no equation holds strictly somewhere, and at the mean of such points all do"
    return _part_in(equations, loose, point, one.dimension, run)


def _meeting(one: Box, other: Box) -> Iterator[tuple[fmpq, fmpq]]:
    """For each coordinate the bounds of the common part."""
    for low, high, other_low, other_high in zip(one.lower, one.upper, other.lower, other.upper, strict=True):
        yield max(low, other_low), min(high, other_high)


def _common_facet_of_boxes(one: Box, other: Box) -> CommonFacet | None:
    sides: list[int] = []
    for index, (low, high) in enumerate(_meeting(one, other)):
        if low > high or (low == high and sides):
            return None
        if low == high:
            sides.append(index)
    if len(sides) != 1:
        return None
    part, [side] = _common_part_of_boxes(one, other), sides
    direction = fmpq(1) if one.upper[side] == other.lower[side] else fmpq(-1)
    outward = tuple(direction if index == side else fmpq(0) for index in range(one.dimension))
    return CommonFacet(part.dimension, part.domain, part.point, outward)


def _common_part_of_boxes(one: Box, other: Box) -> CommonPart:
    bounds = list(_meeting(one, other))
    point = tuple((low + high) / 2 for low, high in bounds)
    fixed = {index: low for index, (low, high) in enumerate(bounds) if low == high}
    free = [pair for pair in bounds if pair[0] != pair[1]]
    if not free:
        return CommonPart(0, None, point)
    subspace = AffineSubspace.fixing(one.dimension, dict(fixed)) if fixed else None
    box = Polyhedron.box([low for low, _ in free], [high for _, high in free])
    return CommonPart(len(free), Domain(box, subspace), point)


def _part_in(equations: Sequence[Row], loose: Sequence[Row], point: tuple[fmpq, ...], dimension: int, run: Run) -> CommonPart:
    """The set of some equations and of inequalities that a point satisfies strictly."""
    matrix = from_rows([row[:-1] for row in equations], dimension)
    if matrix.rank() == dimension:
        return CommonPart(0, None, point)
    subspace = solutions([row[:-1] for row in equations], [row[-1] for row in equations], dimension) if equations else None
    domain = cut_out([row[:-1] for row in loose], [row[-1] for row in loose], subspace, "", run=run)
    return CommonPart(dimension - int(matrix.rank()), domain, point)


def _are_kept_apart(first: Sequence[Row], second: Sequence[Row]) -> bool:
    """Whether inequalities of opposite directions keep two sets apart: quick to see, and often so."""
    directions = _tightest(second)
    opposites = ((row, _opposite(row, directions)) for row in first)
    return any(opposite is not None and _value(opposite) < -_value(row) for row, opposite in opposites)


def _tightest(sides: Sequence[Row]) -> dict[Row, Row]:
    """The tightest inequality of each direction."""
    found: dict[Row, Row] = {}
    for row in sides:
        key = _direction(row)
        if key not in found or _value(row) < _value(found[key]):
            found[key] = row
    return found


def _opposite(row: Row, directions: dict[Row, Row]) -> Row | None:
    return directions.get(tuple(-entry for entry in _direction(row)))


def _direction(row: Row) -> Row:
    """The slopes of an inequality, scaled so that the first one is 1 or -1."""
    scale = abs(next(entry for entry in row[:-1] if entry))
    return tuple(entry / scale for entry in row[:-1])


def _value(row: Row) -> fmpq:
    """The bound of an inequality whose slopes are scaled so."""
    return row[-1] / abs(next(entry for entry in row[:-1] if entry))


def _point(
    *,
    strict: Sequence[Row] = (),
    weak: Sequence[Row] = (),
    zero: Sequence[Row] = (),
    dimension: int,
    run: Run = UNLIMITED,
) -> tuple[fmpq, ...] | None:
    point = find_point(dimension, _forms(strict), _forms(weak), _forms(zero), run=run)
    return None if point is None else tuple(map(from_fraction, point))


def _forms(sides: Sequence[Row]) -> list[list[Fraction]]:
    """The forms b - <a, x>, constants first."""
    return [[to_fraction(row[-1]), *(-to_fraction(entry) for entry in row[:-1])] for row in sides]
