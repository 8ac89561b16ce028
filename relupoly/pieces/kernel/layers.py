"""The forms of a layer on the current cell: they change little from one cell to the next, and are kept up to date."""

from __future__ import annotations

import math

import numpy as np

from relupoly.jit import njit
from relupoly.pieces.kernel.arithmetic import certain_sign, product_at, safe
from relupoly.pieces.kernel.constants import (
    CHOSEN0,
    DONE,
    EXACT,
    FLIPS,
    FULL,
    LAYER,
    OPEN,
    OPEN0,
    RAY0,
    RAYS,
    SETTLED,
    SIGN0,
    UNIT,
    WALLS,
)


@njit()
def next_layer(program, stack, node, scratch):
    """Let the top node enter the next layer. FULL if there is no room; then it may be called again.

    A form is decided at once where its sign is the same at all rays, and clear from the sizes of form and rays alone. The
    others stay open; their signs come from products with bounds of their own.
    """
    d = program.dimension
    record = stack.nodes[node]
    layer, m, ray0 = record[LAYER] + 1, record[RAYS], record[RAY0]
    h, n, size = program.planes[layer], program.widths[layer], program.rows[layer]
    if (
        record[OPEN0] + h > len(stack.open)
        or record[SIGN0] + h * m > len(stack.signs)
        or record[CHOSEN0] + h > len(stack.chosen)
    ):
        return FULL
    image(program, stack, layer, scratch.flipped)
    stack.serial[layer] += 1
    at, first, whole = stack.form_at[layer], program.plane_at[layer], stack.whole[layer]
    sums, sizes, values, above, below = stack.sum, scratch.row[0], scratch.row[1], scratch.row[2], scratch.row[3]
    doubts, relative = stack.sum_error[program.row_at[layer] : program.row_at[layer] + n], 4 * (d + 4) * UNIT
    for row in range(n):
        sizes[row] = above[row] = below[row] = 0.0
    for c in range(d):
        column = sums[at + c * size : at + (c + 1) * size]
        for row in range(n):
            sizes[row] += abs(column[row])
    # The last two columns, and all that is done for each neuron, take one loop.
    third, second = max(d - 2, 0), max(d - 1, 0)
    for i in range(m):
        reach = doubt = 0.0
        for c in range(d):
            reach, doubt = max(reach, abs(stack.value[ray0 + i, c])), max(doubt, stack.error[ray0 + i, c])
        doubt += relative * reach
        reach = 0.0 if whole else 2 * d * (reach + doubt)
        doubt *= 2
        for row in range(n):
            values[row] = 0.0
        for c in range(d - 2):
            x, column = stack.value[ray0 + i, c], sums[at + c * size : at + (c + 1) * size]
            for row in range(n):
                values[row] += column[row] * x
        x, column = stack.value[ray0 + i, third] if d > 1 else 0.0, sums[at + third * size : at + (third + 1) * size]
        y, other = stack.value[ray0 + i, second], sums[at + second * size : at + (second + 1) * size]
        for row in range(n):
            value, bound = values[row] + column[row] * x + other[row] * y, sizes[row] * doubt + doubts[row] * reach
            above[row] += 1.0 if value > bound else 0.0
            below[row] += 1.0 if value < -bound else 0.0
    count = 0
    for plane in range(h):
        row = program.first[first + plane]
        side = 1 if above[row] == m else -1 if below[row] == m else 0
        stack.chosen[record[CHOSEN0] + plane] = side
        if side:
            continue
        stack.open[record[OPEN0] + count] = plane
        if layer == program.depth - 1 and not whole:
            for neuron in range(row, program.final[first + plane] + 1):
                if program.of[program.neuron_at[layer] + neuron] == plane:
                    write_form(program, stack, layer, neuron)
        for i in range(m):
            x, x_error = stack.value[ray0 + i], stack.error[ray0 + i]
            value, error = product_at(stack.form, stack.form_error, at + row * d, x, x_error, d, whole)
            sign = certain_sign(value, error)
            if sign == 2 and _vanish(program, stack, node, layer, ray0 + i):
                sign = np.int8(0)
            stack.signs[record[SIGN0] + count * m + i] = sign
        count += 1
    record[LAYER], record[OPEN], record[SETTLED] = layer, count, 0
    return DONE


