"""Cutting a cone by a hyperplane: one step of the double description method.

The rays of a half are those on its side, those on the hyperplane, and one new ray on each edge that the hyperplane
crosses. An edge joins two adjacent rays: their common walls have rank D - 2. Where one of the two lies on exactly D - 1
walls, sharing D - 2 of them is enough; otherwise the pair is adjacent if no third ray lies on all their common walls
(Fukuda, Prodon, "Double description method revisited", 1996, Proposition 7).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relupoly.errors import SizeError
from relupoly.exact.vectors import Signs, Vectors
from relupoly.geometry.cone import Cone
from relupoly.run import Run

Indices = NDArray[np.intp]

# As single floats these take 16 MB; the loop over portions costs nothing beside them.
_PAIRS_AT_ONCE = 4_000_000
MOST_ENTRIES = 2**25  # of new rays: 256 MB as doubles or words, and the two halves of a cell take copies of them


@dataclass(frozen=True)
class Crossing:
    """Where a hyperplane crosses a cone.

    Attributes
    ----------
    signs : ndarray of int8, shape (m,)
        The side of each ray: both 1 and -1 occur.
    section : Cone
        The new rays, one on each crossed edge, with the cone's walls and the hyperplane as the last one.
    """

    signs: Signs
    section: Cone


def cross(cone: Cone, form: Vectors, signs: Signs, label: int, run: Run, dimension: int | None = None) -> Crossing:
    """Find the new rays where a hyperplane crosses the edges of a cone.

    Parameters
    ----------
    form : Vectors, one vector of length D
        The hyperplane's form. Its values at the rays are computed here, since they would not outlast a rescaling of the rays.
    signs : ndarray of int8, shape (m,)
        Its signs at the rays, all known.
    label : int
        The label of the hyperplane.
    run : Run
    dimension : int, optional
        The dimension of the cone where it is not that of the space; 0 where it is not known.

    Raises
    ------
    SizeError
        If there are more new rays than memory is meant to hold (the box in R^25 has 33 million vertices).
    """
    dimension = cone.dimension if dimension is None else dimension
    positive, negative = adjacent_pairs(cone.tight, np.flatnonzero(signs > 0), np.flatnonzero(signs < 0), dimension, run)
    if len(positive) * cone.dimension > MOST_ENTRIES:
        raise SizeError(
            f"a cell in dimension {cone.dimension - 1} has more than {len(positive)} vertices, more than memory is meant "
            "to hold; choose a subspace with --through"
        )
    rays = cone.rays.edge_rays(form, positive, negative)
    tight = np.column_stack([cone.tight[positive] & cone.tight[negative], np.ones(len(rays), dtype=np.bool_)])
    return Crossing(signs, Cone(rays, tight, np.append(cone.walls, label), np.append(cone.sides, np.int8(1))))


def half(cone: Cone, crossing: Crossing, side: int, fewest: int) -> Cone:
    """The part of a cone on one side of a hyperplane.

    Parameters
    ----------
    side : int
        1 or -1.
    fewest : int
        Walls that fewer rays lie on are forgotten. A facet of a cone in R^D has at least D - 1 rays.

    Returns
    -------
    Cone
        Its rays are first the old ones on that side and on the hyperplane, in their order, then the new ones.
    """
    old = np.flatnonzero(crossing.signs * side >= 0)
    section = crossing.section
    tight = np.concatenate([np.column_stack([cone.tight[old], crossing.signs[old] == 0]), section.tight])
    kept = np.count_nonzero(tight, axis=0) >= fewest
    sides = section.sides.copy()
    sides[-1] = side
    return Cone(cone.rays.take(old).join(section.rays), tight[:, kept], section.walls[kept], sides[kept])


def touch(cone: Cone, signs: NDArray[np.int8], labels: NDArray[np.intp], sides: NDArray[np.int8]) -> Cone:
    """The same cone, with hyperplanes that it touches as further walls.

    Parameters
    ----------
    signs : ndarray of int8, shape (k, m)
        The signs of their forms at the rays.
    labels, sides : ndarray, shape (k,)
    """
    return Cone(
        cone.rays,
        np.column_stack([cone.tight, (signs == 0).T]),
        np.append(cone.walls, labels),
        np.append(cone.sides, sides),
    )


# OpenBLAS looks at stale numbers beside short vectors; the product is right, but they may raise the flag of invalid ones.
@np.errstate(invalid="ignore")
def adjacent_pairs(
    tight: NDArray[np.bool_], first: Indices, second: Indices, dimension: int, run: Run
) -> tuple[Indices, Indices]:
    """The pairs of adjacent rays with one ray in `first` and the other in `second`."""
    incidence = tight.astype(np.float32)
    opposite = incidence[second].T
    rows = max(1, _PAIRS_AT_ONCE // max(1, len(second)))
    ones, others = [], []
    for start in range(0, len(first), rows):
        run.tick()
        shared = incidence[first[start : start + rows]] @ opposite
        row, column = np.nonzero(shared >= dimension - 2)
        ones.append(first[start + row])
        others.append(second[column])
    left, right = np.concatenate(ones), np.concatenate(others)
    adjacent = _share_an_edge(tight, incidence, left, right, dimension, run)
    return left[adjacent], right[adjacent]


def _share_an_edge(
    tight: NDArray[np.bool_],
    incidence: NDArray[np.float32],
    left: Indices,
    right: Indices,
    dimension: int,
    run: Run,
) -> NDArray[np.bool_]:
    """Which pairs of rays with D - 2 common walls are adjacent."""
    walls = np.count_nonzero(tight, axis=1)
    adjacent = np.ones(len(left), dtype=np.bool_)
    doubtful = np.flatnonzero((walls[left] != dimension - 1) & (walls[right] != dimension - 1))
    pairs = max(1, _PAIRS_AT_ONCE // len(tight))
    for start in range(0, len(doubtful), pairs):
        run.tick()
        chunk = doubtful[start : start + pairs]
        common = tight[left[chunk]] & tight[right[chunk]]
        containing = incidence @ common.T.astype(np.float32) == np.count_nonzero(common, axis=1)
        adjacent[chunk] = np.count_nonzero(containing, axis=0) == 2
    return adjacent
