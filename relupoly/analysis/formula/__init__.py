"""A net as one formula: an affine map on each of finitely many sets, written down for people and for programs.

In: the records of all cells, or of all pieces. Out: a `Formula` (`formula.py`), made by `assembly.py`, and its forms, one file
for each: plain text, LaTeX, sympy, Python and C; `forms.py` is their table. A net is continuous, so that where two of its sets
meet both maps have the same value: all inequalities are closed, and it does not matter which set is found first.
"""
