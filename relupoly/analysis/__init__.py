"""What the cells of a net tell about its function.

In: nets and a domain. Out: numbers and verdicts, exact, with the points that show them. `analysis.py` asks all at once.

* `equality/`: a proof that two nets are the same function, or a point where they differ.
* `extrema.py`, `lipschitz.py`: the largest values and slopes; `branching/` finds them without a list of cells.
* `verification/`: whether there are inputs that satisfy constraints on inputs and outputs.
* `robustness/`: how far a point is from the nearest one of another class.
* `moments.py`, `distribution/`: integrals, and how values are distributed.
* `levels/`: decision boundaries and level sets, their size, components and Betti numbers; volumes of cells.
* `shape/`: convex, monotone, even, homogeneous, ...
* `stable_layers.py`, `compression.py`: neurons that never change sign, and the net without them.
* `formula/`, `meshes/`: the function as one formula, and as figures with exact points.

What they share: `over_cells.py` (one walk for several questions), `samples.py` (points that are tried before), `gradients.py`.
"""
