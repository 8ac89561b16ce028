"""How far a point is from the nearest one that a net puts into another class.

Read `rivals.py` first: what the other classes are, as inequalities between outputs.

* `metric.py`: lengths in the 1-, 2- and infinity-norm, exactly, and in doubles with proved bounds.
* `nearest_point.py`, `projection.py`: the nearest point of a polyhedron, in rationals.
* `incumbent.py`: the nearest point so far, and the exact look at the cells of a set.
* `guesses.py`: points of other classes, in doubles; `certified.py`: boxes and balls in which bounds leave no other class.
* `box_search.py`, `nested_listing.py`: the search, for few inputs and for many.
* `answer.py`, `robustness.py`: what comes out, and who calls whom.
"""
