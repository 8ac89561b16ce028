"""Proofs of the bounds of linear programs, by vectors that rounding cannot make wrong.

The prices of the rows are a vector u within a box, and the bound is <u, y>, if no allowed feature has a positive product with
u. As for the squared loss, products are made negative: each feature gets a reward, so that its product falls below 0 by as
much, and rounding cannot hide a sign. That leaves features whose product has to be 0:

* where u is 0, the points are dropped, and features that are 0 at all others have the product 0, exactly;
* cells that classes of both signs share are treated as for the squared loss: free columns, and u is projected on their
  complement, which may take it out of its box by a hair; so it is scaled into it.

Bounds that equal the incumbent's loss are common here: a vertex of one node's program is one of others, too. With short data,
or where a net fits some samples and gives up others, prices are multiples of simple fractions, and all sums are integers that
doubles hold: then `_is_tie` proves the bound as it is. Other ties have prices of many digits, which follow from the basis by
one rational system (`relupoly.training.bounds.basic_dual`).
"""

from __future__ import annotations

import numpy as np

from relupoly.jit import njit
from relupoly.training.kernel.basis import ABOVE, OFF, TIGHT, recompute, set_dual
from relupoly.training.kernel.enclosure import all_negative, enclose
from relupoly.training.kernel.masks import leave_side, no_bounds, set_between, set_masks
from relupoly.training.kernel.prices import price_of
from relupoly.training.kernel.proof import begin_proof, end_proof, first_margin, restart
from relupoly.training.kernel.simplex import begin, minimise
from relupoly.training.kernel.tolerances import CLOSE, EPSILON, EXACT, MOST_DENOMINATOR, NARROWER, NARROWEST, NOTHING
from relupoly.training.kernel.vectors import assign, dot, lowest_bit


@njit()
def prove_linear(rays, work, program, nodes, place, size, value, wanted, ratio):
    """A proved lower bound on the loss at a node whose relaxation was solved just now; as for the squared loss.

    It counts as much as is wanted if it is at least the loss that is the ratio of two numbers, in units of both grains. The
    vector is left in the program's prices, too, row by row.
    """
    program.size[1] = 0
    if value < wanted * (1.0 + 4.0 * CLOSE) and ratio[0] < EXACT:
        if _is_tie(rays, work, program, ratio[0], ratio[1]):
            return wanted, 0
        set_masks(rays, work, nodes.outputs[place], nodes.sides[place], nodes.classes[place])
        recompute(work, program, program.size[0])
    free = begin_proof(rays, work, nodes, place, size)
    bound = -1.0
    margin = first_margin(value, wanted)
    length = dot(rays.targets, rays.targets) ** 0.5
    m = program.size[0]
    fresh = free == 0 and _can_go_on(work, program, m)
    while free >= 0 and bound < wanted and margin >= NARROWEST:
        now = restart(rays, work, size, free, 0.0)
        _drop_zero(rays, work)
        if not fresh:
            _switch_off(work, program)
            m = begin(program)
        reward = margin * value / length
        for a in range(m):
            if program.ray[a] >= 0 and not program.unsigned[a]:
                program.cost[a] = -reward
        m, _, solved = minimise(rays, work, program, m, free, now, reward, -1.0)
        fresh = solved
        if solved:
            bound = max(bound, _sure_bound(rays, work, program, free))
        margin *= NARROWER
    end_proof(work, size, free)
    return bound, free


@njit()
def _is_tie(rays, work, program, numerator, denominator):
    """Whether the prices are multiples of simple fractions, and prove the bound numerator / denominator, exactly.

    Prices times a small integer are put in place of the prices, and that integer into program.size[1].
    """
    price, u = program.price, work.residual
    factor = _common_denominator(program)
    if factor == 0:
        return False
    total = 0.0
    product = 0.0
    size = 0.0
    for i in range(price.size):
        if program.state[i] == TIGHT:
            price[i] = np.round(factor * price[i] / program.grain) * program.grain
            if price[i] < -factor * program.down[i] or price[i] > factor * program.up[i]:
                return False
        else:
            price[i] *= factor
        total += abs(price[i])
        product += price[i] * program.bound[i]
        size += abs(price[i] * program.bound[i])
    unit = program.grain * program.target_grain
    if program.largest and total > factor:
        return False
    # All of these are integers that doubles hold, so the sums above are exact, and so are these products.
    if not (total / program.grain < EXACT and size / unit * denominator < EXACT and numerator * factor < EXACT):
        return False
    if product / unit * denominator < numerator * factor:
        return False
    set_dual(work, program)
    for b in range(rays.ones.shape[0]):
        if dot(rays.ones[b], u) != 0.0:
            return False
    program.size[1] = factor
    if total / program.grain * program.whole < EXACT:
        return _none_positive(rays, work)
    for j in range(u.size):
        work.keep[j] = 1.0 if u[j] != 0.0 else 0.0
    _drop_zero(rays, work)
    return all_negative(rays, work, 0.0)


