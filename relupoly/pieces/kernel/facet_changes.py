"""Whether the function changes behind all facets of the cells of the last layer, without building them."""

from __future__ import annotations

import numpy as np

from relupoly.jit import njit
from relupoly.pieces.kernel.constants import (
    CHOSEN0,
    OPEN,
    OPEN0,
    SUM_BITS,
    UNIT,
    WALLS,
)
from relupoly.pieces.kernel.layers import add_column, risen


@njit()
def all_change(program, stack, node, walls, scratch):
    """Whether the function changes, for certain, across every facet of the cells that the last layer cuts the cone into.

    0: no; 1: yes; 2: yes, but perhaps for the idle cell, where no neuron of the last layer is active.

    Across a hyperplane the outputs of its neurons rise by a multiple of its form. Between two of these cells lies a hyperplane
    of the last layer: it is enough that the function rises with it. At a wall of an earlier layer the function's rise is a sum:
    one part for the neurons of the last layer that are active on the whole cone, and one for each open hyperplane, depending
    on the side. It is enough that no choice of sides makes the sum vanish, whether it occurs or not; but the one where it has
    no term.

    Parameters
    ----------
    walls : word
        The walls of the cone that support its facets.
    """
    record = stack.nodes[node]
    size = begin_changes(program, stack, record, scratch)
    if size < 0:
        return 0
    idle, changes = can_be_idle(program, stack, record), 1
    for slot in range(WALLS):
        if not (walls >> np.uint64(slot)) & np.uint64(1):
            continue
        found = changes_at(program, stack, record, stack.slots[node, slot], size, idle, scratch)
        if not found:
            return 0
        changes = max(changes, found)
    return changes


@njit()
def begin_changes(program, stack, record, scratch):
    """Make ready for `changes_at`; the sum of the sizes of weights, or -1 if it cannot be said that the function changes."""
    for layer in range(program.depth - 1):
        if stack.flat[layer]:
            return -1.0
    if not _all_rise(program, stack, record):
        return -1.0
    return _certain_part(program, stack, record, scratch.weight)


@njit()
def changes_at(program, stack, record, label, size, idle, scratch):
    """Whether the function changes at a wall, for certain: 0, 1 or 2 as in `all_change`."""
    last = program.depth - 1
    if label < program.label[0]:
        return 1
    if label >= program.label[last]:
        return 1 if program.rises[label - program.label[last]] else 0
    layer = last - 1
    while label < program.label[layer]:
        layer -= 1
    rise, reach, doubt = _rise(program, stack, layer, label - program.label[layer], scratch.rise)
    _add_up(program, stack, record, rise, reach, doubt, size, scratch)
    if not _sums_avoid_zero(scratch.part, scratch.part_error, record[OPEN], idle, scratch.sums):
        return 0
    return 2 if idle else 1


@njit()
def _all_rise(program, stack, record):
    """Whether the function rises with each open hyperplane, and each other one of the last layer has a sign."""
    last, without = program.depth - 1, 0
    for plane in range(program.planes[last]):
        without += stack.chosen[record[CHOSEN0] + plane] == 0
    for row in range(record[OPEN]):
        if not program.rises[stack.open[record[OPEN0] + row]]:
            return False
    return without == record[OPEN]


@njit()
def _certain_part(program, stack, record, weight):
    """The weights of the last layer's neurons in the output where all open hyperplanes have a negative sign, and 0 else.

    Linear neurons count as active. Returns the sum of the weights' sizes.
    """
    last = program.depth - 1
    at, n, rows = program.neuron_at[last], program.widths[last], program.rows[last] - 1
    if n == program.planes[last]:
        signs = stack.chosen[record[CHOSEN0] : record[CHOSEN0] + n]
        for neuron in range(n):
            weight[neuron] = program.output[neuron] if signs[neuron] > 0 else 0.0
    else:
        for neuron in range(n):
            chosen, side = stack.chosen[record[CHOSEN0] + program.of[at + neuron]], program.side[at + neuron]
            weight[neuron] = program.output[neuron] if chosen * side > 0 or (chosen == 0 and side < 0) else 0.0
    for neuron in range(n, rows):
        weight[neuron] = program.output[neuron]
    size = 0.0
    for neuron in range(rows):
        size += abs(weight[neuron])
    return size


