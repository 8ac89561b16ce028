"""The faces of a cone, read off the incidences of rays and walls.

Every face is the convex hull of the rays on some walls. A wall supports a facet if no other wall contains more of its
rays; the facets of a face are the largest of its intersections with walls that do not contain it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relupoly.geometry.cone import Cone
from relupoly.geometry.cut import adjacent_pairs
from relupoly.run import UNLIMITED


@dataclass(frozen=True)
class Face:
    """A face of a cone.

    Attributes
    ----------
    rays : int
        Its rays, as a set of bits.
    walls : int
        The walls that contain it, as a set of bits.
    dimension : int
    """

    rays: int
    walls: int
    dimension: int


def facets(cone: Cone) -> list[NDArray[np.intp]]:
    """The facets of a cone, each as the indices of the walls that support it: several where hyperplanes coincide."""
    counts = np.count_nonzero(cone.tight, axis=0)
    present = np.flatnonzero(counts)
    if len(present) == 0:
        return []
    if (np.count_nonzero(cone.tight, axis=1) == cone.dimension - 1).all():
        return list(present[:, None])
    incidence = cone.tight[:, present].astype(np.float32)
    shared = incidence.T @ incidence
    size = np.diagonal(shared)
    within = shared == size[:, None]
    maximal = ~(within & (size[None, :] > size[:, None])).any(axis=1)
    groups = []
    seen = np.zeros(len(present), dtype=np.bool_)
    for wall in np.flatnonzero(maximal):
        if not seen[wall]:
            equal = within[wall] & maximal
            seen |= equal
            groups.append(present[equal])
    return groups


def edges(cone: Cone) -> list[tuple[int, int]]:
    """The pairs of rays that span a two-dimensional face."""
    everything = np.arange(len(cone.rays))
    pairs = []
    for ray in everything[:-1]:
        ones, others = adjacent_pairs(cone.tight, everything[ray : ray + 1], everything[ray + 1 :], cone.dimension, UNLIMITED)
        pairs += list(zip(ones.tolist(), others.tolist(), strict=True))
    return pairs


def all_faces(cone: Cone) -> Iterator[Face]:
    """All faces of a cone but its apex, from the cone itself downwards."""
    walls = [_bits(column) for column in cone.tight.T]
    level = {_bits(np.ones(len(cone.rays), dtype=np.bool_))}
    for dimension in range(cone.dimension, 0, -1):
        below: set[int] = set()
        for rays in level:
            yield Face(rays, sum(1 << index for index, wall in enumerate(walls) if rays & wall == rays), dimension)
            below |= _largest({rays & wall for wall in walls} - {rays, 0})
        level = below


def _largest(sets: set[int]) -> set[int]:
    """The sets that no other one contains."""
    return {one for one in sets if not any(one != other and one & other == one for other in sets)}


def _bits(flags: NDArray[np.bool_]) -> int:
    return int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little")
