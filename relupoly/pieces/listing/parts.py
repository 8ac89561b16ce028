"""`Parts`: a domain as convex parts that meet face to face, and the net on each of them.

Most domains are one part. A union is cut by all hyperplanes that bound its sets, among sets that touch: what lies in the union
of the cells of that arrangement are the parts. So cells of the net meet face to face across parts, too, and one rule tells
where the union ends: whether right beside a point of a facet there is one of its sets. Sets without end that a net sees through
linear neurons alone are cut in the same way (`relupoly.pieces.forms.pointed`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product

from flint import fmpq, fmpz

from relupoly.errors import DomainError
from relupoly.exact.matrices import primitive
from relupoly.geometry.domain import Domain
from relupoly.geometry.meeting import Row, from_inequalities, inner_point, rows
from relupoly.geometry.polyhedron import Box, Polyhedron
from relupoly.geometry.subspace import AffineSubspace
from relupoly.geometry.union import DomainUnion
from relupoly.networks.composition import restrict
from relupoly.networks.network import Network
from relupoly.pieces.forms.pointed import pointed_parts
from relupoly.pieces.listing.listed_net import ListedNet, Sides
from relupoly.run import UNLIMITED, Run


@dataclass(frozen=True, eq=False)
class Parts:
    """A net on the convex parts of a domain.

    Attributes
    ----------
    network : Network
        As it was given.
    domain : Domain or DomainUnion
    subspace : AffineSubspace or None
        Where all coordinates are parameters of one.
    sets : tuple of Polyhedron or None
        Whose union the domain is, in these coordinates; None is the whole space.
    polyhedra : tuple of Polyhedron or None
        The convex parts.
    """

    network: Network
    domain: Domain | DomainUnion
    subspace: AffineSubspace | None
    sets: tuple[Polyhedron | None, ...]
    polyhedra: tuple[Polyhedron | None, ...]

    @classmethod
    def of(cls, network: Network, domain: Domain | DomainUnion | None = None, run: Run = UNLIMITED) -> Parts:
        """The parts of a domain, all of R^n by default.

        Raises
        ------
        DomainError
            If the domain lies in a space of another dimension, or its sets in several subspaces.
        SizeError
            If there are so many cells that nobody lists them.
        """
        domain = domain or Domain()
        if isinstance(domain, Domain):
            domain.check_dimension(network.input_dim)
            found = pointed_parts(network, domain)
            return cls(network, domain, domain.subspace, (domain.polyhedron,), tuple(part.polyhedron for part in found))
        for part in domain.parts:
            part.check_dimension(network.input_dim)
        frames = domain.frames()
        if len(frames) > 1:
            raise DomainError(
                f"the sets lie in {len(frames)} different subspaces, so their cells have no common coordinates; "
                "list those of each subspace by themselves"
            )
        (frame,) = frames
        if None in frame.polyhedra:
            whole = Domain(None, frame.subspace, domain.name)
            return cls.of(network, whole, run)
        own = dict(zip(frame.numbers, frame.polyhedra, strict=True))
        polyhedra: list[Polyhedron | None] = []
        for group in domain.groups(run):
            for convex in _face_to_face([one for number in group if (one := own[number])], run):
                pointed = pointed_parts(network, Domain(convex, frame.subspace, domain.name))
                polyhedra += [half.polyhedron for half in pointed]
        return cls(network, domain, frame.subspace, tuple(frame.polyhedra), tuple(polyhedra))

    @cached_property
    def restricted(self) -> Network:
        """The net on the domain's coordinates."""
        return restrict(self.network, self.subspace) if self.subspace else self.network

    @cached_property
    def listed(self) -> tuple[ListedNet, ...]:
        """The net on each part."""
        return tuple(
            ListedNet.of(self.restricted, Domain(polyhedron, name=self.domain.name), self._sides)
            for polyhedron in self.polyhedra
        )

    @cached_property
    def is_convex(self) -> bool:
        """Whether a pattern has one cell at most, since there is one part."""
        return len(self.polyhedra) == 1

    @cached_property
    def _sides(self) -> Sides:
        """By hyperplane, which inequalities of the sets it bounds; those of several sets are numbered through."""
        found: dict[tuple[fmpz, ...], tuple[int, ...]] = {}
        number = 0
        for one in self.sets:
            if one is None:
                continue
            for row, bound in zip(one.matrix.tolist(), one.bound.entries(), strict=True):
                number += 1
                if any(row):
                    key = hyperplane(primitive([*row, bound]))
                    found[key] = (*found.get(key, ()), number)
        return found

    def goes_on(self, point: Sequence[fmpq], direction: Sequence[fmpz]) -> bool:
        """Whether one of the sets lies right beside a point, in a direction."""
        return any(one is None or _goes_on(one, point, direction) for one in self.sets)

    def part_beside(self, point: Sequence[fmpq], direction: Sequence[fmpz]) -> int:
        """The number of the part that lies right beside a point, in a direction."""
        return next(number for number, one in enumerate(self.polyhedra) if one is None or _goes_on(one, point, direction))

    def holds(self, point: Sequence[fmpq]) -> bool:
        """Whether a point lies in the domain."""
        return any(one is None or all(slack >= 0 for slack in one.slacks(list(point))) for one in self.sets)


