"""The compiled walk: the steps of `relupoly.pieces.walk.step` in floats, as machine code.

The same steps on the same data, laid out in flat arrays: nodes are a stack, and what belongs to a node (rays with their error
bounds, open hyperplanes, signs) lies on stacks of its own, the top node's part on top. At most 64 walls support a cone here,
so a ray's walls are one word, and two rays' common walls one `and`.

The kernel does only what floats can prove. It returns to Python, with the node in question on top of the stack, for whatever
else there is: a sign that an error bound leaves open, a cone with too many walls, a cell that may merge with a neighbour.
Python settles the matter exactly and calls again. It also returns after a number of steps, so that a deadline, Ctrl-C and
progress work.

`loop` is where it begins; `tables` says what it works on, `constants` what its numbers mean. Compiling takes some seconds
once, and is kept on disk (`relupoly.jit`), named after the text of all files in this folder: so nothing else should be here.

What profiles taught: for the last layer most of the time went into building cells that are only counted, so they are not
built (`regions`), and into coordinates of rays whose forms' values are enough. From about five inputs on, sections have so
many rays that linear programming is faster than listing them (`flats`). On many inputs unbounded cells were the rule, and
where few neurons are active, the next layer's forms vanish on faces at infinity: each zero was decided exactly, each cell
built. What vanishes there follows from the walls (`layers`), and cells are counted across (`null_face`): 300 times as fast on
10 inputs. Then layer maps, which change little from one cell to the next and are kept up to date (`layers`), in loops over
neurons without stride; and the proof that the function changes across facets, which is cheaper along the facets' hyperplanes
than for all neurons (`facet_changes`). Exact arithmetic for rays whose error bounds had grown from cut to cut: they are now
solved for afresh in floats (`refresh`). Numba counted references whenever a view was made, by atomic instructions: a third of
the time; and an index that numba cannot see to be positive keeps a loop from becoming vector instructions, hence the views in
long loops. Where fingerprints of cells are wanted, these are collected here (`fingerprints`): residues of the layer maps are
kept up to date like the maps, and the cells of the last layer are listed by values of forms alone (`listing`). Nets with short
weights or without biases have cells that are not simple: they went to Python one by one, a millisecond each, for patterns and
for closed pieces. What was wanted of them are the patterns of some faces (`face_patterns`) and the vertices of a few level
sets (`levels`), which take microseconds here.
"""

from relupoly.pieces.kernel.collected import Cells, Faces, Leaves, Levels
from relupoly.pieces.kernel.constants import (
    CELL,
    CHOSEN0,
    CROWDED,
    DONE,
    DOUBT,
    EXACT,
    FLIPS,
    FULL,
    LAYER,
    NEVER,
    OPEN,
    OPEN0,
    PAUSED,
    PLAIN,
    PRINTED,
    RAY0,
    RAYS,
    SIGN0,
    SUM_BITS,
    TOP,
    WALLS,
)
from relupoly.pieces.kernel.loop import walk
from relupoly.pieces.kernel.tables import (
    Prints,
    Program,
    Residues,
    Room,
    Scratch,
    Stack,
)

__all__ = [
    "CELL",
    "CHOSEN0",
    "CROWDED",
    "DONE",
    "DOUBT",
    "EXACT",
    "FLIPS",
    "FULL",
    "LAYER",
    "NEVER",
    "OPEN",
    "OPEN0",
    "PAUSED",
    "PLAIN",
    "PRINTED",
    "RAY0",
    "RAYS",
    "SIGN0",
    "SUM_BITS",
    "TOP",
    "WALLS",
    "Cells",
    "Faces",
    "Leaves",
    "Levels",
    "Prints",
    "Program",
    "Residues",
    "Room",
    "Scratch",
    "Stack",
    "walk",
]
