"""Convex hulls of few points by cddlib in exact arithmetic: vertices, facets, all faces, and the volume by pyramids."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import factorial

import cdd
import cdd.gmp
from flint import fmpq, fmpq_mat

Point = tuple[Fraction, ...]
Face = frozenset[int]


@dataclass(frozen=True)
class Hull:
    """A full-dimensional polytope: its points, and the points on each facet."""

    points: list[Point]
    facets: list[Face]

    @property
    def faces(self) -> set[Face]:
        """All proper faces, as sets of points: the intersections of facets."""
        found = set(self.facets)
        while True:
            more = {one & other for one, other in itertools.product(found, self.facets)} - found - {frozenset()}
            if not more:
                return found
            found |= more

    def dimension(self, face: Face) -> int:
        return self._steps(sorted(face)).rank() if len(face) > 1 else 0

    def f_vector(self) -> tuple[int, ...]:
        counts = [0] * len(self.points[0])
        for face in self.faces:
            counts[self.dimension(face)] += 1
        return tuple(counts)

    def volume(self) -> Fraction:
        """By pulling: a face is the union of the pyramids from its least point over its facets without it."""
        faces = self.faces
        everything = frozenset(range(len(self.points)))
        inside = {face: [one for one in faces if one < face and not any(one < two < face for two in faces)] for face in faces}
        inside[everything] = self.facets
        return sum(map(self._simplex, self._flags(everything, inside)), Fraction(0))

    def _flags(self, face: Face, inside: dict[Face, list[Face]]) -> list[list[int]]:
        """The simplices of a face; points that are no vertices are only on the faces that they are in the interior of."""
        corner = min(index for index in face if frozenset([index]) in inside or len(face) == 1)
        if len(face) == 1:
            return [[corner]]
        return [[corner, *rest] for part in inside[face] if corner not in part for rest in self._flags(part, inside)]

    def _simplex(self, corners: list[int]) -> Fraction:
        volume = abs(self._steps(corners).det())
        return Fraction(int(volume.p), int(volume.q)) / factorial(len(corners) - 1)

    def _steps(self, corners: list[int]) -> fmpq_mat:
        """The differences of points from the first one."""
        first, *rest = (self.points[index] for index in corners)
        rows = [[one - other for one, other in zip(point, first, strict=True)] for point in rest]
        return fmpq_mat([[fmpq(*entry.as_integer_ratio()) for entry in row] for row in rows])


def hull(points: Sequence[Sequence[Fraction]]) -> Hull:
    """The hull of points that are not all in a hyperplane."""
    distinct = sorted({tuple(map(Fraction, point)) for point in points})
    matrix = cdd.gmp.matrix_from_array([[Fraction(1), *point] for point in distinct], rep_type=cdd.RepType.GENERATOR)
    inequalities = cdd.gmp.copy_inequalities(cdd.gmp.polyhedron_from_matrix(matrix)).array
    facets = [
        frozenset(index for index, point in enumerate(distinct) if b + sum(x * y for x, y in zip(a, point, strict=True)) == 0)
        for b, *a in inequalities
    ]
    return Hull(distinct, facets)


def sign_sums(generators: Sequence[Sequence[Fraction]]) -> list[Point]:
    """All sums of the generators with signs."""
    return [
        tuple(
            sum((sign * entry for sign, entry in zip(signs, column, strict=True)), Fraction(0))
            for column in zip(*generators, strict=True)
        )
        for signs in itertools.product((1, -1), repeat=len(generators))
    ]
