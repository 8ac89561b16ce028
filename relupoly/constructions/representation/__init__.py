"""The representation theorems: from a piecewise linear function to a net of it."""
