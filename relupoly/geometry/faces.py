"""The faces of a cone, read off the incidences of rays and walls.

Every face is the convex hull of the rays on some walls. A wall supports a facet if no other wall contains more of its
rays; the facets of a face are the largest of its intersections with walls that do not contain it. Upwards, a face and a ray
span a face that lies on the walls that they have in common, and the smallest of these are one dimension larger.

A face of dimension k lies on D - k walls at least; if on no more, it is simple, and so are all faces that contain it. So those
that are not are found from the rays upwards, without the others: in general they are few. A cone in R^9 whose only vertex lies
on 16 walls has one of them among its 500 faces; all of them took 70 milliseconds, this one takes a tenth of one.
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
    walls = [bits_of(column) for column in cone.tight.T]
    level = {bits_of(np.ones(len(cone.rays), dtype=np.bool_))}
    for dimension in range(cone.dimension, 0, -1):
        below: set[int] = set()
        for rays in level:
            yield Face(rays, sum(1 << index for index, wall in enumerate(walls) if rays & wall == rays), dimension)
            below |= _largest({rays & wall for wall in walls} - {rays, 0})
        level = below


def irregular_faces(cone: Cone, rays: NDArray[np.intp], kept: int) -> set[int]:
    """The faces above some rays that are not simple, or lie on walls of a kind; each as the walls that contain it, in bits.

    Parameters
    ----------
    rays : ndarray of int
        Where the faces begin: each of those found contains one of these rays.
    kept : int
        Walls, as a set of bits: faces on any of them are found, simple or not; -1 for all faces.
    """
    tight = [bits_of(row) for row in cone.tight]
    level = {tight[ray] for ray in rays.tolist() if _is_irregular(tight[ray], cone.dimension - 1, kept)}
    found = set(level)
    for fewest in range(cone.dimension - 2, -1, -1):
        level = {walls for face in level for walls in _covers(face, tight, fewest) if _is_irregular(walls, fewest, kept)}
        found |= level
    return found


def _is_irregular(walls: int, fewest: int, kept: int) -> bool:
    return walls.bit_count() > fewest or kept < 0 or walls & kept != 0


def _covers(face: int, tight: list[int], fewest: int) -> set[int]:
    """The faces that contain a face, one dimension larger; of those that lie on fewer walls than that takes there are none."""
    spanned = {face & walls for walls in tight} - {face}
    wide = {walls for walls in spanned if walls.bit_count() >= fewest}
    return {one for one in wide if one.bit_count() == fewest or not any(one != other and one & other == one for other in wide)}


def _largest(sets: set[int]) -> set[int]:
    """The sets that no other one contains."""
    return {one for one in sets if not any(one != other and one & other == one for other in sets)}


def bits_of(flags: NDArray[np.bool_]) -> int:
    """Flags as the bits of an integer, the first one the lowest."""
    return int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little")
