"""The Lipschitz constant of a net: the largest norm of a gradient over all cells of a convex domain.

Read `lipschitz.py` first. `answer.py` holds the result. `norms.py` measures a gradient exactly, `double_norms.py` many at once
in doubles, with bounds: so that `largest_gradient.py` measures exactly only those that may be the largest. `search.py` looks at
all cells and, on boxes, searches by branch and bound (`by_boxes.py`), in turns.
"""
