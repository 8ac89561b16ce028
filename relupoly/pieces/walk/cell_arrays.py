"""Finished cells in the arrays of the compiled walk."""

from __future__ import annotations

import numpy as np

from relupoly.pieces import kernel
from relupoly.pieces.forms.homogeneous import HomogeneousNet
from relupoly.pieces.walk.node import ListedCells

_ROOM = 1024  # cells that are handed over at a time
_RAYS = 2**15  # of them all; a cell with more is handed over by itself


def no_cells() -> kernel.Cells:
    """For walks that list no cells."""
    return _cells(0, 0, 0, 0)


def cells_of(net: HomogeneousNet) -> kernel.Cells:
    """For walks that list cells."""
    return _cells(_ROOM, net.first_label[-1] - net.first_label[0], _RAYS, net.dimension)


def _cells(room: int, planes: int, rays: int, dimension: int) -> kernel.Cells:
    return kernel.Cells(
        count=np.zeros(2, dtype=np.int64),
        signs=np.zeros((room, planes), dtype=np.int8),
        label=np.zeros((room, kernel.WALLS), dtype=np.int32),
        used=np.zeros(room, dtype=np.uint64),
        rays=np.zeros(room, dtype=np.int64),
        tight=np.zeros(rays, dtype=np.uint64),
        value=np.zeros((rays, dimension)),
        error=np.zeros((rays, dimension)),
    )


def taken_cells(cells: kernel.Cells) -> ListedCells:
    """The cells that were written down; then there are none."""
    count, rays = cells.count.tolist()
    cells.count[:] = 0
    return ListedCells(
        count,
        cells.signs[:count].copy(),
        cells.label[:count].copy(),
        cells.used[:count].copy(),
        cells.rays[:count].copy(),
        cells.tight[:rays].copy(),
        cells.value[:rays].copy(),
        cells.error[:rays].copy(),
    )
