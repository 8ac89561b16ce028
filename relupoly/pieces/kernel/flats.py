"""The same for cones with many rays: the flats of the arrangement inside are found by linear programming."""

from __future__ import annotations

import numpy as np

from relupoly.jit import njit
from relupoly.pieces.kernel.arithmetic import count_bits, product_at, scale_entries
from relupoly.pieces.kernel.cones import copy_wall, invert
from relupoly.pieces.kernel.constants import (
    DEPENDENT,
    FLOATS,
    LAYER,
    MOST_SECTIONS,
    OPEN,
    OPEN0,
    RAY0,
    RAYS,
    SIGN0,
    UNIT,
    WALLS,
)
from relupoly.pieces.kernel.pivots import count_points, exchange, is_vertex, misses, seek


@njit()
def count_by_flats(program, stack, node, room, work, face, d):
    """Into how many cells the open hyperplanes cut the top cone, -1 where floats cannot prove it, or not in short time.

    An arrangement cuts an open convex cone into as many cells as it has flats there, if the flats are simple: each lies on
    no more hyperplanes than its codimension (Zaslavsky, "Facing up to arrangements", 1975, and deletion and restriction).
    So it is enough to decide for sets of hyperplanes whether they meet inside the cone. That is a search tree: a flat's
    children lie on one earlier hyperplane more. Each flat keeps a dictionary of linear programming, at a vertex of
    its section with the cone, and the simplex method walks from there to where the next hyperplane changes sign
    (`seek`). Dictionaries are not exact; what they say is proved afterwards: a vertex for each set of hyperplanes that is
    in no larger one (`is_vertex`), and a combination of forms for each hyperplane that misses a flat (`misses`). In a
    degenerate position neither proof exists.

    Across a null face, the cells are counted where some coordinates are 0 that tell its directions apart.
    """
    if d < program.dimension and not _directions(program, stack, node, room, work, d):
        return -1
    facets, planes = _dictionary(program, stack, node, room, work, face, d)
    if facets < 0:
        return -1
    count, chosen = room.count, room.open
    rows = facets + planes + 1 + d
    for row in range(planes):
        chosen[0, row] = row
    count[0, 0], count[0, 1], count[0, 2], count[0, 3] = planes, 0, 0, False
    level, total, flats = np.int64(0), np.int64(1), 0
    while level >= 0:
        table, basis = room.table[level], room.basis[level]
        turn, kept = count[level, 1], count[level, 2]
        if turn == count[level, 0]:
            if level and not count[level, 3] and not is_vertex(room, table, basis, facets, planes, d):
                return -1
            level -= 1
            continue
        if level == d - 2:
            points = count_points(room, table, basis, facets, planes, level, d)
            if points < 0:
                return -1
            total += points
            level -= 1
            continue
        row = facets + chosen[level, turn]
        count[level, 1] += 1
        enter = seek(table, basis, facets, row, rows, d)
        if enter < 0:
            if enter < -1 or not misses(room, table, basis, facets, row, d):
                return -1
            continue
        total += 1
        flats += 1
        if flats > MOST_SECTIONS:
            return -1
        # The flat's own hyperplanes are kept in front: those that meet it come before the turn, and are its child's.
        above = level + 1
        chosen[level, kept] = chosen[level, turn]
        count[level, 2], count[level, 3] = kept + 1, True
        for i in range(kept):
            chosen[above, i] = chosen[level, i]
        count[above, 0], count[above, 1], count[above, 2], count[above, 3] = kept, 0, 0, False
        for c in range(d):
            room.basis[above, c] = basis[c]
            for i in range(rows):
                room.table[above, c, i] = table[c, i]
        exchange(room.table[above], room.basis[above], row, enter, rows, d)
        level = above
    return total


