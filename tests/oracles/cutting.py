"""Cones made by the library: a simplicial cone, cut by the other inequalities one by one."""

from collections.abc import Sequence

import numpy as np
from flint import fmpq, fmpq_mat, fmpz_mat
from oracles.cones import primitive

from relupoly.exact.integers import IntegerVectors
from relupoly.exact.vectors import Vectors
from relupoly.geometry.cone import Cone, simplicial_rays
from relupoly.geometry.cut import Crossing, cross, half, touch
from relupoly.run import UNLIMITED

Rows = Sequence[Sequence[int]]


def simplicial(rows: Rows) -> Cone:
    """The cone where D independent forms are non-negative; wall i is row i."""
    size = len(rows)
    rays = simplicial_rays(fmpq_mat(size, size, [fmpq(entry) for row in rows for entry in row]))
    labels = np.arange(size, dtype=np.intp)
    return Cone(IntegerVectors.from_integers(rays), ~np.eye(size, dtype=np.bool_), labels, np.ones(size, dtype=np.int8))


def crossing_of(cone: Cone, row: Sequence[int], label: int) -> Crossing:
    """Where the hyperplane of a row crosses a cone that it cuts."""
    one = form(cone, row)
    return cross(cone, one, one.products(cone.rays).signs()[0], label, UNLIMITED)


def cut(cone: Cone, row: Sequence[int], label: int, fewest: int) -> Cone:
    """The part of a cone where a row is not negative; it must have an interior."""
    signs = form(cone, row).products(cone.rays).signs()
    if (signs < 0).any():
        assert (signs > 0).any()
        return half(cone, crossing_of(cone, row, label), 1, fewest)
    if np.count_nonzero(signs == 0) >= fewest:
        return touch(cone, signs, np.array([label]), np.ones(1, dtype=np.int8))
    return cone


def form(cone: Cone, row: Sequence[int]) -> Vectors:
    return type(cone.rays).from_integers(fmpz_mat(1, len(row), [int(entry) for entry in row]))


def cone_of(rows: Rows, fewest: int = 1) -> Cone:
    """The cone of all rows; the label of a wall is the number of its row."""
    first = _independent(rows)
    order = [*first, *(index for index in range(len(rows)) if index not in first)]
    cone = simplicial([rows[index] for index in first])
    for place in range(len(first), len(order)):
        cone = cut(cone, rows[order[place]], place, fewest)
    return Cone(cone.rays, cone.tight, np.array(order, dtype=np.intp)[cone.walls], cone.sides)


def _independent(rows: Rows) -> list[int]:
    chosen: list[int] = []
    for index in range(len(rows)):
        block = [rows[k] for k in [*chosen, index]]
        if fmpz_mat(len(block), len(rows[0]), [int(entry) for row in block for entry in row]).rank() == len(block):
            chosen.append(index)
    return chosen


def integer_rays(cone: Cone) -> list[tuple[int, ...]]:
    """The primitive rays of a cone of integers."""
    assert isinstance(cone.rays, IntegerVectors)
    return [primitive(row) for row in cone.rays.data]
