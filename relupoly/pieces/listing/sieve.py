"""`CellBlock`: some cells that a walk has found, of which records are made only for those that matter.

The signs of all neurons in a cell are proved long before a record of it is made, which is what takes time. A sieve tells by the
signs, and by the rays in doubles, which cells may change what is looked for.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from relupoly.pieces.constraints.cell import ConstrainedCell
from relupoly.pieces.listing.cell_records import CellArrays, CellRecords, RayArrays
from relupoly.pieces.listing.constrained_records import ConstrainedRecords
from relupoly.pieces.listing.listed_net import ListedNet
from relupoly.pieces.listing.parts import Parts
from relupoly.pieces.listing.records import CellRecord
from relupoly.pieces.listing.walked import cell_arrays, cell_records, constrained_cells
from relupoly.run import UNLIMITED, Run, Stopped

# Cells that come one by one, each after some linear programs, are handed over so many at a time, or after so many seconds.
_ROOM, _PATIENCE = 64, 0.05


@dataclass(frozen=True, eq=False)
class SievedCells:
    """What is known of some cells before records are made of them.

    Attributes
    ----------
    signs : ndarray of int8, shape (cells, neurons)
        Of all neurons with ReLU, those of one layer after the other.
    rays : RayArrays or None
        None where cells are held by constraints.
    """

    signs: NDArray[np.int8]
    rays: RayArrays | None


Sieve = Callable[[SievedCells], NDArray[np.intp]]
"""Gives the numbers of cells that matter, in ascending order."""


class CellBlock(Protocol):
    """Some cells, one after the other."""

    @property
    def cells(self) -> SievedCells:
        """What is known of them."""

    def records(self, places: NDArray[np.intp]) -> Iterator[CellRecord]:
        """The records of some of them."""


def cell_blocks(
    parts: Parts, listed: ListedNet, fields: Collection[str], number: int, run: Run = UNLIMITED
) -> Iterator[CellBlock]:
    """The cells of one part, the first of which has a number, in the order of the walk.

    Parameters
    ----------
    parts : Parts
    listed : ListedNet
        One of them.
    fields : collection of str
        Of the records, as for `relupoly.pieces.listing.cells.list_cells`, without `piece`.
    number : int
    run : Run, optional
        Asked at every step whether to go on; where it stops, the cells so far are given out first.
    """
    if listed.net.bounds:
        constrained = ConstrainedRecords(listed, fields, parts.goes_on(listed), run)
        for some in _together(constrained_cells(listed, run)):
            yield _ConstrainedBlock(some, constrained, number)
            number += len(some)
        return
    records = cell_records(parts, listed, fields, run)
    for cells in cell_arrays(listed, run, with_rays=True):
        yield _RayBlock(cells, records, listed, number)
        number += len(cells.signs)


@dataclass(frozen=True, eq=False)
class _RayBlock:
    """Cells with rays."""

    arrays: CellArrays
    maker: CellRecords
    listed: ListedNet
    first: int

    @property
    def cells(self) -> SievedCells:
        of, side = self.listed.planes
        return SievedCells(self.arrays.signs[:, of] * side, self.arrays.rays)

    def records(self, places: NDArray[np.intp]) -> Iterator[CellRecord]:
        if len(places) == len(self.arrays.signs):
            yield from self.maker.of(self.arrays, self.first)
            return
        for place in places.tolist():
            yield from self.maker.of(self.arrays[place : place + 1], self.first + place)


@dataclass(frozen=True, eq=False)
class _ConstrainedBlock:
    """Cells that are held by constraints."""

    held: list[ConstrainedCell]
    maker: ConstrainedRecords
    first: int

    @property
    def cells(self) -> SievedCells:
        return SievedCells(np.array([cell.neuron_signs() for cell in self.held]), None)

    def records(self, places: NDArray[np.intp]) -> Iterator[CellRecord]:
        for place in places.tolist():
            yield self.maker.of(self.held[place], self.first + place)


def _together(cells: Iterator[ConstrainedCell]) -> Iterator[list[ConstrainedCell]]:
    """Some cells at a time; where they are stopped, those so far come first."""
    found: list[ConstrainedCell] = []
    began = time.perf_counter()
    try:
        for cell in cells:
            found.append(cell)
            if len(found) == _ROOM or time.perf_counter() - began > _PATIENCE:
                yield found
                found, began = [], time.perf_counter()
    except Stopped:
        if found:
            yield found
        raise
    if found:
        yield found


def passing(listed: ListedNet, signs: NDArray[np.int8]) -> list[NDArray[np.bool_]]:
    """For each hidden layer, which of its neurons pass on what they compute; its linear ones come last, and all do."""
    found, start = [], 0
    for layer, width in zip(listed.network.hidden, listed.plain.widths, strict=True):
        active = np.ones((len(signs), layer.outputs), dtype=np.bool_)
        active[:, :width] = signs[:, start : start + width] > 0
        found.append(active)
        start += width
    return found
