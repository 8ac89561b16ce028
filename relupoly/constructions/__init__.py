"""Nets from mathematics: the hard families that separate depths, and nets that represent given functions.

In: the name of a family and its parameters, as a user gives them. Out: a `HardNet`, a net with the claims of its theorem, which
`verification.py` checks by counting. Read `catalogue.py` first, the table of all families: each entry names the module that
builds it, one family in each (`sawtooth.py`, `zonotope.py`, `telgarsky.py`, ...). `hard.py` is the face; `values.py` reads
parameters, `grid.py` and `collection.py` make folders of nets with a manifest, `results.py` keeps what was verified.
`representation/` holds the other direction: from a function to a net of it.
"""
