"""Sets: polyhedra, cones and their cuts, domains, exact linear programs. Knows no nets."""
