"""Models of scikit-learn and PyTorch, as they are in memory, as networks, and back.

`sklearn_models.py` and `torch_modules.py` read models; `export.py` goes the other way. Neither program is imported before a
model of it is given, or asked for. What is shared is in `parts.py`: exact arrays of what a program stores, and errors that name
the place in the model.
"""
