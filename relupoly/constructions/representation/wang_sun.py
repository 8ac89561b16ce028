"""The theorem of Wang and Sun: a maximum of many affine functions as a signed sum of maxima of n + 1 of them.

The paper's reduction takes any n + 2 functions, whose slopes have a Radon partition, and by inclusion and exclusion makes
maxima of fewer; repeated, it may make exponentially many. Here the sum is read off a triangulation instead. Let the
functions be <a_i, x> + c_i. Lift the points a_i to the heights c_i: the upper hull, seen from above, divides the convex hull
of the a_i; refine this to a triangulation. The points on or below the hull over a simplex S are a convex set K_S with support
function max_S on the directions (x, 1), and

    [K] = sum over the interior simplices S of (-1)^(r - dim S) [K_S],

where r is the dimension of the hull: at each point the simplices that contain it have Euler characteristic 1. Support
functions are valuations (Groemer: such an identity of indicator functions holds for the support functions, too). So

    max_i (<a_i, x> + c_i) = sum over the interior simplices S of (-1)^(r - dim S) max_{i in S} (<a_i, x> + c_i).

A simplex has at most r + 1 <= n + 1 vertices, and for fixed n there are polynomially many of them: for n = 1 the formula
telescopes over neighbours, and for n = 2 it has a term for each triangle, each inner edge and each inner vertex.

The triangulation is found by gift wrapping: from a simplex across each of its facets to the next. Ties between heights are
broken by random second heights, so that every step is exact and the result a triangulation.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Sequence

from flint import fmpq, fmpq_mat

from relupoly.constructions.representation.envelope import Form
from relupoly.errors import SizeError
from relupoly.exact.matrices import from_rows, take_columns
from relupoly.exact.rank import pivot_columns
from relupoly.run import UNLIMITED, Run

_SEED = 20051212
# Heights that put simplices in general position: a tie has about this chance, and then others are drawn.
_SPREAD = 10**6

Simplex = tuple[int, ...]


def reduce_maximum(forms: Sequence[Form], most: int | None = None, run: Run = UNLIMITED) -> list[tuple[int, tuple[Form, ...]]]:
    """The maximum of affine functions as a sum of terms (sign, functions): sign times the maximum of these.

    Parameters
    ----------
    forms : sequence of Form
        Of different slopes.
    most : int, optional
        How many simplices there may be.
    run : Run, optional

    Raises
    ------
    SizeError
        If there are more simplices.

    Examples
    --------
    >>> lines = [(fmpq(-1), fmpq(0)), (fmpq(0), fmpq(1)), (fmpq(1), fmpq(0))]
    >>> [(sign, len(functions)) for sign, functions in reduce_maximum(lines)]
    [(-1, 1), (1, 2), (1, 2)]

    Notes
    -----
    Wang and Sun (2005), as used for Theorem 2.1 of Arora, Basu, Mianjy, Mukherjee (2018); the number of functions in a term
    is at most one more than the dimension that the slopes span.
    """
    if len(forms) == 1:
        return [(1, tuple(forms))]
    slopes = fmpq_mat(len(forms), len(forms[0]) - 1, [entry for form in forms for entry in form[:-1]])
    steps = from_rows(
        [[a - b for a, b in zip(row, slopes.tolist()[0], strict=True)] for row in slopes.tolist()], slopes.ncols()
    )
    chosen = pivot_columns(steps)
    points = [[row[index] for index in chosen] for row in slopes.tolist()]
    wrapping = _GiftWrapping(points, [form[-1] for form in forms], most, run)
    dimension = len(chosen)
    return [
        ((-1) ** (dimension + 1 - len(simplex)), tuple(forms[index] for index in simplex))
        for simplex in sorted(_interior(wrapping.simplices()), key=lambda simplex: (len(simplex), simplex))
    ]


def _interior(simplices: Sequence[Simplex]) -> set[Simplex]:
    """The faces of a triangulation that do not lie in its boundary."""
    facets = Counter(facet for simplex in simplices for facet in itertools.combinations(simplex, len(simplex) - 1))
    boundary = {face for facet, count in facets.items() if count == 1 for face in _faces(facet)}
    return {face for simplex in simplices for face in _faces(simplex)} - boundary


def _faces(simplex: Simplex) -> list[Simplex]:
    return [face for size in range(1, len(simplex) + 1) for face in itertools.combinations(simplex, size)]


class _Tie(Exception):
    """The random numbers were not general enough."""


class _GiftWrapping:
    """Triangulates points of full dimension below the upper hull of their heights."""

    def __init__(self, points: Sequence[Sequence[fmpq]], heights: Sequence[fmpq], most: int | None, run: Run) -> None:
        columns = [[*point, fmpq(1)] for point in points]
        self._matrix = from_rows(columns).transpose()
        self._heights = list(heights)
        self._most = most
        self._run = run
        self._random = random.Random(_SEED)
        self._second: list[fmpq] = []

    def simplices(self) -> list[Simplex]:
        """The simplices of full dimension."""
        while True:
            self._second = [fmpq(self._random.randint(0, _SPREAD)) for _ in self._heights]
            try:
                return self._wrapped(self._first())
            except _Tie:
                continue

    def _wrapped(self, first: Simplex) -> list[Simplex]:
        """All simplices, each found from a neighbour."""
        found, waiting = {first}, [first]
        while waiting:
            self._run.tick()
            simplex = waiting.pop()
            for neighbour in self._neighbours(simplex):
                if neighbour not in found:
                    found.add(neighbour)
                    waiting.append(neighbour)
            if self._most is not None and len(found) > self._most:
                raise SizeError(f"a maximum of {len(self._heights)} affine functions has more than {self._most} simplices")
        return sorted(found)

    def _first(self) -> Simplex:
        """A simplex of the hull: the one below which a random inner point is lifted highest, by the simplex method."""
        simplex = pivot_columns(self._matrix)
        inner = [fmpq(self._random.randint(1, _SPREAD)) for _ in simplex]
        while True:
            self._run.tick()
            weights, gaps = self._coordinates(simplex)
            entering = min(range(len(gaps)), key=gaps.__getitem__)
            if gaps[entering] >= (fmpq(0), fmpq(0)):
                return tuple(sorted(simplex))
            rates = [row[entering] for row in weights]
            ratios = [(share / rate, place) for place, (share, rate) in enumerate(zip(inner, rates, strict=True)) if rate > 0]
            step, leaving = min(ratios)
            if sum(ratio == step for ratio, _ in ratios) > 1:
                raise _Tie
            inner = [share - step * rate for share, rate in zip(inner, rates, strict=True)]
            simplex[leaving], inner[leaving] = entering, step

    def _neighbours(self, simplex: Simplex) -> list[Simplex]:
        """The simplices beyond the facets that are not in the boundary."""
        weights, gaps = self._coordinates(simplex)
        neighbours = []
        for place, row in enumerate(weights):
            ratios = [
                (gaps[index][0] / -weight, gaps[index][1] / -weight, index) for index, weight in enumerate(row) if weight < 0
            ]
            if not ratios:
                continue
            best = min(ratios)
            if sum(ratio[:2] == best[:2] for ratio in ratios) > 1:
                raise _Tie
            neighbours.append(tuple(sorted((*simplex[:place], best[2], *simplex[place + 1 :]))))
        return neighbours

    def _coordinates(self, simplex: Sequence[int]) -> tuple[list[list[fmpq]], list[tuple[fmpq, fmpq]]]:
        """The barycentric coordinates of all points, and how far each lies below the simplex, at first and second heights."""
        weights = take_columns(self._matrix, simplex).inv() * self._matrix
        gaps = []
        for heights in (self._heights, self._second):
            level = fmpq_mat(1, len(simplex), [heights[index] for index in simplex]) * weights
            gaps.append([top - height for top, height in zip(level.entries(), heights, strict=True)])
        return [list(row) for row in weights.tolist()], list(zip(*gaps, strict=True))
