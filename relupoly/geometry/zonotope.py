"""`Zonotope`: the sum of segments [-b_1, b_1] + ... + [-b_m, b_m] in R^n.

Its faces are dual to those of the arrangement of the hyperplanes <b_i, x> = 0: a face of dimension k to one of dimension
n - k, a vertex to a region. So vertices, facets and f-vector are counted without being listed
(`relupoly.geometry.characteristic`); zero generators drop out, and parallel ones share a hyperplane.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flint import fmpq

from relupoly.errors import ZonotopeError
from relupoly.exact.matrices import from_rows, primitive
from relupoly.exact.rank import certified_rank
from relupoly.exact.rationals import rational_at
from relupoly.geometry.arrangement import Arrangement, Row, normalized
from relupoly.geometry.characteristic import Work, characteristic_polynomial, f_vector, regions
from relupoly.geometry.characteristic.plain import image

Vector = tuple[fmpq, ...]


@dataclass(frozen=True)
class Zonotope:
    """The set of all sum_i lambda_i b_i with -1 <= lambda_i <= 1.

    Attributes
    ----------
    generators : tuple of tuple of fmpq
        b_1, ..., b_m, each of length n; any of them may be zero or parallel to others.
    ambient_dimension : int
        n, at least 1.

    Raises
    ------
    ZonotopeError
        If the generators differ in length, or the space has no dimension.

    Examples
    --------
    >>> hexagon = Zonotope.of([[1, 0], [0, 1], ["1/2", "1/2"], [0, 0], [-1, -1]])
    >>> hexagon.segments
    {(1, 0): 1, (0, 1): 1, (1, 1): 3/2}
    >>> vertices(hexagon), faces(hexagon), hexagon.dimension
    (6, (6, 6), 2)
    """

    generators: tuple[Vector, ...]
    ambient_dimension: int

    def __post_init__(self) -> None:
        if self.ambient_dimension < 1:
            raise ZonotopeError("the space has no dimension; give each generator at least one entry")
        for number, generator in enumerate(self.generators, 1):
            if len(generator) != self.ambient_dimension:
                raise ZonotopeError(
                    f"generator {number} has {len(generator)} entries, but {self.ambient_dimension} are needed; "
                    "give all generators the same length"
                )

    @classmethod
    def of(cls, generators: Iterable[Sequence[Any]], dimension: int | None = None) -> Zonotope:
        """The zonotope of generators with entries that `relupoly.exact.rationals.rational` takes.

        Parameters
        ----------
        generators : iterable of sequences of numbers
        dimension : int, optional
            The dimension of the space; needed where there is no generator.

        Raises
        ------
        ZonotopeError
            If an entry is not a number, the lengths differ, or the dimension is not known.
        """
        exact = tuple(
            tuple(rational_at(entry, f"generator {i}, entry {j}", ZonotopeError) for j, entry in enumerate(generator, 1))
            for i, generator in enumerate(generators, 1)
        )
        if dimension is None:
            if not exact:
                raise ZonotopeError("there is no generator, so the dimension of the space is not known; give one")
            dimension = len(exact[0])
        return cls(exact, dimension)

    @cached_property
    def segments(self) -> dict[Row, fmpq]:
        """The same zonotope with one segment for each direction: primitive vector -> positive multiple.

        The vectors are those of the hyperplanes, in the order of `arrangement`.
        """
        merged: dict[Row, fmpq] = {}
        for generator in self.generators:
            if any(generator):
                direction = direction_of(generator)
                place = next(index for index, entry in enumerate(direction) if entry)
                merged[direction] = merged.get(direction, fmpq(0)) + abs(generator[place]) / direction[place]
        return merged

    @property
    def arrangement(self) -> Arrangement:
        """The dual arrangement: the hyperplanes <b_i, x> = 0 with b_i not zero."""
        return Arrangement(tuple((*direction, 0) for direction in self.segments), self.ambient_dimension)

    @cached_property
    def dimension(self) -> int:
        """The dimension of the zonotope: the rank of the generators."""
        return certified_rank(from_rows(self.generators, self.ambient_dimension)) if self.segments else 0

    def plot(self, **options: Any) -> Any:
        """Draw it by `relupoly.plot_zonotope`, whose options these are; gives the axes of matplotlib."""
        return importlib.import_module("relupoly").plot_zonotope(self, **options)

    def _repr_svg_(self) -> str | None:
        """A small picture, for notebooks; none without matplotlib, and of what is too large."""
        # Pictures stand above this module, so they are looked up when somebody asks.
        svg: str | None = importlib.import_module("relupoly.plots.solid.zonotope").zonotope_svg(self)
        return svg


def direction_of(generator: Vector) -> Row:
    """The primitive integer vector on the line of a generator whose first non-zero entry is positive.

    Examples
    --------
    >>> direction_of((fmpq(0), fmpq(-1, 2), fmpq(3)))
    (0, 1, -6)
    """
    return normalized([int(entry) for entry in primitive(generator)])


def vertices(zonotope: Zonotope, work: Work | None = None) -> int:
    """The number of vertices: of regions of the dual arrangement.

    Parameters
    ----------
    zonotope : Zonotope
    work : Work, optional
        How to count, and whom to tell.

    Notes
    -----
    For generic generators it is 2 sum_{i<n} C(m-1, i) (Zaslavsky 1975); Arora, Basu, Mianjy, Mukherjee (ICLR 2018) omit the
    factor 2 in Theorem 3.6.

    Examples
    --------
    >>> vertices(Zonotope.of([[1, 0, 0], [0, 1, 0], [0, 0, 1]])), vertices(Zonotope.of([[0, 0]]))
    (8, 1)
    """
    return regions(characteristic_polynomial(zonotope.arrangement, work))


def faces(zonotope: Zonotope, work: Work | None = None) -> tuple[int, ...]:
    """The f-vector: the numbers of faces of dimension 0, ..., d - 1 of a zonotope of dimension d; (1,) for a point.

    Parameters
    ----------
    zonotope : Zonotope
    work : Work, optional
        How to count, and whom to tell.

    Examples
    --------
    >>> faces(Zonotope.of([[1, 0, 0], [0, 1, 0], [0, 0, 1]])), faces(Zonotope.of([[2, 1]])), faces(Zonotope.of([[0]]))
    ((8, 12, 6), (2,), (1,))
    """
    if zonotope.dimension <= 2:
        # A polygon has as many edges as vertices, and in R^3 Euler's relation gives the edges: many times as fast.
        return (vertices(zonotope, work),) * max(1, zonotope.dimension)
    if zonotope.dimension == 3:
        corners, sides = vertices(zonotope, work), 2 * _lines(zonotope.arrangement.vectors(), work or Work())
        return corners, corners + sides - 2, sides
    cones = f_vector(zonotope.arrangement, work)
    return tuple(cones[zonotope.ambient_dimension - k] for k in range(zonotope.dimension))


def _lines(planes: Sequence[Row], work: Work) -> int:
    """In how many lines planes through the origin of R^3 meet: each is counted at the first plane that contains it."""
    count = 0
    for number, plane in enumerate(planes):
        work.run.tick()
        earlier = {image(other, plane) for other in planes[:number]}
        count += len({image(other, plane) for other in planes[number + 1 :]} - earlier)
    return count
