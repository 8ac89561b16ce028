"""Closed formulas for an architecture: how many regions a net with given widths can have, whatever its weights.

In: the number of inputs and the widths. Out: `Bound`s, each with its notions of region, its theorem and its number. Read
`bound.py` first, then `upper.py` and `lower.py`, the lists of all; each formula has a module named after its author.
`gap.py` and `size.py` say how many neurons a shallow net needs for as many pieces.
"""
