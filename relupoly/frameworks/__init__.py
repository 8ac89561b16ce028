"""Models of PyTorch, scikit-learn and Keras, as they are in memory, as networks, and back.

A program has a module that reads its models (`sklearn_models.py`). None of the programs is imported before a model of it is
given. What is shared is in `parts.py`: exact arrays of what a program stores, and errors that name the place in the model.
"""
