"""Whether a net is convex, monotone, even, odd, homogeneous or injective, with witnesses against.

Read `shape.py` first. What the cells tell is in `cells.py`, what equality of nets tells in `symmetry.py`; `points.py` finds
witnesses, `answers.py` holds the result.
"""
