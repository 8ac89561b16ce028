"""The compiled search: branch and bound over rays, as machine code.

A node fixes, for every class of equal neurons, an output sign and the side of some data points. The features that a neuron
can have there lie in the cone of relu(V r) over the rays r that respect the sides, so the best point of the cone of all allowed
features bounds the loss from below: non-negative least squares for the squared loss (`nnls`), a linear program for the
others (`simplex`). Where the bound stays below the incumbent, the node is split at the point where the neurons of a class
disagree most (`search`).

Nothing that closes a node rests on rounding. `squared_proof` looks for a vector u with a product with each allowed feature
that is negative, or exactly 0; then the loss is at least <u, y>^2 / <u, u> (for linear losses see `linear_proof`). Negative is
easy: the residual of a relaxation whose features all lie a little nearer to y has such products, with a margin that rounding
cannot close. But where neurons of both signs may have the same values, products have to be 0, and no float is. Which ones and
why is a matter of signs:

* where u has entries that are about 0, it gets zeros, and the points are dropped;
* on a closed cell of the arrangement of the points that are kept, the product of u and the feature is linear in the ray. So
  it is 0 there if it is 0 at rays that span the cell's flat. The cells are those that classes of both signs share, and those
  that follow from them (`shared_cells`); ranks are counted modulo a prime, which can only make them smaller, and the few
  features are free columns of the relaxation, whose residual is as near to their complement as `enclose` proves.

What is chosen, by floats, only matters for how good the bound is: each choice is proved to be allowed. Where a proof fails
though the relaxation's value is clearly large enough, the node is divided, a few times: with thousands of samples, cells that
both signs share are so narrow that features are nearly dependent, and a margin costs too much; children mostly share none.
Nodes that resist, and those whose bound equals the incumbent but for rounding, go back to exact arithmetic.

To read it: `tables` (what there is), `search` (the loop), `relaxation` (what a node is asked), then `nnls` and `squared_proof`,
or `simplex` and `linear_proof`; `tolerances` says why its numbers are what they are.

What profiles taught: nearly all time is `price_of`, one pass over the allowed rays for a residual. So rays enter in groups
(`nnls.gather`), allowed rays are words of bits (`masks`), and a relaxation ends as soon as its value falls below the incumbent,
when only a place to branch is wanted: with a thousand points that alone saves nine tenths. Rays of two coefficients are all
priced in one sweep (`price_all`), and what is allowed are intervals. Proving by elimination that features depend on active
ones took ten times as long as the search. With four neurons, one node in ten went back to exact arithmetic, until cells were
mirrored (`shared_cells`) and margins made relative to what is left of a feature beside the free columns: three times as fast.

A function is compiled once for all calls with the same types, and a number that stands in a call has a type of its own: so what
is large is called with `np.int64(0)` rather than 0, and with a share that is negative rather than a flag. Calls cost code, too,
since tables are passed as some four hundred words: what is called once is best inlined, which LLVM does by itself.

No function allocates: `tables` holds all there is room for. Compiled code is kept under a name that depends on the text of all
files in this folder: so nothing else should be here.
"""

from relupoly.training.kernel.basis import BELOW, TIGHT
from relupoly.training.kernel.entries import CONFIRM, PROVE, SEARCH, SOLVE, linear, squared
from relupoly.training.kernel.simplex import ENVELOPE
from relupoly.training.kernel.tables import (
    BOUND,
    COUNTERS,
    FOLLOWING,
    LOGGED,
    LOSS,
    NODES,
    PROVED,
    PUT,
    SPANNING,
    VALUE,
    WANTED,
    LinearProgram,
    Log,
    Nodes,
    Rays,
    WorkArrays,
)
from relupoly.training.kernel.tolerances import DOUBTS, EPSILON, POOL, PRIME

__all__ = [
    "BELOW",
    "BOUND",
    "CONFIRM",
    "COUNTERS",
    "DOUBTS",
    "ENVELOPE",
    "EPSILON",
    "FOLLOWING",
    "LOGGED",
    "LOSS",
    "NODES",
    "POOL",
    "PRIME",
    "PROVE",
    "PROVED",
    "PUT",
    "SEARCH",
    "SOLVE",
    "SPANNING",
    "TIGHT",
    "VALUE",
    "WANTED",
    "LinearProgram",
    "Log",
    "Nodes",
    "Rays",
    "WorkArrays",
    "linear",
    "squared",
]
