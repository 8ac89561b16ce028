"""The same function with fewer neurons: what can be seen without looking at the cells.

Layer by layer: neurons that never change become part of the biases, neurons of a layer whose rows (weights, bias) are
positive multiples of each other become one, and so do linear neurons whose weights are multiples of each other, of either
sign. So equal parts of a net flow together from layer to layer: the difference of two nets that differ in the order and the
scaling of their neurons becomes the constant 0. A layer without ReLU is an affine map, and becomes part of the next one. At
last the neurons go that nobody reads. Apart from layers without ReLU the number of hidden layers stays, unless the net turns
out to be constant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq, fmpq_mat

from relupoly.exact.blocks import from_nonzero_rows, nonzero_rows, take_columns, take_rows
from relupoly.exact.matrices import column
from relupoly.exact.matrices import take_rows as take_entries
from relupoly.exact.sparse import SparseMatrix
from relupoly.networks.network import Layer, Network
from relupoly.networks.rows import Key, Row, constant_output, is_nonnegative, layer_rows
from relupoly.run import UNLIMITED, Run


@dataclass(frozen=True)
class _Kept:
    """What is kept of a layer.

    Attributes
    ----------
    sources : list of Row
        What each neuron of the layer has become: an affine function of the neurons that are kept.
    nonnegative : list of bool
        Of which neurons that are kept it is known that they are never negative.
    """

    sources: list[Row]
    nonnegative: list[bool]


def simplify(network: Network, run: Run = UNLIMITED) -> Network:
    """The same function without constant, doubled and unread neurons; the run is asked at every neuron whether to stop.

    Examples
    --------
    >>> net = Network.from_rows([([[1], [2], [-1], [0]], [1, 2, 0, 3]), ([[1, 1, 0, 1]], [0])])
    >>> simple = simplify(net)
    >>> simple.widths, simple.layers[-1].weight, simple.layers[-1].bias
    ((1,), [3], [3])
    """
    layers: list[Layer] = []
    kept = _Kept([Row({index: fmpq(1)}, fmpq(0)) for index in range(network.input_dim)], [False] * network.input_dim)
    for number, layer in enumerate(network.layers):
        inputs = len(kept.nonnegative)
        rows = [_merged(row, kept.sources, run) for row in layer_rows(layer)]
        linear: list[int] = []
        if number < len(network.hidden):
            if not layer.relus:
                kept = _Kept(rows, kept.nonnegative)
                continue
            kept, rows, linear = _shared(rows, layer.has_relu.tolist(), kept.nonnegative)
            if not rows:
                return _constant(network, [source.bias for source in kept.sources], number)
        weight = from_nonzero_rows([row.weights for row in rows], inputs, isinstance(layer.weight, SparseMatrix))
        layers.append(Layer(weight, column([row.bias for row in rows]), tuple(linear)))
    simple = _without_unread(Network(tuple(layers), network.metadata))
    return simple if all(simple.relus) else simplify(simple, run)


def _merged(row: Row, sources: Sequence[Row], run: Run) -> Row:
    """A neuron as an affine function of what is kept of the layer before."""
    run.tick()
    weights: dict[int, fmpq] = {}
    bias = row.bias
    for place, weight in row.weights.items():
        bias += weight * sources[place].bias
        for index, factor in sources[place].weights.items():
            weights[index] = weights.get(index, fmpq(0)) + weight * factor
    return Row({index: weights[index] for index in sorted(weights) if weights[index]}, bias)


def _shared(rows: Sequence[Row], relus: Sequence[bool], nonnegative: Sequence[bool]) -> tuple[_Kept, list[Row], list[int]]:
    """What becomes of a layer, the rows of the neurons that are kept, and which of these are linear."""
    sources: list[Row] = []
    kept: list[Row] = []
    linear: list[int] = []
    first: dict[tuple[bool, Key], int] = {}
    for row, relu in zip(rows, relus, strict=True):
        value = constant_output(row, relu, nonnegative)
        if value is not None:
            sources.append(Row({}, value))
            continue
        index = first.setdefault((relu, row.hyperplane if relu else row.direction), len(kept))
        if index == len(kept):
            kept.append(row)
            linear += [] if relu else [index]
        factor = row.over(kept[index])
        sources.append(Row({index: factor}, fmpq(0) if relu else row.bias - factor * kept[index].bias))
    without = set(linear)
    signs = [is_nonnegative(row, index not in without, nonnegative) for index, row in enumerate(kept)]
    return _Kept(sources, signs), kept, linear


def _constant(network: Network, values: Sequence[fmpq], number: int) -> Network:
    """The net of which all neurons of a hidden layer, counted from 0, put out these constants."""
    state = column(values)
    before: Layer | None = None
    for layer in network.layers[number + 1 :]:
        if before:
            state = column(before.activated(state.entries()))
        state = layer.weight * state + layer.bias
        before = layer
    return _affine(network, state)


def _affine(network: Network, values: fmpq_mat) -> Network:
    """The net with constant outputs."""
    return Network((Layer(fmpq_mat(network.output_dim, network.input_dim), values),), network.metadata)


def _without_unread(network: Network) -> Network:
    """The net without the neurons that have no effect on any output."""
    layers = list(network.layers)
    for number in range(len(layers) - 1, 0, -1):
        layer, before = layers[number], layers[number - 1]
        read = sorted({place for row in nonzero_rows(layer.weight) for place in row})
        if not read:
            return _affine(network, layers[-1].bias)
        layers[number] = Layer(take_columns(layer.weight, read), layer.bias, layer.linear)
        linear = tuple(new for new, place in enumerate(read) if not before.has_relu[place])
        layers[number - 1] = Layer(take_rows(before.weight, read), take_entries(before.bias, read), linear)
    return Network(tuple(layers), network.metadata)
