"""Nets with one input, or on a line: the graph of the function with its breakpoints."""
