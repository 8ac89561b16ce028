"""The representation theorems: from a piecewise linear function to a net of it.

In: a function, as breakpoints and slopes, as affine functions whose maximum it is, or as a net. Out: a net of the same
function, shallow or small. Read `shallow.py` first: the theorem that ceil(log2(n + 1)) hidden layers suffice, by one of three
routes (`lifting.py`, `tropical.py`, `lattice.py`), each of which writes the function as a sum of maxima; `assembly.py` makes a
net of such a sum. `univariate.py` finds the least net of one variable, `max_affine.py` a net of one maximum.
"""
