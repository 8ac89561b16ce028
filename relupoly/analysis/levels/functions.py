"""`Functions`: the affine functions on a cell among which a decision boundary is where the largest is attained twice.

A level set {f = c} is such a boundary, too: that of the two functions f and c.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from flint import fmpq

from relupoly.analysis.largest import combined
from relupoly.errors import DomainError, NetworkError, NumberError, SizeError
from relupoly.exact.rationals import rational_at
from relupoly.geometry.generators import Generators
from relupoly.networks.network import Network
from relupoly.pieces.listing.recent import Recent
from relupoly.pieces.listing.records import CellRecord, Vector

CELL_FIELDS = ("gradient", "constant", "vertices", "rays")
"""What has to be known of a cell; its vertices bring their incidences."""


@dataclass(frozen=True)
class Functions:
    """Combinations of outputs, of which two at a time are compared.

    Attributes
    ----------
    weights : tuple of tuple of fmpq, shape (functions, outputs)
    constants : tuple of fmpq, shape (functions,)
    pairs : tuple of (int, int)
        Which are compared, from 0; where they are equal, and no other function is larger, is the boundary.
    """

    weights: tuple[Vector, ...]
    constants: Vector
    pairs: tuple[tuple[int, int], ...]

    @classmethod
    def of_level(cls, weights: Sequence[fmpq], level: fmpq) -> Functions:
        """A combination of outputs, and a level."""
        return cls((tuple(weights), (fmpq(0),) * len(weights)), (fmpq(0), level), ((0, 1),))

    @classmethod
    def of_outputs(cls, network: Network, ties: Sequence[int] | None = None) -> Functions:
        """All outputs of a net; of the pairs of them all, or one, whose outputs are numbered from 0.

        Raises
        ------
        NetworkError
            If these are not two outputs of the net.
        """
        size = network.output_dim
        pairs = tuple(combinations(range(size), 2)) if ties is None else (_pair(ties, size),)
        rows = tuple(tuple(fmpq(int(place == output)) for place in range(size)) for output in range(size))
        return cls(rows, (fmpq(0),) * size, pairs)

    def boundaries(self, cell: Generators) -> Iterator[tuple[int, int, Generators]]:
        """The parts of a cell in which two functions are equal, and no other one is larger; none is empty."""
        n = cell.dimension
        for one, other in self.pairs:
            place, against = n + 1 + one, n + 1 + other
            differences = [vector[place] - vector[against] for vector in cell.vectors]
            if _apart(differences, cell):
                continue
            part = cell.where_equal(place, against)
            for third in range(n + 1, n + 1 + len(self.weights)):
                if part.vectors and third not in (place, against):
                    part = part.where_at_least(place, third)
            if part.vectors:
                yield one, other, part


class CellFunctions:
    """Functions on one cell after another.

    Parameters
    ----------
    functions : Functions
    """

    def __init__(self, functions: Functions) -> None:
        self._functions = functions
        self._known: Recent[int, tuple[Vector, Vector]] = Recent()

    def on(self, cell: CellRecord) -> Generators:
        """A cell by its vertices and rays, with the values of all functions there.

        Raises
        ------
        DomainError, SizeError
            As `without_lines`.
        """
        vectors, facets = without_lines(cell)
        assert cell.gradient is not None
        assert cell.vertices is not None
        found = []
        infinity = 1 << len(cell.incidence or ())  # all rays lie on it, so that neighbours among them span an edge
        facets = tuple([mask if vector[-1] else mask | infinity for vector, mask in zip(vectors, facets, strict=True)])
        for place, vector in enumerate(vectors):
            if place >= len(cell.vertices):
                found.append((*vector, *self._values(cell, vector)))
                continue
            # Cells share vertices, the objects too, and the net is continuous.
            vertex = cell.vertices[place]
            known = self._known.get(id(vertex))
            if known is None or known[0] is not vertex:
                known = self._known[id(vertex)] = vertex, (*vector, *self._values(cell, vector))
            found.append(known[1])
        return Generators(len(cell.gradient[0]), tuple(found), facets)

    def slope(self, cell: CellRecord, one: int, other: int) -> Vector:
        """The gradient of the difference of two functions on a cell."""
        assert cell.gradient is not None
        weights = self._functions.weights
        row = [x - y for x, y in zip(weights[one], weights[other], strict=True)]
        return tuple(combined(row, column) for column in zip(*cell.gradient, strict=True))

    def _values(self, cell: CellRecord, vector: Vector) -> Iterator[fmpq]:
        """The values of functions at a vertex, or their rates along a ray."""
        assert cell.gradient is not None
        assert cell.constant is not None
        height = vector[-1]
        outputs = [combined(row, vector[:-1]) + height * start for row, start in zip(cell.gradient, cell.constant, strict=True)]
        for weights, constant in zip(self._functions.weights, self._functions.constants, strict=True):
            yield combined(weights, outputs) + height * constant


def without_lines(cell: CellRecord) -> tuple[list[Vector], tuple[int, ...]]:
    """The vertices and rays of a cell, homogeneous, without its lines; and the facets on which each lies, as sets of bits.

    Raises
    ------
    DomainError
        If the net changes along a line of the cell.
    SizeError
        If its vertices are not known.
    """
    if cell.vertices is None or cell.rays is None or cell.incidence is None:
        raise SizeError("level sets need the vertices of cells, and in so many inputs these have too many")
    lines = {ray for ray in cell.rays if tuple(-entry for entry in ray) in cell.rays} if len(cell.rays) > 1 else set()
    assert cell.gradient is not None
    if any(combined(row, line) for line in lines for row in cell.gradient):
        raise DomainError("a cell holds a whole line, along which the network changes: level sets have no vertices; give a box")
    one, zero = fmpq(1), fmpq(0)
    vectors = [(*vertex, one) for vertex in cell.vertices] + [(*ray, zero) for ray in cell.rays]
    masks = [0] * len(vectors)
    for facet, on in enumerate(cell.incidence):
        for place in on:
            masks[place] |= 1 << facet
    if lines:
        kept = [place for place, vector in enumerate(vectors) if vector[-1] or vector[:-1] not in lines]
        return [vectors[place] for place in kept], tuple(masks[place] for place in kept)
    return vectors, tuple(masks)


def exact_level(level: Any) -> fmpq:
    """The level as a rational.

    Raises
    ------
    NumberError
        If it is no finite number.
    """
    return rational_at(level, "the level", NumberError)


def _apart(differences: Sequence[fmpq], cell: Generators) -> bool:
    """Whether two functions are equal nowhere on a cell."""
    if min(differences) >= 0:
        sides = [difference > 0 for difference in differences]
    elif max(differences) <= 0:
        sides = [difference < 0 for difference in differences]
    else:
        return False
    return all(side for side, vector in zip(sides, cell.vectors, strict=True) if vector[cell.dimension])


def _pair(ties: Sequence[int], size: int) -> tuple[int, int]:
    one, other = (*ties, -1, -1)[:2]
    if len(ties) != 2 or one == other or not all(0 <= output < size for output in ties):
        known = f"outputs 1 to {size}" if size > 1 else "one output alone"
        named = ", ".join(str(output + 1) for output in ties)
        raise NetworkError(f"ties are of two different outputs, and {named} are none of this network, which has {known}")
    return one, other
