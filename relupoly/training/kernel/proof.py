"""Proofs of bounds for the squared loss, by a vector that rounding cannot make wrong."""

from __future__ import annotations

import numpy as np

from relupoly.jit import njit
from relupoly.training.kernel.cells import find_bases, mark_mirrored, span_cell, span_constant
from relupoly.training.kernel.masks import allows
from relupoly.training.kernel.nnls import enter_best, gather, settle, write_column
from relupoly.training.kernel.nodes import save_active
from relupoly.training.kernel.prices import error_of, price_all, price_of
from relupoly.training.kernel.state import EPSILON, NARROWEST, NOTHING, ROUNDS, WIDEST
from relupoly.training.kernel.vectors import dot, lowest_bit


@njit()
def enclose(rays, work, size):
    """A bound on the distance of work.residual from its projection on the complement of the free columns; or inf."""
    u = work.residual
    dimension = u.size
    length = dot(u, u) ** 0.5
    errors = 0.0
    for a in range(size):
        work.inverse[a, a] = 1.0 / work.triangle[a, a]
        for b in range(a - 1, -1, -1):
            t = 0.0
            for c in range(b + 1, a + 1):
                t -= work.triangle[b, c] * work.inverse[c, a]
            work.inverse[b, a] = t / work.triangle[b, b]
        row = work.span[a]
        row[:] = 0.0
        error = 0.0
        for b in range(a + 1):
            x = work.inverse[b, a]
            write_column(rays, work, b, size)
            for j in range(dimension):
                row[j] += x * work.column[j]
            error += abs(x) * (
                1.01 * (size + 4) * EPSILON * dot(work.column, work.column) ** 0.5
                + dimension**0.5 * error_of(rays, work.active[b])
            )
        errors += error * error
    errors = errors**0.5 * 1.01
    rounding = 1.1 * (dimension + 2) * EPSILON
    off = 0.0
    along = 0.0
    for a in range(size):
        for b in range(size):
            d = dot(work.span[a], work.span[b]) - (1.0 if a == b else 0.0)
            off += d * d
        d = dot(work.span[a], u)
        along += d * d
    off = 1.01 * off**0.5 + 2 * size * rounding + 2.2 * size**0.5 * errors + errors * errors
    if not off < 0.5:
        return np.inf
    along = 1.01 * along**0.5 + (size**0.5 * rounding + errors) * length
    return 1.01 * along / (1.0 - off) ** 0.5


@njit()
def prove(rays, work, nodes, place, size, value, wanted):
    """A proved lower bound on the loss at a node whose relaxation is solved, if possible as large as wanted; -1 if none is.

    Beside it, the number of features that u is exactly orthogonal to: those of `Work.spanning`.

    The narrower the margin, the nearer is the bound to the value, and the more rounding matters: the first margin is what the
    difference between the value and what is wanted allows. Active rays stay as they are.
    """
    save_active(work, size)
    least = NOTHING * dot(work.residual, work.residual) ** 0.5
    for j in range(work.keep.size):
        work.keep[j] = 1.0 if abs(work.residual[j]) > least else 0.0
    price_all(rays, work)
    bases = find_bases(rays, work, nodes, place)
    work.exact[:] = np.uint64(0)
    free = 0
    for base in range(bases - 1, -1, -1):
        free = span_cell(rays, work, base, free)
    mark_mirrored(rays, work, bases)
    free = span_constant(rays, work, bases, free)
    bound = -1.0
    margin = min(WIDEST, max(NARROWEST, 0.01 * (value / wanted - 1.0)))
    while free >= 0 and bound < wanted and margin >= NARROWEST:
        now = restart(rays, work, size, free, margin)
        if _separate(rays, work, now, free):
            bound = max(bound, _sure_bound(rays, work, free))
        margin *= 0.01
    for a in range(free):
        work.spanning[a] = work.active[a]
    for a in range(size):
        work.active[a] = work.saved_active[a]
        work.outputs[a] = work.saved_outputs[a]
        work.weights[a] = work.saved_weights[a]
    return bound, free


@njit()
def restart(rays, work, size, free, margin):
    """Start from the saved active rays, now with a margin; those of the cells leave. Returns the size."""
    length = dot(rays.targets, rays.targets) ** 0.5
    now = free
    for a in range(rays.ones.shape[0], size):
        if not allows(work.exact, work.saved_active[a]):
            work.active[now] = work.saved_active[a]
            work.outputs[now] = work.saved_outputs[a]
            work.weights[now] = work.saved_weights[a]
            now += 1
    for word in range(work.exact.size):
        work.unions[0, word] &= ~work.exact[word]
        work.unions[1, word] &= ~work.exact[word]
    for j in range(work.keep.size):
        work.margin[j] = margin * work.keep[j] * rays.targets[j] / length
    return now


@njit()
def _separate(rays, work, size, free):
    """Whether a residual is found that has a negative product with each allowed feature, by about the margin."""
    most = work.active.size - 1
    if size > most:
        return False
    size = settle(rays, work, size, 0, free)
    for _ in range(ROUNDS):
        if work.halt[0]:
            return False
        tolerance = 0.5 * dot(work.margin, work.residual)
        found = gather(rays, work, tolerance, free)
        if found == 0:
            return True
        while size < most:
            new = enter_best(rays, work, size, free, found, tolerance)
            if new < 0:
                break
            size = new
    return False


@njit()
def _sure_bound(rays, work, free):
    """The bound that the residual proves; -1 if rounding may have hidden a positive product."""
    u = work.residual
    dimension = u.size
    away = enclose(rays, work, free)
    if not away < np.inf:
        return -1.0
    if not all_negative(rays, work, away):
        return -1.0
    length = dot(u, u) ** 0.5
    norm = dot(rays.targets, rays.targets) ** 0.5
    top = dot(u, rays.targets) - (1.1 * (dimension + 8) * EPSILON * length + 1.01 * away) * norm
    if not top > 0.0:
        return 0.0
    return (top / length) ** 2 * (1.0 - 4 * (dimension + 8) * EPSILON)


@njit()
def all_negative(rays, work, away):
    """Whether each allowed feature has a negative product with all vectors so near to the residual.

    What a chart leaves in doubt is priced directly.
    """
    u = work.residual
    price_all(rays, work)
    charted = work.prices.size > 0
    swift = 1.01 * (1.01 * away + 1.1 * (u.size + 8) * EPSILON * dot(u, u) ** 0.5)
    total = 0.0
    for j in range(u.size):
        total += abs(u[j])
    rounding = 1.01 * (away + 1.1 * (u.size + 4) * EPSILON * dot(u, u) ** 0.5)
    for side in range(2):
        output = 2 * side - 1
        for word in range(work.unions.shape[1]):
            bits = work.unions[side, word]
            while bits:
                ray = 64 * word + lowest_bit(bits)
                bits &= bits - np.uint64(1)
                if charted and output * work.prices[ray] + swift < 0.0:
                    continue
                gain = output * price_of(rays, ray, u)
                if gain + rounding + 1.01 * rays.errors[ray] * total > 0.0:
                    return False
    return True
