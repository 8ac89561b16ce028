"""`FaceComplex`: all faces of all cells, each once, with their facets and orientations, as it grows cell by cell.

A face is known by its vertices and rays: cells meet face to face, so that a common face has the same ones in both. Rays of one
direction need not be one, since the net may grow differently along them; the rates of all outputs tell them apart. Only faces
that are new are looked into: their facets are the largest of their intersections with facets of the cell. No coordinate is
needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from flint import fmpz

from relupoly.analysis.largest import combined
from relupoly.analysis.levels.functions import without_lines
from relupoly.geometry.generators import exact_key
from relupoly.pieces.listing.recent import Recent
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
        self._numbers: dict[tuple[fmpz, ...], int] = {}
        self._known: Recent[int, tuple[Vector, int]] = Recent()

    @property
    def f_vector(self) -> tuple[int, ...]:
        """The numbers of faces by dimension."""
        return tuple(len(level.boundaries) for level in self.levels)

    @property
    def euler(self) -> int:
        """The Euler characteristic: the sum of the numbers of bounded faces with alternating signs."""
        return alternating([sum(not any(self.is_ray[one] for one in face) for face in level.numbers) for level in self.levels])

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
        numbers = self._generators(cell, vectors)
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

    def _generators(self, cell: CellRecord, vectors: Sequence[Vector]) -> list[int]:
        """The numbers of the vertices and rays of a cell."""
        assert cell.vertices is not None
        found = []
        for vertex, vector in zip(cell.vertices, vectors, strict=False):
            known = self._known.get(id(vertex))
            if known is None or known[0] is not vertex:  # cells share vertices, the objects too
                known = self._known[id(vertex)] = vertex, self._number(cell, vector)
            found.append(known[1])
        return found + [self._number(cell, vector) for vector in vectors[len(cell.vertices) :]]

    def _number(self, cell: CellRecord, vector: Vector) -> int:
        """The number of a vertex or ray, given homogeneous."""
        assert cell.gradient is not None
        rates = () if vector[-1] else tuple(combined(row, vector[:-1]) for row in cell.gradient)
        key = exact_key((*vector, *rates))
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.values)
            self.values.append(rates or tuple(cell.value(vector[:-1])))
            self.is_ray.append(not vector[-1])
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


def alternating(numbers: Sequence[int]) -> int:
    """The sum of numbers with alternating signs, the first one positive.

    Examples
    --------
    >>> alternating([9, 12, 4])
    1
    """
    return sum(-number if place % 2 else number for place, number in enumerate(numbers))
