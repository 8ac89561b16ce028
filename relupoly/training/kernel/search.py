"""The branch and bound: nodes are looked at, closed by proofs, or divided, depth first."""

from __future__ import annotations

from relupoly.jit import njit
from relupoly.training.kernel.descent import descend, set_cells
from relupoly.training.kernel.nodes import log_leaf, log_split, move_node, remember_active, write_child
from relupoly.training.kernel.relaxation import look, prove_bound
from relupoly.training.kernel.tables import DOUBTFUL, FOLLOWING, GAP, LOGGED, LOSS, NODES, PROVED, PUT, SOLVED
from relupoly.training.kernel.tolerances import CLEAR, CLOSE, DOUBTS


@njit()
def search(rays, work, program, nodes, doubtful, log, incumbent, best, counts, top, budget, descents):
    """Search depth first from the first `top` nodes, until none is left, or the budget, or room for something, is used up.

    The node at the top is closed by a proof, or put among the doubtful ones, or its children take its place; then a descent
    may begin at its net. Returns how many nodes are left.
    """
    width = nodes.outputs.shape[1]
    here = nodes.classes.size - 1
    put, entry, end = 0, 0, 0
    share = min(incumbent[GAP], 1.0 - CLOSE)
    logging = log.rows.shape[0] > 0
    while top > 0 and budget > 0 and top + width + 1 < here and put < doubtful.classes.size and not work.halt[0]:
        if logging and (entry == log.rows.shape[0] or end + work.active.size > log.leaves.size):
            break
        top -= 1
        budget -= 1
        counts[NODES] += 1
        move_node(nodes, top, nodes, here)
        size, value, solved, bc, bj = look(rays, work, program, nodes, here, incumbent, best, share)
        if work.halt[0] and not solved:
            move_node(nodes, here, nodes, top)
            top += 1
            counts[NODES] -= 1
            break
        if solved:
            counts[SOLVED] += 1
            wanted = incumbent[LOSS] * incumbent[GAP]
            proved, _ = prove_bound(rays, work, program, nodes, here, size, value, wanted, incumbent)
            nodes.bounds[here] = max(nodes.bounds[here], proved)
            if nodes.bounds[here] >= wanted:
                counts[PROVED] += 1
                if logging:
                    end = log_leaf(rays, work, log, entry, nodes.identity[here], size, end)
                    entry += 1
                continue
        stubborn = solved and _is_stubborn(nodes, here, value, incumbent)
        if bc < 0 or stubborn:
            counts[DOUBTFUL] += 1
            remember_active(rays, work, nodes, here, size)
            move_node(nodes, here, doubtful, put)
            put += 1
            continue
        if logging:
            log_split(nodes, log, entry, here, bc, bj, counts[FOLLOWING])
            entry += 1
        for child in range(nodes.counts[here, bc] + 1):
            write_child(nodes, top, here, bc, bj, child, counts[FOLLOWING])
            remember_active(rays, work, nodes, top, size)
            counts[FOLLOWING] += 1
            top += 1
        if descents > 0:
            descents -= 1
            set_cells(rays, work, nodes, here, size)
            descend(rays, work, program, incumbent, best)
    counts[PUT] = put
    counts[LOGGED] = entry
    return top


@njit()
def _is_stubborn(nodes, place, value, incumbent):
    """Whether a node that was not closed though its relaxation is large enough is to be settled exactly; its doubts count."""
    wanted = incumbent[LOSS] * incumbent[GAP]
    if not value >= wanted * (1.0 - 2.0 * CLOSE):
        return False
    nodes.doubts[place] += 1
    if value <= wanted * (1.0 + CLEAR):
        nodes.doubts[place] = DOUBTS + 1
    nodes.doubts[place] = min(nodes.doubts[place], DOUBTS + 1)
    return nodes.doubts[place] > DOUBTS
