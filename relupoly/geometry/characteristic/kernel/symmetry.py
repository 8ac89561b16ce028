"""Flats up to isomorphism: canonical forms of weighted arrangements, and orbits of their hyperplanes.

Vectors with weights are coloured by the flats of rank 2 that they lie on.
"""

from __future__ import annotations

import numpy as np

from relupoly.geometry.characteristic.kernel.compiler import njit
from relupoly.geometry.characteristic.kernel.field import BAD, FAILURES
from relupoly.geometry.characteristic.kernel.forms import in_standard_form, project
from relupoly.geometry.characteristic.kernel.tables import are_same, copy_vectors


@njit
def _mix(x):
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@njit
def _collinear(rows, field, members, starts):
    """The flats of rank 2 with three vectors or more: their members, end to end, and where each starts; how many, or BAD."""
    m, k, _ = rows.shape
    covered = np.zeros((m, m), np.bool_)
    group, weight = np.empty(m, np.int64), np.empty(m, np.int64)
    head, following = np.empty(m, np.int64), np.empty(m, np.int64)
    images, index = np.empty_like(rows), np.empty(m, np.int64)
    count, at = 0, 0
    starts[0] = 0
    for i in range(m):
        others = 0
        for j in range(i + 1, m):
            if not covered[i, j]:
                copy_vectors(images, others, rows, j, 1, k)
                index[others] = j
                others += 1
        groups = project(images, others, rows[i], field, group, weight)
        if groups < 0:
            return BAD
        for g in range(groups):
            head[g] = -1
        for x in range(others):
            following[x] = head[group[x]]
            head[group[x]] = x
        for g in range(groups):
            if weight[g] < 2:
                continue
            first = at
            members[at] = i
            at += 1
            x = head[g]
            while x >= 0:
                members[at] = index[x]
                at += 1
                x = following[x]
            for x in range(first, at):
                for y in range(first, at):
                    covered[members[x], members[y]] = True
            count += 1
            starts[count] = at
    return count


@njit
def _refine(colours, members, starts, lines, colour_count):
    """Refine colours until nothing changes: vectors differ where the lines through them are coloured differently."""
    m = len(colours)
    mixed, sums = np.empty(m, np.uint64), np.empty(m, np.uint64)
    while colour_count < m:
        for i in range(m):
            mixed[i] = _mix(colours[i])
            sums[i] = 0
        for line in range(lines):
            total = np.uint64(0)
            for x in range(starts[line], starts[line + 1]):
                total += mixed[members[x]]
            total = _mix(total)
            for x in range(starts[line], starts[line + 1]):
                sums[members[x]] += total
        for i in range(m):
            sums[i] = _mix(mixed[i] + np.uint64(3) * sums[i])
        found = _distinct(sums)
        if found <= colour_count:
            break
        for i in range(m):
            colours[i] = sums[i]
        colour_count = found
    return colour_count


@njit
def _distinct(colours):
    order = np.argsort(colours)
    count = 1
    for i in range(1, len(order)):
        count += colours[order[i]] != colours[order[i - 1]]
    return count


@njit
def _single_out(colours, chosen, members, starts, lines, colour_count):
    """Give one vector a colour of its own, then one of the smallest class, until all differ; their order by colour.

    Where there are no lines that would carry the difference further, the order of equal colours is left as it is.
    """
    m = len(colours)
    step = np.uint64(0)
    while True:
        if chosen >= 0:
            step += np.uint64(1)
            colours[chosen] = _mix(colours[chosen] + step)
            colour_count = _refine(colours, members, starts, lines, colour_count + 1)
        order = np.argsort(colours)
        if colour_count >= m or not lines:
            return order
        chosen, fewest, at = -1, m + 1, 0
        while at < m:
            end = at + 1
            while end < m and colours[order[end]] == colours[order[at]]:
                end += 1
            if 1 < end - at < fewest:
                chosen, fewest = order[at], end - at
            at = end


@njit
def _structure(rows, weights, field, members, starts):
    """The lines of an arrangement, the stable colours that its weights and lines give, and how many colours there are."""
    colours = np.empty(len(rows), np.uint64)
    lines = _collinear(rows, field, members, starts)
    for i in range(len(rows)):
        colours[i] = _mix(np.uint64(weights[i]))
    count = _refine(colours, members, starts, lines, _distinct(colours)) if lines >= 0 else 0
    return lines, colours, count


@njit
def canonical(rows, weights, field, out, out_weights):
    """An isomorphic arrangement that is, mostly, the same for isomorphic ones; False if a prime is bad."""
    m = len(rows)
    members, starts = np.empty(m * m // 2 + m, np.int32), np.empty(m * m // 6 + m + 2, np.int32)
    lines, colours, count = _structure(rows, weights, field, members, starts)
    if lines < 0:
        return False
    order = _single_out(colours, -1, members, starts, lines, count)
    for x in range(m):
        out_weights[x] = weights[order[x]]
    return in_standard_form(rows, order, field, out)


@njit
def orbits(rows, weights, field, leader):
    """For each vector the leader of its orbit under automorphisms, as far as they are found; False if a prime is bad.

    Two vectors of one colour are singled out in turn. If the arrangement takes the same standard form both times, then
    the one order is carried to the other by a linear map that permutes the hyperplanes and keeps the weights.
    """
    m = len(rows)
    for i in range(m):
        leader[i] = i
    members, starts = np.empty(m * m // 2 + m, np.int32), np.empty(m * m // 6 + m + 2, np.int32)
    lines, colours, count = _structure(rows, weights, field, members, starts)
    if lines < 0:
        return False
    form, other = np.empty_like(rows), np.empty_like(rows)
    by_colour = np.argsort(colours)
    at = 0
    while at < m:
        end = at + 1
        while end < m and colours[by_colour[end]] == colours[by_colour[at]]:
            end += 1
        failures = 0
        if end - at > 1:
            first = by_colour[at]
            order = _single_out(colours.copy(), first, members, starts, lines, count)
            if not in_standard_form(rows, order, field, form):
                return False
        for x in range(at + 1, end):
            if failures == FAILURES:
                break
            if _leader(leader, by_colour[x]) == _leader(leader, first):
                continue
            image = _single_out(colours.copy(), by_colour[x], members, starts, lines, count)
            if not in_standard_form(rows, image, field, other):
                return False
            if _equal(rows.shape, form, other) and _equal_at(weights, order, image):
                for i in range(m):
                    leader[_leader(leader, order[i])] = _leader(leader, image[i])
            else:
                failures += 1
        at = end
    for i in range(m):
        leader[i] = _leader(leader, i)
    return True


@njit
def _leader(leader, i):
    while leader[i] != i:
        leader[i] = leader[leader[i]]
        i = leader[i]
    return i


@njit
def _equal(shape, one, other):
    for i in range(shape[0]):
        if not are_same(one[i], other[i], shape[1]):
            return False
    return True


@njit
def _equal_at(weights, order, image):
    for i in range(len(order)):
        if weights[order[i]] != weights[image[i]]:
            return False
    return True
