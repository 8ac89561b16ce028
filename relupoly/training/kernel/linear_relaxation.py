"""The relaxation for the linear losses: the best predictions over the allowed rays, from the parent's.

In each node the basis is built anew, from the parent's rays: measured side by side, a node takes no longer than with the
squared loss.
"""

from __future__ import annotations

from relupoly.jit import njit
from relupoly.training.kernel.basis import ABOVE
from relupoly.training.kernel.simplex import begin, minimise
from relupoly.training.kernel.tolerances import RATE
from relupoly.training.kernel.vectors import dot


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
