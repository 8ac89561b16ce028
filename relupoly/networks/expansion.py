"""Nets without linear neurons, for formats that know ReLU alone: z = relu(z) - relu(-z).

The function is the same, but the cells are others: a linear neuron cuts nothing, while the two neurons that take its place cut
along the hyperplane z = 0.
"""

from __future__ import annotations

from relupoly.exact import matrices
from relupoly.exact.blocks import beside, stack, take_columns, take_rows
from relupoly.networks.network import Layer, Network


def expand(network: Network) -> Network:
    """The same function with two neurons with ReLU, relu(z) and relu(-z), in place of each linear neuron z.

    The first of the two has the number of the linear neuron; the second ones come after all others of the layer, in order.

    Examples
    --------
    >>> first, last = Network.from_rows([([[1], [1]], None), ([["1/10", "9/10"]], None)]).layers
    >>> leaky = Network((Layer(first.weight, first.bias, linear=(0,)), last))
    >>> pairs = expand(leaky)
    >>> pairs.layers[0].weight.tolist(), pairs.layers[1].weight
    ([[1], [1], [-1]], [1/10, 9/10, -1/10])
    """
    layers: list[Layer] = []
    read: tuple[int, ...] = ()
    for layer in network.layers:
        weight, bias = layer.weight, layer.bias
        if read:
            weight = beside(weight, -take_columns(weight, read))
        read = layer.linear
        if read:
            weight = stack(weight, -take_rows(weight, read))
            bias = matrices.stack(bias, -matrices.take_rows(bias, read))
        layers.append(Layer(weight, bias))
    return Network(tuple(layers), network.metadata)
