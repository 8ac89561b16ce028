"""The compiled part for the linear losses: relaxations that are linear programs, and proofs of their bounds.

The loss of predictions sum_k l_k phi_k is a linear program with one row for each term,

    factor_i sum_k l_k phi_k(i) + up_i - down_i = bound_i,

as `relupoly.training.simplex` solves it in rationals: the largest error has two rows for each term, and a variable above all.
A basis is m columns and the m rows that they fit; its m x m system is factorised anew at each step, which costs less than
looking at all rows, and lets no rounding grow. A step passes the rows at which the loss goes on falling (Barrodale and
Roberts). Bounds are moved by tiny amounts that look random, so that steps have a length: what is moved is forgotten when the
basis is found, since a dual vector does not depend on the bounds.

The prices of the rows are a vector u within a box, and the bound is <u, y>, if no allowed feature has a positive product with
u. As for the squared loss, products are made negative: each feature gets a reward, so that its product falls below 0 by as
much, and rounding cannot hide a sign. That leaves features whose product has to be 0:

* where u is 0, the points are dropped, and features that are 0 at all others have the product 0, exactly;
* cells that classes of both signs share are treated as for the squared loss: free columns, and u is projected on their
  complement, which may take it out of its box by a hair; so it is scaled into it.

Bounds that equal the incumbent's loss are common here: a vertex of one node's program is one of others, too. With short data,
or where a net fits some samples and gives up others, prices are multiples of simple fractions, and all sums are integers that
doubles hold: then `_is_tie` proves the bound as it is. Other ties have prices of many digits, which follow from the basis by
one rational system (`relupoly.training.basic_dual`).

What profiles taught: looking at all allowed rays takes most of the time, as for the squared loss; steps are cheap beside it.
So the basis is built anew in each node, from the parent's rays.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from relupoly.exact.machine import njit
from relupoly.training.kernel.common import (
    CLOSE,
    EPSILON,
    NARROWEST,
    NOTHING,
    WIDEST,
    _all_negative,
    _assign,
    _bound,
    _dot,
    _enclose,
    _feature,
    _find_bases,
    _gather,
    _lowest_bit,
    _no_bounds,
    _price,
    _price_all,
    _restart,
    _save,
    _set_between,
    _set_masks,
    _span,
    _span_constant,
)

BELOW, TIGHT, ABOVE, OFF = 1, 0, -1, 2
ENVELOPE = -2
FREE = -2
PIVOT = 1e-9
SINGULAR = 1e-10
RATE = 1e-11
FLAT = 1e-13
STEPS_AT_LEAST = 100
MOST_DENOMINATOR = 64
EXACT = 2.0**52


class Program(NamedTuple):
    """A linear loss for the kernel, and room for one linear program at a time: R rows, n columns.

    Attributes
    ----------
    largest : int
        1 for the largest error, 0 for a sum of losses.
    point : ndarray of int64, shape (R,)
        The point of each row.
    factor, bound, up, down : ndarrays of float64, shape (R,)
        As in the text above; costs of being below and above the bound, rounded down.
    moved : ndarray of float64, shape (R,)
        The bounds, moved a little.
    floor : ndarray of float64, shape (D,)
        The smallest loss that any prediction has at each point, rounded down.
    grain, target_grain : float
        Powers of two, of which costs and targets are multiples; 0 if they have too many digits.
    whole : float
        All entries of features are integers up to this one, divided by a power of two; infinite if they are not exact.
    """

    largest: Any
    point: Any
    factor: Any
    bound: Any
    up: Any
    down: Any
    moved: Any
    floor: Any
    grain: Any
    target_grain: Any
    whole: Any
    state: Any
    price: Any
    rest: Any
    change: Any
    table: Any
    cost: Any
    value: Any
    move: Any
    ray: Any
    output: Any
    unsigned: Any
    tight: Any
    matrix: Any
    order: Any
    right: Any
    size: Any


@njit()
def _factorise(program, m):
    """Factorise the basis: its rows are the tight ones, its columns those of the program. False if it is nearly singular."""
    lu, order = program.matrix, program.order
    for i in range(m):
        order[i] = i
        for a in range(m):
            lu[i, a] = program.table[a, program.tight[i]]
    for k in range(m):
        best = k
        for i in range(k + 1, m):
            if abs(lu[i, k]) > abs(lu[best, k]):
                best = i
        if not abs(lu[best, k]) > SINGULAR:
            return False
        if best != k:
            order[k], order[best] = order[best], order[k]
            for a in range(m):
                lu[k, a], lu[best, a] = lu[best, a], lu[k, a]
        for i in range(k + 1, m):
            factor = lu[i, k] / lu[k, k]
            lu[i, k] = factor
            if factor != 0.0:
                for a in range(k + 1, m):
                    lu[i, a] -= factor * lu[k, a]
    return True


@njit()
def _solve(program, m, out):
    """The coefficients of the columns that give program.right at the tight rows."""
    lu = program.matrix
    for i in range(m):
        t = program.right[program.order[i]]
        for a in range(i):
            t -= lu[i, a] * out[a]
        out[i] = t
    for i in range(m - 1, -1, -1):
        t = out[i]
        for a in range(i + 1, m):
            t -= lu[i, a] * out[a]
        out[i] = t / lu[i, i]


@njit()
def _set_tight_prices(program, m):
    """The prices of the tight rows such that the columns' products with all prices are their costs, those of others given."""
    lu, right, price = program.matrix, program.right, program.price
    for a in range(m):
        right[a] = program.cost[a] - _dot(program.table[a], price)
    for a in range(m):
        t = right[a]
        for i in range(a):
            t -= lu[i, a] * right[i]
        right[a] = t / lu[a, a]
    for a in range(m - 1, -1, -1):
        t = right[a]
        for i in range(a + 1, m):
            t -= lu[i, a] * right[i]
        right[a] = t
    for i in range(m):
        price[program.tight[program.order[i]]] = right[i]


