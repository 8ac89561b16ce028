"""A cone cut by a hyperplane into its two halves."""

from __future__ import annotations

import numpy as np

from relupoly.jit import njit
from relupoly.pieces.kernel.arithmetic import certain_sign, count_bits, crossing_ray, product_at, worst_error
from relupoly.pieces.kernel.cones import are_adjacent, free_slot, refresh
from relupoly.pieces.kernel.constants import (
    CHOSEN0,
    CLEAR,
    CROWDED,
    DONE,
    FULL,
    IDLE,
    INACCURATE,
    LAYER,
    OPEN,
    OPEN0,
    RAY0,
    RAYS,
    SETTLED,
    SIGN0,
    TOP,
    WALLS,
)


@njit()
def split(program, stack, node, scratch):
    """Replace the top node by its two halves. FULL or CROWDED if there is no room; then nothing has changed."""
    d = program.dimension
    record = stack.nodes[node]
    layer, m, k = record[LAYER], record[RAYS], record[OPEN]
    ray0, open0, sign0, chosen0 = record[RAY0], record[OPEN0], record[SIGN0], record[CHOSEN0]
    h = program.planes[layer]
    plane, whole = stack.open[open0], stack.whole[layer]
    at = stack.form_at[layer] + program.first[program.plane_at[layer] + plane] * d
    above = below = 0
    used_above = used_below = np.uint64(0)
    for i in range(m):
        sign = stack.signs[sign0 + i]
        above += sign >= 0
        below += sign <= 0
        if sign >= 0:
            used_above |= stack.tight[ray0 + i]
        if sign <= 0:
            used_below |= stack.tight[ray0 + i]
    for i in range(m):
        ray, ray_error = stack.value[ray0 + i], stack.error[ray0 + i]
        scratch.at[0, i], scratch.at[1, i] = product_at(stack.form, stack.form_error, at, ray, ray_error, d, whole)
    table = m >= scratch.many_rays
    new = _looked_up_pairs(stack, record, scratch, d) if table else _compared_pairs(stack, record, scratch, d)
    if new < 0:
        return FULL
    for i in range(new):
        p, q = scratch.pair[0, i], scratch.pair[1, i]
        scratch.tight[i] = stack.tight[ray0 + p] & stack.tight[ray0 + q]
        crossing_ray(
            abs(scratch.at[0, q]),
            scratch.at[1, q],
            abs(scratch.at[0, p]),
            scratch.at[1, p],
            stack.value[ray0 + p],
            stack.error[ray0 + p],
            stack.value[ray0 + q],
            stack.error[ray0 + q],
            scratch.value[i],
            scratch.error[i],
            whole,
        )
        if count_bits(scratch.tight[i]) == d - 2 and worst_error(scratch.value[i], scratch.error[i]) > INACCURATE:
            refresh(
                program,
                stack,
                node,
                layer,
                scratch.tight[i],
                stack.open[open0 : open0 + 1],
                scratch.value[i],
                scratch.error[i],
                scratch.work,
            )
    # The walls of both halves: those of the old rays on that side (the new rays' are among them) and the new one.
    slot_above, slot_below = free_slot(used_above), free_slot(used_below)
    if slot_above < 0 or slot_below < 0:
        return CROWDED
    size_above, size_below = above + new, below + new
    base = ray0 + max(m, size_above)
    rows = k - 1
    sign_base = sign0 + rows * size_above
    if (
        node + 2 > len(stack.nodes)
        or base + size_below > len(stack.tight)
        or open0 + 2 * rows > len(stack.open)
        or sign_base + rows * size_below > len(stack.signs)
        or chosen0 + 2 * h > len(stack.chosen)
        or k * m + rows * new > len(scratch.signs)
    ):
        return FULL
    for i in range(k * m):
        scratch.signs[i] = stack.signs[sign0 + i]
    fresh = k * m
    for row in range(rows):
        other = stack.open[open0 + 1 + row]
        at = stack.form_at[layer] + program.first[program.plane_at[layer] + other] * d
        for i in range(new):
            value, error = product_at(stack.form, stack.form_error, at, scratch.value[i], scratch.error[i], d, whole)
            scratch.signs[fresh + row * new + i] = certain_sign(value, error)
    # The half below goes behind the parent, then the half above is packed into the parent's place.
    child = stack.nodes[node + 1]
    child[LAYER], child[RAYS], child[OPEN] = layer, size_below, rows
    child[RAY0], child[OPEN0], child[SIGN0], child[CHOSEN0] = base, open0 + rows, sign_base, chosen0 + h
    child[SETTLED] = child[IDLE] = 0
    child[CLEAR] = record[CLEAR]
    for i in range(WALLS):
        stack.slots[node + 1, i], stack.sides[node + 1, i] = stack.slots[node, i], stack.sides[node, i]
    for i in range(h):
        stack.chosen[chosen0 + h + i] = stack.chosen[chosen0 + i]
    _write_half(stack, scratch, ray0, m, k, new, base, sign_base, np.int64(-1), slot_below)
    if not record[IDLE]:
        _write_half(stack, scratch, ray0, m, k, new, ray0, sign0, np.int64(1), slot_above)
    for row in range(rows):
        stack.open[open0 + row] = stack.open[open0 + row + 1]
    for row in range(rows):
        stack.open[open0 + rows + row] = stack.open[open0 + row]
    label = program.label[layer] + plane
    stack.slots[node, slot_above], stack.sides[node, slot_above] = label, 1
    stack.slots[node + 1, slot_below], stack.sides[node + 1, slot_below] = label, -1
    stack.chosen[chosen0 + plane], stack.chosen[chosen0 + h + plane] = 1, -1
    record[RAYS], record[OPEN], record[SETTLED] = size_above, rows, 0
    stack.register[TOP] = node + 1
    return DONE


