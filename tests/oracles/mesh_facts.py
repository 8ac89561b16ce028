"""What meshes must be, by `Fraction` and counting alone: edges and how often they occur, where lines meet them, volumes.

Beside it, where a net passes a level on a line, from its breakpoints there.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from oracles.derivatives import fraction, layers_of, values

Point = tuple[Fraction, ...]


def points_of(mesh) -> list[Point]:
    return [tuple(map(fraction, point)) for point in mesh.points]


def directed_edges(elements) -> Counter[tuple[int, int]]:
    """How often polygons run from one point to another."""
    return Counter(pair for polygon in elements for pair in zip(polygon, [*polygon[1:], polygon[0]], strict=True))


def is_on_a_side(points: Sequence[Point], lower: Sequence[int], upper: Sequence[int]) -> bool:
    """Whether all points lie on one side of a box."""
    return any(
        all(point[axis] == bound for point in points) for axis in range(len(lower)) for bound in (lower[axis], upper[axis])
    )


def unmatched_edges(mesh, lower: Sequence[int], upper: Sequence[int]) -> list[tuple[int, int]]:
    """Edges of polygons inside a box that are not run through as often forwards as backwards."""
    points, edges = points_of(mesh), directed_edges(mesh.elements)
    odd = [edge for edge, count in edges.items() if edges[edge[::-1]] != count]
    return [edge for edge in odd if not is_on_a_side([points[one] for one in edge], lower, upper)]


def euler_characteristic(mesh) -> int:
    edges = {frozenset(edge) for edge in directed_edges(mesh.elements)}
    used = {point for element in mesh.elements for point in element}
    return len(used) - len(edges) + len(mesh.elements)


def det(rows: Sequence[Sequence[Fraction]]) -> Fraction:
    """Leibniz's formula."""
    total = Fraction(0)
    for order in itertools.permutations(range(len(rows))):
        sign = (-1) ** sum(order[i] > order[j] for i, j in itertools.combinations(range(len(rows)), 2))
        product = Fraction(sign)
        for row, place in zip(rows, order, strict=True):
            product *= row[place]
        total += product
    return total


def minus(one: Point, other: Point) -> Point:
    return tuple(x - y for x, y in zip(one, other, strict=True))


def is_strictly_convex(corners: Sequence[Point]) -> bool:
    """Whether a polygon in R^2 or R^3 turns to the same side at each corner, once around; not flat, and in a plane."""
    normals = []
    for one, two, three in zip(corners, [*corners[1:], *corners[:1]], [*corners[2:], *corners[:2]], strict=True):
        (a, b, c), (d, e, f) = ((*minus(end, one), Fraction(0))[:3] for end in (two, three))
        normals.append((b * f - c * e, c * d - a * f, a * e - b * d))
    first = normals[0]
    parallel = all(x * w == y * v for normal in normals for (x, y), (v, w) in _pairs(normal, first))
    same = all(sum(x * y for x, y in zip(normal, first, strict=True)) > 0 for normal in normals)
    # All corners are on the inner side of each edge: then it goes around once.
    return parallel and same and all(
        sum(x * y for x, y in zip(_cross(minus(two, one), minus(corner, one)), first, strict=True)) > 0
        for one, two in zip(corners, [*corners[1:], corners[0]], strict=True)
        for corner in corners
        if corner not in (one, two)
    )  # fmt: skip


def _pairs(one, other):
    return [((one[i], one[j]), (other[i], other[j])) for i, j in itertools.combinations(range(3), 2)]


def _cross(one: Point, other: Point) -> Point:
    (a, b, c), (d, e, f) = ((*vector, Fraction(0))[:3] for vector in (one, other))
    return (b * f - c * e, c * d - a * f, a * e - b * d)


def enclosed_volume(mesh) -> Fraction:
    """By the divergence theorem."""
    points = points_of(mesh)
    total = Fraction(0)
    for polygon in mesh.elements:
        first, *others = (points[corner] for corner in polygon)
        total += sum(det([first, one, other]) for one, other in itertools.pairwise(others))
    return total / 6


