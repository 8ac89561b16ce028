"""Counting in a union of sets, as one set.

`convex_parts.py`, to be read first, makes the union a union of convex sets whose interiors are disjoint, in each of which the
walk counts as anywhere else (`counters.py`). `joints.py` finds where cells of two such sets are one: what was counted twice.
What hangs together in more than facets is in `closed_pieces.py`. `count.py` puts the counts together.
"""
