"""Models of scikit-learn, PyTorch and Keras, as they are in memory, as networks, and back.

`sklearn_models.py`, `torch_modules.py` and `keras_models.py` read models; `export.py` goes the other way. None of the programs
is imported before a model of it is given, or asked for. What is shared is in `parts.py`: exact arrays of what a program stores,
and errors that name the place in the model.
"""
