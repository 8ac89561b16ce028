"""The sets in which a net passes a level, and in which two of its outputs are equal: their size, their parts, their topology.

In: the cells of a net with their vertices. Out: numbers that are exact, or enclosed. Read `decision_boundary.py` first: in a cell
a boundary is a polytope, which `functions.py` says how to cut out. `topology.py` makes a complex of all cells (`complex.py`),
divides its faces by a level (`divided.py`) and finds the Betti numbers of what is below, on and above it (`homology.py`).
`volumes.py` tells how large cells are, and `quantities.py` hangs all of it into `relupoly.analyze`.
"""
