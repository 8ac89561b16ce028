"""Cells with the same function: merged into pieces, and told from those with other functions.

In come cells; out come numbers of open pieces (`open_pieces.py`, to be read first: cells that share a facet across which the
function stays the same), of distinct affine functions (`fingerprint_set.py` collects one word for each function,
`affine_functions.py` tells functions with the same word apart, by a second walk) and of closed pieces (`closed_pieces.py`).
`disjoint.py` has the sets of cells that are joined again and again.
"""
