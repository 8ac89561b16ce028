"""Cones by their defining inequalities: rays by brute force over all sets of walls, and named polytopes."""

import itertools
from collections.abc import Sequence
from math import comb, gcd

import numpy as np
from flint import fmpz, fmpz_mat
from numpy.typing import NDArray

Row = Sequence[int]


def dot(one: Row, other: Row) -> int:
    return sum(int(a) * int(b) for a, b in zip(one, other, strict=True))


def rays_by_brute_force(rows: Sequence[Row]) -> set[tuple[int, ...]]:
    """The extreme rays of {x : every <row, x> >= 0}, full-dimensional and pointed: the feasible meets of D - 1 walls."""
    size = len(rows[0])
    rays = set()
    for chosen in itertools.combinations(rows, size - 1):
        kernel, nullity = fmpz_mat(size - 1, size, [entry for row in chosen for entry in row]).nullspace()
        if nullity == 1:
            line = primitive([int(kernel[index, 0]) for index in range(size)])
            rays |= {ray for ray in (line, tuple(-e for e in line)) if all(dot(row, ray) >= 0 for row in rows)}
    return rays


def primitive(entries: Row) -> tuple[int, ...]:
    divisor = gcd(*(int(entry) for entry in entries))
    return tuple(int(entry) // divisor for entry in entries)


def incidences(rows: Sequence[Row], rays: Sequence[Row]) -> NDArray[np.bool_]:
    """Which ray lies on which wall."""
    return np.array([[dot(row, ray) == 0 for row in rows] for ray in rays], dtype=np.bool_)


def rank(rows: Sequence[Row]) -> int:
    return int(fmpz_mat(len(rows), len(rows[0]), [fmpz(int(entry)) for row in rows for entry in row]).rank()) if rows else 0


def simplex(n: int) -> list[list[int]]:
    """x_i >= 0 and sum x_i <= 1 in R^n; the cone over it is an orthant in other coordinates."""
    return [*([int(i == j) for j in range(n)] + [0] for i in range(n)), [-1] * n + [1]]


def cube(n: int) -> list[list[int]]:
    """-1 <= x_i <= 1."""
    return [[side * int(i == j) for j in range(n)] + [1] for i in range(n) for side in (1, -1)]


def cross_polytope(n: int) -> list[list[int]]:
    """sum |x_i| <= 1: every vertex lies on 2^(n-1) facets."""
    return [[*signs, 1] for signs in itertools.product((1, -1), repeat=n)]


def permutohedron(n: int) -> list[list[int]]:
    """The convex hull of the permutations of (1, ..., n), without the last coordinate, which the others determine."""
    rows = []
    for size in range(1, n):
        for subset in itertools.combinations(range(n), size):
            least, last = size * (size + 1) // 2, (n - 1) in subset
            row = [int(i in subset) - int(last) for i in range(n - 1)]
            rows.append([*row, (n * (n + 1) // 2 if last else 0) - least])
    return rows


def cell_24() -> list[list[int]]:
    """The regular 24-cell |x_i| + |x_j| <= 1: regular, self-dual, six facets at each vertex."""
    pairs = itertools.combinations(range(4), 2)
    return [
        [one * int(k == i) + other * int(k == j) for k in range(4)] + [1]
        for i, j in pairs
        for one in (1, -1)
        for other in (1, -1)
    ]


def cyclic_polytope(n: int, vertices: int) -> list[list[int]]:
    """The convex hull of points on the moment curve: facets by Gale's evenness condition, so no convex hull is computed."""
    points = [[t**power for power in range(1, n + 1)] + [1] for t in range(vertices)]
    rows = []
    for chosen in itertools.combinations(range(vertices), n):
        others = [k for k in range(vertices) if k not in chosen]
        if all(sum(i < k < j for k in chosen) % 2 == 0 for i, j in itertools.combinations(others, 2)):
            kernel, _ = fmpz_mat(n, n + 1, [entry for k in chosen for entry in points[k]]).nullspace()
            row = list(primitive([int(kernel[index, 0]) for index in range(n + 1)]))
            side = next(value for value in (dot(row, point) for point in points) if value)
            rows.append(row if side > 0 else [-entry for entry in row])
    return rows


def simplex_faces(n: int) -> list[int]:
    return [comb(n + 1, k + 1) for k in range(n + 1)]


def cube_faces(n: int) -> list[int]:
    return [2 ** (n - k) * comb(n, k) for k in range(n + 1)]


def cross_polytope_faces(n: int) -> list[int]:
    return [2 ** (k + 1) * comb(n, k + 1) for k in range(n)] + [1]


def permutohedron_faces(n: int) -> list[int]:
    """A k-face is an ordered partition into n - k blocks."""
    return [sum((-1) ** i * comb(n - k, i) * (n - k - i) ** n for i in range(n - k)) for k in range(n)]


POLYTOPES = {
    "simplex-4": (simplex(4), simplex_faces(4)),
    "cube-1": (cube(1), [2, 1]),
    "cube-2": (cube(2), cube_faces(2)),
    "cube-3": (cube(3), cube_faces(3)),
    "cube-5": (cube(5), cube_faces(5)),
    "cross-polytope-3": (cross_polytope(3), cross_polytope_faces(3)),
    "cross-polytope-4": (cross_polytope(4), cross_polytope_faces(4)),
    "cross-polytope-5": (cross_polytope(5), cross_polytope_faces(5)),
    "permutohedron-3": (permutohedron(3), [6, 6, 1]),
    "permutohedron-4": (permutohedron(4), permutohedron_faces(4)),
    "permutohedron-5": (permutohedron(5), permutohedron_faces(5)),
    "24-cell": (cell_24(), [24, 96, 96, 24, 1]),
    "cyclic-4-7": (cyclic_polytope(4, 7), [7, 21, 28, 14, 1]),
    "cyclic-5-8": (cyclic_polytope(5, 8), [8, 28, 52, 50, 20, 1]),
}
