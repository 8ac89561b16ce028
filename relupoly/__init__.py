"""Exact answers about ReLU networks."""
