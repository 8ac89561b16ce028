"""Linear programs for the linear losses, by the primal simplex method over the allowed rays.

The loss of predictions sum_k l_k phi_k is a linear program with one row for each term,

    factor_i sum_k l_k phi_k(i) + up_i - down_i = bound_i,

as `relupoly.training.bounds.simplex` solves it in rationals: the largest error has two rows for each term, and a variable above
all. A basis is m columns and the m rows that they fit (`basis`). A step passes the rows at which the loss goes on falling
(Barrodale and Roberts). Bounds are moved by tiny amounts that look random, so that steps have a length: what is moved is
forgotten when the basis is found, since a dual vector does not depend on the bounds.

The prices of the rows are the vector u that proves the bound (`linear_proof`).

A function is called from one place only where that is possible: what is called twice is compiled twice.
"""

from __future__ import annotations

import numpy as np

from relupoly.jit import njit
from relupoly.training.kernel.basis import ABOVE, BELOW, OFF, TIGHT, recompute, solve
from relupoly.training.kernel.nnls import gather
from relupoly.training.kernel.prices import price_of, write_feature
from relupoly.training.kernel.tolerances import FLAT, PIVOT, RATE, ROWS_BEFORE_FEATURES, STEPS_AT_LEAST, STEPS_FOR_A_ROW
from relupoly.training.kernel.vectors import assign, dot

# The number of the variable above all errors, where columns have the number of a ray: -1 is that of the output bias.
ENVELOPE = -2
# Says that it is a free column that enters, where `_choose` says which row does: -1 is none.
FREE = -2


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
    solve(program, m, program.move)
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
    rate, row, state = _best_row(program, m, ROWS_BEFORE_FEATURES * least)
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
    for _ in range(STEPS_AT_LEAST + STEPS_FOR_A_ROW * program.state.size):
        if not recompute(work, program, m):
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