@njit()
def _refresh(work, program, m):
    """Values, what they leave of the bounds, prices, and the vector that prices features. False if the basis is no good."""
    if not _factorise(program, m):
        return False
    rest, price, state = program.rest, program.price, program.state
    _assign(rest, program.moved)
    for i in range(m):
        program.right[i] = rest[program.tight[i]]
    _solve(program, m, program.value)
    for a in range(m):
        x = program.value[a]
        row = program.table[a]
        for i in range(rest.size):
            rest[i] -= x * row[i]
    for i in range(rest.size):
        price[i] = program.up[i] if state[i] == BELOW else -program.down[i] if state[i] == ABOVE else 0.0
    _set_tight_prices(program, m)
    _set_dual(work, program)
    return True


@njit()
def _set_dual(work, program):
    """Add up the prices of each point's rows."""
    u = work.residual
    u[:] = 0.0
    for i in range(program.price.size):
        u[program.point[i]] += program.factor[i] * program.price[i]


@njit()
def _cost(program, m):
    """The loss of the values of the basis, up to the little that bounds are moved."""
    total = 0.0
    if program.largest:
        for a in range(m):
            if program.ray[a] == ENVELOPE:
                total = program.value[a]
        return max(total, 0.0)
    for i in range(program.rest.size):
        rest = program.rest[i]
        if program.state[i] != OFF:
            total += max(program.up[i] * rest, -program.down[i] * rest)
    return total


@njit()
def _begin(program):
    """The basis without features. Returns its size."""
    state, moved = program.state, program.moved
    highest = -1
    for i in range(state.size):
        if state[i] == OFF:
            continue
        if program.largest:
            state[i] = ABOVE
            if highest < 0 or moved[i] > moved[highest]:
                highest = i
        else:
            state[i] = BELOW if moved[i] > 0.0 else ABOVE
    if highest < 0:
        return 0
    program.table[0, :] = 1.0
    program.cost[0] = 1.0
    program.ray[0] = ENVELOPE
    program.unsigned[0] = False
    program.tight[0] = highest
    state[highest] = TIGHT
    return 1


