"""The compiled walk over cells that are held by constraints: `relupoly.pieces.constraints.steps` in doubles.

The same steps on the same data, laid out in flat arrays, beside those of the walk over rays (`relupoly.pieces.kernel`). Forms
of layers, open hyperplanes, fingerprints and changes of the function are its code, for a node whose only ray is its witness.
Here are the rows on the way to the present node, and for each number of rows the dictionary of linear programs.

The kernel does only what doubles can prove: a program's point gives a witness whose signs are certain, or its multipliers prove
that there is no such point (`proofs`). It returns to Python, with the node in question on top of the stack, for whatever else
there is, and finds the answer in `Cuts.answer` when it is called again.

`loop` is where it begins; `tables` says what it works on; `simplex` is the method of `relupoly.geometry.box_simplex`.

What profiles taught: interpreted, three quarters of a count went into some five exchanges for each program, in calls of numpy
on short arrays; and when these alone were machine code, into all that is between two programs. Compiled whole, a program of 16
inputs takes 7 microseconds. Bounds by zonotopes would settle nothing more: of the forms that the box leaves open on cells, 4 to
9 of them in four nets, a zonotope of the whole box settles none, since a cell's forms are exact.
"""

from relupoly.pieces.constraints.kernel.loop import walk
from relupoly.pieces.constraints.kernel.tables import (
    AT_ZERO,
    BROAD,
    CUTS,
    EMPTY,
    EXACT,
    FRESH,
    LABEL,
    MISSES,
    OTHER,
    PROGRAM,
    REASON,
    ROWS,
    SIDE,
    TOUCHED,
    UNSURE,
    VALID,
    Cuts,
)

__all__ = [
    "AT_ZERO",
    "BROAD",
    "CUTS",
    "EMPTY",
    "EXACT",
    "FRESH",
    "LABEL",
    "MISSES",
    "OTHER",
    "PROGRAM",
    "REASON",
    "ROWS",
    "SIDE",
    "TOUCHED",
    "UNSURE",
    "VALID",
    "Cuts",
    "walk",
]
