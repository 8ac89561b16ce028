"""The top cone: its rays, the walls that support it, and how they lie to each other."""

from __future__ import annotations

import numpy as np

from relupoly.jit import njit
from relupoly.pieces.kernel.arithmetic import count_bits, scale_entries
from relupoly.pieces.kernel.constants import (
    CHOSEN0,
    LAYER,
    OPEN,
    OPEN0,
    RAY0,
    RAYS,
    SETTLED,
    SIGN0,
    SMALLEST,
    UNIT,
    WALLS,
)


@njit()
def copy_wall(program, stack, label, layer, target, target_error):
    """Copy the form of a wall of this layer or an earlier one."""
    d = program.dimension
    if label < program.label[0]:
        for c in range(d):
            target[c], target_error[c] = program.boundary[label, c], program.boundary_error[label, c]
        return
    while label < program.label[layer]:
        layer -= 1
    at = stack.form_at[layer] + program.first[program.plane_at[layer] + label - program.label[layer]] * d
    for c in range(d):
        target[c], target_error[c] = stack.form[at + c], stack.form_error[at + c]


@njit()
def refresh(program, stack, node, layer, common, planes, value, error, work):
    """Compute a ray afresh from its D - 1 walls, some open hyperplanes among them, where that makes its errors smaller.

    With the ray's largest coordinate held at +-1, the others y solve B y = r for the walls' forms B. An approximate inverse R
    of B proves how near the floating-point solution is: if |I - R B| has row sums of at most q < 1, the error is at most
    t + q / (1 - q) max t, where t bounds |R| |r - B y| (Rump, "Verification methods", Acta Numerica 2010, section 10.2).
    """
    d = program.dimension
    n = d - 1
    p = 0
    for c in range(d):
        if abs(value[c]) > abs(value[p]):
            p = c
    if not abs(value[p]) > error[p]:
        return
    b, b_error, r, augmented = work[0], work[1], work[2], work[3]
    row = 0
    for slot in range(WALLS):
        if (common >> np.uint64(slot)) & np.uint64(1):
            copy_wall(program, stack, stack.slots[node, slot], layer, b[row], b_error[row])
            row += 1
    for i in range(len(planes)):
        copy_wall(program, stack, program.label[layer] + planes[i], layer, b[row], b_error[row])
        row += 1
    # The column of the largest coordinate goes last, behind the square matrix B.
    for i in range(n):
        b[i, p], b[i, n] = b[i, n], b[i, p]
        b_error[i, p], b_error[i, n] = b_error[i, n], b_error[i, p]
    if not invert(b, n, r, augmented):
        return
    side = 1.0 if value[p] > 0 else -1.0
    y, y_error, residual = work[4, 0], work[4, 1], work[4, 2]
    for i in range(n):
        y[i] = 0.0
        for j in range(n):
            y[i] -= r[i, j] * b[j, n] * side
    relative = 4 * (d + 4) * UNIT
    for i in range(n):
        total, size, doubt = b[i, n] * side, abs(b[i, n]), b_error[i, n]
        for j in range(n):
            total += b[i, j] * y[j]
            size += abs(b[i, j] * y[j])
            doubt += b_error[i, j] * abs(y[j])
        residual[i] = (abs(total) + relative * size + doubt) * (1 + relative)
    worst = norm = 0.0
    for i in range(n):
        bound = gap = 0.0
        for j in range(n):
            bound += abs(r[i, j]) * residual[j]
            entry, size, doubt = (-1.0 if i == j else 0.0), 1.0, 0.0
            for k in range(n):
                entry += r[i, k] * b[k, j]
                size += abs(r[i, k] * b[k, j])
                doubt += abs(r[i, k]) * b_error[k, j]
            gap += abs(entry) + relative * size + doubt
        y_error[i] = bound
        worst, norm = max(worst, bound), max(norm, gap)
    norm *= 1 + relative
    if not norm < 0.5:
        return
    before = 0.0
    for c in range(d):
        before = max(before, error[c])
    for i in range(n):
        y_error[i] = (y_error[i] + 2 * norm * worst) * (1 + relative)
        if not y_error[i] < before:
            return
    y[n], y_error[n] = side, 0.0
    y[p], y[n] = y[n], y[p]
    y_error[p], y_error[n] = y_error[n], y_error[p]
    for c in range(d):
        value[c], error[c] = y[c], y_error[c]
    scale_entries(value, error, 0, d)


@njit()
def invert(b, n, r, a):
    """An approximate inverse of a square matrix by Gauss-Jordan elimination with row pivots; False if it breaks down."""
    for i in range(n):
        for j in range(n):
            a[i, j] = b[i, j]
            r[i, j] = 1.0 if i == j else 0.0
    for c in range(n):
        pivot = c
        for i in range(c + 1, n):
            if abs(a[i, c]) > abs(a[pivot, c]):
                pivot = i
        if not abs(a[pivot, c]) > SMALLEST:
            return False
        if pivot != c:
            for j in range(n):
                a[c, j], a[pivot, j] = a[pivot, j], a[c, j]
                r[c, j], r[pivot, j] = r[pivot, j], r[c, j]
        factor = 1.0 / a[c, c]
        for j in range(n):
            a[c, j] *= factor
            r[c, j] *= factor
        for i in range(n):
            if i != c and a[i, c] != 0:
                factor = a[i, c]
                for j in range(n):
                    a[i, j] -= factor * a[c, j]
                    r[i, j] -= factor * r[c, j]
    return True