def plane_area(corners: Sequence[Point]) -> Fraction:
    """The signed area of a polygon's shadow on the first two coordinates."""
    return sum((a[0] * b[1] - a[1] * b[0] for a, b in zip(corners, [*corners[1:], corners[0]], strict=True)), Fraction(0)) / 2


def passes(net, start: Point, axis: int, end: Fraction, level: Fraction, output: int = 0) -> list[tuple[Fraction, int]]:
    """Where the net goes from at most the level to more (1), or back (-1), on a line along an axis; by its coordinate there."""
    places = _breakpoints(net, start, axis, end)
    cuts: set[Fraction] = set(places)
    heights = [values(net, _moved(start, axis, place))[0][output] - level for place in places]
    for (left, low), (right, high) in itertools.pairwise(zip(places, heights, strict=True)):
        if low * high < 0:
            cuts.add(left + (right - left) * low / (low - high))
    ends = sorted(cuts)
    middles = [(one + other) / 2 for one, other in itertools.pairwise(ends)]
    above = [values(net, _moved(start, axis, middle))[0][output] > level for middle in middles]
    return [
        (place, after - before)
        for place, (before, after) in zip(ends[1:], itertools.pairwise(above), strict=False)
        if after != before
    ]


def _moved(start: Point, axis: int, place: Fraction) -> list[Fraction]:
    return [*start[:axis], place, *start[axis + 1 :]]


def _breakpoints(net, start: Point, axis: int, end: Fraction) -> list[Fraction]:
    """Between two neighbours of these every preactivation is affine in the coordinate, and of one sign."""
    places = [start[axis], end]
    for layer in range(len(net.layers) - 1):
        zeros = set()
        known = [_preactivations(net, _moved(start, axis, place), layer) for place in places]
        for (left, lows), (right, highs) in itertools.pairwise(zip(places, known, strict=True)):
            for low, high in zip(lows, highs, strict=True):
                if low * high < 0:
                    zeros.add(left + (right - left) * low / (low - high))
        places = sorted({*places, *zeros})
    return places


def _preactivations(net, point: list[Fraction], wanted: int) -> list[Fraction]:
    state = point
    for number, (rows, biases, relus) in enumerate(layers_of(net)):
        sums = [sum((w * x for w, x in zip(row, state, strict=True)), bias) for row, bias in zip(rows, biases, strict=True)]
        if number == wanted:
            return sums
        state = [max(z, Fraction(0)) if relu else z for z, relu in zip(sums, relus, strict=True)]
    raise AssertionError("there are more layers")


def hits(mesh, start: Point, axis: int) -> list[tuple[Fraction, int]]:
    """Where a generic line along an axis meets a mesh of polygons in R^3 or segments in R^2, and from which side: 1 against
    the side of the normal's foot, so towards the normal."""
    points, found = points_of(mesh), []
    rest = [one for one in range(len(start)) if one != axis]
    for element in mesh.elements:
        corners = [points[corner] for corner in element]
        shadow = [tuple(corner[one] - start[one] for one in rest) for corner in corners]
        if len(start) == 2:
            (a,), (b,) = shadow
            if a * b < 0:
                place = corners[0][axis] + (corners[1][axis] - corners[0][axis]) * a / (a - b)
                # The left of a segment in direction (dx, dy) is (-dy, dx).
                found.append((place, _sign(a - b) if axis == 0 else _sign(b - a)))
            continue
        turns = [det([one, other]) for one, other in zip(shadow, [*shadow[1:], shadow[0]], strict=True)]
        if all(turn > 0 for turn in turns) or all(turn < 0 for turn in turns):
            normal = _cross(minus(corners[1], corners[0]), minus(corners[2], corners[0]))
            offset = sum(normal[one] * (corners[0][one] - start[one]) for one in rest)
            found.append((corners[0][axis] + offset / normal[axis], _sign(normal[axis])))
    return sorted(found)


def _sign(value: Fraction) -> int:
    return (value > 0) - (value < 0)
