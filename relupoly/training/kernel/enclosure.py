"""What rounding may have done: how far u is from the vector that a proof speaks of, and whether all products stay negative.

Bounds of sums count each rounding once, to first order: a scalar product of D terms is wrong by at most D EPSILON / 2 times the
product of the lengths, in any order of summation, and twice that is allowed for. The factors 1.1 and 1.01 stand for the terms
of higher order, and for the rounding of the bounds themselves: D EPSILON is below a millionth for all D that a memory holds.
"""

from __future__ import annotations

import numpy as np

from relupoly.jit import njit
from relupoly.training.kernel.nnls import write_column
from relupoly.training.kernel.prices import error_of, price_all, price_of
from relupoly.training.kernel.tolerances import EPSILON
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
