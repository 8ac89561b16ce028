"""Branch and bound: what a net is on a box at most, without a list of its cells.

`relaxation.py` bounds outputs on many boxes at once, in doubles with error bounds. `search.py` divides boxes, best first, until
their bounds decide, and lists the cells, exactly, of boxes on which few neurons change sign. So bounds are proved, and answers
are the same as by listing all cells.
"""