@njit()
def _vanish(program, stack, node, layer, ray):
    """Whether all forms of a layer vanish at a ray, since it lies at infinity and on all active forms of a layer before.

    The outputs of that layer are 0 there, and biases do not matter at infinity; so those of all later layers are 0, too. Layers
    with linear neurons are not looked at: what these compute need not be 0.
    """
    tight = stack.tight[ray]
    if not holds(stack, node, tight, 0):
        return False
    for before in range(layer):
        row, at = program.row_at[before], program.neuron_at[before]
        zero = program.rows[before] == program.widths[before] + 1
        for neuron in range(program.widths[before]):
            if stack.active[row + neuron] and not holds(stack, node, tight, program.label[before] + program.of[at + neuron]):
                zero = False
                break
        if zero:
            return True
    return False


@njit()
def image(program, stack, layer, flipped):
    """The forms of a layer: its weights times the active forms of the layer before. Long loops run over the neurons.

    The sums are kept: only what the neurons of the layer before that have changed sides contribute is added or taken away, for
    as long as that is less work than to begin afresh. Forms of the last layer are written when they are asked for.
    """
    d, size, before = program.dimension, program.rows[layer], program.rows[layer - 1]
    source, target = stack.form_at[layer - 1], stack.form_at[layer]
    mask, relative = program.row_at[layer - 1], 4 * (before + 4) * UNIT
    sums, doubts = stack.sum, stack.sum_error[program.row_at[layer] : program.row_at[layer] + size]
    now, then, flips = stack.active[mask : mask + before], stack.summed[mask : mask + before], stack.flips[layer]
    changed = _differences(now, then, flipped)
    same, bent = stack.sum_serial[layer] == stack.serial[layer - 1], 0
    if not same:
        bent = _bent(program, stack, layer)
    afresh = bent < 0 or 2 * changed + 4 * bent > before or stack.terms[layer] + changed + bent > 2 * before
    if not same:
        if bent and not afresh:
            _bend(program, stack, layer, relative)
        stack.sum_serial[layer], stack.base[layer, 1] = stack.serial[layer - 1], stack.base[layer - 1, 0]
        below = program.row_at[layer - 2] if layer > 1 else mask
        for j in range(below, mask):
            stack.beneath[j] = stack.active[j]
    for i in range(changed):
        j = flipped[i]
        then[j] = now[j]
        flips[flips[FLIPS] % FLIPS] = j + 1 if now[j] else -(j + 1)
        flips[FLIPS] += 1
        if not afresh:
            _add_term(program, stack, layer, j, source + j * d, 1.0 if now[j] else -1.0, relative)
    stack.terms[layer] += changed
    if afresh:
        stack.terms[layer] = 0
        for i in range(target, target + size * d):
            sums[i] = 0.0
        for row in range(size):
            doubts[row] = 0.0
        for j in range(before):
            if now[j]:
                stack.terms[layer] += 1
                _add_term(program, stack, layer, j, source + j * d, 1.0, relative)
        largest = 0.0
        for i in range(target, target + size * d):
            largest = max(largest, abs(sums[i]))
        for row in range(size):
            largest = max(largest, doubts[row])
        stack.factor[layer] = math.ldexp(1.0, -math.frexp(largest)[1])
    was_whole = stack.whole[layer]
    stack.whole[layer] = stack.whole[layer - 1] and not program.rough[layer]
    if stack.whole[layer]:
        most = 0.0
        for row in range(size):
            most = max(most, doubts[row])
        # The error bounds of sums of products of whole numbers are `relative` times their sizes.
        stack.whole[layer] = most < relative * EXACT / 2
    if afresh or bent or was_whole or stack.whole[layer]:
        # Forms that are whole, or were, are not the sums times the factor.
        stack.base[layer, 0] += 1
    if stack.whole[layer]:
        _divide(stack, target, size, d)
        return
    for row in range(size - 1 if layer == program.depth - 1 else 0, size):
        write_form(program, stack, layer, row)


@njit()
def _differences(now, then, where):
    """Where two rows of bytes differ; how many places these are."""
    count = 0
    for j in range(len(now)):
        where[count] = j
        count += now[j] != then[j]
    return count


