"""Whether the function changes behind every facet of a finished cell."""

from __future__ import annotations

import numpy as np

from relupoly.jit import njit
from relupoly.pieces.kernel.arithmetic import count_bits, product_at
from relupoly.pieces.kernel.constants import (
    RAY0,
    RAYS,
    UNIT,
    WALLS,
)
from relupoly.pieces.kernel.facet_changes import all_change
from relupoly.pieces.kernel.layers import add_column, holds


@njit()
def _facet_walls(stack, ray0, m, d, sums):
    """The walls that support facets: those that do so alone, and those that share a facet with others; as bits.

    A wall supports a facet if it has as many rays as one has; two walls share one if they have the same rays. Sets of rays are
    told apart by sums of scrambled numbers, and compared where these are equal.
    """
    used, alone, shared, simple = np.uint64(0), np.uint64(0), np.uint64(0), True
    for i in range(m):
        used |= stack.tight[ray0 + i]
        simple = simple and count_bits(stack.tight[ray0 + i]) == d - 1
    if simple:
        return used, shared
    for slot in range(WALLS):
        bit = np.uint64(1) << np.uint64(slot)
        if not used & bit:
            continue
        count = 0
        sums[slot] = np.uint64(0)
        for i in range(m):
            if stack.tight[ray0 + i] & bit:
                count += 1
                scrambled = np.uint64(i + 1) * np.uint64(0x9E3779B97F4A7C15)
                scrambled = (scrambled ^ (scrambled >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
                sums[slot] += scrambled ^ (scrambled >> np.uint64(32))
        if count < d - 1:
            continue
        for other in range(slot):
            second = np.uint64(1) << np.uint64(other)
            if (alone | shared) & second and sums[other] == sums[slot] and _same_rays(stack, ray0, m, bit, second):
                shared |= bit | second
        alone = (alone | bit) & ~shared
    return alone, shared


@njit()
def _same_rays(stack, ray0, m, first, second):
    """Whether two walls have the same rays."""
    for i in range(m):
        if (stack.tight[ray0 + i] & first != 0) != (stack.tight[ray0 + i] & second != 0):
            return False
    return True


@njit()
def is_plain(program, stack, node, scratch):
    """Whether a cell has all signs strict, and another function behind every facet."""
    record = stack.nodes[node]
    ray0, m = record[RAY0], record[RAYS]
    alone, shared = _facet_walls(stack, ray0, m, program.dimension, scratch.sets)
    if all_change(program, stack, node, alone, scratch) != 1:
        return False
    for slot in range(WALLS):
        bit = np.uint64(1) << np.uint64(slot)
        if not shared & bit:
            continue
        group = bit
        for other in range(slot + 1, WALLS):
            second = np.uint64(1) << np.uint64(other)
            if shared & second and _same_rays(stack, ray0, m, bit, second):
                group |= second
        shared &= ~group
        if not _changes_behind(program, stack, node, group, scratch):
            return False
    return True


@njit()
def _changes_behind(program, stack, node, group, scratch):
    """Whether the function changes, for certain, across a facet of a finished cell that several hyperplanes support.

    Along a line through the facet, let t be the form of one of them, of the first layer that has any, positive inside. There
    the preactivations of their neurons are slopes times t, on either side; those of others keep their signs. From layer to
    layer, the slopes rise from inside to outside by what the rises of the outputs before make of it.
    """
    last, record = program.depth - 1, stack.nodes[node]
    lowest = _lowest(stack, node, group)
    if lowest < program.label[0]:
        return True
    layer = last
    while lowest < program.label[layer]:
        layer -= 1
    inside = record[RAY0]
    while stack.tight[inside] & group:
        inside += 1
    unit, unit_error = _at_ray(
        program, stack, layer, program.first[program.plane_at[layer] + lowest - program.label[layer]], inside
    )
    unit = abs(unit)
    constant, constant_error = _constant(program, stack, layer)
    if not (unit > 4 * unit_error and constant > 4 * constant_error):
        return False
    scale, scale_error = 1.0 / unit, 2 * unit_error / unit + 4 * UNIT
    rise, row, doubt = scratch.rise, 0, 0.0
    for neuron in range(program.rows[layer]):
        rise[0, neuron] = 0.0
    while True:
        reach, doubt = _cross(program, stack, node, group, layer, inside, scale, scale_error, rise[row], doubt)
        if not doubt < np.inf:
            return False
        if layer == last:
            break
        n, size = program.rows[layer] - 1, program.rows[layer + 1]
        source, target = rise[row], rise[1 - row]
        for i in range(size):
            target[i] = 0.0
        for neuron in range(n):
            if source[neuron] != 0:
                add_column(program, layer + 1, neuron, source[neuron], target)
        doubt += 4 * (n + 4) * UNIT * reach
        doubt = 2 * (program.norm[layer + 1] * doubt + program.norm_error[layer + 1] * (reach + doubt))
        row, layer = 1 - row, layer + 1
        # Forms are scaled layer by layer; the constant's form tells by how much.
        end = program.column_at[program.row_at[layer - 1] + n + 1] - 1
        corner, corner_error = program.column[end], program.column_error[end]
        after, after_error = _constant(program, stack, layer)
        if not (corner > 4 * corner_error and after > 4 * after_error):
            return False
        scale *= constant * corner / after
        scale_error += 2 * (constant_error / constant + corner_error / corner + after_error / after) + 8 * UNIT
        constant, constant_error = after, after_error
    total = error = 0.0
    relative = 4 * (program.rows[last] + 4) * UNIT
    for neuron in range(program.rows[last] - 1):
        x, output, output_error = rise[row, neuron], program.output[neuron], program.output_error[neuron]
        total += output * x
        error += abs(output) * (doubt + relative * abs(x)) + output_error * (abs(x) + doubt)
    return abs(total) > 2 * error


@njit()
def _cross(program, stack, node, group, layer, inside, scale, scale_error, rise, doubt):
    """From the rises of the slopes of a layer's preactivations across a facet to those of its outputs, in place.

    A slope a inside and b outside makes an output rise by min(b, 0) - max(a, 0); linear neurons pass on what they have. Returns
    bounds for sizes and errors; the latter is infinite where nothing is certain.
    """
    reach, worst, at = 0.0, doubt, program.neuron_at[layer]
    for neuron in range(program.widths[layer]):
        if holds(stack, node, group, program.label[layer] + program.of[at + neuron]):
            slope, slope_error = _at_ray(program, stack, layer, neuron, inside)
            slope, slope_error = slope * scale, 2 * scale * (slope_error + abs(slope) * scale_error)
            outside = slope + rise[neuron]
            if not (abs(outside) < np.inf and slope_error < np.inf and scale_error < 0.25):
                return reach, np.inf
            rise[neuron] = min(outside, 0.0) - max(slope, 0.0)
            worst = max(worst, doubt + 2 * slope_error + 4 * UNIT * (abs(outside) + abs(slope)))
        elif not stack.active[program.row_at[layer] + neuron]:
            rise[neuron] = 0.0
    for neuron in range(program.rows[layer] - 1):
        reach = max(reach, abs(rise[neuron]))
    return reach, worst


@njit()
def _constant(program, stack, layer):
    """The coefficient of the constant's form, and its error bound."""
    at = stack.form_at[layer] + program.rows[layer] * program.dimension - 1
    return stack.form[at], stack.form_error[at]


@njit()
def _lowest(stack, node, group):
    """The lowest label of some walls."""
    lowest = np.int64(-1)
    for slot in range(WALLS):
        if (group >> np.uint64(slot)) & np.uint64(1) and (lowest < 0 or stack.slots[node, slot] < lowest):
            lowest = stack.slots[node, slot]
    return lowest


@njit()
def _at_ray(program, stack, layer, neuron, ray):
    """The value of a neuron's form at a ray, and its error bound."""
    at = stack.form_at[layer] + neuron * program.dimension
    return product_at(
        stack.form, stack.form_error, at, stack.value[ray], stack.error[ray], program.dimension, stack.whole[layer]
    )
