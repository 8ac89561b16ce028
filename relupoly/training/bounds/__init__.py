"""Convex programs over cones of rays: what bounds the loss of all nets of a node, exactly.

In: a node, and the rays that its neurons may use. Out: `Bound`, with a dual vector that proves it. Read first `relaxation.py`.

* `relaxation.py`: the program of a node, by column generation, and where to divide the node;
* `least_squares.py`: the squared loss over a cone, in rationals; `float_nnls.py`: where that starts from;
* `simplex.py`: the other losses, by an exact simplex method that may be extended;
* `basic_dual.py`: the dual vector of a basis that floats found;
* `linear_losses.py`: the other losses by general linear programs: for Algorithm 1, and as an oracle.
"""
