"""Nets with three inputs: the surface on which an output has a value, or a slice."""
