"""The Betti numbers of a chain complex of integers, by algebraic reductions.

A face and a facet of it with the coefficient 1 or -1 can be removed together, and the homology stays; boundaries of other faces
change only if the facet lies in others, and the face has other facets. So first come pairs where one of both is not so, which
need no arithmetic: free faces, and faces with one facet left. A vertex is taken away from each component to begin with, which
is one class of dimension 0. This leaves little: nothing but the classes, of complexes of 50,000 faces from nets with random
weights in R^3. On the rest it is Gaussian elimination, as long as there is a 1 or -1, then a matter of exact ranks. So Betti
numbers are those over the rationals, also where there is torsion.

M. Mrozek, B. Batko, Coreduction homology algorithm, Discrete & Computational Geometry 41 (2009).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from flint import fmpz, fmpz_mat

from relupoly.analysis.levels.complex import Chain
from relupoly.run import UNLIMITED, Run


def betti_numbers(dimensions: Sequence[int], boundaries: Sequence[Chain], size: int, run: Run = UNLIMITED) -> tuple[int, ...]:
    """The ranks of the homology groups of a complex.

    Parameters
    ----------
    dimensions : sequence of int
        Of each face.
    boundaries : sequence of list of (int, int)
        The facets of each face, by their numbers, with coefficients; the boundary of each boundary is 0.
    size : int
        How many Betti numbers are told, from dimension 0 on.
    run : Run, optional
        Asked at every removal whether to go on.

    Examples
    --------
    A triangle without its inside.

    >>> betti_numbers([0, 0, 0, 1, 1, 1], [[], [], [], [(0, -1), (1, 1)], [(1, -1), (2, 1)], [(2, -1), (0, 1)]], 2)
    (1, 1)
    """
    chains = _Reduction(dimensions, boundaries, run)
    components = chains.reduce_from_vertices()
    chains.eliminate()
    found = chains.ranks(size)
    return (components + found[0], *found[1:]) if size else ()


class _Reduction:
    """A chain complex that shrinks."""

    def __init__(self, dimensions: Sequence[int], boundaries: Sequence[Chain], run: Run) -> None:
        self._run = run
        self._dimensions = dimensions
        self._down: dict[int, dict[int, int]] = {face: dict(chain) for face, chain in enumerate(boundaries)}
        self._up: dict[int, set[int]] = {face: set() for face in self._down}
        for face, chain in self._down.items():
            for facet in chain:
                self._up[facet].add(face)
        self._waiting = deque(self._down)

    def reduce_from_vertices(self) -> int:
        """Remove pairs that need no arithmetic, and a vertex of each component; how many of these there were."""
        components = 0
        self._reduce()
        for face, dimension in enumerate(self._dimensions):
            if dimension == 0 and face in self._down:
                components += 1
                self._remove(face)
                self._reduce()
        return components

    def eliminate(self) -> None:
        """Remove all other pairs with a coefficient 1 or -1; in each face the facet that lies in the fewest others."""
        for face in sorted(self._down, key=lambda one: len(self._down[one])):
            self._run.tick()
            units = [facet for facet, entry in self._down.get(face, {}).items() if abs(entry) == 1]
            if units:
                self._eliminate(min(units, key=lambda facet: len(self._up[facet])), face)
                self._reduce()

    def ranks(self, size: int) -> tuple[int, ...]:
        """The Betti numbers of what is left."""
        left = [[face for face in self._down if self._dimensions[face] == dimension] for dimension in range(size + 1)]
        ranks = [0] + [self._rank(left[dimension - 1], left[dimension]) for dimension in range(1, size + 1)]
        return tuple(len(left[dimension]) - ranks[dimension] - ranks[dimension + 1] for dimension in range(size))

    def _rank(self, facets: Sequence[int], faces: Sequence[int]) -> int:
        if not facets or not faces:
            return 0
        return int(fmpz_mat([[fmpz(self._down[face].get(facet, 0)) for facet in facets] for face in faces]).rank())

    def _reduce(self) -> None:
        """Remove faces with one facet, and faces that are a facet of one alone, until there is none."""
        while self._waiting:
            self._run.tick()
            face = self._waiting.popleft()
            if face not in self._down:
                continue
            down, up = self._down[face], self._up[face]
            if len(down) == 1:
                [(facet, entry)] = down.items()
                if abs(entry) == 1:
                    self._remove(face)
                    self._remove(facet)
            elif len(up) == 1:
                [above] = up
                if abs(self._down[above][face]) == 1:
                    self._remove(above)
                    self._remove(face)

    def _remove(self, face: int) -> None:
        """Take a face out of all boundaries; what it touched may be free now."""
        for facet in self._down.pop(face):
            self._up[facet].discard(face)
            self._waiting.append(facet)
        for above in self._up.pop(face):
            del self._down[above][face]
            self._waiting.append(above)

    def _eliminate(self, facet: int, face: int) -> None:
        """Remove a pair, after the face was subtracted from all others that have the facet."""
        pivot = self._down[face]
        for other in self._up[facet] - {face}:
            row = self._down[other]
            factor = row[facet] * pivot[facet]  # the pivot's entry is its own inverse
            for place, entry in pivot.items():
                value = row.get(place, 0) - factor * entry
                if value:
                    row[place] = value
                    self._up[place].add(other)
                elif place in row:
                    del row[place]
                    self._up[place].discard(other)
        self._remove(face)
        self._remove(facet)
