"""Into how many cells the hyperplanes of the last layer cut a cone: by sections of its rays, none of the cells is built."""

from __future__ import annotations

import math

import numpy as np

from relupoly.jit import njit
from relupoly.pieces.kernel.arithmetic import count_bits
from relupoly.pieces.kernel.cones import is_simple, walls_under
from relupoly.pieces.kernel.constants import (
    LAYER,
    MOST_SECTIONS,
    OPEN,
    OPEN0,
    RAY0,
    RAYS,
    SIGN0,
    SMALLEST,
    SMALLEST_ERROR,
    UNIT,
)
from relupoly.pieces.kernel.layers import holds


@njit()
def null_face(program, stack, node):
    """The walls of the face of the top cone, in the last layer, where all open forms vanish; 0 if the cells need a closer look.

    In general that face is the apex alone, which lies on all walls. On many inputs it is a face at infinity, where few neurons
    of the layer before are active. Off that face the cone must be simple, and no open form may vanish at a ray.

    All open forms vanish in all directions of the face, so these are no matter: the cells are as many as those of the quotient
    by these directions. There the cone has the face's walls alone. It is simple, too, and its rays are those of the cone's that
    lie on the most of these walls: the others lie in faces that are larger, since walls at a ray are independent.
    """
    record, nothing = stack.nodes[node], np.uint64(0)
    m, k, ray0, sign0 = record[RAYS], record[OPEN], record[RAY0], record[SIGN0]
    face, null = walls_under(stack, record), False
    for i in range(k * m):
        if stack.signs[sign0 + i] == 0:
            null = True
            break
    if not null:
        return face if is_simple(program, stack, record) else nothing
    for i in range(m):
        zeros, tight = 0, stack.tight[ray0 + i]
        for row in range(k):
            zeros += stack.signs[sign0 + row * m + i] == 0
        if zeros == k:
            face &= tight
        elif zeros or count_bits(tight) != program.dimension - 1:
            return nothing
    if not holds(stack, node, face, 0):
        return nothing
    for i in range(m):
        if stack.signs[sign0 + i] != 0 and stack.tight[ray0 + i] & face == face:
            return nothing
    return face


@njit()
def dimension_across(program, stack, record, face):
    """The dimension of the quotient of the top cone by its null face."""
    most = 0
    for i in range(record[RAYS]):
        most = max(most, count_bits(stack.tight[record[RAY0] + i] & face) if stack.signs[record[SIGN0] + i] != 0 else 0)
        if most == program.dimension - 1:
            break
    return most + 1


@njit()
def count_regions(program, stack, node, room, face, d):
    """Into how many cells the open hyperplanes cut the top cone, -1 where floats cannot tell, or not in short time.

    Insert the hyperplanes one after another: each adds as many cells as the earlier ones make in its section with the cone.
    So regions(P; h_1..h_k) = 1 + sum_i regions(P n h_i; h_1..h_{i-1}) (deletion and restriction), down to segments, where
    the crossings are counted. No cell is built, and a section has fewer rays than a cell. Of a ray nothing is wanted but the
    values of the hyperplanes' forms there: where an edge crosses a hyperplane, they are combinations of those at its ends.
    """
    if not evaluate(program, stack, node, room, face, d):
        return -1
    # Plain zeros would have a type of their own at first, for which all that is called would be compiled, too.
    level, total, sections = np.int64(0), np.int64(1), 0
    while level >= 0:
        if d - level == 2:
            crossings = _crossings(room, level)
            if crossings < 0:
                return -1
            total += crossings
            level -= 1
            continue
        turn = room.count[level, 2]
        if turn == room.count[level, 1]:
            level -= 1
            continue
        sections += 1
        if sections > MOST_SECTIONS:
            return -1
        room.count[level, 2] += 1
        if not _section(room, level, turn, d):
            return -1
        total += 1
        if room.count[level + 1, 1]:
            level += 1
    return total


