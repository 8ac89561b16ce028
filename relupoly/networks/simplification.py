"""The same function with fewer neurons: what can be seen without looking at the cells.

Layer by layer: neurons that never change become part of the biases, and neurons of a layer whose rows (weights, bias) are
positive multiples of each other become one. So equal parts of a net flow together from layer to layer: the difference of
two nets that differ in the order and the scaling of their neurons becomes the constant 0. At last the neurons go that
nobody reads. The number of hidden layers stays, unless the net turns out to be constant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq, fmpq_mat, fmpz

from relupoly.exact.matrices import column, from_rows, primitive, rows_of, take_columns, take_rows
from relupoly.networks.network import Layer, Network
from relupoly.networks.neurons import constant_output


@dataclass(frozen=True)
class _Source:
    """What a neuron has become: a multiple of a neuron that is kept, and a constant."""

    index: int
    factor: fmpq
    constant: fmpq


def simplify(network: Network) -> Network:
    """The same function without constant, doubled and unread neurons.

    Examples
    --------
    >>> net = Network.from_rows([([[1], [2], [-1], [0]], [1, 2, 0, 3]), ([[1, 1, 0, 1]], [0])])
    >>> simple = simplify(net)
    >>> simple.widths, simple.layers[-1].weight, simple.layers[-1].bias
    ((1,), [3], [3])
    """
    layers: list[Layer] = []
    sources = [_Source(index, fmpq(1), fmpq(0)) for index in range(network.input_dim)]
    kept = network.input_dim
    for number, layer in enumerate(network.layers):
        rows = [_merged(row, bias, sources, kept) for row, bias in _rows(layer)]
        if number < len(network.hidden):
            sources, rows = _shared(rows, nonnegative_inputs=number > 0)
        layers.append(Layer(from_rows([row[:-1] for row in rows], kept), column([row[-1] for row in rows])))
        kept = len(rows)
        if not kept:
            return _constant(network, sources, number)
    return _without_unread(Network(tuple(layers), network.metadata))


def _rows(layer: Layer) -> list[tuple[list[fmpq], fmpq]]:
    return list(zip(rows_of(layer.weight), layer.bias.entries(), strict=True))


def _merged(row: Sequence[fmpq], bias: fmpq, sources: Sequence[_Source], kept: int) -> list[fmpq]:
    """A neuron's weights on what is kept of the layer before, then its bias."""
    merged = [fmpq(0)] * kept + [bias]
    for weight, source in zip(row, sources, strict=True):
        if weight:
            if source.factor:
                merged[source.index] += weight * source.factor
            merged[-1] += weight * source.constant
    return merged


def _shared(rows: Sequence[list[fmpq]], nonnegative_inputs: bool) -> tuple[list[_Source], list[list[fmpq]]]:
    """What each neuron becomes, and the rows of the neurons that are kept."""
    sources: list[_Source] = []
    kept: list[list[fmpq]] = []
    first: dict[tuple[fmpz, ...], int] = {}
    for row in rows:
        value = constant_output(row, nonnegative_inputs)
        if value is not None:
            sources.append(_Source(0, fmpq(0), value))
            continue
        index = first.setdefault(tuple(primitive(row)), len(kept))
        if index == len(kept):
            kept.append(row)
        lead = next(place for place, entry in enumerate(row) if entry)
        sources.append(_Source(index, row[lead] / kept[index][lead], fmpq(0)))
    return sources, kept


def _constant(network: Network, sources: Sequence[_Source], number: int) -> Network:
    """The net of which all neurons of a hidden layer are constant."""
    state = column([source.constant for source in sources])
    for deeper, layer in enumerate(network.layers[number + 1 :]):
        if deeper:
            state = column([max(entry, fmpq(0)) for entry in state.entries()])
        state = layer.weight * state + layer.bias
    return Network((Layer(fmpq_mat(network.output_dim, network.input_dim), state),), network.metadata)


def _without_unread(network: Network) -> Network:
    """The net without the neurons that have no effect on any output."""
    layers = list(network.layers)
    for number in range(len(layers) - 1, 0, -1):
        weight = layers[number].weight
        read = [index for index, entries in enumerate(rows_of(weight.transpose())) if any(entries)]
        if not read:
            return Network((Layer(fmpq_mat(network.output_dim, network.input_dim), layers[-1].bias),), network.metadata)
        layers[number] = Layer(take_columns(weight, read), layers[number].bias)
        before = layers[number - 1]
        layers[number - 1] = Layer(take_rows(before.weight, read), take_rows(before.bias, read))
    return Network(tuple(layers), network.metadata)