@njit()
def _add_term(program, stack, layer, j, at, side, relative):
    """Add to the sums of a layer what a row of the layer before contributes, or take it away."""
    d, size, index = program.dimension, program.rows[layer], program.row_at[layer - 1] + j
    target, weights, end = stack.form_at[layer], program.column_at[index], program.column_at[index + 1]
    sums, doubts = stack.sum, stack.sum_error[program.row_at[layer] : program.row_at[layer] + size]
    reach = doubt = 0.0
    for c in range(d):
        reach = max(reach, abs(stack.form[at + c]))
        doubt = max(doubt, stack.form_error[at + c])
    if reach == 0 and doubt == 0:
        return
    weight, rough, spread = program.column[weights:end], program.rough[layer], doubt + relative * reach
    reached = reach + doubt
    if program.sparse[layer]:
        place = program.place[weights:end]
        for c in range(d):
            x = side * stack.form[at + c]
            column = sums[target + c * size : target + (c + 1) * size]
            for i in range(end - weights):
                column[place[i]] += weight[i] * x
        for i in range(end - weights):
            doubts[place[i]] += abs(weight[i]) * spread + (program.column_error[weights + i] * reached if rough else 0.0)
        return
    for c in range(d):
        x = side * stack.form[at + c]
        column = sums[target + c * size : target + (c + 1) * size]
        for row in range(size):
            column[row] += weight[row] * x
    if rough:
        weight_error = program.column_error[weights:end]
        for row in range(size):
            doubts[row] += weight_error[row] * reached
    for row in range(size):
        doubts[row] += abs(weight[row]) * spread


@njit()
def write_form(program, stack, layer, row):
    """Scale a row of the sums of a layer: that is the form."""
    d, size, target, factor = program.dimension, program.rows[layer], stack.form_at[layer], stack.factor[layer]
    relative = 4 * (program.rows[layer - 1] + 4) * UNIT
    doubt = stack.sum_error[program.row_at[layer] + row] * (1 + relative) * factor
    for c in range(d):
        value, error = safe(stack.sum[target + c * size + row] * factor, doubt)
        stack.form[target + row * d + c], stack.form_error[target + row * d + c] = value, error


@njit()
def _bent(program, stack, layer):
    """How many neurons two layers before have changed sides since the sums of a layer were made; -1 if that is not all.

    It is all if their forms are the same as then, and the forms between are sums that only had terms added or taken away. Only
    the third and last layer's sums are kept that long: those of others would gather errors that have grown from layer to layer.
    """
    if layer != 2 or program.depth != 3 or stack.base[layer, 1] != stack.base[layer - 1, 0]:
        return -1
    mask, at, first, bent = program.row_at[layer - 2], program.neuron_at[layer - 2], program.plane_at[layer - 2], 0
    for j in range(program.widths[layer - 2]):
        if stack.active[mask + j] != stack.beneath[mask + j]:
            plane = first + program.of[at + j]
            if program.first[plane] != program.final[plane]:
                return -1
            bent += 1
    return bent


@njit()
def _bend(program, stack, layer, relative):
    """Take into account in the sums of a layer that neurons two layers before have changed sides.

    Each of them alters the forms of the layer between by a multiple of its own form: weights times form. Those of the layer
    after rise by a multiple of it, too, which is that by which they rise across the neuron's hyperplane (`risen`).
    """
    d, size = program.dimension, program.rows[layer]
    mask, at, target, factor = (
        program.row_at[layer - 2],
        program.neuron_at[layer - 2],
        stack.form_at[layer],
        stack.factor[layer - 1],
    )
    doubts = stack.sum_error[program.row_at[layer] : program.row_at[layer] + size]
    for j in range(program.widths[layer - 2]):
        if stack.active[mask + j] == stack.beneath[mask + j]:
            continue
        start, _, rise_error = risen(program, stack, layer - 2, program.of[at + j])
        rise, form = stack.rise[start : start + size], stack.form_at[layer - 2] + j * d
        scale = factor if stack.active[mask + j] else -factor
        stack.terms[layer] += 1
        reach = doubt = 0.0
        for c in range(d):
            reach = max(reach, abs(stack.form[form + c]))
            doubt = max(doubt, stack.form_error[form + c])
            x = scale * stack.form[form + c]
            column = stack.sum[target + c * size : target + (c + 1) * size]
            for row in range(size):
                column[row] += rise[row] * x
        spread, error = 2 * factor * (doubt + relative * reach), 2 * factor * rise_error * (reach + doubt)
        for row in range(size):
            doubts[row] += abs(rise[row]) * spread + error


