"""`FaceComplex`: all faces of all cells, each once, with their facets and orientations, as it grows cell by cell.

A face is known by its vertices and rays: cells meet face to face, so that a common face has the same ones in both. Rays of one
direction may be different points at infinity, along which the net grows differently; with the rates of all outputs they are
told apart. Only faces that are new are taken apart: their facets are the largest of their intersections with facets of the cell.
No coordinate is looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from relupoly.analysis.largest import combined
from relupoly.analysis.levels.functions import without_lines
from relupoly.pieces.listing.records import CellRecord, Vector
from relupoly.run import UNLIMITED, Run

Chain = list[tuple[int, int]]
"""Faces of one dimension, by their numbers, with coefficients 1 or -1."""


@dataclass
class Faces:
    """The faces of one dimension.

    Attributes
    ----------
    numbers : dict
        The number of each face, by the numbers of its generators in ascending order.
    boundaries : list of list of (int, int)
        For each face its facets, with signs by which each facet of a facet comes twice, with opposite signs.
    """

    numbers: dict[tuple[int, ...], int] = field(default_factory=dict)
    boundaries: list[Chain] = field(default_factory=list)


class FaceComplex:
    """A polyhedral complex that grows.

    Parameters
    ----------
    run : Run, optional
        Asked at every cell whether to go on.

    Attributes
    ----------
    levels : list of Faces
        By dimension; directions in which nothing changes are left out.
    values : list of tuple of fmpq
        The outputs at each vertex, and their rates along each ray.
    is_ray : list of bool
        Of the same.
    """

    def __init__(self, run: Run = UNLIMITED) -> None:
        self._run = run
        self.levels: list[Faces] = []
        self.values: list[Vector] = []
        self.is_ray: list[bool] = []
        self._numbers: dict[tuple[Vector, Vector | None], int] = {}

    @property
    def f_vector(self) -> tuple[int, ...]:
        """The numbers of faces by dimension."""
        return tuple(len(level.boundaries) for level in self.levels)

    @property
    def bounded(self) -> bool:
        """Whether all faces are."""
        return not any(self.is_ray)

    def add(self, cell: CellRecord) -> None:
        """Take a cell, with gradient, constant, vertices, rays and incidence.

        Raises
        ------
        DomainError, SizeError
            As `without_lines`.
        """
        self._run.tick()
        vectors, masks = without_lines(cell)
        assert cell.gradient is not None
        assert cell.rays is not None
        assert cell.vertices is not None
        numbers = [self._number(cell, vector) for vector in vectors]
        lines = (len(cell.rays) + len(cell.vertices) - len(vectors)) // 2
        dimension = len(cell.gradient[0]) - lines
        while len(self.levels) <= dimension:
            self.levels.append(Faces())
        facets = [0] * max((mask.bit_length() for mask in masks), default=0)
        for place, mask in enumerate(masks):
            for facet in range(mask.bit_length()):
                facets[facet] |= (mask >> facet & 1) << place
        finite = (1 << len(cell.vertices)) - 1
        self._face((1 << len(vectors)) - 1, dimension, facets, finite, numbers)

    def _number(self, cell: CellRecord, vector: Vector) -> int:
        """The number of a vertex or ray, given homogeneous."""
        assert cell.gradient is not None
        is_ray = not vector[-1]
        rates = tuple(combined(row, vector[:-1]) for row in cell.gradient) if is_ray else None
        number = self._numbers.get((vector, rates))
        if number is None:
            number = self._numbers[vector, rates] = len(self.values)
            self.values.append(tuple(cell.value(vector[:-1])) if rates is None else rates)
            self.is_ray.append(is_ray)
        return number

    def _face(self, own: int, dimension: int, facets: Sequence[int], finite: int, numbers: Sequence[int]) -> int:
        """The number of a face of a cell, which is given by the places of its generators, as a set of bits."""
        level = self.levels[dimension]
        key = tuple(sorted([number for place, number in enumerate(numbers) if own >> place & 1]))
        found = level.numbers.get(key)
        if found is None:
            sides = _sides(own, dimension, facets, finite)
            below = [self._face(side, dimension - 1, facets, finite, numbers) for side in sides]
            found = level.numbers[key] = len(level.boundaries)
            level.boundaries.append(self._oriented(below, dimension))
        return found

    def _oriented(self, facets: Sequence[int], dimension: int) -> Chain:
        """The facets of a face with signs: one after the other, those that share a ridge cancel there."""
        if dimension <= 1:
            return [(facet, 1 - 2 * place) for place, facet in enumerate(facets)]
        boundaries = self.levels[dimension - 1].boundaries
        on_ridge: dict[int, list[tuple[int, int]]] = {}
        for facet in facets:
            for ridge, sign in boundaries[facet]:
                on_ridge.setdefault(ridge, []).append((facet, sign))
        signs = {facets[0]: 1}
        waiting = [facets[0]]
        while waiting:
            facet = waiting.pop()
            for ridge, sign in boundaries[facet]:
                for other, against in on_ridge[ridge]:
                    if other not in signs:
                        signs[other] = -signs[facet] * sign * against
                        waiting.append(other)
        return list(signs.items())


def _sides(own: int, dimension: int, facets: Sequence[int], finite: int) -> list[int]:
    """The facets of a face, as sets of bits; none at infinity."""
    if dimension == 0:
        return []
    if dimension == 1:
        ends = own & finite
        return [1 << place for place in range(ends.bit_length()) if ends >> place & 1]
    sides = {own & facet for facet in facets}
    sides.discard(own)
    if dimension == 2:
        return [side for side in sides if side & finite and side.bit_count() == 2]
    large = [side for side in sides if side & finite and side.bit_count() >= dimension]
    return [one for one in large if not any(one & other == one != other for other in large)]
