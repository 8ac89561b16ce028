"""A net as the engine sees it: linear forms with integer coefficients, and the functions that they make on cells.

In comes a `Network` on a `Domain`. `homogeneous.py`, to be read first, brings both into homogeneous essential coordinates,
where a cell is a pointed cone and all weights are integers. `layer_map.py` has the affine map of a net up to a layer on a cell,
exact when asked for; `fingerprints.py` tells such maps apart by one word each, and proves that two of them are equal.
"""
