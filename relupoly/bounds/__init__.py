"""Closed formulas for an architecture: how many regions a net with given widths can have, whatever its weights."""