@njit()
def _set_column(rays, work, program, a, ray, output, unsigned, reward):
    """Put a feature into a column."""
    _feature(rays, ray, output, work.column)
    column, row = work.column, program.table[a]
    for i in range(row.size):
        row[i] = program.factor[i] * column[program.point[i]]
    program.ray[a] = ray
    program.output[a] = output
    program.unsigned[a] = unsigned
    program.cost[a] = 0.0 if unsigned else -reward


@njit()
def _best_row(program, m, least):
    """The tight row whose slack lowers the loss fastest. Returns (rate, place, state), the place -1 if there is none."""
    best = -least
    place = -1
    state = 0
    for q in range(m):
        i = program.tight[q]
        if program.up[i] - program.price[i] < best:
            best = program.up[i] - program.price[i]
            place = q
            state = BELOW
        if program.down[i] + program.price[i] < best:
            best = program.down[i] + program.price[i]
            place = q
            state = ABOVE
    return best, place, state


@njit()
def _best_feature(rays, work, found, reward, best):
    """The feature of the pool that lowers the loss fastest, and faster than given. Returns (rate, place)."""
    place = -1
    for p in range(found):
        rate = -reward - work.pool_outputs[p] * _price(rays, work.pool[p], work.residual)
        if rate < best:
            best = rate
            place = p
    return best, place


@njit()
def _fill_pool(work, free, size):
    """Put active features into the pool. Returns how many."""
    found = min(size - free, work.pool.size)
    for p in range(found):
        work.pool[p] = work.active[free + p]
        work.pool_outputs[p] = work.outputs[free + p]
    return found


@njit()
def _best_free(rays, work, free):
    """A feature whose coefficient has no sign, and which lowers the loss. Returns (slope, place), the place -1 if none does."""
    best = 0.0
    place = -1
    for a in range(free):
        slope = -_slope(rays, work, work.active[a])
        if abs(slope) > max(RATE, abs(best)):
            best = slope
            place = a
    return best, place


@njit()
def _slope(rays, work, ray):
    return _price(rays, ray, work.residual) if ray >= 0 else _dot(rays.ones[0], work.residual)


@njit()
def _step(program, m, column, place, state, rate):
    """Let a variable grow until the loss does not fall any more, and exchange it. Returns the size of the basis, or -1.

    It is the feature in column m, which falls if the rate is positive; or, if `column` is negative, the slack of the tight row
    at a place.
    """
    change, right = program.change, program.right
    if column < 0:
        right[:m] = 0.0
        right[place] = -1.0 * state
        change[:] = 0.0
    else:
        row = program.table[m]
        direction = 1.0 if rate < 0.0 else -1.0
        for i in range(m):
            right[i] = -direction * row[program.tight[i]]
        for i in range(change.size):
            change[i] = -direction * row[i]
    _solve(program, m, program.move)
    for a in range(m):
        x = program.move[a]
        row = program.table[a]
        for i in range(change.size):
            change[i] -= x * row[i]
    leaving = -1
    shortest = np.inf
    for a in range(m):
        if program.move[a] < -PIVOT and not program.unsigned[a]:
            length = max(program.value[a], 0.0) / -program.move[a]
            if length < shortest:
                shortest = length
                leaving = a
    slope = -abs(rate)
    while True:
        length, hit = _next_row(program, shortest)
        if hit < 0:
            break
        if program.up[hit] < np.inf:
            slope += (program.up[hit] + program.down[hit]) * abs(change[hit])
            if slope < -FLAT:
                program.state[hit] = -program.state[hit]
                continue
        return _exchange(program, m, column, place, state, -1, hit)
    if leaving < 0:
        return -1
    return _exchange(program, m, column, place, state, leaving, -1)


@njit()
def _next_row(program, shortest):
    """The row that is met first on the way, no later than given. Returns (length, row), the row -1 if there is none."""
    hit = -1
    for i in range(program.change.size):
        state = program.state[i]
        if state == OFF:
            continue
        if program.change[i] * state < -PIVOT:
            length = max(program.rest[i] * state, 0.0) / -(program.change[i] * state)
            if length < shortest:
                shortest = length
                hit = i
    return shortest, hit


