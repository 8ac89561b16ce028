"""Relaxations for the linear losses: linear programs.

The loss of predictions sum_k l_k phi_k is a linear program with one row for each term,

    factor_i sum_k l_k phi_k(i) + up_i - down_i = bound_i,

as `relupoly.training.bounds.simplex` solves it in rationals: the largest error has two rows for each term, and a variable above
all. A basis is m columns and the m rows that they fit; its m x m system is factorised anew at each step, which costs less than
looking at all rows, and lets no rounding grow. A step passes the rows at which the loss goes on falling (Barrodale and
Roberts). Bounds are moved by tiny amounts that look random, so that steps have a length: what is moved is forgotten when the
basis is found, since a dual vector does not depend on the bounds.

The prices of the rows are the vector u that proves the bound (`relupoly.training.kernel.linear_proof`).

In each node the basis is built anew, from the parent's rays: measured side by side, a node takes no longer than with the
squared loss. A function is called from one place only where that is possible: what is called twice is compiled twice.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from relupoly.jit import njit
from relupoly.training.kernel.nnls import gather
from relupoly.training.kernel.prices import price_of, write_feature
from relupoly.training.kernel.vectors import assign, dot

BELOW, TIGHT, ABOVE, OFF = 1, 0, -1, 2
ENVELOPE = -2
FREE = -2
PIVOT = 1e-9
SINGULAR = 1e-10
RATE = 1e-11
FLAT = 1e-13
STEPS_AT_LEAST = 100


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
        right[a] = program.cost[a] - dot(program.table[a], price)
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
def refresh(work, program, m):
    """Values, what they leave of the bounds, prices, and the vector that prices features. False if the basis is no good."""
    if not _factorise(program, m):
        return False
    rest, price, state = program.rest, program.price, program.state
    assign(rest, program.moved)
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
    set_dual(work, program)
    return True


@njit()
def set_dual(work, program):
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
def begin(program):
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
    write_feature(rays, ray, output, work.column)
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
        rate = -reward - work.pool_outputs[p] * price_of(rays, work.pool[p], work.residual)
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
    return price_of(rays, ray, work.residual) if ray >= 0 else dot(rays.ones[0], work.residual)


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
    assign(program.table[target], program.table[source])
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
        found = gather(rays, work, least - reward, 0)
    return rate if place < 0 else best, place, row, state, found


@njit()
def minimise(rays, work, program, m, free, size, reward, enough):
    """Go to the optimum over the allowed features. Returns (size of the basis, value, solved).

    The first `free` of the active features have coefficients without a sign, the others up to `size` are tried first. It ends
    unsolved when the value is below `enough`, when there is no room for more columns, or when it takes too many steps.
    """
    found = _fill_pool(work, free, size)
    value = 0.0
    for _ in range(STEPS_AT_LEAST + 10 * program.state.size):
        if not refresh(work, program, m):
            break
        value = _cost(program, m)
        if value < enough or m >= program.ray.size - 2 or work.halt[0]:
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
    m, value, solved = minimise(rays, work, program, begin(program), free, size, 0.0, enough)
    program.size[0] = m
    if solved:
        # The moved bounds have done their part.
        value = dot(program.price, program.bound)
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
