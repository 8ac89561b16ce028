"""What the proofs of all losses share: which points are dropped, which columns are free, and how margins get narrower."""

from __future__ import annotations

import numpy as np

from relupoly.jit import njit
from relupoly.training.kernel.masks import allows
from relupoly.training.kernel.nodes import save_active
from relupoly.training.kernel.prices import price_all
from relupoly.training.kernel.shared_cells import find_shared_cells, mark_mirrored, span_cell, span_constant
from relupoly.training.kernel.tolerances import NARROWEST, NOTHING, SHARE_OF_EXCESS, WIDEST
from relupoly.training.kernel.vectors import dot


@njit()
def begin_proof(rays, work, nodes, place, size):
    """Drop the points where u is about 0, and free the columns whose product has to be 0. Returns how many are free, or -1.

    The active rays are kept for `restart` and `end_proof`.
    """
    save_active(work, size)
    least = NOTHING * dot(work.residual, work.residual) ** 0.5
    for j in range(work.keep.size):
        work.keep[j] = 1.0 if abs(work.residual[j]) > least else 0.0
    price_all(rays, work)
    cells = find_shared_cells(rays, work, nodes, place)
    work.exact[:] = np.uint64(0)
    free = 0
    for cell in range(cells - 1, -1, -1):
        free = span_cell(rays, work, cell, free)
    mark_mirrored(rays, work, cells)
    return span_constant(rays, work, cells, free)


@njit()
def first_margin(value, wanted):
    """The margin that what the value leaves over allows.

    The narrower a margin, the nearer is the bound to the value, and the more rounding matters.
    """
    return min(WIDEST, max(NARROWEST, SHARE_OF_EXCESS * (value / wanted - 1.0)))


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
def end_proof(work, size, free):
    """Leave the free columns in `WorkArrays.spanning`, and let the active rays be what they were."""
    for a in range(free):
        work.spanning[a] = work.active[a]
    for a in range(size):
        work.active[a] = work.saved_active[a]
        work.outputs[a] = work.saved_outputs[a]
        work.weights[a] = work.saved_weights[a]