@njit()
def _exchange(program, m, column, place, state, leaving, hit):
    """Change the basis: a column leaves, or a row becomes tight. Returns its size."""
    if column < 0:
        program.state[program.tight[place]] = state
        if hit >= 0:
            program.tight[place] = hit
            program.state[hit] = TIGHT
            return m
        program.tight[place] = program.tight[m - 1]
        if leaving != m - 1:
            _copy_column(program, m - 1, leaving)
        return m - 1
    if hit >= 0:
        program.tight[m] = hit
        program.state[hit] = TIGHT
        return m + 1
    _copy_column(program, m, leaving)
    return m


@njit()
def _copy_column(program, source, target):
    _assign(program.table[target], program.table[source])
    program.cost[target] = program.cost[source]
    program.ray[target] = program.ray[source]
    program.output[target] = program.output[source]
    program.unsigned[target] = program.unsigned[source]


@njit()
def _choose(rays, work, program, m, free, found, reward):
    """The variable that lowers the loss fastest. Returns (rate, place, row, state, size of the pool).

    Free features come first, then rows of the basis and features of the pool, which is filled anew when nothing else is left.
    The place is that of an active feature, if it is free (then the row is `FREE`), or of one in the pool; -1 if there is none.
    """
    slope, place = _best_free(rays, work, free)
    if place >= 0:
        return slope, place, FREE, 0, found
    least = 0.5 * reward if reward > 0.0 else RATE
    rate, row, state = _best_row(program, m, 0.2 * least)
    for again in range(2):
        best, place = _best_feature(rays, work, found, reward, min(rate, -least))
        if place >= 0 or row >= 0 or again:
            break
        found = _gather(rays, work, least - reward)
    return rate if place < 0 else best, place, row, state, found


@njit()
def _minimise(rays, work, program, m, free, size, reward, enough):
    """Go to the optimum over the allowed features. Returns (size of the basis, value, solved).

    The first `free` of the active features have coefficients without a sign, the others up to `size` are tried first. It ends
    unsolved when the value is below `enough`, when there is no room for more columns, or when it takes too many steps.
    """
    found = _fill_pool(work, free, size)
    value = 0.0
    for _ in range(STEPS_AT_LEAST + 10 * program.state.size):
        if not _refresh(work, program, m):
            break
        value = _cost(program, m)
        if value < enough or m >= program.ray.size - 2:
            break
        rate, place, row, state, found = _choose(rays, work, program, m, free, found, reward)
        if place < 0 and row < 0:
            return m, value, True
        if place >= 0:
            unsigned = row == FREE
            ray = work.active[place] if unsigned else work.pool[place]
            _set_column(rays, work, program, m, ray, 1.0 if unsigned else work.pool_outputs[place], unsigned, reward)
        after = _step(program, m, place, row, state, rate)
        if after < 0:
            break
        m = after
    return m, value, False


@njit()
def relax_linear(rays, work, program, size, enough):
    """The best predictions over the allowed rays. Returns (size, value, solved) as for the squared loss.

    The active rays say where to start; it ends unsolved as soon as the value is below `enough`.
    """
    free = rays.ones.shape[0]
    for i in range(program.state.size):
        program.state[i] = ABOVE
    m, value, solved = _minimise(rays, work, program, _begin(program), free, size, 0.0, enough)
    program.size[0] = m
    if solved:
        # The moved bounds have done their part.
        value = _dot(program.price, program.bound)
        solved = value > RATE
    work.weights[:free] = 0.0
    size = free
    for a in range(m):
        if program.ray[a] == -1:
            work.weights[0] = program.value[a]
        elif program.ray[a] >= 0 and program.value[a] > RATE:
            work.active[size] = program.ray[a]
            work.outputs[size] = program.output[a]
            work.weights[size] = program.value[a]
            size += 1
    return size, value, solved


