"""Sets: polyhedra and their vertices, cones and their cuts, domains, exact linear programs. Knows no nets."""