@njit()
def _directions(program, stack, node, room, work, across):
    """Find rays of the null face that are independent in as many coordinates (`Room.pivot`); False if there are too few."""
    d, record, reduced = program.dimension, stack.nodes[node], work[3]
    rays, ray0, sign0 = record[RAYS], record[RAY0], record[SIGN0]
    found = 0
    for i in range(rays):
        if stack.signs[sign0 + i] != 0 or found == d - across:
            continue
        row = reduced[found]
        for c in range(d):
            row[c] = stack.value[ray0 + i, c]
        for k in range(found):
            factor = row[room.pivot[0, k]]
            for c in range(d):
                row[c] -= factor * reduced[k, c]
        p = 0
        for c in range(d):
            if abs(row[c]) > abs(row[p]):
                p = c
        if abs(row[p]) > DEPENDENT:
            factor = 1.0 / row[p]
            for c in range(d):
                row[c] *= factor
            room.pivot[0, found], room.pivot[1, found] = p, ray0 + i
            found += 1
    return found == d - across


@njit()
def _left_out(room, count, coordinate):
    """Whether a coordinate is left out."""
    for k in range(count):
        if room.pivot[0, k] == coordinate:
            return True
    return False


@njit()
def _shorten(room, form, d, full):
    """Take entries of the coordinates that are left out away."""
    c = 0
    for z in range(full):
        if not _left_out(room, full - d, z):
            form[c] = form[z]
            c += 1


@njit()
def _invert_directions(stack, room, work, n):
    """Invert the rays of the null face in the coordinates that are left out; a bound for |I - R B|, 1 where that fails."""
    b, r = work[0], work[1]
    for k in range(n):
        for q in range(n):
            b[q, k] = stack.value[room.pivot[1, k], room.pivot[0, q]]
    if not invert(b, n, r, work[2]):
        return 1.0
    norm = 0.0
    for x in range(n):
        total = 0.0
        for z in range(n):
            entry, size, doubt = (-1.0 if x == z else 0.0), 1.0, 0.0
            for q in range(n):
                entry += r[x, q] * b[q, z]
                size += abs(r[x, q] * b[q, z])
                doubt += abs(r[x, q]) * stack.error[room.pivot[1, z], room.pivot[0, q]]
            total += abs(entry) + 4 * (n + 4) * UNIT * size + doubt
        norm = max(norm, total)
    return norm * (1 + 4 * (n + 4) * UNIT)


@njit()
def _move(program, stack, room, work, ray, d, norm):
    """Move a ray along the null face to where the coordinates that are left out are 0: `Room.vertex`, with error bounds.

    See `refresh` for the bound of the solution's error.
    """
    full = program.dimension
    n, b, r, factor, residual = full - d, work[0], work[1], work[4, 0], work[4, 1]
    value, error, vertex, vertex_error = stack.value[ray], stack.error[ray], room.vertex, room.vertex_error
    relative = 4 * (n + 4) * UNIT
    for k in range(n):
        factor[k] = 0.0
        for q in range(n):
            factor[k] += r[k, q] * value[room.pivot[0, q]]
    for q in range(n):
        z = room.pivot[0, q]
        rest, size, doubt = value[z], abs(value[z]), error[z]
        for k in range(n):
            rest -= b[q, k] * factor[k]
            size += abs(b[q, k] * factor[k])
            doubt += stack.error[room.pivot[1, k], z] * abs(factor[k])
        residual[q] = (abs(rest) + relative * size + doubt) * (1 + relative)
    worst = 0.0
    for k in range(n):
        bound = 0.0
        for q in range(n):
            bound += abs(r[k, q]) * residual[q]
        worst = max(worst, bound)
    # The largest error of a factor.
    worst *= (1 + 2 * norm) * (1 + relative)
    c = 0
    for z in range(full):
        if _left_out(room, n, z):
            continue
        total, size, doubt = value[z], abs(value[z]), error[z]
        for k in range(n):
            other, other_error = stack.value[room.pivot[1, k], z], stack.error[room.pivot[1, k], z]
            total -= factor[k] * other
            size += abs(factor[k] * other)
            doubt += worst * (abs(other) + other_error) + abs(factor[k]) * other_error
        vertex[c], vertex_error[c] = total, (doubt + relative * size) * (1 + relative)
        c += 1