def hyperplane(row: Sequence[fmpz]) -> tuple[fmpz, ...]:
    """A primitive integer row (a, b) of a hyperplane <a, x> = b, whose first entry that is not 0 is positive.

    Examples
    --------
    >>> hyperplane([fmpz(-1), fmpz(2)])
    (1, -2)
    """
    lead = next(entry for entry in row if entry)
    return tuple(row) if lead > 0 else tuple([-entry for entry in row])


def _goes_on(one: Polyhedron, point: Sequence[fmpq], direction: Sequence[fmpz]) -> bool:
    # Where slack and rate are 0, the inequality says nothing: no hyperplane passes through a facet.
    if isinstance(one, Box):  # of many boxes, most are told by the first coordinates
        axes = zip(one.lower, one.upper, point, direction, strict=True)
        return all(low < x < high or (x == low and rate >= 0) or (x == high and rate <= 0) for low, high, x, rate in axes)
    slacks = one.slacks(list(point))
    rates = one.products([fmpq(entry) for entry in direction])
    return all(slack > 0 or (slack == 0 and rate <= 0) for slack, rate in zip(slacks, rates, strict=True))


def _face_to_face(sets: Sequence[Polyhedron], run: Run) -> list[Polyhedron]:
    """Polyhedra with the same union, which meet face to face, and whose interiors are disjoint."""
    if len(sets) == 1:
        return list(sets)
    boxes = [Box.of(one) for one in sets]
    if all(boxes):
        return list(_face_to_face_boxes([box for box in boxes if box]))
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


def _face_to_face_boxes(boxes: Sequence[Box]) -> Iterator[Box]:
    """The same of boxes: those of the grid of all their bounds."""
    axes = list(zip(*(zip(box.lower, box.upper, strict=True) for box in boxes), strict=True))
    bounds = [sorted({entry for pair in axis for entry in pair}) for axis in axes]
    for number, box in enumerate(boxes):
        inner = [
            [low, *(entry for entry in entries if low < entry < high), high]
            for entries, low, high in zip(bounds, box.lower, box.upper, strict=True)
        ]
        for cell in product(*(pairwise(entries) for entries in inner)):
            lower, upper = [low for low, _ in cell], [high for _, high in cell]
            if not any(_holds(other, lower, upper) for other in boxes[:number]):
                yield Box(lower, upper)


def _holds(box: Box, lower: Sequence[fmpq], upper: Sequence[fmpq]) -> bool:
    """Whether a box holds another one."""
    low = all(one <= other for one, other in zip(box.lower, lower, strict=True))
    return low and all(other <= one for one, other in zip(box.upper, upper, strict=True))


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
