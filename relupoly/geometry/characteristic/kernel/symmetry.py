"""Flats up to isomorphism: canonical forms of weighted arrangements, and orbits of their hyperplanes.

Vectors with weights are coloured by the flats of rank 2 that they lie on.
"""

from __future__ import annotations

import numpy as np

from relupoly.geometry.characteristic.kernel.field import BAD, FAILURES
from relupoly.geometry.characteristic.kernel.forms import in_standard_form, project
from relupoly.geometry.characteristic.kernel.room import (
    BY_COLOUR,
    COLOURS,
    FOLLOWING,
    FORM,
    GROUP,
    HASHES,
    HEAD,
    IMAGE,
    IMAGES,
    INDEX,
    MIXED,
    ORDER,
    OTHER,
    SORTED,
    SPARE,
    TRIED,
    WEIGHT,
)
from relupoly.geometry.characteristic.kernel.sorting import sort_places
from relupoly.geometry.characteristic.kernel.tables import are_same, copy_vectors
from relupoly.jit import njit


@njit()
def _mix(x):
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@njit()
def _collinear(rows, field, members, starts, room):
    """The flats of rank 2 with three vectors or more: their members, end to end, and where each starts; how many, or BAD."""
    m, k, _ = rows.shape
    covered, images = room.covered, room.vectors[IMAGES]
    group, weight = room.words[GROUP], room.words[WEIGHT]
    head, following, index = room.words[HEAD], room.words[FOLLOWING], room.words[INDEX]
    for i in range(m):
        for j in range(m):
            covered[i, j] = False
    count, at = 0, 0
    starts[0] = 0
    for i in range(m):
        others = 0
        for j in range(i + 1, m):
            if not covered[i, j]:
                copy_vectors(images, others, rows, j, 1, k)
                index[others] = j
                others += 1
        groups = project(images, others, k, rows[i], field, room)
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


@njit()
def _refine(colours, members, starts, lines, colour_count, room):
    """Refine colours until nothing changes: vectors differ where the lines through them are coloured differently."""
    m = len(colours)
    mixed, sums = room.colours[MIXED][:m], room.colours[HASHES][:m]
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
        found = _distinct(sums, room)
        if found <= colour_count:
            break
        for i in range(m):
            colours[i] = sums[i]
        colour_count = found
    return colour_count


@njit()
def _distinct(colours, room):
    order = room.words[SORTED]
    sort_places(colours, order, room.words[SPARE])
    count = 1
    for i in range(1, len(colours)):
        count += colours[order[i]] != colours[order[i - 1]]
    return count


@njit()
def _single_out(colours, chosen, members, starts, lines, colour_count, order, room):
    """Give one vector a colour of its own, then one of the smallest class, until all differ; write their order by colour.

    Where there are no lines that would carry the difference further, the order of equal colours is left as it is.
    """
    m = len(colours)
    step = np.uint64(0)
    while True:
        if chosen >= 0:
            step += np.uint64(1)
            colours[chosen] = _mix(colours[chosen] + step)
            colour_count = _refine(colours, members, starts, lines, colour_count + 1, room)
        sort_places(colours, order, room.words[SPARE])
        if colour_count >= m or not lines:
            return
        chosen, fewest, at = -1, m + 1, 0
        while at < m:
            end = at + 1
            while end < m and colours[order[end]] == colours[order[at]]:
                end += 1
            if 1 < end - at < fewest:
                chosen, fewest = order[at], end - at
            at = end


@njit()
def _structure(rows, weights, field, members, starts, room):
    """How many lines an arrangement has, or BAD; and how many stable colours its weights and lines give."""
    colours = room.colours[COLOURS][: len(rows)]
    lines = _collinear(rows, field, members, starts, room)
    if lines < 0:
        return BAD, 0
    for i in range(len(rows)):
        colours[i] = _mix(np.uint64(weights[i]))
    return lines, _refine(colours, members, starts, lines, _distinct(colours, room), room)


@njit()
def canonical(rows, weights, field, out, out_weights, room):
    """An isomorphic arrangement that is, mostly, the same for isomorphic ones; the status is 0 or BAD."""
    m = len(rows)
    order, pairs = room.words[ORDER], m * m // 2 + m
    members, starts = room.lines[:pairs], room.lines[pairs:]
    lines, count = _structure(rows, weights, field, members, starts, room)
    if lines < 0:
        return BAD
    _single_out(room.colours[COLOURS][:m], -1, members, starts, lines, count, order, room)
    for x in range(m):
        out_weights[x] = weights[order[x]]
    return in_standard_form(rows, order, field, out, room)


@njit()
def orbits(rows, weights, field, leader, room):
    """Write for each vector the leader of its orbit under automorphisms, as far as they are found; the status is 0 or BAD.

    Two vectors of one colour are singled out in turn. If the arrangement takes the same standard form both times, then
    the one order is carried to the other by a linear map that permutes the hyperplanes and keeps the weights.
    """
    m = len(rows)
    for i in range(m):
        leader[i] = i
    pairs = m * m // 2 + m
    members, starts = room.lines[:pairs], room.lines[pairs:]
    lines, count = _structure(rows, weights, field, members, starts, room)
    if lines < 0:
        return BAD
    colours, tried = room.colours[COLOURS][:m], room.colours[TRIED][:m]
    form, other, order, image, by_colour = (
        room.vectors[FORM],
        room.vectors[OTHER],
        room.words[ORDER],
        room.words[IMAGE],
        room.words[BY_COLOUR],
    )
    sort_places(colours, by_colour, room.words[SPARE])
    at = 0
    while at < m:
        end = at + 1
        while end < m and colours[by_colour[end]] == colours[by_colour[at]]:
            end += 1
        failures = 0
        if end - at > 1:
            first = by_colour[at]
            _copy_colours(tried, colours)
            _single_out(tried, first, members, starts, lines, count, order, room)
            if in_standard_form(rows, order, field, form, room) < 0:
                return BAD
        for x in range(at + 1, end):
            if failures == FAILURES:
                break
            if _leader(leader, by_colour[x]) == _leader(leader, first):
                continue
            _copy_colours(tried, colours)
            _single_out(tried, by_colour[x], members, starts, lines, count, image, room)
            if in_standard_form(rows, image, field, other, room) < 0:
                return BAD
            if _equal(rows.shape, form, other) and _equal_at(weights, order, image):
                for i in range(m):
                    leader[_leader(leader, order[i])] = _leader(leader, image[i])
            else:
                failures += 1
        at = end
    for i in range(m):
        leader[i] = _leader(leader, i)
    return 0


@njit()
def _copy_colours(target, source):
    for i in range(len(source)):
        target[i] = source[i]


@njit()
def _leader(leader, i):
    while leader[i] != i:
        leader[i] = leader[leader[i]]
        i = leader[i]
    return i


@njit()
def _equal(shape, one, other):
    for i in range(shape[0]):
        if not are_same(one[i], other[i], shape[1]):
            return False
    return True


@njit()
def _equal_at(weights, order, image):
    for i in range(len(weights)):
        if weights[order[i]] != weights[image[i]]:
            return False
    return True
