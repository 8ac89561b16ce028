"""Nets over a plane: their cells in doubles, what colours tell of them, and the picture."""
