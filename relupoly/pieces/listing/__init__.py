"""The cells and the pieces of a net as records, one by one.

Read `records.py` first, what a record tells. `cells.py` makes them of the cells of a walk, in the domain's own coordinates; the
other files are its parts. `graph.py` makes a graph of cells, or of pieces; `cdd_rows.py` tells a cell in rows of
cddlib.
"""
