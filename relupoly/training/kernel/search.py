"""The compiled search itself, for all losses: nodes are looked at, closed by proofs, or divided, depth first.

The relaxations and proofs are those of `nnls` and `proof` for the squared loss, and of `simplex` and `linear_proof` for the
others. The text is compiled for either without the other: a linear loss comes with a program, the squared loss with None, and
numba drops branches on None before it looks at them.

`run` and `run_linear` are the entries, so that all is compiled once for each, and then kept on disk (`relupoly.jit`).
"""

from __future__ import annotations

import numpy as np

from relupoly.jit import njit
from relupoly.training.kernel.linear_proof import prove_linear
from relupoly.training.kernel.masks import set_masks
from relupoly.training.kernel.nets import keep_net, predict, spread, squared_loss, widest_gap
from relupoly.training.kernel.nnls import relax
from relupoly.training.kernel.nodes import (
    activate,
    log_leaf,
    move_node,
    remember_active,
    resume_active,
    save_active,
    start_free,
    write_child,
)
from relupoly.training.kernel.proof import all_negative, prove
from relupoly.training.kernel.simplex import linear_loss, relax_linear
from relupoly.training.kernel.state import BETTER, CLEAR, CLOSE, DOUBTS, EPSILON
from relupoly.training.kernel.vectors import dot, largest_of

SEARCH, BOUND, PROVE, CONFIRM, SOLVE = range(5)
NODES, SOLVED, PROVED, DOUBTFUL, FOLLOWING, PUT, LOGGED, SPANNING, COUNTERS = range(9)


@njit()
def _relaxed(rays, work, program, size, enough):
    """Solve a relaxation. Returns (size, value, solved)."""
    if program is None:
        return relax(rays, work, size, enough)
    return relax_linear(rays, work, program, size, enough)


@njit()
def _proved(rays, work, program, nodes, place, size, value, wanted, incumbent):
    """A proved lower bound on the loss at a node whose relaxation is solved, and how many features u is orthogonal to."""
    if program is None:
        return prove(rays, work, nodes, place, size, value, wanted)
    return prove_linear(rays, work, program, nodes, place, size, value, wanted, incumbent[2], incumbent[3])


@njit()
def _true_loss(rays, work, program, size, classes):
    """The loss of the net with one neuron for each class: the sum of its active rays."""
    predict(rays, work, size, classes)
    if program is None:
        return squared_loss(rays, work)
    return linear_loss(work, program)


@njit()
def _look(rays, work, program, nodes, place, incumbent, best, thorough):
    """Solve the relaxation of a node, as far as that is of use; its net may become the incumbent.

    Returns the number of active rays, the value, whether it is that of the optimum, and the class and point to branch on.
    """
    classes, outputs, sides = nodes.classes[place], nodes.outputs[place], nodes.sides[place]
    least = 1e-12 * dot(rays.targets, rays.targets) ** 0.5
    set_masks(rays, work, outputs, sides, classes)
    size = resume_active(rays, work, nodes, place)
    while True:
        enough = -1.0 if thorough else min(incumbent[0], 1e300) * min(incumbent[1], 1.0 - CLOSE)
        size, value, solved = _relaxed(rays, work, program, size, enough)
        spread(rays, work, outputs, classes, size)
        loss = _true_loss(rays, work, program, size, classes)
        better = loss < incumbent[0] * BETTER
        if better:
            incumbent[0] = loss
            keep_net(rays, work, outputs, classes, size, best)
        bc, bj = widest_gap(work, sides, classes, least)
        if solved or bc >= 0 or not better or thorough or work.halt[0]:
            return size, value, solved, bc, bj


