"""The cells of the last layer listed by the values of forms alone, for their fingerprints."""

from __future__ import annotations

import numpy as np

from relupoly.jit import njit
from relupoly.pieces.kernel.arithmetic import count_bits
from relupoly.pieces.kernel.cones import walls_under
from relupoly.pieces.kernel.constants import (
    CHOSEN0,
    DONE,
    DOUBT,
    OPEN,
    OPEN0,
    PLAIN,
    PRINTED,
    SMALLEST_ERROR,
    UNIT,
)
from relupoly.pieces.kernel.fingerprints import collect_print, prepare
from relupoly.pieces.kernel.regions import dimension_across, evaluate


@njit()
def list_cells(program, stack, node, room, prints, face):
    """Collect the fingerprints of all cells that the open hyperplanes cut the top cone into; DOUBT where floats cannot tell.

    The cone is cut in two by one hyperplane after another. Of a ray nothing is wanted but the values of the forms there, as in
    `count_regions`: so where an edge crosses a hyperplane, they are averages of those at its ends. PRINTED if there is no room;
    then, as for DOUBT, nothing has been collected.
    """
    leaves, record, count, plain = prints.leaves, stack.nodes[node], prints.count[0], stack.register[PLAIN]
    d = dimension_across(program, stack, record, face)
    if not evaluate(program, stack, node, room, face, d):
        return DOUBT
    m, k, used = room.count[0, 0], record[OPEN], walls_under(stack, record)
    if k * m > len(leaves.value) or m > len(leaves.tight):
        return DOUBT
    leaves.frame[0, 0], leaves.frame[0, 1], leaves.frame[0, 2], leaves.frame[0, 3] = m, k, 0, 0
    for i in range(m):
        leaves.tight[i], leaves.error[i], leaves.span[i] = room.tight[0, i], room.error[0, i], room.span[0, i]
    for row in range(k):
        leaves.plane[0, row], leaves.side[0, row] = row, 0
        for i in range(m):
            leaves.value[row * m + i] = room.value[0, row, i]
    prepare(program, stack, prints)
    top, status = np.int64(0), DONE
    while top >= 0 and status == DONE:
        cuts = leaves.frame[top, 1]
        if cuts > 1:
            slot = _nth_free(used, leaves.plane[top, 0])
            if _halve(leaves, top, k, d, np.uint64(1) << np.uint64(slot)):
                top += 1
            else:
                status = DOUBT
            continue
        if prints.count[0] + 2 > len(prints.found):
            status = PRINTED
            continue
        first, end = (-1, 2) if cuts else (0, 1)
        for side in range(first, end, 2):
            if cuts:
                leaves.side[top, leaves.plane[top, 0]] = side
            for row in range(k):
                stack.chosen[record[CHOSEN0] + stack.open[record[OPEN0] + row]] = leaves.side[top, row]
            collect_print(program, stack, record, prints)
        top -= 1
    for row in range(k):
        stack.chosen[record[CHOSEN0] + stack.open[record[OPEN0] + row]] = 0
    if status != DONE:
        prints.count[0], stack.register[PLAIN] = count, plain
    return status


@njit()
def _nth_free(used, number):
    """The bit with a number among those that are not set."""
    slot = np.int64(0)
    while True:
        if not (used >> np.uint64(slot)) & np.uint64(1):
            if number == 0:
                return slot
            number -= 1
        slot += 1