@njit()
def _touching(stack, record, fewest):
    """How many open forms touch the cone in as many rays as a facet has."""
    count = 0
    for row in range(record[OPEN]):
        zeros = 0
        for i in range(record[RAYS]):
            zeros += stack.signs[record[SIGN0] + row * record[RAYS] + i] == 0
        count += zeros >= fewest
    return count


@njit()
def settle(program, stack, node):
    """Decide the forms that do not cut the top cone; those that touch it in a facet become walls. False if crowded."""
    record = stack.nodes[node]
    m, k = record[RAYS], record[OPEN]
    ray0, open0, sign0, chosen0 = record[RAY0], record[OPEN0], record[SIGN0], record[CHOSEN0]
    fewest = program.fewest
    used = walls_under(stack, record)
    if _touching(stack, record, fewest) > WALLS - count_bits(used):
        return False
    kept = 0
    for row in range(k):
        above = below = zeros = 0
        for i in range(m):
            sign = stack.signs[sign0 + row * m + i]
            above += sign > 0
            below += sign < 0
            zeros += sign == 0
        plane = stack.open[open0 + row]
        if above and below:
            stack.open[open0 + kept] = plane
            for i in range(m):
                stack.signs[sign0 + kept * m + i] = stack.signs[sign0 + row * m + i]
            kept += 1
            continue
        side = np.int8(1) if above else np.int8(-1) if below else np.int8(0)
        stack.chosen[chosen0 + plane] = side
        if zeros >= fewest and side != 0:
            slot = free_slot(used)
            bit = np.uint64(1) << np.uint64(slot)
            used |= bit
            stack.slots[node, slot] = program.label[record[LAYER]] + plane
            stack.sides[node, slot] = side
            for i in range(m):
                if stack.signs[sign0 + row * m + i] == 0:
                    stack.tight[ray0 + i] |= bit
    record[OPEN] = kept
    record[SETTLED] = 1
    return True


@njit()
def walls_under(stack, record):
    """The walls that the rays of a cone lie on, as bits."""
    walls = np.uint64(0)
    for i in range(record[RAYS]):
        walls |= stack.tight[record[RAY0] + i]
    return walls


@njit()
def free_slot(used):
    """The lowest bit that is not set, -1 if there is none."""
    for slot in range(WALLS):
        if not (used >> np.uint64(slot)) & np.uint64(1):
            return slot
    return -1


@njit()
def are_adjacent(tight, ray0, m, p, q, d):
    """Whether two rays are adjacent: see `relupoly.geometry.cut`."""
    first, second = tight[ray0 + p], tight[ray0 + q]
    common = first & second
    if count_bits(common) < d - 2:
        return False
    if count_bits(first) == d - 1 or count_bits(second) == d - 1:
        return True
    for i in range(m):
        if i != p and i != q and tight[ray0 + i] & common == common:
            return False
    return True


@njit()
def is_simple(program, stack, record):
    """Whether each ray of a cone lies on D - 1 walls."""
    for i in range(record[RAYS]):
        if count_bits(stack.tight[record[RAY0] + i]) != program.dimension - 1:
            return False
    return True


@njit()
def is_simple_inside(program, stack, node):
    """Whether a finished cell has strict signs, no two-sided wall, and D - 1 walls at each ray that is not at infinity."""
    record, infinity = stack.nodes[node], np.uint64(0)
    if not all_simple(program, stack, node):
        return False
    for slot in range(WALLS):
        if stack.slots[node, slot] == 0:
            infinity |= np.uint64(1) << np.uint64(slot)
    infinity &= walls_under(stack, record)
    for i in range(record[RAYS]):
        tight = stack.tight[record[RAY0] + i]
        if count_bits(tight) != program.dimension - 1 and not tight & infinity:
            return False
    return True


@njit()
def all_simple(program, stack, node):
    """Whether all signs are strict, and no wall two-sided, in the cells that the last layer cuts a simple cone into."""
    record, last, without = stack.nodes[node], program.depth - 1, 0
    for layer in range(last):
        if stack.flat[layer]:
            return False
    for plane in range(program.planes[last]):
        without += stack.chosen[record[CHOSEN0] + plane] == 0
    for row in range(record[OPEN]):
        if program.two_sided[program.plane_at[last] + stack.open[record[OPEN0] + row]]:
            return False
    walls, first = walls_under(stack, record), program.label[0]
    for slot in range(WALLS):
        label = stack.slots[node, slot]
        if (walls >> np.uint64(slot)) & np.uint64(1) and label >= first and program.two_sided[label - first]:
            return False
    return without == record[OPEN]
