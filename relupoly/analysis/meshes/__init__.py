"""The cells of a net as meshes: level surfaces, graphs, and the cells themselves, with exact points.

In: the records of all cells of a net on a bounded domain, in 1, 2 or 3 inputs. Out: a `Mesh` (`mesh.py`), whose points are
rational and whose elements are tuples of their numbers; `relupoly/files/meshes.py` writes it. The cells are a polyhedral
complex: they meet in common faces. So points that are equal are one point (`builder.py`), nothing has to be glued with a
tolerance, and what neighbours have in common they share. Read `shapes.py` first, which has the edges of a cell; then
`level_surface.py`, `graph_surface.py` and `cell_mesh.py`, a function each.
"""
