"""`boundary_polygons`: the polygon that a zonotope in a plane is, or those that bound one in space."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cmp_to_key
from itertools import combinations

from flint import fmpq

from relupoly.errors import ZonotopeError
from relupoly.exact.matrices import from_rows
from relupoly.exact.rank import pivot_columns
from relupoly.geometry.arrangement import Row
from relupoly.geometry.zonotope import Vector, Zonotope, direction_of
from relupoly.run import UNLIMITED, Run

Polygon = tuple[Vector, ...]
_MOST = 3  # dimensions


def boundary_polygons(zonotope: Zonotope, run: Run = UNLIMITED) -> tuple[Polygon, ...]:
    """The facets of a zonotope of dimension 3; of a smaller dimension, the zonotope itself.

    Parameters
    ----------
    zonotope : Zonotope
        In a space of any dimension.
    run : Run, optional
        Asked for each pair of generators.

    Returns
    -------
    tuple of tuple of tuple of fmpq
        The vertices of each polygon, in the order in which they stand around it; a segment has two, and a point is one.

    Raises
    ------
    ZonotopeError
        If the dimension is larger than 3.
    Stopped
        If the run is.

    Notes
    -----
    A facet lies where a linear form is largest. It is the sum of the generators that are orthogonal to the form, which span a
    plane, and the ends of the others; so each plane that is spanned by two generators makes two facets.

    Examples
    --------
    >>> boundary_polygons(Zonotope.of([[1, 0], [0, "1/2"]]))
    (((-1, -1/2), (1, -1/2), (1, 1/2), (-1, 1/2)),)
    >>> cube = Zonotope.of([[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    >>> [len(polygon) for polygon in boundary_polygons(cube)]
    [4, 4, 4, 4, 4, 4]
    """
    if zonotope.dimension > _MOST:
        raise ZonotopeError(f"the zonotope has dimension {zonotope.dimension}, and a picture at most {_MOST}")
    halves = {direction: tuple(multiple * entry for entry in direction) for direction, multiple in zonotope.segments.items()}
    origin = (fmpq(0),) * zonotope.ambient_dimension
    if zonotope.dimension < _MOST:
        return (_polygon(halves, origin),)
    # The zonotope and its image under a projection that is one to one have the same faces.
    kept = pivot_columns(from_rows(list(halves.values()), zonotope.ambient_dimension))
    images = {direction: tuple(direction[place] for place in kept) for direction in halves}
    found: list[Polygon] = []
    seen: set[Row] = set()
    for one, two in combinations(halves, 2):
        run.tick()
        normal = direction_of(tuple(map(fmpq, _cross(images[one], images[two]))))
        if normal in seen:
            continue
        seen.add(normal)
        heights = {direction: sum(map(int.__mul__, normal, image)) for direction, image in images.items()}
        flat = {direction: halves[direction] for direction, height in heights.items() if not height}
        ends = (
            halves[direction] if height > 0 else _minus(halves[direction]) for direction, height in heights.items() if height
        )
        center = _sum(ends)
        found += [_polygon(flat, center), _polygon(flat, _minus(center))]
    return tuple(found)


def _polygon(halves: dict[Row, Vector], center: Vector) -> Polygon:
    """The vertices of a sum of segments in a plane, in order: its sides are the segments, by their angles."""
    if not halves:
        return (center,)
    rows = list(halves.values())
    kept = pivot_columns(from_rows(rows, len(center)))
    if len(kept) == 1:
        return (_sum([center, _minus(rows[0])]), _sum([center, rows[0]]))
    across, up = kept
    turned = [_minus(row) if row[up] < 0 or (row[up] == 0 and row[across] < 0) else row for row in rows]

    def compare(one: Vector, two: Vector) -> int:
        return _sign(one[up] * two[across] - one[across] * two[up])

    turned.sort(key=cmp_to_key(compare))
    corner = _sum([center, *map(_minus, turned)])
    around = [corner]
    for side in [*turned, *map(_minus, turned)]:
        around.append(_sum([around[-1], side, side]))
    return tuple(around[:-1])


def _cross(one: Sequence[int], two: Sequence[int]) -> list[int]:
    (a, b, c), (x, y, z) = one, two
    return [b * z - c * y, c * x - a * z, a * y - b * x]


def _sum(vectors: Iterable[Vector]) -> Vector:
    return tuple(sum(entries, fmpq(0)) for entries in zip(*vectors, strict=True))


def _minus(vector: Vector) -> Vector:
    return tuple(-entry for entry in vector)


def _sign(number: fmpq) -> int:
    return (number > 0) - (number < 0)
