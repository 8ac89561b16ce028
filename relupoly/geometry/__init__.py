"""Sets: polyhedra, cones and their cuts, domains. Knows no nets; `cdd` is the one door to pycddlib."""
