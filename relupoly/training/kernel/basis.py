"""A basis of a linear program: it is factorised, and gives values, prices and the vector that prices features.

The m x m system of the columns and the rows that they fit is factorised anew at each step, which costs less than looking at all
rows, and lets no rounding grow.
"""

from __future__ import annotations

from relupoly.jit import njit
from relupoly.training.kernel.tolerances import SINGULAR
from relupoly.training.kernel.vectors import assign, dot

# Where a row is (`LinearProgram.state`): as a number below and above are signs, so that a step can be turned by them.
BELOW, TIGHT, ABOVE, OFF = 1, 0, -1, 2


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
def solve(program, m, out):
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
def recompute(work, program, m):
    """Values, what they leave of the bounds, prices, and the vector that prices features. False if the basis is no good."""
    if not _factorise(program, m):
        return False
    rest, price, state = program.rest, program.price, program.state
    assign(rest, program.moved)
    for i in range(m):
        program.right[i] = rest[program.tight[i]]
    solve(program, m, program.value)
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
