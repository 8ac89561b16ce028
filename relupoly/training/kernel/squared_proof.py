"""Proofs of bounds for the squared loss, by a residual that rounding cannot make wrong."""

from __future__ import annotations

import numpy as np

from relupoly.jit import njit
from relupoly.training.kernel.enclosure import all_negative, enclose
from relupoly.training.kernel.nnls import enter_best, gather, solve_on_active
from relupoly.training.kernel.proof import begin_proof, end_proof, first_margin, restart
from relupoly.training.kernel.tolerances import EPSILON, NARROWER, NARROWEST, ROUNDS
from relupoly.training.kernel.vectors import dot


@njit()
def prove_squared(rays, work, nodes, place, size, value, wanted):
    """A proved lower bound on the loss at a node whose relaxation is solved, if possible as large as wanted; -1 if none is.

    Beside it, the number of features that u is exactly orthogonal to: those of `WorkArrays.spanning`. Active rays stay as they
    are.
    """
    free = begin_proof(rays, work, nodes, place, size)
    bound = -1.0
    margin = first_margin(value, wanted)
    while free >= 0 and bound < wanted and margin >= NARROWEST:
        now = restart(rays, work, size, free, margin)
        if _separate(rays, work, now, free):
            bound = max(bound, _sure_bound(rays, work, free))
        margin *= NARROWER
    end_proof(work, size, free)
    return bound, free


@njit()
def _separate(rays, work, size, free):
    """Whether a residual is found that has a negative product with each allowed feature, by about the margin."""
    most = work.active.size - 1
    if size > most:
        return False
    size = solve_on_active(rays, work, size, np.int64(0), free)
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
