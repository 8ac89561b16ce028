"""Non-negative least squares over the allowed rays: an active-set method with an orthogonal basis kept up to date."""

from __future__ import annotations

import numpy as np

from relupoly.jit import njit
from relupoly.training.kernel.prices import price_all, price_of, priced, write_feature
from relupoly.training.kernel.tolerances import DEPENDENT, FINEST, POOL, STANDSTILL, TOLERANCE
from relupoly.training.kernel.vectors import assign, dot, largest_of, lowest_bit, place_of_least


@njit()
def write_column(rays, work, a, free):
    """The column of an active feature: at the points that are kept, and with the margin, unless its coefficient is free."""
    column = work.column
    write_feature(rays, work.active[a], work.outputs[a], column)
    share = 0.0
    if a >= free and largest_of(work.margin) > 0.0:
        share = _grain(rays, work, work.active[a], free) if free > 0 else 1.0
    for j in range(column.size):
        column[j] = column[j] * work.keep[j] + share * work.margin[j]


@njit()
def _grain(rays, work, ray, free):
    """The length of the part of a feature, at the points that are kept, that is orthogonal to the free columns."""
    rest = work.rest
    write_feature(rays, ray, 1.0, rest)
    for j in range(rest.size):
        rest[j] *= work.keep[j]
    for b in range(free):
        q = work.basis[b]
        d = dot(q, rest)
        for j in range(rest.size):
            rest[j] -= d * q[j]
    return dot(rest, rest) ** 0.5


@njit()
def append_column(work, size, least):
    """Orthogonalise work.column against the basis; False if it depends on it."""
    new = work.basis[size]
    assign(new, work.column)
    before = dot(new, new)
    for b in range(size):
        work.triangle[b, size] = 0.0
    for _ in range(2):
        for b in range(size):
            q = work.basis[b]
            d = dot(q, new)
            work.triangle[b, size] += d
            for j in range(new.size):
                new[j] -= d * q[j]
    after = dot(new, new)
    if not after > least * before:
        return False
    norm = after**0.5
    work.triangle[size, size] = norm
    for j in range(new.size):
        new[j] /= norm
    return True


@njit()
def _orthogonalise(rays, work, first, size, free):
    """The basis from column `first` on; dependent columns leave. Returns the size."""
    a = first
    while a < size:
        write_column(rays, work, a, free)
        if append_column(work, a, DEPENDENT):
            a += 1
            continue
        for b in range(a, size - 1):
            work.active[b] = work.active[b + 1]
            work.outputs[b] = work.outputs[b + 1]
            work.weights[b] = work.weights[b + 1]
        size -= 1
    return size


@njit()
def _unconstrained(rays, work, size):
    for a in range(size):
        work.trial[a] = dot(work.basis[a], rays.targets)
    for a in range(size - 1, -1, -1):
        row = work.triangle[a]
        t = work.trial[a]
        for b in range(a + 1, size):
            t -= row[b] * work.trial[b]
        work.trial[a] = t / row[a]


@njit()
def _set_residual(rays, work, size):
    u = work.residual
    for j in range(u.size):
        u[j] = rays.targets[j] * work.keep[j]
    for _ in range(2):
        for a in range(size):
            q = work.basis[a]
            d = dot(q, u)
            for j in range(u.size):
                u[j] -= d * q[j]