@njit()
def _rise(program, stack, layer, plane, rise):
    """By how much the preactivations of the last layer rise across a hyperplane of an earlier one.

    Returns these, and bounds for their sizes and errors.
    """
    row, last = 0, program.depth - 1
    if layer + 2 == last:
        at, reach, doubt = risen(program, stack, layer, plane)
        return stack.rise[at : at + program.rows[last]], reach, doubt
    index, source = program.plane_at[layer] + plane, rise[1]
    for i in range(program.rows[layer + 1]):
        source[i] = 0.0
    for i in range(program.jump_at[index], program.jump_at[index + 1]):
        source[program.jump_place[i]] = program.jump[i]
    reach, doubt = program.jump_size[index], program.jump_error[index]
    for below in range(layer + 1, last):
        before, size, mask = program.rows[below] - 1, program.rows[below + 1], program.row_at[below]
        target = rise[row]
        reach = 0.0
        for i in range(size):
            target[i] = 0.0
        for j in range(before):
            if not stack.active[mask + j]:
                continue
            x = source[j]
            reach = max(reach, abs(x))
            if x != 0:
                add_column(program, below + 1, j, x, target)
        doubt += 4 * (before + 4) * UNIT * reach
        doubt = 2 * (program.norm[below + 1] * doubt + program.norm_error[below + 1] * (reach + doubt))
        reach = 2 * (program.norm[below + 1] + program.norm_error[below + 1]) * reach
        source, row = target, 1 - row
    return source, reach, doubt


@njit()
def _add_up(program, stack, record, rise, reach, doubt, size, scratch):
    """The parts of the function's rise: that where all open hyperplanes have a negative sign, then the change by each."""
    last, part, error, weight = program.depth - 1, scratch.part, scratch.part_error, scratch.weight
    at, first = program.neuron_at[last], program.plane_at[last]
    doubt += 4 * (program.rows[last] + 4) * UNIT * reach
    part[0] = _scalar_product(weight, rise)
    error[0] = 2 * (size * doubt + program.output_doubt * (reach + doubt))
    for row in range(1, record[OPEN] + 1):
        plane = stack.open[record[OPEN0] + row - 1]
        part[row] = error[row] = 0.0
        for neuron in range(program.first[first + plane], program.final[first + plane] + 1):
            if program.of[at + neuron] == plane:
                output, output_error = program.output[neuron], program.output_error[neuron]
                part[row] += program.side[at + neuron] * output * rise[neuron]
                error[row] += 2 * (abs(output) * doubt + output_error * (reach + doubt))


@njit()
def _scalar_product(first, second):
    """The scalar product with the beginning of a longer vector, in four sums: one would wait for each of its additions."""
    n = len(first)
    p = q = r = s = 0.0
    for i in range(0, n - 3, 4):
        p += first[i] * second[i]
        q += first[i + 1] * second[i + 1]
        r += first[i + 2] * second[i + 2]
        s += first[i + 3] * second[i + 3]
    for i in range(n - n % 4, n):
        p += first[i] * second[i]
    return (p + q) + (r + s)


@njit()
def _sums_avoid_zero(part, part_error, count, idle, sums):
    """Whether part 0 plus any choice of the others is certainly not zero; if idle, but for the choice of none."""
    base = part[0]
    error, size = part_error[0], abs(base)
    low = high = base
    least, most = np.inf, -np.inf
    for row in range(1, count + 1):
        term = part[row]
        least, most = min(least, term), max(most, term)
        low, high = low + min(term, 0.0), high + max(term, 0.0)
        error, size = error + part_error[row], size + abs(term)
    error = 2 * error + 4 * (count + 4) * UNIT * size
    if not error < np.inf:
        return False
    if low > error or high < -error or (idle and (least > error or most < -error)):
        return True
    if count > 2 * SUM_BITS:
        return False
    half = count // 2
    first, second, spare = sums[0], sums[1], sums[2]
    size = _all_sums(part, np.int64(1), half, base, first, spare)
    others = _all_sums(part, 1 + half, count - half, 0.0, second, spare)
    j, none = others - 1, 0
    for i in range(size):
        while j > 0 and first[i] + second[j - 1] >= 0:
            j -= 1
        if idle and first[i] == 0 and second[j] == 0:
            # No choice at all: once, and with nothing beside it.
            none += 1
            if (j + 1 < others and not second[j + 1] > error) or (j > 0 and not second[j - 1] < -error):
                return False
        elif not abs(first[i] + second[j]) > error or (j > 0 and not abs(first[i] + second[j - 1]) > error):
            return False
    return not idle or none == 1


@njit()
def _all_sums(part, start, count, base, sums, spare):
    """The base plus every choice of some parts, in ascending order; returns how many."""
    sums[0] = base
    size = 1
    for row in range(start, start + count):
        term = part[row]
        i = j = 0
        for k in range(2 * size):
            if j == size or (i < size and sums[i] <= sums[j] + term):
                spare[k] = sums[i]
                i += 1
            else:
                spare[k] = sums[j] + term
                j += 1
        size *= 2
        for k in range(size):
            sums[k] = spare[k]
    return size


@njit()
def can_be_idle(program, stack, record):
    """Whether no neuron of the last layer is active on some cell of a cone, as far as its signs are decided there.

    A layer with linear neurons passes something on even then.
    """
    last = program.depth - 1
    if program.rows[last] > program.widths[last] + 1:
        return False
    at = program.neuron_at[last]
    for neuron in range(program.widths[last]):
        chosen, side = stack.chosen[record[CHOSEN0] + program.of[at + neuron]], program.side[at + neuron]
        if chosen * side > 0 or (chosen == 0 and side < 0):
            return False
    return True
