"""`DividedComplex`: a polyhedral complex whose faces are cut where a function that is affine on each has a level.

In: the complex, and the sign of f - c at each vertex and along each ray. A face on which both signs occur has three parts: what
is below the level, what is above, and the section between them, one dimension smaller. All other faces stay. The new faces'
boundaries follow from the old ones; no coordinate of a new vertex is needed:

* the part of F below has the parts of its facets below, and the section, with sign 1; above with sign -1;
* the section of F has the sections of its facets G, with the opposite of their signs in F, and the ridges R of F at the level,
  with minus the sign of R in G times that of G in F, where G is the facet through R that is below.

Unbounded sets can be shrunk to the faces that are bounded, if these have vertices, without any change of their topology. So
it is told of each face whether it is bounded; the parts of an unbounded one may be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from relupoly.analysis.levels.complex import Chain, FaceComplex
from relupoly.run import UNLIMITED, Run

BELOW, LEVEL, ABOVE = 1, 2, 4
"""Bits of a face: it lies in {f <= c}, in {f = c}, in {f >= c}; a face in the middle one has all three."""

_MINUS, _ZERO, _PLUS = 1, 2, 4


@dataclass
class DividedComplex:
    """Faces by numbers, those of a boundary before its face.

    Attributes
    ----------
    dimensions : list of int
    boundaries : list of list of (int, int)
        For each face its facets, with signs.
    sides : list of int
        In which sets each face lies: bits BELOW, LEVEL, ABOVE.
    bounded : list of bool
    """

    dimensions: list[int] = field(default_factory=list)
    boundaries: list[Chain] = field(default_factory=list)
    sides: list[int] = field(default_factory=list)
    bounded: list[bool] = field(default_factory=list)

    def f_vector(self, side: int, size: int) -> tuple[int, ...]:
        """The numbers of faces in a set, by dimension from 0 to one less than a size."""
        counts = [0] * size
        for dimension, sides in zip(self.dimensions, self.sides, strict=True):
            if sides & side:
                counts[dimension] += 1
        return tuple(counts)

    def add(self, dimension: int, boundary: Chain, sides: int, bounded: bool) -> int:
        """A face; its number."""
        self.dimensions.append(dimension)
        self.boundaries.append(boundary)
        self.sides.append(sides)
        self.bounded.append(bounded)
        return len(self.dimensions) - 1


@dataclass(slots=True)
class _Parts:
    """What a face has become: the numbers of what is below, at and above the level; of a face that stays, its own."""

    below: int | None = None
    section: int | None = None
    above: int | None = None
    is_cut: bool = False


def divided(complex_: FaceComplex, signs: Sequence[int], run: Run = UNLIMITED) -> DividedComplex:
    """Cut all faces of a complex.

    Parameters
    ----------
    complex_ : FaceComplex
    signs : sequence of int
        Of f - c at each vertex, and of the rate of f along each ray: -1, 0 or 1.
    run : Run, optional
        Asked at every face whether to go on.
    """
    found = DividedComplex()
    before: list[list[_Parts]] = []
    for dimension, level in enumerate(complex_.levels):
        own: list[_Parts] = []
        for generators, number in level.numbers.items():
            run.tick()
            assert number == len(own), "faces are numbered as they come"
            vertices, rays = _signs(generators, signs, complex_.is_ray)
            facets = level.boundaries[number]
            if not (vertices | rays) & _MINUS or not (vertices | rays) & _PLUS:
                own.append(_kept(found, dimension, vertices | rays, not rays, facets, before))
            else:
                ridges = complex_.levels[dimension - 1].boundaries
                own.append(_cut(found, dimension, rays, facets, ridges, before))
        before.append(own)
    return found


def _signs(generators: Sequence[int], signs: Sequence[int], is_ray: Sequence[bool]) -> tuple[int, int]:
    """Which signs there are at the vertices and along the rays of a face, as bits."""
    vertices = rays = 0
    for one in generators:
        bit = 1 << (signs[one] + 1)
        if is_ray[one]:
            rays |= bit
        else:
            vertices |= bit
    return vertices, rays


def _kept(
    found: DividedComplex, dimension: int, signs: int, bounded: bool, facets: Chain, before: Sequence[Sequence[_Parts]]
) -> _Parts:
    """A face that is not cut."""
    sides = (0 if signs & _PLUS else BELOW) | (0 if signs & _MINUS else ABOVE)
    sides |= LEVEL if sides == BELOW | ABOVE else 0
    boundary = [(_whole(before[dimension - 1][facet]), sign) for facet, sign in facets]
    number = found.add(dimension, boundary, sides, bounded)
    return _Parts(
        number if sides & BELOW else None,
        number if sides & LEVEL else None,
        number if sides & ABOVE else None,
    )


def _whole(parts: _Parts) -> int:
    """The number of a face that is not cut."""
    number = parts.below if parts.below is not None else parts.above
    assert number is not None
    assert not parts.is_cut
    return number


def _cut(
    found: DividedComplex,
    dimension: int,
    rays: int,
    facets: Chain,
    ridges: Sequence[Chain],
    before: Sequence[Sequence[_Parts]],
) -> _Parts:
    """The three parts of a face."""
    below, section, above = Chain(), Chain(), Chain()
    for facet, sign in facets:
        parts = before[dimension - 1][facet]
        if parts.below is not None:
            below.append((parts.below, sign))
        if parts.above is not None:
            above.append((parts.above, sign))
        if parts.is_cut:
            assert parts.section is not None
            section.append((parts.section, -sign))
        elif parts.below is not None and dimension > 1:
            for ridge, against in ridges[facet]:
                at_level = before[dimension - 2][ridge]
                if at_level.section is not None and not at_level.is_cut:
                    section.append((at_level.section, -sign * against))
    bounded = rays in (0, _MINUS, _PLUS)
    between = found.add(dimension - 1, section, BELOW | LEVEL | ABOVE, bounded)
    lower = found.add(dimension, [*below, (between, 1)], BELOW, rays in (0, _PLUS))
    upper = found.add(dimension, [*above, (between, -1)], ABOVE, rays in (0, _MINUS))
    return _Parts(lower, between, upper, is_cut=True)
