"""`Incidence`: which rays of a cell lie on which walls, and what that tells of its facets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from relupoly.pieces.forms.homogeneous import INFINITY


@dataclass(frozen=True, slots=True)
class Incidence:
    """The rays and walls of a cell, homogenised.

    Attributes
    ----------
    labels : sequence of int
        Of the walls; where no ray lies on one, it does not count.
    rays : sequence of int
        For each ray, the walls on which it lies, as a set of bits.
    known : sequence of (tuple of int), optional
        For each ray, the labels of its walls in ascending order; empty where that is left to `walls`.
    """

    labels: Sequence[int]
    rays: Sequence[int]
    known: Sequence[tuple[int, ...]] = ()

    def walls(self, number: int) -> tuple[int, ...]:
        """The labels of the walls on which a ray lies, in ascending order."""
        if self.known and (walls := self.known[number]):
            return walls
        ray, found = self.rays[number], []
        while ray:
            low = ray & -ray
            found.append(self.labels[low.bit_length() - 1])
            ray ^= low
        found.sort()
        return tuple(found)

    def facets(self, dimension: int) -> list[tuple[tuple[int, ...], int]]:
        """The labels of the walls that support each facet, and the rays on it, as a set of bits; not the one at infinity.

        By label: interpreted and compiled walks hold walls in different orders, and which one it is depends on time.

        Parameters
        ----------
        dimension : int
            D - 1, where the rays are vectors in R^D.
        """
        on = [0] * len(self.labels)
        simple = True
        for number, ray in enumerate(self.rays):
            simple = simple and ray.bit_count() == dimension
            bit = 1 << number
            while ray:
                low = ray & -ray
                on[low.bit_length() - 1] |= bit
                ray ^= low
        if simple:
            return sorted([((label,), rays) for label, rays in zip(self.labels, on, strict=True) if rays and label != INFINITY])
        groups: dict[int, list[int]] = {}
        for label, rays in zip(self.labels, on, strict=True):
            if rays:
                groups.setdefault(rays, []).append(label)
        # A wall supports a facet if no other one contains more of its rays.
        return sorted(
            [
                (tuple(sorted(labels)), rays)
                for rays, labels in groups.items()
                if INFINITY not in labels and not any(rays & other == rays != other for other in groups)
            ]
        )
