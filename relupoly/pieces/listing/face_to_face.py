"""Polyhedra as convex parts with the same union, which meet face to face, and whose interiors are disjoint.

All hyperplanes that bound one of them cut all the others: the parts are cells of that arrangement. So behind a facet of a part
there is one other part with the opposite facet, or the union ends there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from flint import fmpq, fmpz

from relupoly.exact.matrices import primitive
from relupoly.geometry.meeting import Row, from_inequalities, inner_point, rows
from relupoly.geometry.polyhedron import Box, Polyhedron
from relupoly.run import UNLIMITED, Run

Side = tuple[tuple[tuple[int, fmpz], ...], fmpz]
"""A half-space <a, x> <= b of integers without a common factor: the entries of a that are not 0, behind their places; and b."""


def hyperplane(row: Sequence[fmpz]) -> tuple[fmpz, ...]:
    """A primitive integer row (a, b) of a hyperplane <a, x> = b, whose first entry that is not 0 is positive.

    Examples
    --------
    >>> hyperplane([fmpz(-1), fmpz(2)])
    (1, -2)
    """
    lead = next(entry for entry in row if entry)
    return tuple(row) if lead > 0 else tuple([-entry for entry in row])


def is_beside(one: Polyhedron, point: Sequence[fmpq], direction: Sequence[fmpz]) -> bool:
    """Whether a set lies right beside a point, in a direction.

    Where slack and rate are 0, the inequality says nothing: no hyperplane passes through a facet.

    Examples
    --------
    >>> interval = Polyhedron.box([0], [1])
    >>> is_beside(interval, [fmpq(1)], [fmpz(-1)]), is_beside(interval, [fmpq(1)], [fmpz(1)])
    (True, False)
    """
    if isinstance(one, Box):  # of many boxes, most are told by the first coordinates
        axes = zip(one.lower, one.upper, point, direction, strict=True)
        return all(low < x < high or (x == low and rate >= 0) or (x == high and rate <= 0) for low, high, x, rate in axes)
    slacks = one.slacks(list(point))
    rates = one.products([fmpq(entry) for entry in direction])
    return all(slack > 0 or (slack == 0 and rate <= 0) for slack, rate in zip(slacks, rates, strict=True))


class PartsBehind:
    """Finds which of some polyhedra that meet face to face lies behind a facet: one that has the opposite facet.

    They are kept by their sides, so that there are few to compare however many there are.

    Parameters
    ----------
    polyhedra : sequence of Polyhedron

    Examples
    --------
    >>> behind = PartsBehind([Polyhedron.box([0], [1]), Polyhedron.box([1], [2])])
    >>> behind.number([fmpq(1)], [fmpz(1)]), behind.number([fmpq(1)], [fmpz(-1)]), behind.number([fmpq(2)], [fmpz(1)])
    (1, 0, None)
    """

    def __init__(self, polyhedra: Sequence[Polyhedron]) -> None:
        self._polyhedra = polyhedra
        self._by_side: dict[Side, list[int]] = {}
        for number, one in enumerate(polyhedra):
            for side in _sides(one):
                self._by_side.setdefault(side, []).append(number)

    def number(self, point: Sequence[fmpq], normal: Sequence[fmpz]) -> int | None:
        """The one right beside a point in the relative interior of a facet, in the direction of its outward normal."""
        offset = sum((entry * x for entry, x in zip(normal, point, strict=True)), fmpq(0))
        side = _side(primitive([*(fmpq(-entry) for entry in normal), -offset]))
        near = self._by_side.get(side, ())
        return next((number for number in near if is_beside(self._polyhedra[number], point, normal)), None)


def _sides(one: Polyhedron) -> Iterator[Side]:
    if isinstance(one, Box):
        for axis, (low, high) in enumerate(zip(one.lower, one.upper, strict=True)):
            yield ((axis, -low.q),), -low.p
            yield ((axis, high.q),), high.p
    else:
        yield from (_side([entry.p for entry in row]) for row in rows(one))


def _side(row: Sequence[fmpz]) -> Side:
    """A half-space <a, x> <= b, given as a primitive row (a, b)."""
    return tuple([(place, entry) for place, entry in enumerate(row[:-1]) if entry]), row[-1]


def face_to_face(sets: Sequence[Polyhedron], run: Run = UNLIMITED) -> list[Polyhedron]:
    """Polyhedra with the same union, which meet face to face, and whose interiors are disjoint."""
    if len(sets) == 1:
        return list(sets)
    boxes = [Box.of(one) for one in sets]
    if all(boxes):
        return list(_face_to_face_boxes([box for box in boxes if box], run))
    planes = dict.fromkeys(hyperplane([entry.p for entry in row]) for one in sets for row in rows(one))
    found: list[Polyhedron] = []
    for number, one in enumerate(sets):
        pieces = [rows(one)]
        for plane in planes:
            run.tick()
            row: Row = tuple(map(fmpq, plane))
            pieces = [half for piece in pieces for half in _halves(piece, row, run)]
        for piece in pieces:
            inside = inner_point(piece, run)
            assert inside is not None, "both halves have interior points"
            # No hyperplane passes through it; an inequality that says nothing may have no slack.
            if not any(min(other.slacks(list(inside))) >= 0 for other in sets[:number]):
                part = from_inequalities(piece, run)
                found.append(Box.of(part) or part)
    return found


def _face_to_face_boxes(boxes: Sequence[Box], run: Run) -> Iterator[Box]:
    """The same of boxes: those of the grid of all their bounds."""
    axes = zip(*(zip(box.lower, box.upper, strict=True) for box in boxes), strict=True)
    bounds = [sorted({entry for pair in axis for entry in pair}) for axis in axes]
    places = [{entry: place for place, entry in enumerate(entries)} for entries in bounds]
    seen: set[tuple[int, ...]] = set()
    for box in boxes:
        ends = zip(places, box.lower, box.upper, strict=True)
        for cell in product(*(range(place[low], place[high]) for place, low, high in ends)):
            run.tick()
            if cell not in seen:
                seen.add(cell)
                inside = list(zip(bounds, cell, strict=True))
                yield Box([entries[place] for entries, place in inside], [entries[place + 1] for entries, place in inside])


def _halves(piece: list[Row], row: Row, run: Run) -> list[list[Row]]:
    """The parts of a set on both sides of a hyperplane; the set itself where it lies on one side."""
    opposite: Row = tuple(-entry for entry in row)
    if row in piece or opposite in piece:
        return [piece]
    below = inner_point([*piece, row], run) is not None
    above = inner_point([*piece, opposite], run) is not None
    if below and above:
        return [[*piece, row], [*piece, opposite]]
    return [piece]
