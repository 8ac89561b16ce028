"""The walk: every full-dimensional activation cell of a net, once.

In comes a `HomogeneousNet`; out come `Cell`s, or numbers of cells that need no closer look. Read `node.py` first (what a walk
works on: cones on their way to becoming cells) and `step.py`, the specification: which cell is next, and what is decided.
`driver.py` starts from the cones of `initial_cones.py`, takes one step after another, decides with `certify.py` exactly what
floats leave open, and hands over to `compiled.py` what is left after a while. That one drives the kernel: `program.py`,
`tables.py` and `fingerprint_arrays.py` lay out the net and the walk for it. `cell.py` is what comes out.
"""