@njit()
def _set_cells(rays, work, nodes, place, size):
    """Output signs and closed cells of the neurons of a node's net: in each class, one is the sum of its rays, the others 0."""
    half = rays.values.shape[0]
    n = 0
    for c in range(nodes.classes[place]):
        z = work.preactivation
        z[:] = 0.0
        for a in range(rays.ones.shape[0], size):
            if work.owner[a] == c:
                ray = work.active[a]
                x = work.weights[a] * rays.scales[ray] * (1.0 if ray < half else -1.0)
                row = rays.values[ray % half]
                for j in range(row.size):
                    z[j] += x * row[j]
        for one in range(nodes.counts[place, c]):
            work.cell_outputs[n] = nodes.outputs[place, c]
            for j in range(z.size):
                work.cells[n, j] = 1 if one or z[j] >= 0.0 else -1
            n += 1


@njit()
def _descend(rays, work, program, incumbent, best):
    """Local search from closed cells: the best net there, then with a point on a hyperplane moved to its other side.

    It ends where no move helps; the net becomes the incumbent if it is better.
    """
    outputs, cells = work.cell_outputs, work.cells
    width, points = cells.shape
    loss = np.inf
    place = 0
    moved = -1
    size = rays.ones.shape[0]
    while True:
        set_masks(rays, work, outputs, cells, width)
        now = start_free(rays, work)
        for a in range(now, size):
            now = activate(work, outputs, width, work.saved_active[a], work.saved_outputs[a], work.saved_weights[a], now)
        now, _, _ = _relaxed(rays, work, program, now, -1.0)
        if work.halt[0]:
            return
        spread(rays, work, outputs, width, now)
        found = _true_loss(rays, work, program, now, width)
        if found < loss * (1.0 - CLOSE):
            loss = found
            size = now
            save_active(work, size)
            _set_tight(rays, work)
            place = 0
            if loss < incumbent[0] * BETTER:
                incumbent[0] = loss
                keep_net(rays, work, outputs, width, size, best)
        elif moved >= 0:
            cells[moved // points, moved % points] *= -1
        while place < width * points and not work.tight[place // points, place % points]:
            place += 1
        if place == width * points:
            return
        moved = place
        place += 1
        cells[moved // points, moved % points] *= -1


@njit()
def _set_tight(rays, work):
    """Mark the points where a neuron that is not 0 everywhere is 0."""
    least = 1e-12 * dot(rays.targets, rays.targets) ** 0.5
    for c in range(work.tight.shape[0]):
        most = max(largest_of(work.ahead[c]), largest_of(work.behind[c]))
        for j in range(work.tight.shape[1]):
            work.tight[c, j] = work.ahead[c, j] + work.behind[c, j] <= least < most


@njit()
def run(rays, work, program, nodes, doubtful, log, incumbent, best, counts, task, top, budget, descents):
    """Search, or bound nodes.

    Parameters
    ----------
    rays : Rays
    work : Work
    program : Program or None
        For a linear loss; None for the squared one.
    nodes : Nodes
        A stack; the last row is scratch.
    doubtful : Nodes
        Where nodes go that floats cannot settle.
    log : Log
    incumbent : ndarray of float64, shape (4,)
        The smallest loss known; and a node is closed when its bound is at least so many times that. For linear losses, the
        numerator (or infinity) and the denominator of a loss that closes it, too; see `prove_linear`.
    best : ndarray of float64, shape (w + 1, 1 + r)
        Output sign and coefficients of the neurons of the last net found with a smaller loss; then its output bias.
    counts : ndarray of int64, shape (COUNTERS,)
        Added to; FOLLOWING is the first identity that children may be given.
    task : int
        SEARCH: depth first from the first `top` nodes, until none is left, or the budget, or room for something, is used up.
        BOUND: the same, but relaxations are solved to the end, and nothing is divided. PROVE: look for the vector that proves
        the node at the top to be closed; it is left in `Work.residual`, and the features that it has to be orthogonal to in
        `Work.spanning`, as many as are counted. CONFIRM: whether another vector that is orthogonal to them, whose rounded
        entries are put in its place, has negative products, too. SOLVE: solve the relaxation at the top, and leave the
        basis in the program.
    top : int
    budget : int
        How many nodes to look at.
    descents : int
        How often to start a local search from the net of a node that is divided.

    Returns
    -------
    int
        How many nodes are left; or whether it is so.
    """
    if task in (PROVE, SOLVE):
        wanted = incumbent[0] * incumbent[1]
        size, value, solved, _, _ = _look(rays, work, program, nodes, top - 1, incumbent, best, True)
        if task == SOLVE:
            return 1 if solved else 0
        bound, counts[SPANNING] = _proved(rays, work, program, nodes, top - 1, size, value, wanted, incumbent)
        return 1 if bound >= wanted else 0
    if task == CONFIRM:
        return 1 if all_negative(rays, work, 4 * EPSILON * dot(work.residual, work.residual) ** 0.5) else 0
    thorough = task == BOUND
    width = nodes.outputs.shape[1]
    scratch = nodes.classes.size - 1
    following = counts[FOLLOWING]
    gap = incumbent[1]
    put = 0
    entry = 0
    end = 0
    logging = log.rows.shape[0] > 0
    while top > 0 and budget > 0 and top + width + 1 < scratch and put < doubtful.classes.size and not work.halt[0]:
        if logging and (entry == log.rows.shape[0] or end + work.active.size > log.leaves.size):
            break
        top -= 1
        budget -= 1
        counts[NODES] += 1
        move_node(nodes, top, nodes, scratch)
        size, value, solved, bc, bj = _look(rays, work, program, nodes, scratch, incumbent, best, thorough)
        if work.halt[0] and not solved:
            move_node(nodes, scratch, nodes, top)
            top += 1
            counts[NODES] -= 1
            break
        bound = nodes.bounds[scratch]
        if solved:
            counts[SOLVED] += 1
            wanted = value * (1.0 - 1e-6) if thorough else incumbent[0] * gap
            proved, _ = _proved(rays, work, program, nodes, scratch, size, value, wanted, incumbent)
            bound = max(bound, proved)
            if bound >= incumbent[0] * gap:
                counts[PROVED] += 1
                if logging:
                    end = log_leaf(rays, work, log, entry, nodes.identity[scratch], size, end)
                    entry += 1
                continue
        failed = solved and value >= incumbent[0] * gap * (1.0 - 2.0 * CLOSE)
        if failed:
            nodes.doubts[scratch] += 1
            failed = value <= incumbent[0] * gap * (1.0 + CLEAR) or nodes.doubts[scratch] > DOUBTS
            if failed:
                nodes.doubts[scratch] = DOUBTS + 1
        if thorough or bc < 0 or failed:
            counts[DOUBTFUL] += 1
            nodes.bounds[scratch] = bound
            remember_active(rays, work, nodes, scratch, size)
            move_node(nodes, scratch, doubtful, put)
            put += 1
            continue
        if logging:
            log.rows[entry, 0] = nodes.identity[scratch]
            log.rows[entry, 1] = bc
            log.rows[entry, 2] = bj
            log.rows[entry, 3] = following
            log.rows[entry, 4] = nodes.counts[scratch, bc] + 1
            entry += 1
        for child in range(nodes.counts[scratch, bc] + 1):
            write_child(nodes, top, scratch, bc, bj, child)
            nodes.identity[top] = following
            nodes.bounds[top] = bound
            nodes.doubts[top] = nodes.doubts[scratch]
            remember_active(rays, work, nodes, top, size)
            following += 1
            top += 1
        if descents > 0:
            descents -= 1
            _set_cells(rays, work, nodes, scratch, size)
            _descend(rays, work, program, incumbent, best)
    counts[FOLLOWING] = following
    counts[PUT] = put
    counts[LOGGED] = entry
    return top


@njit()
def run_linear(rays, work, program, nodes, doubtful, log, incumbent, best, counts, task, top, budget, descents):
    """The same for a linear loss: under a name of its own, so that the disk tells whether it is compiled."""
    return run(rays, work, program, nodes, doubtful, log, incumbent, best, counts, task, top, budget, descents)
