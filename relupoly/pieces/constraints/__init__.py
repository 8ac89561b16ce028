"""Cells held by constraints: the walk where rays are too many.

On a box in n dimensions a cell may have 2^n vertices, and yet few hyperplanes may cut it. Here a cell is the box, the
half-spaces of the hyperplanes that have cut, and a witness: a point strictly inside, known exactly. Whether one more hyperplane
cuts the cell is one linear program at most, since the witness decides one side. Each answer is proved without trusting the
program's solver: by a second witness on the other side, or by multipliers.

`witness` has the points, `polytope` the cell and the question, `proofs` and `exact_program` what answers it, in doubles with
error bounds and in rationals; `steps` is the walk's step, `cell` what it gives out. The box and the enclosures of forms on it
are in `relupoly.pieces.forms.bounds`.
"""
