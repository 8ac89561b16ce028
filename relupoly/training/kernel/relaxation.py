"""The relaxation of a node, its proof and its net, whatever the loss.

For the squared loss they are those of `nnls` and `squared_proof`, for the others those of `linear_relaxation` and
`linear_proof`. The text is compiled for either without the other: a linear loss comes with a program, the squared loss with
None, and numba drops branches on None before it looks at them.
"""

from __future__ import annotations

from relupoly.jit import njit
from relupoly.training.kernel.linear_proof import prove_linear
from relupoly.training.kernel.linear_relaxation import linear_loss, relax_linear
from relupoly.training.kernel.masks import set_masks
from relupoly.training.kernel.nets import keep_net, predict, spread, squared_loss, widest_gap
from relupoly.training.kernel.nnls import relax_squared
from relupoly.training.kernel.nodes import resume_active
from relupoly.training.kernel.squared_proof import prove_squared
from relupoly.training.kernel.tables import DENOMINATOR, LOSS, NUMERATOR
from relupoly.training.kernel.tolerances import BETTER, MOST_LOSS, ON_PLANE
from relupoly.training.kernel.vectors import dot


@njit()
def relax(rays, work, program, size, enough):
    """Solve a relaxation. Returns (size, value, solved); it ends unsolved when the value is below `enough`."""
    if program is None:
        return relax_squared(rays, work, size, enough)
    return relax_linear(rays, work, program, size, enough)


@njit()
def prove_bound(rays, work, program, nodes, place, size, value, wanted, incumbent):
    """A proved lower bound on the loss at a node whose relaxation is solved, and how many features u is orthogonal to."""
    if program is None:
        return prove_squared(rays, work, nodes, place, size, value, wanted)
    ratio = incumbent[NUMERATOR], incumbent[DENOMINATOR]
    return prove_linear(rays, work, program, nodes, place, size, value, wanted, ratio)


@njit()
def net_loss(rays, work, program, size, classes):
    """The loss of the net with one neuron for each class: the sum of its active rays."""
    predict(rays, work, size, classes)
    if program is None:
        return squared_loss(rays, work)
    return linear_loss(work, program)


@njit()
def look(rays, work, program, nodes, place, incumbent, best, share):
    """Solve the relaxation of a node until its value is below a share of the incumbent's loss; its net may become that.

    If the share is negative it is solved to its end. Returns the number of active rays, the value, whether it is that of the
    optimum, and the class and point to branch on.
    """
    classes, outputs, sides = nodes.classes[place], nodes.outputs[place], nodes.sides[place]
    least = ON_PLANE * dot(rays.targets, rays.targets) ** 0.5
    set_masks(rays, work, outputs, sides, classes)
    size = resume_active(rays, work, nodes, place)
    while True:
        size, value, solved = relax(rays, work, program, size, share * min(incumbent[LOSS], MOST_LOSS))
        spread(rays, work, outputs, classes, size)
        loss = net_loss(rays, work, program, size, classes)
        better = loss < incumbent[LOSS] * BETTER
        if better:
            incumbent[LOSS] = loss
            keep_net(rays, work, outputs, classes, size, best)
        bc, bj = widest_gap(work, sides, classes, least)
        if solved or bc >= 0 or not better or share < 0.0 or work.halt[0]:
            return size, value, solved, bc, bj
