"""The loop itself: nodes are taken from the stack until there is something for Python to do."""

from __future__ import annotations

import numpy as np

from relupoly.jit import njit
from relupoly.pieces.kernel.arithmetic import count_bits
from relupoly.pieces.kernel.cell_facets import is_plain
from relupoly.pieces.kernel.cell_list import collect_cell
from relupoly.pieces.kernel.cones import all_simple, is_simple_inside, settle, walls_under
from relupoly.pieces.kernel.constants import (
    CELL,
    CLEAR,
    CROWDED,
    DONE,
    DOUBT,
    EVERY,
    FINGERPRINT,
    FULL,
    IDLE,
    LAYER,
    LEVELS,
    LIST,
    LONG_COUNT,
    LONG_CUT,
    LONG_STEP,
    MERGE,
    OPEN,
    OPEN0,
    PAUSED,
    PLAIN,
    PRINTED,
    RAYS,
    SETTLED,
    SIGN0,
    SIMPLE,
    TOP,
    WALLS,
)
from relupoly.pieces.kernel.face_patterns import collect_patterns
from relupoly.pieces.kernel.facet_changes import all_change, can_be_idle
from relupoly.pieces.kernel.fingerprints import collect_print, prepare
from relupoly.pieces.kernel.flats import count_by_flats
from relupoly.pieces.kernel.layers import next_layer
from relupoly.pieces.kernel.levels import collect_levels
from relupoly.pieces.kernel.listing import list_cells
from relupoly.pieces.kernel.regions import count_regions, dimension_across, null_face
from relupoly.pieces.kernel.split import finish, split


@njit()
def _put_first(stack, record):
    """Let the hyperplane cut first that leaves the fewest rays below it."""
    m, open0, sign0 = record[RAYS], record[OPEN0], record[SIGN0]
    best, fewest = 0, m
    for row in range(record[OPEN]):
        below = 0
        for i in range(m):
            below += stack.signs[sign0 + row * m + i] < 0
        if below < fewest:
            best, fewest = row, below
    stack.open[open0], stack.open[open0 + best] = stack.open[open0 + best], stack.open[open0]
    for i in range(sign0, sign0 + m):
        other = i + best * m
        stack.signs[i], stack.signs[other] = stack.signs[other], stack.signs[i]


@njit()
def _has_slots(stack, record):
    """Whether a cone has slots for all its open hyperplanes, should they become walls."""
    return count_bits(walls_under(stack, record)) + record[OPEN] <= WALLS


@njit()
def walk(program, stack, scratch, room, prints, look, bulk, steps):
    """Go on until there is something for Python to do.

    Parameters
    ----------
    look : int
        How closely cells are looked at: see `relupoly.pieces.walk.node.Detail`.
    bulk : bool
        Whether many cells may be counted in one step.

    Returns
    -------
    int
        DONE; PAUSED after so many steps; DOUBT, a sign of the top node is open; CROWDED, the top node has too many walls;
        CELL, the top node is a finished cell that is not plain enough; FULL, a stack is; PRINTED, the room for fingerprints is.
    """
    while True:
        node = stack.register[TOP]
        if node < 0:
            return DONE
        record = stack.nodes[node]
        if record[IDLE] == 2:
            stack.register[TOP] = node - 1
            continue
        if steps <= 0 and not record[IDLE]:
            return PAUSED
        m = record[RAYS]
        steps -= 1 + m * (record[OPEN] + program.dimension) // LONG_STEP + m * m * m // LONG_CUT
        if not record[SETTLED]:
            for i in range(record[OPEN] * record[RAYS]):
                if stack.signs[record[SIGN0] + i] == 2:
                    return DOUBT
            if not settle(program, stack, node):
                return CROWDED
        if record[IDLE]:
            if not can_be_idle(program, stack, record):
                stack.register[PLAIN] += 1
                stack.register[TOP] = node - 1
                continue
        elif record[LAYER] != program.depth - 1 or look >= EVERY:
            pass
        elif bulk and record[OPEN] and not look & FINGERPRINT and record[SETTLED] == 1:
            record[SETTLED] = 2
            changes, face = 0, null_face(program, stack, node)
            if face and (not look & SIMPLE or (face == walls_under(stack, record) and all_simple(program, stack, node))):
                changes = 1 if not look & MERGE else all_change(program, stack, node, walls_under(stack, record), scratch)
            if changes == 1 or (changes == 2 and _has_slots(stack, record)):
                across = dimension_across(program, stack, record, face)
                regions = np.int64(-1)
                if across >= room.flats_from:
                    regions = count_by_flats(program, stack, node, room, scratch.work, face, across)
                if regions < 0:
                    regions = count_regions(program, stack, node, room, face, across)
                if regions > 0:
                    steps -= regions // LONG_COUNT
                    stack.register[PLAIN] += regions
                    if changes == 1:
                        stack.register[TOP] = node - 1
                        continue
                    # The idle cell needs a closer look: of all the cone's cells, it alone is built.
                    stack.register[PLAIN] -= 1
                    record[IDLE] = 1
        elif look & FINGERPRINT and not record[CLEAR]:
            if look == FINGERPRINT:
                record[CLEAR] = 1
            elif record[OPEN] and record[SETTLED] == 1:
                record[SETTLED], face = 2, null_face(program, stack, node)
                if face and (not look & SIMPLE or (face == walls_under(stack, record) and all_simple(program, stack, node))):
                    record[CLEAR] = all_change(program, stack, node, walls_under(stack, record), scratch) if look & MERGE else 1
        if record[OPEN]:
            face = (
                null_face(program, stack, node) if record[CLEAR] == 1 and bulk and _has_slots(stack, record) else np.uint64(0)
            )
            if face:
                before = stack.register[PLAIN]
                status = list_cells(program, stack, node, room, prints, face)
                if status == DONE:
                    steps -= (stack.register[PLAIN] - before) // LONG_COUNT
                    stack.register[TOP] = node - 1
                    continue
                if status == PRINTED and prints.count[0]:
                    return PRINTED
            if record[IDLE]:
                _put_first(stack, record)
            if look & SIMPLE:
                # The open hyperplanes may meet where they make a vertex that is not simple.
                record[CLEAR] = 0
            status = split(program, stack, node, scratch)
            if status != DONE:
                return status
            if record[IDLE]:
                record[IDLE], stack.nodes[node + 1, IDLE] = 2, 1
            continue
        finish(program, stack, node)
        if record[LAYER] + 1 < program.depth:
            if next_layer(program, stack, node, scratch) == FULL:
                return FULL
        elif look & LIST:
            status = collect_cell(stack, node, prints.cells)
            if status != DONE:
                return status
            stack.register[TOP] = node - 1
        elif look & LEVELS:
            status = collect_levels(program, stack, node, prints.levels, scratch.signs)
            if status != DONE:
                return status
            stack.register[TOP] = node - 1
        elif look >= EVERY or (
            look & MERGE
            and record[CLEAR] != 1
            and (record[CLEAR] == 0 or can_be_idle(program, stack, record))
            and not is_plain(program, stack, node, scratch)
        ):
            return CELL
        else:
            if look & FINGERPRINT and prints.count[0] == len(prints.found):
                return PRINTED
            if look & SIMPLE and record[CLEAR] != 1 and not is_simple_inside(program, stack, node):
                status = collect_patterns(program, stack, node, prints.faces)
                if status != DONE:
                    return status
            if look & FINGERPRINT:
                prepare(program, stack, prints)
                collect_print(program, stack, record, prints)
            else:
                stack.register[PLAIN] += 1
            stack.register[TOP] = node - 1