@njit()
def linear_loss(work, program):
    """The loss of the predictions."""
    total = 0.0
    for i in range(program.bound.size):
        rest = program.bound[i] - program.factor[i] * work.prediction[program.point[i]]
        if program.largest:
            total = max(total, rest)
        else:
            total += max(program.up[i] * rest, -program.down[i] * rest)
    return total


@njit()
def prove_linear(rays, work, program, nodes, place, size, value, wanted, numerator, denominator):
    """A proved lower bound on the loss at a node whose relaxation was solved just now; as for the squared loss.

    It counts as much as is wanted if it is at least the loss numerator / denominator, in units of both grains. The vector is
    left in the program's prices, too, row by row.
    """
    program.size[1] = 0
    if value < wanted * (1.0 + 4.0 * CLOSE) and numerator < EXACT:
        if _is_tie(rays, work, program, numerator, denominator):
            return wanted, 0
        _set_masks(rays, work, nodes.outputs[place], nodes.sides[place], nodes.classes[place])
        _refresh(work, program, program.size[0])
    _save(work, size)
    least = NOTHING * _dot(work.residual, work.residual) ** 0.5
    for j in range(work.keep.size):
        work.keep[j] = 1.0 if abs(work.residual[j]) > least else 0.0
    bases = _find_bases(rays, work, nodes, place)
    _price_all(rays, work)
    work.exact[:] = np.uint64(0)
    free = 0
    for base in range(bases - 1, -1, -1):
        free = _span(rays, work, base, free)
    free = _span_constant(rays, work, bases, free)
    bound = -1.0
    margin = min(WIDEST, max(NARROWEST, 0.01 * (value / wanted - 1.0)))
    length = _dot(rays.targets, rays.targets) ** 0.5
    m = program.size[0]
    fresh = free == 0 and _can_go_on(work, program, m)
    while free >= 0 and bound < wanted and margin >= NARROWEST:
        now = _restart(rays, work, size, free, 0.0)
        _drop_zero(rays, work)
        if not fresh:
            _switch_off(work, program)
            m = _begin(program)
        reward = margin * value / length
        for a in range(m):
            if program.ray[a] >= 0 and not program.unsigned[a]:
                program.cost[a] = -reward
        m, _, solved = _minimise(rays, work, program, m, free, now, reward, -1.0)
        fresh = solved
        if solved:
            bound = max(bound, _sure_bound(rays, work, program, free))
        margin *= 0.01
    for a in range(free):
        work.spanning[a] = work.active[a]
    for a in range(size):
        work.active[a] = work.saved_active[a]
        work.outputs[a] = work.saved_outputs[a]
        work.weights[a] = work.saved_weights[a]
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
    _set_dual(work, program)
    for b in range(rays.ones.shape[0]):
        if _dot(rays.ones[b], u) != 0.0:
            return False
    program.size[1] = factor
    if total / program.grain * program.whole < EXACT:
        return _none_positive(rays, work)
    for j in range(u.size):
        work.keep[j] = 1.0 if u[j] != 0.0 else 0.0
    _drop_zero(rays, work)
    return _all_negative(rays, work, 0.0)


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
                ray = 64 * word + _lowest_bit(bits)
                bits &= bits - np.uint64(1)
                if output * _price(rays, ray, work.residual) > 0.0:
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
        _no_bounds(rays, work)
        for j in range(work.keep.size):
            if work.keep[j]:
                _bound(rays, work, j, -1)
        _set_between(rays, work, work.known)
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
    _set_dual(work, program)
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
    if not _all_negative(rays, work, shift):
        return -1.0
    error = 1.1 * (price.size + 8) * EPSILON * size
    if free > 0:
        error += 1.01 * shift * _dot(program.bound, program.bound) ** 0.5
    result = _share(work, program, shift, free) * (_dot(price, program.bound) - error)
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
    _assign(work.column, u)
    for _ in range(2):
        for a in range(free):
            q = work.basis[a]
            d = _dot(q, u)
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
    return _enclose(rays, work, free)


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
