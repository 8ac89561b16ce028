"""Sets of rays as words of bits: those that respect sides of points. With a chart they are intervals."""

from __future__ import annotations

import numpy as np

from relupoly.jit import njit


@njit()
def allows(mask, ray):
    """Whether a ray is in a mask."""
    return (mask[ray >> 6] >> np.uint64(ray & 63)) & np.uint64(1) != np.uint64(0)


@njit()
def no_bounds(rays, work):
    """Begin to say which places of the chart rays may have, in the order of t and with the opposite sign: at first, all."""
    work.places[0], work.places[2] = 0, 0
    work.places[1], work.places[3] = rays.order.size - 1, rays.order.size - 1


@njit()
def leave_side(rays, work, j, side):
    """Leave only the places of rays on a side of a point, or on it."""
    at, places = rays.at[j], work.places
    if rays.slopes[j] != 0.0:
        if side * rays.slopes[j] >= 0.0:
            places[0] = max(places[0], at)
            places[3] = min(places[3], at)
        if side * rays.slopes[j] <= 0.0:
            places[1] = min(places[1], at)
            places[2] = max(places[2], at)


@njit()
def set_between(rays, work, mask):
    """Put the rays at these places into a mask."""
    mask[:] = np.uint64(0)
    for i in range(work.places[0], work.places[1] + 1):
        mask[rays.order[i] >> 6] |= np.uint64(1) << np.uint64(rays.order[i] & 63)
    for i in range(work.places[2], work.places[3] + 1):
        mask[rays.opposite[i] >> 6] |= np.uint64(1) << np.uint64(rays.opposite[i] & 63)


@njit()
def set_extent(rays, work, mask):
    """The first and the last places of the rays of a mask."""
    last = rays.order.size
    work.places[0], work.places[2] = last, last
    work.places[1], work.places[3] = -1, -1
    for i in range(last):
        if allows(mask, rays.order[i]):
            work.places[0] = min(work.places[0], i)
            work.places[1] = i
        if allows(mask, rays.opposite[i]):
            work.places[2] = min(work.places[2], i)
            work.places[3] = i


@njit()
def some_on(rays, work, side, j):
    """Whether some of the rays in `WorkArrays.shared`, whose extent is set, are on a side of a point, but not on the point."""
    if not rays.order.size:
        return _some_beside(rays, work.shared, -side, j)
    at, places = rays.at[j], work.places
    if side * rays.slopes[j] > 0.0:
        return places[1] > at or places[2] < at
    return rays.slopes[j] != 0.0 and (places[0] < at or places[3] > at)


@njit()
def beside(rays, side, j, word):
    """The rays of a word that are not on a side of a point: ahead of it or on it (1), behind it or on it (-1), on it (0)."""
    if side > 0:
        return ~rays.allowed[j, 1, word]
    if side < 0:
        return ~rays.allowed[j, 0, word]
    return ~(rays.allowed[j, 0, word] & rays.allowed[j, 1, word])


@njit()
def _some_beside(rays, some, side, j):
    """Whether some of the rays of a mask are not on a side of a point."""
    found = False
    for word in range(some.size):
        if some[word] & beside(rays, side, j, word):
            found = True
            break
    return found


@njit()
def set_inside(rays, work, cell):
    """Put the rays in a cell, seen from the points that are kept, into `WorkArrays.shared`."""
    if rays.order.size:
        no_bounds(rays, work)
        for j in range(cell.size):
            if cell[j] == 0 or work.keep[j]:
                leave_side(rays, work, j, cell[j])
        set_between(rays, work, work.shared)
        return
    for word in range(work.shared.size):
        work.shared[word] = rays.allowed[0, 0, word] | rays.allowed[0, 1, word]
    for j in range(cell.size):
        if cell[j] == 0 or work.keep[j]:
            for word in range(work.shared.size):
                work.shared[word] &= ~beside(rays, cell[j], j, word)


@njit()
def set_nothing(rays, work, cell):
    """Put the rays of a cell's flat whose features are 0 at the points that are kept into `WorkArrays.known`."""
    if rays.order.size:
        no_bounds(rays, work)
        for j in range(cell.size):
            if cell[j] == 0 or (cell[j] > 0 and work.keep[j]):
                leave_side(rays, work, j, 0)
        set_between(rays, work, work.known)
        return
    for word in range(work.known.size):
        work.known[word] = rays.allowed[0, 0, word] | rays.allowed[0, 1, word]
    for j in range(cell.size):
        if cell[j] == 0 or (cell[j] > 0 and work.keep[j]):
            for word in range(work.known.size):
                work.known[word] &= ~beside(rays, 0, j, word)


@njit()
def set_masks(rays, work, outputs, sides, classes):
    """The rays that each class may use, and those with a feature that the classes of each output sign may use."""
    words = work.masks.shape[1]
    for c in range(classes):
        mask = work.masks[c]
        if rays.order.size:
            no_bounds(rays, work)
            for j in range(sides.shape[1]):
                if sides[c, j]:
                    leave_side(rays, work, j, sides[c, j])
            set_between(rays, work, mask)
        else:
            for i in range(words):
                mask[i] = rays.allowed[0, 0, i] | rays.allowed[0, 1, i]
            for j in range(sides.shape[1]):
                if sides[c, j]:
                    other = rays.allowed[j, 1 if sides[c, j] > 0 else 0]
                    for i in range(words):
                        mask[i] &= other[i]
    for side in range(2):
        union = work.unions[side]
        union[:] = np.uint64(0)
        for c in range(classes):
            if (outputs[c] > 0) == (side > 0):
                for i in range(words):
                    union[i] |= work.masks[c, i]
        for i in range(words):
            union[i] &= rays.useful[i]
    work.keep[:] = 1.0
    work.margin[:] = 0.0
