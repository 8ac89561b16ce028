"""`BoundedSet`: a polyhedron as a box and further inequalities.

A box around the polyhedron need not be the smallest one, since all inequalities are kept that do not follow from it. Bounds of
single coordinates are read off; where others are missing, inequalities with bounded terms give them, one after the other, and
an exact linear program where that comes to an end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb
from typing import TypeAlias

from flint import fmpq

from relupoly.exact.fractions import from_fraction, to_fraction
from relupoly.geometry.linear_programs import maximize
from relupoly.geometry.meeting import Row, rows, tied
from relupoly.geometry.polyhedron import Box, Polyhedron
from relupoly.run import UNLIMITED, Run

# A bound of more bits is rounded outward, to this many binary places: the box need not be tight.
_LONG = 64

Ends: TypeAlias = list[fmpq | None]


@dataclass(frozen=True)
class BoundedSet:
    """The points of a box at which further inequalities hold; it has interior points.

    Attributes
    ----------
    lower, upper : tuple of fmpq, length n
    rows : tuple of tuples of fmpq, length n + 1
        The inequalities <a, x> <= b that do not follow from the box: the entries of a, then b.
    """

    lower: tuple[fmpq, ...]
    upper: tuple[fmpq, ...]
    rows: tuple[Row, ...] = ()

    @classmethod
    def of_box(cls, box: Box) -> BoundedSet:
        """A box."""
        return cls(box.lower, box.upper)

    @classmethod
    def of(cls, polyhedron: Polyhedron, run: Run = UNLIMITED) -> BoundedSet | None:
        """A polyhedron, if it is bounded; else None.

        Examples
        --------
        >>> BoundedSet.of(Polyhedron.from_inequalities([[-1, 0], [0, -1], [1, 2]], [0, 0, 4]))
        BoundedSet(lower=(0, 0), upper=(4, 2), rows=((1, 2, 4),))
        >>> BoundedSet.of(Polyhedron.from_inequalities([[-1, 0], [0, -1]], [0, 0])) is None
        True
        """
        if isinstance(polyhedron, Box):
            return cls.of_box(polyhedron)
        inequalities, size = rows(polyhedron), polyhedron.dimension
        lower: Ends = [None] * size
        upper: Ends = [None] * size
        for row in inequalities:
            places = [place for place, entry in enumerate(row[:-1]) if entry]
            if len(places) == 1:
                _tighten(lower, upper, places[0], row[places[0]], row[-1])
        if not _bound(inequalities, lower, upper, run):
            return None
        low, high = (tuple(end for end in ends if end is not None) for ends in (lower, upper))
        return cls(low, high, tuple(row for row in inequalities if not _follows(row, low, high)))

    @property
    def dimension(self) -> int:
        """The dimension n of the space."""
        return len(self.lower)

    def seen(self, places: Sequence[int]) -> tuple[list[int], BoundedSet]:
        """The same on some coordinates, and on those that inequalities tie to them; others say nothing about these.

        Returns
        -------
        places : list of int
            All of them.
        part : BoundedSet
            On them.
        """
        order, sides = tied(self.rows, places)
        low, high = (tuple(ends[place] for place in order) for ends in (self.lower, self.upper))
        return order, BoundedSet(low, high, tuple(sides))


def most_vertices(polyhedron: Polyhedron) -> int:
    """How many vertices and rays a polyhedron with so many inequalities has at most (McMullen 1970).

    Examples
    --------
    >>> most_vertices(Polyhedron.from_inequalities([[-1, 0], [0, -1], [1, 2]], [0, 0, 4]))
    4
    """
    # Homogenised, with t >= 0 as one more facet.
    dimension = polyhedron.dimension
    facets = len(rows(polyhedron)) + 1
    if facets <= dimension:
        return 1
    half, other = (dimension + 1) // 2, dimension // 2
    return comb(facets - half, dimension // 2) + comb(max(0, facets - 1 - other), max(0, (dimension - 1) // 2))


def _tighten(lower: Ends, upper: Ends, place: int, entry: fmpq, bound: fmpq) -> None:
    """Take over entry * x <= bound."""
    end, ends = bound / entry, upper if entry > 0 else lower
    known = ends[place]
    if known is None or (end < known if entry > 0 else end > known):
        ends[place] = end


def _bound(inequalities: Sequence[Row], lower: Ends, upper: Ends, run: Run) -> bool:
    """Find the bounds that are missing; False if there are none."""
    while True:
        while sum(_propagate(row, lower, upper) for row in inequalities):
            run.tick()
        missing = next(_missing(lower, upper), None)
        if missing is None:
            return True
        place, sign = missing
        end = _extreme(inequalities, place, sign, len(lower), run)
        if end is None:
            return False
        _tighten(lower, upper, place, fmpq(sign), _outward(end))


def _missing(lower: Ends, upper: Ends) -> Iterator[tuple[int, int]]:
    for sign, ends in ((-1, lower), (1, upper)):
        for place, end in enumerate(ends):
            if end is None:
                yield place, sign


def _propagate(row: Row, lower: Ends, upper: Ends) -> bool:
    """Where all terms of an inequality but one are bounded below, the one is bounded; whether that was news."""
    least, open_places = fmpq(0), []
    for place, entry in enumerate(row[:-1]):
        if entry:
            end = lower[place] if entry > 0 else upper[place]
            if end is None:
                open_places.append(place)
            else:
                least += entry * end
    if len(open_places) > 1:
        return False
    found = False
    for place, entry in enumerate(row[:-1]):
        own, others = (upper, lower) if entry > 0 else (lower, upper)
        if entry and own[place] is None and open_places in ([], [place]):
            # Without the coordinate's own term, which is in the sum where it is bounded.
            other = others[place]
            room = row[-1] - least + (entry * other if other is not None else 0)
            own[place] = _outward(room / entry) if entry > 0 else -_outward(-room / entry)
            found = True
    return found


def _extreme(inequalities: Sequence[Row], place: int, sign: int, size: int, run: Run) -> fmpq | None:
    """The largest value of a coordinate times a sign; None if there is none."""
    objective = [Fraction(sign if index == place else 0) for index in range(size)]
    matrix = [[to_fraction(entry) for entry in row[:-1]] for row in inequalities]
    best = maximize(objective, matrix, [to_fraction(row[-1]) for row in inequalities], run=run)
    return None if best.value is None else from_fraction(best.value)


def _outward(end: fmpq) -> fmpq:
    """A number that is not smaller, and short."""
    if max(int(end.p).bit_length(), int(end.q).bit_length()) <= _LONG:
        return end
    scale = fmpq(2) ** max(0, _LONG - int(abs(end).p).bit_length() + int(end.q).bit_length())
    return (end * scale).ceil() / scale


def _follows(row: Row, lower: Sequence[fmpq], upper: Sequence[fmpq]) -> bool:
    """Whether an inequality holds on all of a box."""
    ends = (high if entry > 0 else low for entry, low, high in zip(row[:-1], lower, upper, strict=True))
    return sum((entry * end for entry, end in zip(row[:-1], ends, strict=True)), fmpq(0)) <= row[-1]
