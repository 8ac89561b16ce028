"""Where a finished cell meets the sets {f = g} of some functions g: the vertices there, by the faces that they lie in.

On the cell the net is an affine function. The signs of its difference from g at the cell's rays, and which of these are
adjacent, tell all vertices of {f = g}: rays where it vanishes, and edges between rays on different sides. No ray is computed,
and none is exact. A sign that floats leave open makes vertices doubtful, which are collected as such: they seldom matter
(`relupoly.pieces.merging.level_sets`). With several outputs all differences have to vanish: cells where none of them has the
same sign at all rays are few, and left to Python.
"""

from __future__ import annotations

import numpy as np

from relupoly.jit import njit
from relupoly.pieces.kernel.arithmetic import certain_sign, product_at
from relupoly.pieces.kernel.cones import are_adjacent
from relupoly.pieces.kernel.constants import (
    CELL,
    CERTAIN,
    DONE,
    DOUBTFUL,
    EXACT,
    PRINTED,
    RAY0,
    RAYS,
    UNIT,
    WALLS,
    WHOLE,
)


@njit()
def collect_levels(program, stack, node, levels, spare):
    """Collect the vertices of {f = g} in a finished cell, for each g.

    PRINTED if there is no room; CELL if it is left to Python. Then nothing has been collected.

    Parameters
    ----------
    spare : ndarray of int8
        Room for the signs at the rays.
    """
    record, count, functions = stack.nodes[node], levels.count[0], levels.form.shape[0]
    m, ray0, outputs = record[RAYS], record[RAY0], levels.form.shape[1]
    infinity, ready = _infinity(stack, node), False
    for output in range(outputs):
        _output_form(program, stack, levels, output)
    for function in range(functions):
        apart = False
        for output in range(outputs):
            _subtract(program, levels, function, output)
            exact = stack.whole[program.depth - 1] and levels.whole
            for i in range(m):
                value, error = product_at(
                    levels.difference,
                    levels.difference_error,
                    0,
                    stack.value[ray0 + i],
                    stack.error[ray0 + i],
                    program.dimension,
                    exact and levels.exact[0],
                )
                spare[i] = certain_sign(value, error)
            apart = apart or _never_vanishes(stack, ray0, m, spare, infinity)
        if apart:
            continue
        if outputs > 1:
            levels.count[0] = count
            return CELL
        if not ready:
            _base_key(program, stack, levels)
            ready = True
        status = _collect(program, stack, node, levels, function, spare, infinity, count)
        if status != DONE:
            levels.count[0] = count
            return status
    levels.cells[0] += 1
    return DONE


@njit()
def _infinity(stack, node):
    """The bit of the wall at infinity, 0 where the cone has none."""
    for slot in range(WALLS):
        if stack.slots[node, slot] == 0:
            used = np.uint64(0)
            bit, record = np.uint64(1) << np.uint64(slot), stack.nodes[node]
            for i in range(record[RAYS]):
                used |= stack.tight[record[RAY0] + i]
            if used & bit:
                return bit
    return np.uint64(0)


@njit()
def _output_form(program, stack, levels, output):
    """The form of an output on a finished cell, and that of the constant; with bounds for their errors."""
    d, last = program.dimension, program.depth - 1
    size, row0, at, whole = program.rows[last], program.row_at[last], stack.form_at[last], stack.whole[last]
    weight, weight_error = levels.weight[output], levels.weight_error[output]
    # Forms of the last layer that nobody has asked for are still to be made of the sums.
    summed = last > 0 and not whole and stack.sum_serial[last] == stack.serial[last - 1]
    relative = 4 * (size + 4) * UNIT
    largest = 0.0
    for c in range(d):
        value = sizes = doubt = 0.0
        for row in range(size):
            if not stack.active[row0 + row]:
                continue
            if summed:
                x = stack.sum[at + c * size + row] * stack.factor[last]
                x_error = 2 * stack.sum_error[row0 + row] * stack.factor[last] + 4 * UNIT * abs(x)
            else:
                x, x_error = stack.form[at + row * d + c], stack.form_error[at + row * d + c]
            value += weight[row] * x
            sizes += abs(weight[row] * x)
            doubt += abs(weight[row]) * x_error + weight_error[row] * (abs(x) + x_error)
        levels.output[output, c], levels.output_error[output, c] = value, 2 * (doubt + relative * sizes)
        largest = max(largest, sizes)
    constant, constant_error = stack.form[at + size * d - 1], stack.form_error[at + size * d - 1]
    corner, corner_error = levels.corner[0], levels.corner[1]
    levels.scale[0] = corner * constant
    levels.scale[1] = 2 * (abs(corner) * constant_error + corner_error * (abs(constant) + constant_error)) + 4 * UNIT * abs(
        levels.scale[0]
    )
    if whole and levels.whole and max(largest, abs(levels.scale[0])) < EXACT:
        for c in range(d):
            levels.output_error[output, c] = 0.0
        levels.scale[1] = 0.0