@njit()
def risen(program, stack, layer, plane):
    """By how much the preactivations of the layer after next rise across a hyperplane, on the active neurons between.

    They are sums of a term for each active or linear neuron, and kept up to date as these come and go, for as long as that is
    less work than to begin afresh. Returns where they are, and bounds for their sizes and errors.
    """
    above, between = layer + 2, program.rows[layer + 1] - 1
    size, index = program.rows[above], program.plane_at[layer] + plane
    start, mask = stack.rise_at[layer] + plane * size, program.row_at[layer + 1]
    first, end = program.jump_at[index], program.jump_at[index + 1]
    place, rise = program.jump_place[first:end], stack.rise[start : start + size]
    missing = stack.flips[above, FLIPS] - stack.risen[index, 0]
    if missing > FLIPS or 2 * missing > between or stack.risen[index, 1] + missing > 2 * between:
        stack.risen[index, 1] = 0
        for row in range(size):
            rise[row] = 0.0
        for i in range(end - first):
            if place[i] < between and stack.summed[mask + place[i]]:
                add_column(program, above, place[i], program.jump[first + i], rise)
    else:
        stack.risen[index, 1] += missing
        for number in range(stack.flips[above, FLIPS] - missing, stack.flips[above, FLIPS]):
            flip = stack.flips[above, number % FLIPS]
            i = _place_of(place, abs(flip) - 1)
            if i >= 0:
                x = program.jump[first + i]
                add_column(program, above, place[i], x if flip > 0 else -x, rise)
    stack.risen[index, 0] = stack.flips[above, FLIPS]
    # What the terms add up to on the way is never larger than the bound for sizes.
    reach = program.jump_size[index]
    doubt = program.jump_error[index] + 4 * (between + stack.risen[index, 1] + 4) * UNIT * reach
    doubt = 2 * (program.norm[above] * doubt + program.norm_error[above] * (reach + doubt))
    return start, 2 * (program.norm[above] + program.norm_error[above]) * reach, doubt


@njit()
def add_column(program, layer, j, x, target):
    """Add to the entries of a vector a multiple of the weights that a layer gives to a row of the layer before."""
    index = program.row_at[layer - 1] + j
    start, end = program.column_at[index], program.column_at[index + 1]
    weight = program.column[start:end]
    if program.sparse[layer]:
        place = program.place[start:end]
        for i in range(end - start):
            target[place[i]] += weight[i] * x
    else:
        for row in range(end - start):
            target[row] += weight[row] * x


@njit()
def _place_of(places, wanted):
    """Where a number is among ascending ones; -1 if it is not there."""
    low, high = np.int64(0), np.int64(len(places))
    if high and places[high - 1] == high - 1:
        # All of them are there, from 0 on.
        return wanted if wanted < high else np.int64(-1)
    while low < high:
        middle = (low + high) // 2
        if places[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low if low < len(places) and places[low] == wanted else np.int64(-1)


@njit()
def _divide(stack, target, size, d):
    """Copy the sums of a layer, whole numbers, to its forms, without common factor; then nothing is in doubt."""
    divisor = np.int64(0)
    for i in range(target, target + size * d):
        other = np.int64(abs(stack.sum[i]))
        while other:
            divisor, other = other, divisor % other
        if divisor == 1:
            break
    for row in range(size):
        for c in range(d):
            i = target + row * d + c
            stack.form[i], stack.form_error[i] = stack.sum[target + c * size + row] / divisor, 0.0


@njit()
def holds(stack, node, group, label):
    """Whether a label is one of some walls'."""
    for slot in range(WALLS):
        if (group >> np.uint64(slot)) & np.uint64(1) and stack.slots[node, slot] == label:
            return True
    return False
