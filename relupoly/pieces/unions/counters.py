"""What is counted in the convex parts of a union.

Counters of cells add up over parts. Functions and patterns are sets: one counter takes them from all parts. The counter of open
pieces of a part remembers to which piece those cells at the part's boundary belong that are no piece by themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import reduce
from operator import or_
from typing import cast

import numpy as np
from numpy.typing import NDArray

from relupoly.pieces.counters.counters import AffineCounter, PatternCounter, StrictCounter
from relupoly.pieces.forms.homogeneous import HomogeneousNet
from relupoly.pieces.merging.open_pieces import OpenPieces
from relupoly.pieces.notions import ACTIVATION, AFFINE, CLOSED, OPEN, PATTERNS, STRICT
from relupoly.pieces.walk.cell import ActivationCell, Cell
from relupoly.pieces.walk.driver import Walk
from relupoly.pieces.walk.node import CountedCells, Detail

# A cell of a part, by its pattern, which no other cell there has; or a piece of several cells, by a number.
Node = bytes | int


class OpenPiecesOfPart(OpenPieces):
    """The open pieces of a convex part; it knows those that come to the part's boundary."""

    def __init__(self, net: HomogeneousNet) -> None:
        super().__init__(net)
        self._at_boundary: dict[bytes, int] = {}

    def add(self, cell: ActivationCell) -> int:
        """Take a cell, and return how many pieces of those before it joins to its own."""
        joined = super().add(cell)
        if self._comes_to_boundary(cell):
            self._at_boundary[cell.output.pattern] = self.cells
        return joined

    def _comes_to_boundary(self, cell: ActivationCell) -> bool:
        """Whether a cell comes to the part's boundary, or may do so where it is held by constraints."""
        if not isinstance(cell, Cell):
            return True
        # With patterns, cells have rays, also those of a net whose cells are held by constraints; then walls have other labels.
        walls = cell.cone.walls
        return bool(((walls > 0) & (walls < cell.net.first_label[0])).any())

    def piece_of(self, pattern: bytes) -> Node:
        """The piece of the cell at the boundary that has a pattern; a cell that was only counted is a piece by itself."""
        cell = self._at_boundary.get(pattern)
        return pattern if cell is None else self._piece(cell)


class FunctionsOfParts(AffineCounter):
    """The affine functions of all parts."""

    def several(self) -> NDArray[np.uint64]:
        """The fingerprints of functions that may have several pieces, in ascending order: those of several cells."""
        return np.union1d(self._functions.several(), np.array(sorted(set(self._idle_fingerprints())), dtype=np.uint64))


class PatternsOfParts(PatternCounter):
    """The patterns that occur in any part: the same one may occur in several, so all are kept."""

    detail = Detail.EVERY

    @property
    def patterns(self) -> set[bytes]:
        """The patterns."""
        return self._patterns

    def add(self, cell: ActivationCell) -> None:
        """Take a cell: its pattern, and those of its faces that are not simple; simple ones have those of cells."""
        self._patterns.add(np.packbits(cell.neuron_signs() > 0).tobytes())
        super().add(cell)


class CountersOfPart:
    """All that is counted in one convex part.

    Parameters
    ----------
    net : HomogeneousNet
    asked : tuple of str
        The notions.
    functions : FunctionsOfParts or None
    patterns : PatternsOfParts or None
    """

    def __init__(
        self,
        net: HomogeneousNet,
        asked: tuple[str, ...],
        functions: FunctionsOfParts | None,
        patterns: PatternsOfParts | None,
    ) -> None:
        self.cells = 0
        self.open = OpenPiecesOfPart(net) if {OPEN, CLOSED} & set(asked) else None
        self.strict = StrictCounter(net) if STRICT in asked else None
        self._all = [one for one in (self.open, self.strict, functions, patterns) if one is not None]
        self.detail = reduce(or_, (one.detail for one in self._all), Detail.COUNT)

    def take(self, part: ActivationCell | CountedCells) -> None:
        """Take a cell, or a number of counted cells."""
        self.cells += part.count if isinstance(part, CountedCells) else 1
        for counter in self._all:
            if isinstance(part, CountedCells):
                counter.add_counted(part)
            else:
                counter.add(part)

    def counts(self) -> dict[str, int]:
        """The counts that add up."""
        found = {ACTIVATION: self.cells}
        if self.open:
            found |= self.open.counts()
        if self.strict:
            found |= self.strict.counts()
        return found


class WalksInTurn:
    """Walks over several parts, one after the other, for those who take the cells of one walk."""

    def __init__(self, walks: Iterator[Walk]) -> None:
        self._walks = walks

    def cells(self, detail: Detail) -> Iterator[ActivationCell | CountedCells]:
        """The cells of all of them."""
        for walk in self._walks:
            yield from walk.cells(detail)


def in_turn(makers: list[Callable[..., Walk]]) -> Callable[..., Walk]:
    """What makes walks over several parts as if they were one."""
    return lambda **options: cast(Walk, WalksInTurn(make(**options) for make in makers))


NEEDS_FUNCTIONS = frozenset((AFFINE, CLOSED))
NEEDS_PATTERNS = frozenset((PATTERNS,))
