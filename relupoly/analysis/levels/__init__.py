"""The sets in which a net passes a level, and in which two of its outputs are equal: their size, their parts, their topology.

In: the cells of a net with their vertices. Out: numbers that are exact, or enclosed.

* `decision_boundary.py`: read it first. In a cell a boundary is a polytope, which `functions.py` cuts out; its size is a sum of
  roots. `answers.py` is what is known in the end.
* `topology.py`: a complex of all cells (`complex.py`), whose faces are divided by a level (`divided.py`); then Betti numbers of
  what is below, on and above it (`homology.py`).
* `volumes.py`: how large cells are.
* `quantities.py`: all of it as parts of `relupoly.analyze`.
"""
