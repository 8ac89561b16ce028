"""`Parts`: a domain as convex parts that meet face to face, and the net on each of them.

Most domains are one part. A union is cut by all hyperplanes that bound its sets, among sets that touch: what lies in the union
of the cells of that arrangement are the parts. So cells of the net meet face to face across parts, too, and one rule tells
where the union ends: whether behind a facet there is another part. Sets without end that a net sees through linear neurons
alone are cut in the same way (`relupoly.pieces.forms.pointed`).

Sets of a union may lie in several subspaces. They have coordinates of their own then, and do not touch, for else there are no
cells (`relupoly.geometry.union`): so nothing of one subspace reaches another one, and each has its `FrameParts`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from flint import fmpz

from relupoly.exact.matrices import primitive
from relupoly.geometry.domain import Domain
from relupoly.geometry.frames import Frame
from relupoly.geometry.polyhedron import Box, Polyhedron
from relupoly.geometry.subspace import AffineSubspace
from relupoly.geometry.union import DomainUnion, Groups
from relupoly.networks.composition import restrict
from relupoly.networks.network import Network
from relupoly.pieces.forms.pointed import pointed_parts
from relupoly.pieces.listing.face_to_face import PartsBehind, face_to_face, hyperplane
from relupoly.pieces.listing.listed_net import ListedNet, Sides
from relupoly.pieces.listing.records import Vector
from relupoly.run import UNLIMITED, Run

GoesOn = Callable[[Vector, Sequence[fmpz]], bool]
"""Whether the domain goes on beside a point of its part's boundary, in a direction."""


@dataclass(frozen=True, eq=False)
class FrameParts:
    """A net on the convex parts that lie in one subspace.

    Attributes
    ----------
    network : Network
        On the coordinates of the parts.
    subspace : AffineSubspace or None
        Whose parameters these are; None where they are the inputs.
    number : int or None
        Which of the domain's subspaces it is, from 1; None where there is one.
    first : int
        The number of the first part among those of all subspaces, from 0.
    polyhedra : tuple of Polyhedron or None
        The parts; None is the whole space.
    sides : dict
        By hyperplane, which inequalities of the domain it bounds.
    name : str
        That of the domain.
    """

    network: Network
    subspace: AffineSubspace | None
    number: int | None
    first: int
    polyhedra: tuple[Polyhedron | None, ...]
    sides: Sides
    name: str

    @cached_property
    def listed(self) -> tuple[ListedNet, ...]:
        """The net on each part."""
        return tuple(
            ListedNet.of(self.network, Domain(polyhedron, name=self.name), self.sides, self.number)
            for polyhedron in self.polyhedra
        )

    @property
    def is_convex(self) -> bool:
        """Whether a pattern has one cell at most, since there is one part."""
        return len(self.polyhedra) == 1

    @cached_property
    def _behind(self) -> PartsBehind:
        return PartsBehind([one for one in self.polyhedra if one is not None])

    def goes_on(self, point: Vector, normal: Sequence[fmpz]) -> bool:
        """Whether there is a part behind a facet of another one: right beside a point inside of it."""
        return self._behind.number(point, normal) is not None

    def part_beside(self, point: Vector, normal: Sequence[fmpz]) -> int:
        """The number of that part among those of all subspaces."""
        found = self._behind.number(point, normal)
        assert found is not None, "there is one"
        return self.first + found

    def at(self, point: Vector) -> Iterator[int]:
        """The numbers of the parts that hold a point, among those of all subspaces."""
        for number, one in enumerate(self.polyhedra, self.first):
            if one is None or min(one.slacks(list(point))) >= 0:
                yield number


@dataclass(frozen=True, eq=False)
class Parts:
    """A net on the convex parts of a domain.

    Attributes
    ----------
    network : Network
        As it was given.
    domain : Domain or DomainUnion
    frames : tuple of FrameParts
        The parts by the subspaces in which they lie.
    """

    network: Network
    domain: Domain | DomainUnion
    frames: tuple[FrameParts, ...]

    @classmethod
    def of(cls, network: Network, domain: Domain | DomainUnion | None = None, run: Run = UNLIMITED) -> Parts:
        """The parts of a domain, all of R^n by default.

        Raises
        ------
        DomainError
            If the domain lies in a space of another dimension, or sets in different subspaces touch.
        SizeError
            If there are so many cells that nobody lists them.
        """
        domain = domain or Domain()
        union = domain if isinstance(domain, DomainUnion) else DomainUnion((domain,))
        for part in union.parts:
            part.check_dimension(network.input_dim)
        frames, groups = union.frames(), union.groups(run)
        rows = [_inequalities(part.polyhedron) for part in union.parts]
        starts = [sum(rows[:number]) for number in range(len(rows))]
        found: list[FrameParts] = []
        first = 0
        for number, frame in enumerate(frames, 1):
            inner = restrict(network, frame.subspace) if frame.subspace else network
            polyhedra = tuple(_convex_parts(inner, frame, groups, run))
            which = number if len(frames) > 1 else None
            sides = _sides(frame, starts)
            found.append(FrameParts(inner, frame.subspace, which, first, polyhedra, sides, domain.name))
            first += len(polyhedra)
        return cls(network, domain, tuple(found))

    @cached_property
    def listed(self) -> tuple[ListedNet, ...]:
        """The net on each part, one subspace after the other."""
        return tuple(listed for frame in self.frames for listed in frame.listed)

    @property
    def is_convex(self) -> bool:
        """Whether a pattern has one cell at most, since there is one part."""
        return len(self.frames) == 1 and self.frames[0].is_convex

    def frame_of(self, listed: ListedNet) -> FrameParts:
        """The parts of the subspace in which one of them lies."""
        return self.frames[(listed.subspace or 1) - 1]

    def goes_on(self, listed: ListedNet) -> GoesOn | None:
        """What tells whether the domain goes on beside a part; None where the part stands alone."""
        frame = self.frame_of(listed)
        return None if frame.is_convex else frame.goes_on


def _convex_parts(network: Network, frame: Frame, groups: Groups, run: Run) -> Iterator[Polyhedron | None]:
    """The parts in a subspace; the net has its parameters as inputs."""
    own = dict(zip(frame.numbers, frame.polyhedra, strict=True))
    polyhedra = [one for one in own.values() if one is not None]
    if len(polyhedra) < len(own):
        yield from _pointed(network, None)  # one set is all of it
        return
    for group in groups:
        for convex in face_to_face([one for number in group if (one := own.get(number))], run):
            yield from _pointed(network, convex)


def _pointed(network: Network, polyhedron: Polyhedron | None) -> Iterator[Polyhedron | None]:
    yield from (part.polyhedron for part in pointed_parts(network, Domain(polyhedron)))


def _sides(frame: Frame, starts: Sequence[int]) -> Sides:
    """By hyperplane, which inequalities of the sets it bounds; those of several sets are numbered through."""
    found: dict[tuple[fmpz, ...], tuple[int, ...]] = {}
    for which, one in zip(frame.numbers, frame.polyhedra, strict=True):
        if one is None:
            continue
        both = zip(one.matrix.tolist(), one.bound.entries(), strict=True)
        for number, (row, bound) in enumerate(both, starts[which] + 1):
            if any(row):
                key = hyperplane(primitive([*row, bound]))
                found[key] = (*found.get(key, ()), number)
    return found


def _inequalities(polyhedron: Polyhedron | None) -> int:
    """How many inequalities a set has."""
    if polyhedron is None:
        return 0
    return 2 * polyhedron.dimension if isinstance(polyhedron, Box) else int(polyhedron.matrix.nrows())
