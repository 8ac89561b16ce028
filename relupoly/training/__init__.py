"""Exact global training of nets with one hidden layer: problems, the lifted data, the rays, and the methods."""