@njit()
def _subtract(program, levels, function, output):
    """A positive multiple of the form of an output minus that of a function, and bounds for the errors."""
    f, f_error = levels.output[output], levels.output_error[output]
    g, g_error = levels.form[function, output], levels.form_error[function, output]
    own, own_error = levels.constant[function], levels.constant_error[function]
    scale, scale_error = levels.scale[0], levels.scale[1]
    exact, largest = True, 0.0
    for c in range(program.dimension):
        one, two = f[c] * own, g[c] * scale
        largest = max(largest, abs(one) + abs(two))
        error = f_error[c] * (abs(own) + own_error) + abs(f[c]) * own_error
        error += g_error[c] * (abs(scale) + scale_error) + abs(g[c]) * scale_error
        exact = exact and error == 0
        levels.difference[c], levels.difference_error[c] = one - two, 2 * error + 4 * UNIT * (abs(one) + abs(two))
    exact = exact and levels.whole and largest < EXACT
    levels.exact[0] = exact
    if exact:
        for c in range(program.dimension):
            levels.difference_error[c] = 0.0


@njit()
def _never_vanishes(stack, ray0, m, signs, infinity):
    """Whether a form with these signs at a cone's rays vanishes nowhere but at infinity."""
    above = below = True
    for i in range(m):
        far = stack.tight[ray0 + i] & infinity != 0
        above = above and (signs[i] == 1 or (far and signs[i] == 0))
        below = below and (signs[i] == -1 or (far and signs[i] == 0))
    return above or below


@njit()
def _collect(program, stack, node, levels, function, signs, infinity, start):
    """Collect the vertices of a form's level set; the form has these signs at the rays.

    Parameters
    ----------
    start : int
        How many vertices other cells have.
    """
    record = stack.nodes[node]
    m, ray0, d = record[RAYS], record[RAY0], program.dimension
    zeros = doubts = 0
    for i in range(m):
        zeros += signs[i] == 0
        doubts += signs[i] == 2
    if doubts and zeros + doubts == m:
        return CELL
    if start and levels.count[0] + 2 + m + m * m > len(levels.found):
        return PRINTED
    if zeros == m:
        _note(levels, function, WHOLE)
    for p in range(m):
        if (signs[p] == 0 or signs[p] == 2) and not stack.tight[ray0 + p] & infinity:
            _write_key(program, stack, node, levels, stack.tight[ray0 + p])
            if not _note(levels, function, CERTAIN if signs[p] == 0 else DOUBTFUL):
                return CELL
        if signs[p] == 0:
            continue
        for q in range(p):
            if signs[q] == 0 or (signs[p] == signs[q] and signs[p] != 2):
                continue
            common = stack.tight[ray0 + p] & stack.tight[ray0 + q]
            if common & infinity or not are_adjacent(stack.tight, ray0, m, p, q, d):
                continue
            _write_key(program, stack, node, levels, common)
            if not _note(levels, function, DOUBTFUL if signs[p] == 2 or signs[q] == 2 else CERTAIN):
                return CELL
    return DONE


@njit()
def _note(levels, function, kind):
    """Note a vertex, whose key is written; False if there is no room at all."""
    count = levels.count[0]
    if count + 1 >= len(levels.found):
        return False
    levels.found[count, 0], levels.found[count, 1], levels.found[count, 2] = function, levels.cells[0], kind
    levels.count[0] = count + 1
    return True


@njit()
def _base_key(program, stack, levels):
    """The signs of all hyperplanes on a finished cell, in two bits for each label: 0, 1, 2 for -1, 0, 1; 0 for the boundary."""
    base, first = levels.base, program.label[0]
    for word in range(len(base)):
        base[word] = np.uint64(0)
    for plane in range(len(stack.finished)):
        place = 2 * (first + plane)
        base[place // 64] |= np.uint64(stack.finished[plane] + 1) << np.uint64(place % 64)


@njit()
def _write_key(program, stack, node, levels, walls):
    """Write the key of the face on some walls: 1 for each of these."""
    key, base = levels.key[levels.count[0]], levels.base
    for word in range(len(base)):
        key[word] = base[word]
    for slot in range(WALLS):
        if (walls >> np.uint64(slot)) & np.uint64(1):
            place = 2 * stack.slots[node, slot]
            shift = np.uint64(place % 64)
            key[place // 64] = (key[place // 64] & ~(np.uint64(3) << shift)) | (np.uint64(1) << shift)
