"""How the values of a net are distributed, if its input is uniform on a polytope.

`spread.py` adds up what each cell has below a level, by `truncated_powers.py`; the sum is a `distribution.py`.
"""
