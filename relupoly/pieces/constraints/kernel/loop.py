"""The loop itself: nodes are taken from the stack until there is something for Python to do."""

from __future__ import annotations

import math

from relupoly.jit import njit
from relupoly.pieces.constraints.kernel.dictionaries import express, make_ready
from relupoly.pieces.constraints.kernel.entering import enter, halve, write_row, write_signs
from relupoly.pieces.constraints.kernel.proofs import is_positive, is_witness, write_inside
from relupoly.pieces.constraints.kernel.simplex import least
from relupoly.pieces.constraints.kernel.tables import (
    AT_ZERO,
    BROAD,
    CUTS,
    EMPTY,
    FRESH,
    MISSES,
    OTHER,
    PROGRAM,
    REASON,
    ROWS,
    TOUCHED,
    UNSURE,
)
from relupoly.pieces.kernel.constants import (
    CELL,
    CHOSEN0,
    CLEAR,
    DONE,
    DOUBT,
    EVERY,
    FINGERPRINT,
    FULL,
    LAYER,
    MERGE,
    OPEN,
    OPEN0,
    PAUSED,
    PLAIN,
    PRINTED,
    SETTLED,
    SIGN0,
    SIMPLE,
    TOP,
)
from relupoly.pieces.kernel.facet_changes import begin_changes, can_be_idle, changes_at
from relupoly.pieces.kernel.fingerprints import collect_print, prepare
from relupoly.pieces.kernel.split import finish

# Forms whose error bounds have grown beyond this share of their largest entry are left to Python, which knows them exactly.
_BROAD = 2.0**-18
# A step is what a small program takes; so many entries of its dictionary that are written take another one.
_LONG_STEP = 2**14


@njit()
def walk(program, stack, cuts, scratch, prints, look, bulk, steps):
    """Go on until there is something for Python to do.

    Parameters
    ----------
    look : int
        How closely cells are looked at: see `relupoly.pieces.walk.node.Detail`.
    bulk : bool
        Whether more than one cell may be counted in one step.

    Returns
    -------
    int
        DONE; PAUSED after so many steps; DOUBT, whether the first open hyperplane cuts the top node is left to Python; CELL,
        the top node is a finished cell that is not plain enough; FULL, a stack is; PRINTED, the room for fingerprints is.
    """
    last = program.depth - 1
    while True:
        node = stack.register[TOP]
        if node < 0:
            return DONE
        if steps <= 0:
            return PAUSED
        steps -= 1
        record = stack.nodes[node]
        if cuts.node[node, FRESH]:
            write_row(program, stack, cuts, node)
        if record[OPEN]:
            if record[LAYER] == last and look & MERGE and not record[SETTLED]:
                record[SETTLED], record[CLEAR] = 1, _changes(program, stack, cuts, node, scratch)
            m = cuts.node[node, ROWS]
            before = cuts.exchanges[m]
            answer = cuts.answer[0]
            cuts.answer[0] = EMPTY
            if answer == EMPTY:
                answer = _ask(program, stack, cuts, node)
                steps -= (max(cuts.exchanges[m] - before, 0) + 1) * m * program.dimension // _LONG_STEP
                if answer == EMPTY:
                    return DOUBT
            elif answer == AT_ZERO:
                write_signs(program, stack, node)
                stack.signs[record[SIGN0]], answer = 1, CUTS
            sure = look == 0 or (look == MERGE and record[CLEAR] == 1 and not cuts.node[node, TOUCHED])
            if bulk and sure and record[OPEN] == 1 and record[LAYER] == last:
                stack.register[PLAIN] += 1 if answer == MISSES else 2
                stack.register[TOP] = node - 1
            elif answer == MISSES:
                _pass(stack, record)
            elif halve(program, stack, cuts, node) == FULL:
                cuts.answer[0] = answer
                return FULL
            else:
                stack.register[TOP] = node + 1
            continue
        finish(program, stack, node)
        if record[LAYER] < last:
            if enter(program, stack, cuts, node, scratch) == FULL:
                return FULL
        elif look >= EVERY or look & SIMPLE or (look & MERGE and not _is_plain(program, stack, cuts, node, scratch)):
            return CELL
        elif look & FINGERPRINT:
            if prints.count[0] == len(prints.found):
                return PRINTED
            prepare(program, stack, prints)
            collect_print(program, stack, record, prints)
            stack.register[TOP] = node - 1
        else:
            stack.register[PLAIN] += 1
            stack.register[TOP] = node - 1


@njit()
def _pass(stack, record):
    """Settle the first open hyperplane, which does not cut."""
    stack.chosen[record[CHOSEN0] + stack.open[record[OPEN0]]] = stack.signs[record[SIGN0]]
    record[OPEN], record[OPEN0], record[SIGN0] = record[OPEN] - 1, record[OPEN0] + 1, record[SIGN0] + 1


@njit()
def _ask(program, stack, cuts, node):
    """Whether the first open hyperplane cuts the top node: MISSES, CUTS, or EMPTY where doubles prove neither.

    What is proved to miss the cell does not even touch it. The new witness is in `Cuts.found`.
    """
    record, d = stack.nodes[node], program.dimension
    layer, m, sign = record[LAYER], cuts.node[node, ROWS], stack.signs[record[SIGN0]]
    if sign == 0 or sign == 2:
        cuts.register[REASON] = UNSURE
        return EMPTY
    at = stack.form_at[layer] + program.first[program.plane_at[layer] + stack.open[record[OPEN0]]] * d
    largest = doubt = 0.0
    for c in range(d):
        largest, doubt = max(largest, abs(stack.form[at + c])), max(doubt, stack.form_error[at + c])
    if not doubt <= _BROAD * largest:
        cuts.register[REASON] = BROAD
        return EMPTY
    make_ready(cuts, m)
    write_inside(cuts, stack, node, m)
    scale = math.ldexp(1.0, -math.frexp(largest)[1])
    for c in range(d):
        cuts.form[c], cuts.form_error[c] = sign * scale * stack.form[at + c], scale * stack.form_error[at + c]
    express(cuts, m)
    cuts.register[REASON] = PROGRAM
    if least(cuts, m):
        if is_witness(cuts, m):
            cuts.register[OTHER] = 0
            return CUTS
    elif is_positive(cuts, m):
        return MISSES
    return EMPTY


@njit()
def _changes(program, stack, cuts, node, scratch):
    """Whether the function changes across every facet of all cells below the top node: as `all_change`."""
    if cuts.node[node, TOUCHED]:
        return 0
    record = stack.nodes[node]
    size = begin_changes(program, stack, record, scratch)
    if size < 0:
        return 0
    idle, changes = can_be_idle(program, stack, record), 1
    for place in range(cuts.node[node, ROWS]):
        found = changes_at(program, stack, record, cuts.label[place], size, idle, scratch)
        if not found:
            return 0
        changes = max(changes, found)
    return changes


@njit()
def _is_plain(program, stack, cuts, node, scratch):
    """Whether a finished cell has all signs strict, and another function behind every facet, for certain."""
    record = stack.nodes[node]
    if cuts.node[node, TOUCHED]:
        return False
    if record[SETTLED] and (record[CLEAR] == 1 or (record[CLEAR] == 2 and not can_be_idle(program, stack, record))):
        return True
    return _changes(program, stack, cuts, node, scratch) == 1
