"""Networks for formats that know dense weights and ReLU alone."""

from __future__ import annotations

from relupoly.disk.sizes import check_size
from relupoly.errors import FileFormatError
from relupoly.exact.blocks import densely
from relupoly.exact.sparse import SparseMatrix
from relupoly.networks.network import Layer, Network

_NUMBER = 8  # bytes: a double


def with_plain_layers(network: Network, name: str) -> Network:
    """The network with its sparse weights written out.

    Parameters
    ----------
    network : Network
        It is not changed.
    name : str
        Of the format, for messages.

    Raises
    ------
    FileFormatError
        If it has linear neurons, or a sparse weight is too large with its zeros.
    """
    for number, layer in enumerate(network.layers, 1):
        if layer.linear:
            raise FileFormatError(
                f"layer {number}: neuron {layer.linear[0] + 1} is linear, and .{name} files know ReLU alone; give --expand "
                "(expand=True) for relu(z) - relu(-z) in its place, or write a native .json"
            )
        if isinstance(layer.weight, SparseMatrix):
            check_size(_NUMBER * layer.inputs * layer.outputs, f"with its zeros, the weight of layer {number} takes")
    return Network(tuple(Layer(densely(layer.weight), layer.bias) for layer in network.layers), network.metadata)