@njit()
def _common_denominator(program):
    """A small integer whose products with the prices of tight rows are nearly multiples of the grain; 0 if there is none."""
    if not program.grain > 0.0:
        return 0
    for factor in range(1, MOST_DENOMINATOR + 1):
        fits = True
        for i in range(program.price.size):
            if program.state[i] == TIGHT:
                scaled = factor * program.price[i] / program.grain
                fits &= abs(scaled - np.round(scaled)) < NOTHING
        if fits:
            return factor
    return 0


@njit()
def _none_positive(rays, work):
    """Whether no allowed feature has a positive product with a vector, where products are exact."""
    for side in range(2):
        output = 2 * side - 1
        for word in range(work.unions.shape[1]):
            bits = work.unions[side, word]
            while bits:
                ray = 64 * word + lowest_bit(bits)
                bits &= bits - np.uint64(1)
                if output * price_of(rays, ray, work.residual) > 0.0:
                    return False
    return True


@njit()
def _switch_off(work, program):
    """Leave out the rows of points that are dropped."""
    for i in range(program.state.size):
        program.state[i] = ABOVE if work.keep[program.point[i]] else OFF


@njit()
def _can_go_on(work, program, m):
    """Whether no row of a point that is dropped has a part in the basis; then these rows are left out."""
    for i in range(program.state.size):
        if not work.keep[program.point[i]] and (program.state[i] == TIGHT or program.price[i] != 0.0):
            return False
    for i in range(program.state.size):
        if not work.keep[program.point[i]]:
            program.state[i] = OFF
    return True


@njit()
def _drop_zero(rays, work):
    """Leave out the rays whose features are 0 at all points that are kept: their products are 0."""
    if rays.order.size:
        no_bounds(rays, work)
        for j in range(work.keep.size):
            if work.keep[j]:
                leave_side(rays, work, j, -1)
        set_between(rays, work, work.known)
    else:
        for word in range(work.known.size):
            work.known[word] = ~np.uint64(0)
            for j in range(work.keep.size):
                if work.keep[j]:
                    work.known[word] &= rays.allowed[j, 0, word]
    for word in range(work.known.size):
        work.unions[0, word] &= ~work.known[word]
        work.unions[1, word] &= ~work.known[word]


@njit()
def _sure_bound(rays, work, program, free):
    """The bound that the prices prove; -1 if rounding may have hidden a positive product."""
    price, u = program.price, work.residual
    _clip(program)
    set_dual(work, program)
    total = 0.0
    size = 0.0
    for i in range(price.size):
        total += abs(price[i])
        size += abs(price[i] * program.bound[i])
    # The sum of more than one row at a point is rounded; and what a projection changes, as well.
    shift = 4.0 * EPSILON * total if free > 0 or price.size > u.size else 0.0
    if free > 0:
        shift += _project(rays, work, program, free)
        if not shift < np.inf:
            return -1.0
    if not all_negative(rays, work, shift):
        return -1.0
    error = 1.1 * (price.size + 8) * EPSILON * size
    if free > 0:
        error += 1.01 * shift * dot(program.bound, program.bound) ** 0.5
    result = _share(work, program, shift, free) * (dot(price, program.bound) - error)
    if not result > 0.0:
        return 0.0
    for j in range(u.size):
        if not work.keep[j]:
            result += program.floor[j]
    return result * (1.0 - (u.size + 8) * EPSILON)


@njit()
def _clip(program):
    """Put the prices of tight rows where they have to be: the others are there."""
    for i in range(program.price.size):
        if program.state[i] == TIGHT:
            program.price[i] = min(max(program.price[i], -program.down[i]), program.up[i])


@njit()
def _project(rays, work, program, free):
    """Project the vector on the complement of the free features, nearly; returns how far it is from there, or infinity.

    What a point's entry changes goes to the row with the largest price, which is marked in program.change.
    """
    u, price = work.residual, program.price
    assign(work.column, u)
    for _ in range(2):
        for a in range(free):
            q = work.basis[a]
            d = dot(q, u)
            for j in range(u.size):
                u[j] -= d * q[j]
    program.change[:] = 0.0
    i = 0
    while i < price.size:
        j = program.point[i]
        largest = i
        while i < price.size and program.point[i] == j:
            if abs(price[i]) > abs(price[largest]):
                largest = i
            i += 1
        if work.keep[j]:
            price[largest] += program.factor[largest] * (u[j] - work.column[j])
            program.change[largest] = 1.0
    return enclose(rays, work, free)


@njit()
def _share(work, program, shift, free):
    """By what to multiply prices such that all are allowed, even if those that a projection changed are not quite right."""
    price = program.price
    if program.largest:
        total = (price.size + 4) * EPSILON + (work.residual.size * shift if free > 0 else 0.0)
        for i in range(price.size):
            total += abs(price[i])
        return min(1.0, 1.0 / total) * (1.0 - (price.size + 4) * EPSILON)
    share = 1.0
    for i in range(price.size):
        if free > 0 and program.change[i] > 0.0:
            high, low = price[i] + shift, shift - price[i]
            if low > 0.0 and program.down[i] == 0.0:
                return 0.0
            share = min(share, program.up[i] / high if high > program.up[i] else 1.0)
            share = min(share, program.down[i] / low if low > program.down[i] else 1.0)
    return share * (1.0 - 4.0 * EPSILON)