@njit()
def _halve(leaves, top, k, d, bit):
    """Replace the top cone by its two halves; False where floats cannot tell, or there is no room.

    Parameters
    ----------
    k : int
        The number of hyperplanes in all.
    bit : word
        That of the hyperplane that cuts, as a wall.
    """
    m, cuts, value0, ray0 = leaves.frame[top, 0], leaves.frame[top, 1], leaves.frame[top, 2], leaves.frame[top, 3]
    own = leaves.value[value0 : value0 + m]
    new = _crossing_edges(leaves, own, leaves.tight[ray0 : ray0 + m], d)
    if new < 0:
        return False
    first, second, high, low = leaves.pair[0], leaves.pair[1], leaves.weight[0], leaves.weight[1]
    above = 0
    for i in range(m):
        above += own[i] > 0
    sizes = (m - above + new, above + new)
    ends = ray0 + m
    if (
        top + 2 > len(leaves.frame)
        or ends + sizes[0] + sizes[1] > len(leaves.tight)
        or value0 + cuts * m + (cuts - 1) * (sizes[0] + sizes[1]) > len(leaves.value)
    ):
        return False
    _halve_rays(leaves, own, ray0, new, ends, sizes[0], bit)
    below0 = value0 + cuts * m
    above0 = below0 + (cuts - 1) * sizes[0]
    kept_below = kept_above = 0
    plane = leaves.plane[top, 0]
    for row in range(k):
        leaves.side[top + 1, row] = leaves.side[top, row]
    leaves.side[top, plane], leaves.side[top + 1, plane] = -1, 1
    doubts = leaves.error[ends : ends + new]
    for row in range(1, cuts):
        source, other = leaves.value[value0 + row * m : value0 + (row + 1) * m], leaves.plane[top, row]
        at, up = below0 + kept_below * sizes[0], above0 + kept_above * sizes[1]
        positive = 0
        for i in range(new):
            value = high[i] * source[second[i]] + low[i] * source[first[i]]
            if not abs(value) > doubts[i]:
                return False
            positive += value > 0
            leaves.value[at + i] = leaves.value[up + i] = value
        place, over, positives = at + new, up + new, positive
        for i in range(m):
            if own[i] > 0:
                leaves.value[over] = source[i]
                over += 1
                positives += source[i] > 0
            else:
                leaves.value[place] = source[i]
                place += 1
                positive += source[i] > 0
        if 0 < positive < sizes[0]:
            leaves.plane[top, kept_below + 1] = other
            kept_below += 1
        else:
            leaves.side[top, other] = 1 if positive else -1
        if 0 < positives < sizes[1]:
            leaves.plane[top + 1, kept_above] = other
            kept_above += 1
        else:
            leaves.side[top + 1, other] = 1 if positives else -1
    for row in range(kept_below):
        leaves.plane[top, row] = leaves.plane[top, row + 1]
    leaves.frame[top, 0], leaves.frame[top, 1], leaves.frame[top, 2], leaves.frame[top, 3] = sizes[0], kept_below, below0, ends
    top += 1
    leaves.frame[top, 0], leaves.frame[top, 1] = sizes[1], kept_above
    leaves.frame[top, 2], leaves.frame[top, 3] = above0, ends + sizes[0]
    return True


@njit()
def _halve_rays(leaves, own, ray0, new, start, below, bit):
    """Write the rays of both halves of a cone: walls, bounds for sizes and errors of values, and the weights of edges' ends.

    The new rays come first in both halves. With a and b the sizes of the form at the ends of an edge, a ray's values are
    averages with weights a / (a + b) and b / (a + b); the errors of a and b count, too.

    Parameters
    ----------
    start : int
        Where the rays of the half below start.
    below : int
        How many there are.
    """
    m = len(own)
    tight, error, span = leaves.tight[ray0 : ray0 + m], leaves.error[ray0 : ray0 + m], leaves.span[ray0 : ray0 + m]
    first, second, high, low = leaves.pair[0], leaves.pair[1], leaves.weight[0], leaves.weight[1]
    for half in range(2):
        at, side = start + half * below, 2 * half - 1
        for i in range(new):
            p, q = first[i], second[i]
            a, b = abs(own[p]), abs(own[q])
            factor = 1.0 / (a + b)
            high[i], low[i] = a * factor, b * factor
            leaves.tight[at + i] = (tight[p] & tight[q]) | bit
            leaves.span[at + i] = (high[i] * span[q] + low[i] * span[p]) * (1 + 16 * UNIT)
            doubt = (a + error[p]) * error[q] + error[p] * span[q] + (b + error[q]) * error[p] + error[q] * span[p]
            leaves.error[at + i] = (doubt * factor + 8 * UNIT * leaves.span[at + i]) * (1 + 32 * UNIT) + SMALLEST_ERROR
        place = at + new
        for i in range(m):
            if own[i] * side > 0:
                leaves.tight[place], leaves.error[place], leaves.span[place] = tight[i], error[i], span[i]
                place += 1


@njit()
def _crossing_edges(leaves, own, tight, d):
    """The edges of a simple cone that cross a hyperplane, the end above it first; how many, -1 if there is no room."""
    first, second, new = leaves.pair[0], leaves.pair[1], 0
    for p in range(len(own)):
        if own[p] < 0:
            continue
        for q in range(len(own)):
            if own[q] < 0 and count_bits(tight[p] & tight[q]) == d - 2:
                if new == len(first):
                    return -1
                first[new], second[new] = p, q
                new += 1
    return new