@njit()
def _dictionary(program, stack, node, room, work, face, d):
    """The first dictionary, at a ray of the top cone: how many forms are its walls, and how many cut it; -1 if there is none.

    Rows are forms, but for the last D, which are the coordinates. Columns are the D - 1 forms that vanish at the vertex, and
    the sum of all walls. That sum is positive on the cone, so it says how large a vector there is: no coordinate is larger
    than `reach` times the sum. Where there is a null face, D is the number of coordinates that are not left out.
    """
    full = program.dimension
    record = stack.nodes[node]
    layer, planes, ray0 = record[LAYER], record[OPEN], record[RAY0]
    form, form_error = room.form, room.form_error
    if planes > room.open.shape[1] or d < 2:
        return -1, 0
    corner = 0
    while stack.signs[record[SIGN0] + corner] == 0 or count_bits(stack.tight[ray0 + corner] & face) != d - 1:
        corner += 1
    table, basis = room.table[0], room.basis[0]
    facets, vanishing = 0, 0
    for slot in range(WALLS):
        if not (face >> np.uint64(slot)) & np.uint64(1):
            continue
        copy_wall(program, stack, stack.slots[node, slot], layer, form[facets], form_error[facets])
        if stack.sides[node, slot] < 0:
            for c in range(full):
                form[facets, c] = -form[facets, c]
        if (stack.tight[ray0 + corner] >> np.uint64(slot)) & np.uint64(1):
            basis[vanishing] = facets
            vanishing += 1
        facets += 1
    for row in range(planes):
        at = facets + row
        copy_wall(program, stack, program.label[layer] + stack.open[record[OPEN0] + row], layer, form[at], form_error[at])
    rows = facets + planes
    basis[d - 1] = rows
    for c in range(d):
        form[rows, c] = form_error[rows, c] = 0.0
    for i in range(rows):
        if d < full:
            _shorten(room, form[i], d, full)
            _shorten(room, form_error[i], d, full)
        scale_entries(form[i], form_error[i], 0, d)
        if i < facets:
            for c in range(d):
                form[rows, c] += form[i, c]
    for i in range(rows + 1):
        room.size[i] = room.rounding[i] = 0.0
        for c in range(d):
            room.size[i] += abs(form[i, c])
            room.rounding[i] += 4 * (d + 4) * UNIT * abs(form[i, c]) + form_error[i, c]
        room.rounding[i] *= 1 + 4 * (d + 4) * UNIT
    if not _reach(program, stack, node, room, work, form[rows], form_error[rows], d):
        return -1, 0
    for c in range(d):
        for i in range(d):
            work[0, c, i] = form[basis[c], i]
    if not invert(work[0], d, work[1], work[2]):
        return -1, 0
    for c in range(d):
        for i in range(rows + 1):
            total = 0.0
            for z in range(d):
                total += form[i, z] * work[1, z, c]
            table[c, i] = total
        for z in range(d):
            table[c, rows + 1 + z] = work[1, z, c]
        for i in range(d):
            table[c, basis[i]] = 1.0 if i == c else 0.0
    return facets, planes


@njit()
def _reach(program, stack, node, room, work, form, form_error, d):
    """How large coordinates are where a form is 1 on the cone, from its rays; False if a ray does not tell."""
    record, reach, full = stack.nodes[node], room.reach, program.dimension
    rays, ray0, sign0 = record[RAYS], record[RAY0], record[SIGN0]
    norm = _invert_directions(stack, room, work, full - d) if d < full else 0.0
    if not norm < 0.25:
        return False
    for c in range(d):
        reach[c] = 0.0
    for i in range(rays):
        ray, error = stack.value[ray0 + i], stack.error[ray0 + i]
        if d < full:
            if stack.signs[sign0 + i] == 0:
                continue
            _move(program, stack, room, work, ray0 + i, d, norm)
            ray, error = room.vertex, room.vertex_error
        value, doubt = product_at(form, form_error, np.int64(0), ray, error, d, FLOATS)
        if not value > 2 * doubt:
            return False
        for c in range(d):
            size = (abs(ray[c]) + error[c]) / (value - doubt) * (1 + 8 * UNIT)
            reach[c] = max(reach[c], size)
    return True
