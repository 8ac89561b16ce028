"""Finished cells written one after the other: the signs of all hyperplanes, which rays lie on which walls, and the rays.

The first two are all that a record of a cell needs of the walk: coordinates follow exactly. The rays in doubles tell who looks
for something whether a record is worth while. One call for each cell took 30
microseconds, most of them for making objects of it.
"""

from __future__ import annotations

import numpy as np

from relupoly.jit import njit
from relupoly.pieces.kernel.constants import DONE, PRINTED, RAY0, RAYS, WALLS


@njit()
def collect_cell(stack, node, cells):
    """Write down a finished cell; PRINTED, and nothing is written, if there is no room."""
    record, place, start = stack.nodes[node], cells.count[0], cells.count[1]
    m, ray0 = record[RAYS], record[RAY0]
    if place == len(cells.signs) or start + m > len(cells.tight):
        return PRINTED
    for plane in range(cells.signs.shape[1]):
        cells.signs[place, plane] = stack.finished[plane]
    used = np.uint64(0)
    for i in range(m):
        cells.tight[start + i] = stack.tight[ray0 + i]
        used |= stack.tight[ray0 + i]
        for k in range(cells.value.shape[1]):
            cells.value[start + i, k], cells.error[start + i, k] = stack.value[ray0 + i, k], stack.error[ray0 + i, k]
    for slot in range(WALLS):
        if used & (np.uint64(1) << np.uint64(slot)):
            cells.label[place, slot] = stack.slots[node, slot]
    cells.used[place], cells.rays[place] = used, m
    cells.count[0], cells.count[1] = place + 1, start + m
    return DONE