@njit()
def solve_on_active(rays, work, size, first, free):
    """Least squares on the active rays; those whose weight would be negative leave (Lawson, Hanson). Returns the size.

    The basis is right up to column `first`; the coefficients of the first `free` columns have no sign.
    """
    while True:
        size = _orthogonalise(rays, work, first, size, free)
        _unconstrained(rays, work, size)
        step = 1.0
        leaving = -1
        for a in range(free, size):
            if work.trial[a] <= 0.0:
                t = work.weights[a] / (work.weights[a] - work.trial[a]) if work.weights[a] > 0.0 else 0.0
                if t < step or leaving < 0:
                    step = t
                    leaving = a
        if leaving < 0:
            for a in range(size):
                work.weights[a] = work.trial[a]
            _set_residual(rays, work, size)
            return size
        first = size
        kept = 0
        for a in range(size):
            work.weights[a] += step * (work.trial[a] - work.weights[a])
            if a == leaving or (a >= free and work.weights[a] <= 0.0):
                first = min(first, a)
            else:
                work.active[kept] = work.active[a]
                work.outputs[kept] = work.outputs[a]
                work.weights[kept] = work.weights[a]
                kept += 1
        size = kept
        first = min(first, size)


@njit()
def _is_active(work, size, ray, output):
    found = False
    for a in range(size):
        found |= work.active[a] == ray and work.outputs[a] == output
    return found


@njit()
def gather(rays, work, tolerance, free):
    """Fill the pool with the allowed rays that reduce the residual most. Returns how many.

    Where there is a margin, what counts is the part of a feature that is orthogonal to the free columns.
    """
    pool, pool_outputs, gains = work.pool, work.pool_outputs, work.gains
    extra = dot(work.margin, work.residual)
    price_all(rays, work)
    found = 0
    worst = 0
    for side in range(2):
        output = 2 * side - 1
        for word in range(work.unions.shape[1]):
            bits = work.unions[side, word]
            while bits:
                ray = 64 * word + lowest_bit(bits)
                bits &= bits - np.uint64(1)
                gain = output * priced(rays, work, ray) + extra
                grain = 1.0
                if gain <= tolerance:
                    continue
                if extra > 0.0 and free > 0:
                    grain = _grain(rays, work, ray, free)
                    if not grain > FINEST:
                        continue
                    gain = (gain - extra) / grain + extra
                    if gain <= tolerance:
                        continue
                if found < POOL:
                    place = found
                    found += 1
                elif gain > gains[worst]:
                    place = worst
                else:
                    continue
                pool[place] = ray
                pool_outputs[place] = output
                gains[place] = gain
                work.grains[place] = grain
                if found == POOL:
                    worst = place_of_least(gains)
    return found


@njit()
def enter_best(rays, work, size, free, found, tolerance):
    """Let the best ray of the pool become active; returns the new size, or -1 if none helps."""
    pool, pool_outputs, gains = work.pool, work.pool_outputs, work.gains
    extra = dot(work.margin, work.residual)
    best = -1
    most = tolerance
    for i in range(found):
        if gains[i] <= 0.0:
            continue
        gain = pool_outputs[i] * price_of(rays, pool[i], work.residual) / work.grains[i] + extra
        if gain > most and not _is_active(work, size, pool[i], pool_outputs[i]):
            most = gain
            best = i
    if best < 0:
        return -1
    gains[best] = 0.0
    work.active[size] = pool[best]
    work.outputs[size] = pool_outputs[best]
    work.weights[size] = 0.0
    return solve_on_active(rays, work, size + 1, size, free)


@njit()
def relax_squared(rays, work, size, enough):
    """Non-negative least squares over the allowed rays from a feasible start. Returns (size, value, solved).

    It ends unsolved as soon as the value is below `enough`, or when there is no room for more active rays.
    """
    free = rays.ones.shape[0]
    most = work.active.size - 1
    tolerance = TOLERANCE * dot(rays.targets, rays.targets) ** 0.5
    size = solve_on_active(rays, work, size, np.int64(0), free)
    value = dot(work.residual, work.residual)
    while True:
        if value < enough or value <= tolerance * tolerance or size >= most or work.halt[0]:
            return size, value, False
        found = gather(rays, work, tolerance, free)
        before = value
        while value >= enough and size < most:
            new = enter_best(rays, work, size, free, found, tolerance)
            if new < 0:
                break
            size = new
            value = dot(work.residual, work.residual)
        if not value < before * (1.0 - STANDSTILL):
            return size, value, value >= enough and not work.halt[0]
