"""ONNX models as networks, and back.

Read `model.py` first. `graph.py` takes the nodes that the output needs in an order in which they can be computed, `nodes.py` is
one of them with its inputs, `tensors.py` what the file stores. The operators are functions of a `Node`, by kind: `products.py`,
`elementwise.py`, `activations.py`, `pools.py`, `shapes.py`; `operators.py` is their table. `writer.py` writes.
"""
