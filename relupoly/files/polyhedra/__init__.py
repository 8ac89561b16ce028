"""Polyhedra in files: bytes come in, a `Domain` (or several) goes out; `domains.py`, one folder up, is the table of formats.

Read `json_polyhedron.py` first, the shortest format. Three others stand beside it:

* `json_polyhedron.py`: {"A": rows, "b": entries}, with equations perhaps.
* `json_domain.py`: a domain whole, with its subspace and its name: what our own files keep, written and read.
* `ine.py`: inequalities, in the format of cddlib and lrs.
* `ext.py`: vertices and rays, in the format of cddlib and lrs; also generators of zonotopes.
* `ine_options.py`: what stands around the matrix in both of them.
* `cdd_writer.py`: writes both, many polyhedra in a file, or a file for each.
* `vnnlib.py`: properties of the verification competition, whose input sets may be several.
* `vnnlib_property.py`: the same whole, with what they say of outputs: a `Property` goes out. Both read by:
* `vnnlib_claims.py`: what assertions allow, with "and" and "or" multiplied out.
* `sexpr.py`: texts as nested lists.
* `vnnlib_variables.py`: which input or output of the net a name means, in versions 1 and 2.0.
* `linear_terms.py`: nested lists as affine forms in these.
* `input_set.py`: inequalities as a box, or a polyhedron, in a subspace where inputs are fixed.
"""
