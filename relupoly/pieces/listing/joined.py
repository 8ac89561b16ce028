"""`Joined`: cells that are joined across facets, given out as soon as a set of them is complete.

A set is complete when the other side of every facet across which it goes on has been seen. So only cells of sets that are still
growing are kept.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field

from relupoly.pieces.listing.records import CellRecord


@dataclass
class _Set:
    """Cells that hang together, and how many facets wait for their other side."""

    cells: list[CellRecord] = field(default_factory=list)
    waiting: int = 0


class Joined:
    """Joins cells across facets."""

    def __init__(self) -> None:
        self._sets: dict[int, _Set] = {}
        self._set_of: dict[int, int] = {}
        self._waiting: dict[Hashable, int] = {}

    def add(self, cell: CellRecord, facets: Sequence[Hashable]) -> list[CellRecord] | None:
        """Take a cell; the cells of its set, by number, where it is complete.

        Parameters
        ----------
        facets : sequence of hashable
            Names of the facets across which the set goes on, the same on both sides.
        """
        if not facets:
            return [cell]
        own = cell.number
        self._sets[own], self._set_of[own] = _Set([cell]), own
        for facet in facets:
            other = self._waiting.pop(facet, None)
            if other is None:
                self._waiting[facet] = cell.number
                self._sets[own].waiting += 1
            else:
                own = self._join(own, self._set_of[other])
        if self._sets[own].waiting:
            return None
        complete = self._sets.pop(own).cells
        for one in complete:
            del self._set_of[one.number]
        return sorted(complete, key=lambda one: one.number)

    def left(self) -> Iterator[list[CellRecord]]:
        """The sets that are not complete."""
        for one in self._sets.values():
            yield sorted(one.cells, key=lambda cell: cell.number)

    def _join(self, one: int, other: int) -> int:
        """A facet between two sets has been seen from both sides; which of them holds the cells of both."""
        if one == other:
            self._sets[one].waiting -= 1
            return one
        small, large = sorted((one, other), key=lambda name: len(self._sets[name].cells))
        taken, kept = self._sets.pop(small), self._sets[large]
        for cell in taken.cells:
            self._set_of[cell.number] = large
        kept.cells += taken.cells
        kept.waiting += taken.waiting - 1
        return large
