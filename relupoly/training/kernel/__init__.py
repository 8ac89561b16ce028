"""The compiled search, in files that are compiled together.

`search` is the search itself, for all losses; `common` has what all relaxations share, and those of the squared loss with
their proofs; `linear` and `linear_proof` have those of the other losses. Compiled code is kept under a name that depends on
the text of all files in this folder: so nothing else should be here.
"""

from relupoly.training.kernel.common import DOUBTS, EPSILON, POOL, PRIME, Log, Nodes, Rays, Work
from relupoly.training.kernel.linear import Program
from relupoly.training.kernel.search import (
    BOUND,
    CONFIRM,
    COUNTERS,
    FOLLOWING,
    LOGGED,
    NODES,
    PROVE,
    PROVED,
    PUT,
    SEARCH,
    SOLVE,
    SPANNING,
    run,
    run_linear,
)

__all__ = [
    "BOUND",
    "CONFIRM",
    "COUNTERS",
    "DOUBTS",
    "EPSILON",
    "FOLLOWING",
    "LOGGED",
    "NODES",
    "POOL",
    "PRIME",
    "PROVE",
    "PROVED",
    "PUT",
    "SEARCH",
    "SOLVE",
    "SPANNING",
    "Log",
    "Nodes",
    "Program",
    "Rays",
    "Work",
    "run",
    "run_linear",
]
