"""Which layers of the network a node of the model has become a part of.

A node that makes ReLU neurons is in the layers where these are. Any other one computes affine functions: it is in the layers
of the neurons, or of the outputs, that read it with no ReLU in between.
"""

from __future__ import annotations

from collections.abc import Mapping

from relupoly.files.onnx.graph import Graph, needs


def layers_of(graph: Graph, output: str, makers: Mapping[int, set[int]], last: int) -> dict[int, set[int]]:
    """The layers of each node that has become a part of one.

    Parameters
    ----------
    graph : Graph
    output : str
        The tensor that is the output of the net.
    makers : mapping
        The nodes that make ReLU neurons, and the layers where these are, counted from 1; none where nothing reads them.
    last : int
        The number of the output layer.
    """
    found = {index: set(layers) for index, layers in makers.items()}
    pending = [(output, last)]
    for index, layers in makers.items():
        if layers:  # what it reads is computed once, before its first neurons
            pending += [(name, min(layers)) for name in needs(graph.nodes[index])]
    seen = set()
    while pending:
        name, layer = pending.pop()
        index = graph.giver.get(name, -1)
        if index < 0 or index in makers or (index, layer) in seen:
            continue
        seen.add((index, layer))
        found.setdefault(index, set()).add(layer)
        pending += [(one, layer) for one in needs(graph.nodes[index])]
    return found