@njit()
def evaluate(program, stack, node, room, face, dimension):
    """The values of the open forms at the rays of the top cone, and a bound for their errors; False if a sign is in doubt.

    The values of each form are scaled to size about 1. The errors at a ray are bounded by one number. Across a null face, one
    ray is taken for each ray of the quotient: nothing but the values there and the walls is wanted.
    """
    d = program.dimension
    record = stack.nodes[node]
    layer, k = record[LAYER], record[OPEN]
    m = _rays_across(stack, record, room, face, dimension)
    if m < 0 or k > room.open.shape[1]:
        return False
    ray0, sign0, rays = record[RAY0], record[SIGN0], record[RAYS]
    room.count[0, 0], room.count[0, 1], room.count[0, 2] = m, k, 0
    for i in range(m):
        room.error[0, i], room.span[0, i] = SMALLEST, 0.0
    relative = 4 * (d + 4) * UNIT
    for row in range(k):
        at = stack.form_at[layer] + program.first[program.plane_at[layer] + stack.open[record[OPEN0] + row]] * d
        form, form_error, value = stack.form[at : at + d], stack.form_error[at : at + d], room.value[0, row]
        size = doubt = largest = 0.0
        for c in range(d):
            size, doubt = size + abs(form[c]), max(doubt, form_error[c])
        for i in range(m):
            ray, total = stack.value[ray0 + room.ray[i]], 0.0
            for c in range(d):
                total += form[c] * ray[c]
            value[i] = total
            largest = max(largest, abs(total))
        if not SMALLEST < largest < 1 / SMALLEST:
            return False
        scale = math.ldexp(1.0, -math.frexp(largest)[1])
        for i in range(m):
            place, reach, gap = room.ray[i], 0.0, 0.0
            ray, ray_error = stack.value[ray0 + place], stack.error[ray0 + place]
            for c in range(d):
                reach, gap = max(reach, abs(ray[c])), max(gap, ray_error[c])
            value[i] *= scale
            error = scale * (2 * size * (gap + relative * reach) + 2 * d * doubt * (reach + gap))
            if not (abs(value[i]) > error and (value[i] > 0) == (stack.signs[sign0 + row * rays + place] > 0)):
                return False
            room.error[0, i] = max(room.error[0, i], error)
            room.span[0, i] = max(room.span[0, i], abs(value[i]))
    return True


@njit()
def _rays_across(stack, record, room, face, dimension):
    """Take one ray of the top cone for each ray of the quotient by its null face; how many, -1 if there is no room."""
    ray0, count = record[RAY0], 0
    whole = face == walls_under(stack, record)
    for i in range(record[RAYS]):
        tight = stack.tight[ray0 + i] & face
        if not whole:
            again = stack.signs[record[SIGN0] + i] == 0 or count_bits(tight) != dimension - 1
            for other in range(count):
                again = again or room.tight[0, other] == tight
            if again:
                continue
        if count == len(room.ray):
            return -1
        room.ray[count], room.tight[0, count] = i, tight
        count += 1
    return count


@njit()
def _section(room, level, turn, d):
    """The section of a cone with one of its hyperplanes, and which earlier hyperplanes cut it; False if floats cannot tell."""
    m, above = room.count[level, 0], level + 1
    own, tight, error, span = room.value[level, turn], room.tight[level], room.error[level], room.span[level]
    first, second, doubt = room.pair[0], room.pair[1], room.error[above]
    new = 0
    for p in range(m):
        high = own[p]
        if high < 0:
            continue
        for q in range(m):
            low, common = -own[q], tight[p] & tight[q]
            if low < 0 or count_bits(common) != d - level - 2:
                continue
            if new == len(first):
                return False
            first[new], second[new], room.tight[above, new] = p, q, common
            size = low * span[p] + high * span[q]
            room.span[above, new] = size
            doubt[new] = (
                (low + error[q]) * error[p] + error[q] * span[p] + (high + error[p]) * error[q] + error[p] * span[q]
            ) * (1 + 16 * UNIT) + (4 * UNIT * size + SMALLEST_ERROR)
            new += 1
    kept = 0
    for row in range(turn):
        source, target = room.value[level, row], room.value[above, kept]
        positive = negative = False
        for i in range(new):
            p, q = first[i], second[i]
            value = own[p] * source[q] - own[q] * source[p]
            if not abs(value) > doubt[i]:
                return False
            positive |= value > 0
            negative |= value < 0
            target[i] = value
        kept += positive and negative
    room.count[above, 0], room.count[above, 1], room.count[above, 2] = new, kept, 0
    return True


@njit()
def _crossings(room, level):
    """In how many points the hyperplanes cross a segment; -1 if two of them may cross it in the same point."""
    count, a_error, b_error = room.count[level, 1], room.error[level, 0], room.error[level, 1]
    for row in range(count):
        a, b = abs(room.value[level, row, 0]), abs(room.value[level, row, 1])
        if not (a > 2 * a_error and b > 2 * b_error):
            return -1
        insert_point(room, row, a, a_error, b, b_error)
    return count if all_apart(room, count) else -1


@njit()
def insert_point(room, count, a, a_error, b, b_error):
    """Put the point where a form vanishes, given its sizes at the ends of a segment, in its place among others there."""
    ratio, doubt = room.ratio, room.doubt
    quotient = a / b
    spread = 2 * quotient * (a_error / a + b_error / b + 4 * UNIT) + SMALLEST
    place = count
    while place and ratio[place - 1] > quotient:
        ratio[place], doubt[place] = ratio[place - 1], doubt[place - 1]
        place -= 1
    ratio[place], doubt[place] = quotient, spread


@njit()
def all_apart(room, count):
    """Whether points on a segment are certainly different."""
    for i in range(1, count):
        if not room.ratio[i] - room.ratio[i - 1] > 2 * (room.doubt[i] + room.doubt[i - 1]):
            return False
    return True
