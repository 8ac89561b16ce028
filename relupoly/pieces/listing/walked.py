"""Records of the cells that a walk finds, one by one, in its order."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator

import numpy as np
from numpy.typing import NDArray

from relupoly.exact.floats import FloatVectors
from relupoly.geometry.cone import Cone
from relupoly.pieces import kernel
from relupoly.pieces.constraints.cell import ConstrainedCell
from relupoly.pieces.forms.homogeneous import INFINITY
from relupoly.pieces.listing.cell_records import CellArrays, CellRecords, RayArrays
from relupoly.pieces.listing.constrained_records import ConstrainedRecords
from relupoly.pieces.listing.incidence import Incidence
from relupoly.pieces.listing.listed_net import ListedNet
from relupoly.pieces.listing.parts import Parts
from relupoly.pieces.listing.records import CellRecord
from relupoly.pieces.walk.cell import ActivationCell, Cell
from relupoly.pieces.walk.driver import Walk
from relupoly.pieces.walk.kernel_walk import in_doubles
from relupoly.pieces.walk.node import Detail, ListedCells
from relupoly.run import UNLIMITED, Run

# How many steps the compiled walk takes before its cells are given out, at first and at most: the first ones come at once.
_FIRST, _MOST = 8, 4096
_NO_WALL = -1
_SLOTS = np.arange(kernel.WALLS, dtype=np.uint64)
_ONE = np.uint64(1)


def records_of(parts: Parts, listed: ListedNet, fields: Collection[str], number: int, run: Run) -> Iterator[CellRecord]:
    """The cells of one part, the first of which has a number."""
    goes_on = parts.goes_on(listed)
    if listed.net.bounds:
        constrained = ConstrainedRecords(listed, fields, goes_on, run)
        for place, cell in enumerate(constrained_cells(listed, run)):
            yield constrained.of(cell, number + place)
        return
    records = cell_records(parts, listed, fields, run)
    for cells in cell_arrays(listed, run):
        yield from records.of(cells, number)
        number += len(cells.signs)


def cell_records(parts: Parts, listed: ListedNet, fields: Collection[str], run: Run = UNLIMITED) -> CellRecords:
    """What makes records of the cells of a part that have rays."""
    return CellRecords(listed, fields, parts.goes_on(listed), run)


def record_of(parts: Parts, listed: ListedNet, fields: Collection[str], cell: ActivationCell, run: Run) -> CellRecord:
    """The record of one cell, with the number 1."""
    if isinstance(cell, ConstrainedCell):
        return ConstrainedRecords(listed, fields, parts.goes_on(listed), run).of(cell, 1)
    assert isinstance(cell, Cell), "it has rays or constraints"
    return next(cell_records(parts, listed, fields, run).of(_of_cell(cell), 1))


def constrained_cells(listed: ListedNet, run: Run = UNLIMITED) -> Iterator[ConstrainedCell]:
    """The cells of a net that are held by constraints, one by one."""
    for cell in Walk(listed.net, run=run).cells(Detail.EVERY):
        assert isinstance(cell, ConstrainedCell), "none is only counted"
        yield cell


def cell_arrays(listed: ListedNet, run: Run = UNLIMITED, *, with_rays: bool = False) -> Iterator[CellArrays]:
    """The cells of a net as the walk tells them: one at a time at first, then many; with their rays where these are wanted."""
    bout = _FIRST

    def steps() -> int:
        nonlocal bout
        bout = min(2 * bout, _MOST)
        return bout

    for found in Walk(listed.net, run=run).cells(Detail.LIST, steps):
        if isinstance(found, ListedCells):
            rays = _rays(found) if with_rays else None
            yield CellArrays(found.signs, ListedIncidences(found, listed.net.dimension - 1), rays)
        else:
            assert isinstance(found, Cell), "cells with rays, or lists of them"
            yield _of_cell(found, with_rays)


class ListedIncidences:
    """The incidences of listed cells, which are made of the arrays when the first is asked for.

    So whoever wants none pays for none, and arrays are what is given to other processes.

    Parameters
    ----------
    cells : ListedCells
    dimension : int
        As for `incidences`.
    """

    def __init__(self, cells: ListedCells, dimension: int) -> None:
        self._cells, self._dimension = cells, dimension
        self._made: list[Incidence] | None = None

    def __getitem__(self, place: int) -> Incidence:
        """That of one cell."""
        if self._made is None:
            self._made = incidences(self._cells, self._dimension)
        return self._made[place]

    def part(self, places: slice) -> ListedIncidences:
        """Those of some cells."""
        cells, ends = self._cells, np.concatenate([[0], np.cumsum(self._cells.rays)])
        start, stop, _ = places.indices(len(cells.rays))
        rays = slice(ends[start], ends[max(start, stop)])
        some = ListedCells(
            max(0, stop - start),
            cells.signs[places],
            cells.label[places],
            cells.used[places],
            cells.rays[places],
            cells.tight[rays],
            cells.value[rays],
            cells.error[rays],
        )
        return ListedIncidences(some, self._dimension)


class FewIncidences:
    """Those of cells that come one by one.

    Parameters
    ----------
    made : list of Incidence
    """

    def __init__(self, made: list[Incidence]) -> None:
        self._made = made

    def __getitem__(self, place: int) -> Incidence:
        """That of one cell."""
        return self._made[place]

    def part(self, places: slice) -> FewIncidences:
        """Those of some cells."""
        return FewIncidences(self._made[places])


def incidences(cells: ListedCells, dimension: int) -> list[Incidence]:
    """Which rays of each cell lie on which walls.

    Parameters
    ----------
    cells : ListedCells
    dimension : int
        D - 1, where the rays are vectors in R^D: on so many walls lies a ray that is simple.
    """
    has_wall = (cells.used[:, None] >> _SLOTS & _ONE).astype(np.bool_)
    labels = np.where(has_wall, cells.label, _NO_WALL)
    found, start, tight = [], 0, cells.tight.tolist()
    walls = _walls(cells, dimension)
    for row, slots, count in zip(labels.tolist(), cells.used.tolist(), cells.rays.tolist(), strict=True):
        found.append(Incidence(row[: slots.bit_length()], tight[start : start + count], walls[start : start + count]))
        start += count
    return found


def _walls(cells: ListedCells, dimension: int) -> list[tuple[int, ...]]:
    """For each ray the labels of its walls, in ascending order; none for those that are not simple."""
    left, owner = cells.tight.copy(), np.repeat(np.arange(len(cells.rays)), cells.rays)
    found, simple = np.zeros((len(left), dimension), dtype=np.int32), np.ones(len(left), dtype=np.bool_)
    for place in range(dimension):
        low = left & (~left + _ONE)
        simple &= low != 0
        slot = np.maximum(np.frexp(low.astype(np.float64))[1] - 1, 0)
        found[:, place] = cells.label[owner, slot]
        left ^= low
    simple &= left == 0
    found.sort(axis=1)
    return [tuple(row) if flag else () for row, flag in zip(found.tolist(), simple.tolist(), strict=True)]


def _rays(cells: ListedCells) -> RayArrays:
    """The rays of cells. Those on the wall with label 0 are at infinity.

    So are those between parallel walls, where infinity is no facet, and no wall: their last entry is a sum of zeros.
    """
    slots = (cells.used[:, None] >> _SLOTS & _ONE).astype(np.bool_) & (cells.label == INFINITY)
    infinity = (slots * (_ONE << _SLOTS)).sum(axis=1, dtype=np.uint64)
    on_wall = cells.tight & np.repeat(infinity, cells.rays) > 0
    return RayArrays(cells.rays, cells.value, cells.error, on_wall | _ends_in_zero(cells.value, cells.error))


def _of_cell(cell: Cell, with_rays: bool = False) -> CellArrays:
    weights = [1 << place for place in range(len(cell.cone.walls))]
    rays = [sum(itertools.compress(weights, row)) for row in cell.cone.tight.tolist()]
    made = _rays_of(cell.cone) if with_rays else None
    return CellArrays(cell.all_signs[None, :].astype(np.int8), FewIncidences([Incidence(cell.cone.walls.tolist(), rays)]), made)


def _rays_of(cone: Cone) -> RayArrays:
    vectors, _ = in_doubles(cone.rays, FloatVectors.from_directions)
    on_wall = np.asarray((cone.tight & (cone.walls == INFINITY)).any(axis=1))
    at_infinity = on_wall | _ends_in_zero(vectors.value, vectors.error)
    return RayArrays(np.array([len(cone.rays)]), vectors.value, vectors.error, at_infinity)


def _ends_in_zero(value: NDArray[np.float64], error: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether the last entry of rays is 0 for certain."""
    found: NDArray[np.bool_] = (value[:, -1] == 0) & (error[:, -1] == 0)
    return found
