"""`Generators`: a polyhedron without lines by its vertices and rays, each with the facets on which it lies, as it is cut.

In: homogeneous rational vectors and sets of facets. Out: the part where two of their entries are equal, or one is no smaller.
One step of the double description method in rationals: new vertices lie on edges between vertices, or rays, of opposite sign.
Two of them span an edge if no third one lies on all their common facets, also where the polyhedron is not full-dimensional.

`geometry/cut.py` does this for cones of integers in the walk, many at a time. This is for single cells that are known, whose
vectors carry more than coordinates: the values of a net, which are affine on a cell, are cut along with the points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq, fmpz

from relupoly.exact.matrices import from_rows, primitive

Vector = tuple[fmpq, ...]


@dataclass(frozen=True, slots=True)
class Generators:
    """A polyhedron by its vertices and the rays of its recession cone.

    Attributes
    ----------
    dimension : int
        The dimension n of the space.
    vectors : tuple of tuple of fmpq, each of length n + 1 or more
        (x, 1) for a vertex x and (x, 0) for a ray x, a primitive integer vector; behind that, values of affine functions at the
        vertex, or their rates along the ray.
    facets : tuple of int
        For each, the facets on which it lies, as a set of bits; all have those that contain the polyhedron, and rays one for
        the points at infinity.

    Examples
    --------
    >>> square = [(fmpq(x), fmpq(y), fmpq(1)) for x in (0, 2) for y in (0, 1)]
    >>> found = Generators(2, tuple(square), (0b0101, 0b1001, 0b0110, 0b1010)).where_equal(0, 2)
    >>> found.vectors, found.affine_dimension
    (((1, 0, 1), (1, 1, 1)), 1)
    """

    dimension: int
    vectors: tuple[Vector, ...]
    facets: tuple[int, ...]

    @property
    def vertices(self) -> list[Vector]:
        """The vectors of the vertices."""
        return [vector for vector in self.vectors if vector[self.dimension]]

    @property
    def bounded(self) -> bool:
        """Whether there is no ray."""
        return all(vector[self.dimension] for vector in self.vectors)

    @property
    def affine_dimension(self) -> int:
        """The dimension of the polyhedron; -1 if it is empty."""
        if not self.vectors:
            return -1
        return int(from_rows([vector[: self.dimension + 1] for vector in self.vectors]).rank()) - 1

    def where_equal(self, one: int, other: int) -> Generators:
        """The part where two entries of vectors are equal."""
        return self._part(one, other, 0)

    def where_at_least(self, one: int, other: int) -> Generators:
        """The part where one entry is no smaller than another one."""
        return self._part(one, other, 1)

    def _part(self, entry: int, against: int, side: int) -> Generators:
        """The vectors on the hyperplane, those that are new there, and perhaps those above."""
        values = [vector[entry] - vector[against] for vector in self.vectors]
        signs = [(value > 0) - (value < 0) for value in values]
        if min(signs, default=0) >= 0 and side > 0:
            return self
        bit = 1 << max(mask.bit_length() for mask in self.facets) if self.facets else 1
        found = [
            (vector, mask | (0 if sign else bit))
            for vector, mask, sign in zip(self.vectors, self.facets, signs, strict=True)
            if sign in (0, side)
        ]
        below = [place for place, sign in enumerate(signs) if sign < 0]
        for one in (place for place, sign in enumerate(signs) if sign > 0):
            for other in below:
                common = self.facets[one] & self.facets[other]
                if self._is_edge(common):
                    new = self._between(self.vectors[one], values[one], self.vectors[other], values[other])
                    found.append((new, common | bit))
        if not any(vector[self.dimension] for vector, _ in found):
            found = []  # what is left is at infinity
        return Generators(self.dimension, tuple(vector for vector, _ in found), tuple(mask for _, mask in found))

    def _is_edge(self, common: int) -> bool:
        """Whether two vectors alone lie on some facets."""
        return sum(mask & common == common for mask in self.facets) == 2

    def _between(self, one: Vector, above: fmpq, other: Vector, below: fmpq) -> Vector:
        """Where a form vanishes on an edge, given its values at the ends."""
        found = [above * y - below * x for x, y in zip(one, other, strict=True)]
        scale = found[self.dimension]
        if not scale:
            direction = primitive(found[: self.dimension])
            place = next(place for place, entry in enumerate(direction) if entry)
            scale = found[place] / fmpq(direction[place])
        return tuple([entry / scale for entry in found])


def exact_key(vector: Vector) -> tuple[fmpz, ...]:
    """What vectors are told apart by: numerators and denominators. The hash of an fmpq takes ten times as long."""
    return tuple([number for entry in vector for number in (entry.p, entry.q)])


def hull_facets(masks: Sequence[int], least: int) -> list[int]:
    """The facets of a polytope, each as the set of bits of its vertices, from the facets on which each vertex lies.

    Parameters
    ----------
    masks : sequence of int
        For each vertex, as in `Generators`.
    least : int
        How many vertices a facet has at least: the dimension of the polytope.

    Examples
    --------
    >>> hull_facets([0b10101, 0b11001, 0b10110, 0b11010], 2)
    [3, 5, 10, 12]
    """
    everything = (1 << len(masks)) - 1
    sides = set()
    for facet in range(max(mask.bit_length() for mask in masks)):
        on = sum(1 << place for place, mask in enumerate(masks) if mask >> facet & 1)
        if on != everything and on.bit_count() >= least:
            sides.add(on)
    return sorted(one for one in sides if not any(one & other == one != other for other in sides))
