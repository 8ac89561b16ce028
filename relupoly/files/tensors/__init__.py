"""Files of named tensors: safetensors, and state dictionaries of PyTorch. No package is needed, and no code of a file runs.

`safetensors.py` and `state_dict.py` turn bytes into arrays by name, and back; `restricted_pickle.py` reads the one pickle that
a state dictionary has. `named_layers.py` makes a network of the arrays, and arrays of a network.
"""