@njit()
def _compared_pairs(stack, record, scratch, d):
    """The pairs of adjacent rays above and below the first open hyperplane; how many, -1 if there is no room."""
    m, ray0, sign0 = record[RAYS], record[RAY0], record[SIGN0]
    pair = scratch.pair
    count = 0
    for p in range(m):
        if stack.signs[sign0 + p] != 1:
            continue
        for q in range(m):
            if stack.signs[sign0 + q] == -1 and are_adjacent(stack.tight, ray0, m, p, q, d):
                if count == pair.shape[1]:
                    return -1
                pair[0, count], pair[1, count] = p, q
                count += 1
    return count


@njit()
def _looked_up_pairs(stack, record, scratch, d):
    """The same as `_compared_pairs`, for cones with many rays.

    A simple ray lies on D - 1 walls, and on one edge for each wall that is left out. So the edges of the simple rays on one
    side are looked up in a table of those on the other side. Only pairs with a ray that is not simple are compared.
    """
    m, ray0, sign0 = record[RAYS], record[RAY0], record[SIGN0]
    key, owner, odd, pair = scratch.key, scratch.owner, scratch.odd, scratch.pair
    below = odds = 0
    for q in range(m):
        if stack.signs[sign0 + q] == -1:
            below += 1
            if count_bits(stack.tight[ray0 + q]) != d - 1:
                odd[odds] = q
                odds += 1
    shift, size = 63, 2
    while size < 2 * below * (d - 1):
        shift, size = shift - 1, 2 * size
    if size > len(key):
        return -1
    for place in range(size):
        owner[place] = -1
    for q in range(m):
        rest = stack.tight[ray0 + q]
        while stack.signs[sign0 + q] == -1 and rest and count_bits(stack.tight[ray0 + q]) == d - 1:
            edge = stack.tight[ray0 + q] ^ (rest & (~rest + np.uint64(1)))
            rest &= rest - np.uint64(1)
            place = _place(key, owner, edge, shift, size)
            key[place], owner[place] = edge, q
    count = 0
    for p in range(m):
        if stack.signs[sign0 + p] != 1:
            continue
        if count + m > pair.shape[1]:
            return -1
        first = stack.tight[ray0 + p]
        if count_bits(first) == d - 1:
            rest = first
            while rest:
                edge = first ^ (rest & (~rest + np.uint64(1)))
                rest &= rest - np.uint64(1)
                place = _place(key, owner, edge, shift, size)
                if owner[place] >= 0:
                    pair[0, count], pair[1, count] = p, owner[place]
                    count += 1
        for i in range(odds if count_bits(first) == d - 1 else m):
            q = odd[i] if count_bits(first) == d - 1 else i
            if stack.signs[sign0 + q] == -1 and are_adjacent(stack.tight, ray0, m, p, q, d):
                pair[0, count], pair[1, count] = p, q
                count += 1
    return count


@njit()
def _place(key, owner, edge, shift, size):
    """Where an edge is in a table, or would be."""
    place = np.int64((edge * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(shift))
    while owner[place] >= 0 and key[place] != edge:
        place = (place + 1) & (size - 1)
    return place


@njit()
def _write_half(stack, scratch, ray0, m, k, new, base, sign_base, side, slot):
    """The rays of one half and the signs of the open forms there: old rays on its side, then the new ones."""
    bit = np.uint64(1) << np.uint64(slot)
    d = stack.value.shape[1]
    count = 0
    for i in range(m):
        count += scratch.signs[i] * side >= 0
    size = count + new
    position = 0
    for i in range(m):
        if scratch.signs[i] * side < 0:
            continue
        target = base + position
        for c in range(d):
            stack.value[target, c], stack.error[target, c] = stack.value[ray0 + i, c], stack.error[ray0 + i, c]
        stack.tight[target] = stack.tight[ray0 + i]
        if scratch.signs[i] == 0:
            stack.tight[target] |= bit
        for row in range(k - 1):
            stack.signs[sign_base + row * size + position] = scratch.signs[(row + 1) * m + i]
        position += 1
    for i in range(new):
        target = base + count + i
        for c in range(d):
            stack.value[target, c], stack.error[target, c] = scratch.value[i, c], scratch.error[i, c]
        stack.tight[target] = scratch.tight[i] | bit
        for row in range(k - 1):
            stack.signs[sign_base + row * size + count + i] = scratch.signs[k * m + row * new + i]


@njit()
def finish(program, stack, node):
    """Note the signs of a finished layer, and which rows pass on what they compute."""
    record = stack.nodes[node]
    layer, chosen0 = record[LAYER], record[CHOSEN0]
    at = program.plane_at[layer]
    stack.flat[layer] = 0
    for plane in range(program.planes[layer]):
        stack.finished[at + plane] = stack.chosen[chosen0 + plane]
        stack.flat[layer] += stack.chosen[chosen0 + plane] == 0
    at, n, row = program.neuron_at[layer], program.widths[layer], program.row_at[layer]
    active, chosen = stack.active[row : row + n], stack.chosen[chosen0 : chosen0 + n]
    if n == program.planes[layer]:
        # Each hyperplane is that of one neuron, so they are numbered alike.
        for neuron in range(n):
            active[neuron] = chosen[neuron] > 0
    else:
        for neuron in range(n):
            active[neuron] = chosen[program.of[at + neuron]] * program.side[at + neuron] > 0
    # Linear neurons and the constant.
    for passing in range(row + n, row + program.rows[layer]):
        stack.active[passing] = True
