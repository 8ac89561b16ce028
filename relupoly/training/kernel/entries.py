"""The entries of the compiled search: `search`, `solve`, `prove` and `confirm`.

All but the search are about one node and follow each other: what `solve` leaves in the tables, `prove` goes on from. They are
compiled as one function for each kind of loss, which calls the entry that it is told: nearly all of their code is the same, and
would otherwise be compiled, kept and loaded for each (`relupoly.training.compiled.workspace` has the figures).
"""

from __future__ import annotations

from relupoly.jit import njit
from relupoly.training.kernel.enclosure import all_negative
from relupoly.training.kernel.relaxation import look, prove_bound
from relupoly.training.kernel.search import search
from relupoly.training.kernel.tables import ACTIVE, BOUND, SPANNING, VALUE, WANTED
from relupoly.training.kernel.tolerances import EPSILON
from relupoly.training.kernel.vectors import dot

SEARCH, SOLVE, PROVE, CONFIRM = range(4)


@njit()
def solve(rays, work, program, nodes, incumbent, best, counts, outcome, place):
    """Solve the relaxation of a node to its end. Returns whether it is solved; a linear loss has its basis in the program."""
    size, value, solved, _, _ = look(rays, work, program, nodes, place, incumbent, best, -1.0)
    counts[ACTIVE], outcome[VALUE] = size, value
    return 1 if solved else 0


@njit()
def prove(rays, work, program, nodes, incumbent, counts, outcome, place):
    """Prove a bound for the relaxation that was solved just now, if possible as large as is wanted. Returns whether it is.

    The vector that proves it is left in `WorkArrays.residual`, and the features that it has to be orthogonal to in
    `WorkArrays.spanning`, as many as are counted.
    """
    size, value, wanted = counts[ACTIVE], outcome[VALUE], outcome[WANTED]
    outcome[BOUND], counts[SPANNING] = prove_bound(rays, work, program, nodes, place, size, value, wanted, incumbent)
    return 1 if outcome[BOUND] >= wanted else 0


@njit()
def confirm(rays, work):
    """Whether another vector has negative products, too: it is orthogonal to the same features, and rounded to floats.

    Its entries, the points' roots and their quotient were rounded once each: 4 EPSILON is more than that.
    """
    return 1 if all_negative(rays, work, 4 * EPSILON * dot(work.residual, work.residual) ** 0.5) else 0


@njit()
def squared(rays, work, program, nodes, doubtful, log, incumbent, best, counts, outcome, entry, top, budget, descents):
    """Call an entry, for the squared loss.

    Parameters
    ----------
    rays : Rays
    work : WorkArrays
    program : LinearProgram or None
        None for the squared loss.
    nodes, doubtful : Nodes
    log : Log
    incumbent : ndarray of float64, shape (4,)
        See `tables`.
    best : ndarray of float64, shape (w + 1, 1 + r)
        Output sign and coefficients of the neurons of the last net found with a smaller loss; then its output bias.
    counts : ndarray of int64, shape (COUNTERS,)
        See `tables`.
    outcome : ndarray of float64, shape (3,)
        See `tables`.
    entry : int
        SEARCH, SOLVE, PROVE or CONFIRM.
    top : int
        How many nodes there are; all but the search are about the last of them.
    budget : int
        How many nodes to look at.
    descents : int
        How often to start a local search from the net of a node that is divided.

    Returns
    -------
    int
        What the entry returns.
    """
    if entry == SEARCH:
        return search(rays, work, program, nodes, doubtful, log, incumbent, best, counts, top, budget, descents)
    if entry == SOLVE:
        return solve(rays, work, program, nodes, incumbent, best, counts, outcome, top - 1)
    if entry == PROVE:
        return prove(rays, work, program, nodes, incumbent, counts, outcome, top - 1)
    return confirm(rays, work)


@njit()
def linear(rays, work, program, nodes, doubtful, log, incumbent, best, counts, outcome, entry, top, budget, descents):
    """The same for a linear loss: under a name of its own, so that the disk tells whether it is compiled."""
    return squared(rays, work, program, nodes, doubtful, log, incumbent, best, counts, outcome, entry, top, budget, descents)
