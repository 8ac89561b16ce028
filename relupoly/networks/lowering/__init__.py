"""Layers of other programs as layers of ReLU and linear neurons: how every reader makes a `Network` of tensor operations.

Read `tensor.py` first: a `Tensor` holds affine forms over *signals*, which are the inputs of the net and the outputs of its
neurons. Linear operations make new forms and no neurons; what they need of index arithmetic is in `windows.py` and
`linear_maps.py`. `neurons.py: Lowering` makes neurons, `activations.py` says which ones an activation needs, `pooling.py` is
the maximum over windows, and `assembly.py` puts the neurons that an output needs into layers.
"""
