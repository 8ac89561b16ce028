"""What can be said about the neurons of a net on all of R^n without enumerating its cells.

Two neurons of a layer cut along the same hyperplane exactly if their rows (weights, bias) are proportional: primitive
integer rows make that a look-up. That a neuron never changes is seen by a sign argument: what comes out of a ReLU is >= 0.
Such neurons are constants for the layers after them, so what is known grows from layer to layer. Linear neurons have no
hyperplane; they are constants where their rows are.

The argument is sound, and complete for the first layer, but not for deeper ones, where the question is NP-hard. The exact
answer on a domain comes from the walk over the cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from flint import fmpq

from relupoly.exact.blocks import nonzero_rows
from relupoly.exact.rationals import is_double
from relupoly.exact.sparse import SparseMatrix
from relupoly.exact.sparse_numbers import are_doubles, are_integers, most_bits
from relupoly.networks.network import Layer, Network
from relupoly.networks.rows import Key, Row, constant_output, is_nonnegative, layer_rows, opposite

WeightKind = Literal["integers", "doubles", "rationals"]


@dataclass(frozen=True)
class LayerNeurons:
    """Facts about the neurons of one hidden layer, which are numbered from 0.

    Attributes
    ----------
    dead : tuple of int
        Neurons with ReLU whose output is 0 everywhere.
    constant : tuple of int
        Their output is the same positive number everywhere; that of linear neurons, the same number.
    duplicate : tuple of tuple of int
        Groups of two or more that have one hyperplane and one side: their rows are positive multiples of each other.
    opposite : tuple of (int, int)
        Pairs that have one hyperplane and different sides: one pair for each such hyperplane, the first neuron of either
        side.
    unused : tuple of int
        All their outgoing weights that lead to a neuron neither dead nor unused are 0; linear neurons may be among them.

    Notes
    -----
    Rows are compared on the inputs that vary, with constant inputs counted into the bias; dead and constant neurons are in
    no group and no pair. A net computes the same function without its dead and unused neurons.
    """

    dead: tuple[int, ...] = ()
    constant: tuple[int, ...] = ()
    duplicate: tuple[tuple[int, ...], ...] = ()
    opposite: tuple[tuple[int, int], ...] = ()
    unused: tuple[int, ...] = ()


def neuron_facts(network: Network) -> tuple[LayerNeurons, ...]:
    """The facts about each hidden layer.

    Examples
    --------
    >>> net = Network.from_rows([([[1, 0], [2, 0], [-1, 0], [0, 0]], [1, 2, -1, -5]), ([[1, 1, 1, 1]], [0])])
    >>> neuron_facts(net)
    (LayerNeurons(dead=(3,), constant=(), duplicate=((0, 1),), opposite=((0, 2),), unused=()),)
    """
    facts: list[LayerNeurons] = []
    known: list[fmpq | None] = [None] * network.input_dim
    nonnegative = [False] * network.input_dim
    for layer in network.hidden:
        rows = [_effective(row, known) for row in layer_rows(layer)]
        pairs = list(zip(rows, layer.has_relu.tolist(), strict=True))
        known = [constant_output(row, relu, nonnegative) for row, relu in pairs]
        nonnegative = [is_nonnegative(row, relu, nonnegative) for row, relu in pairs]
        facts.append(_layer_facts(layer, rows, known))
    return _with_unused(network, facts)


def weight_kind(network: Network) -> WeightKind:
    """What the weights and biases are: all integers, all doubles, or rationals of which some are no double.

    Examples
    --------
    >>> weight_kind(Network.from_rows([([[1, -2]], [3])])), weight_kind(Network.from_rows([([[0.5, "1/3"]], [3])]))
    ('integers', 'rationals')
    """
    sparse = _sparse_weights(network)
    if all(entry.q == 1 for entry in _entries(network)) and all(map(are_integers, sparse)):
        return "integers"
    return "doubles" if all(map(is_double, _entries(network))) and all(map(are_doubles, sparse)) else "rationals"


def weight_bits(network: Network) -> int:
    """The number of bits of the largest numerator or denominator of a weight or bias.

    Examples
    --------
    >>> weight_bits(Network.from_rows([([[1, "-1/8"]], [5])]))
    4
    """
    return max(
        *(max(abs(int(entry.p)), int(entry.q)).bit_length() for entry in _entries(network)),
        *map(most_bits, _sparse_weights(network)),
    )


def _entries(network: Network) -> Iterator[fmpq]:
    """All dense weights, and the biases."""
    for layer in network.layers:
        yield from () if isinstance(layer.weight, SparseMatrix) else layer.weight.entries()
        yield from layer.bias.entries()


def _sparse_weights(network: Network) -> list[SparseMatrix]:
    return [layer.weight for layer in network.layers if isinstance(layer.weight, SparseMatrix)]


def _effective(row: Row, known: Sequence[fmpq | None]) -> Row:
    """A neuron's weights on the inputs that vary, and its bias with the constant inputs in it."""
    bias = row.bias
    varying = {}
    for place, weight in row.weights.items():
        value = known[place]
        if value is None:
            varying[place] = weight
        else:
            bias += weight * value
    return Row(varying, bias)


def _layer_facts(layer: Layer, rows: Sequence[Row], known: Sequence[fmpq | None]) -> LayerNeurons:
    relus = layer.has_relu.tolist()
    sides: dict[Key, list[int]] = {}
    for index, (row, relu, value) in enumerate(zip(rows, relus, known, strict=True)):
        if relu and value is None:
            sides.setdefault(row.hyperplane, []).append(index)
    others = [(group[0], sides.get(opposite(row), [-1])[0]) for row, group in sides.items()]
    return LayerNeurons(
        dead=tuple(index for index, value in enumerate(known) if value == 0 and relus[index]),
        constant=tuple(index for index, value in enumerate(known) if value is not None and (value > 0 or not relus[index])),
        duplicate=tuple(tuple(group) for group in sides.values() if len(group) > 1),
        opposite=tuple(pair for pair in others if pair[0] < pair[1]),
    )


def _with_unused(network: Network, facts: Sequence[LayerNeurons]) -> tuple[LayerNeurons, ...]:
    """The facts with the unused neurons, which are known from the last layer backwards."""
    complete: list[LayerNeurons] = []
    ignored: set[int] = set()
    for following, layer in zip(reversed(network.layers[1:]), reversed(facts), strict=True):
        readers = [row for index, row in enumerate(nonzero_rows(following.weight)) if index not in ignored]
        read = {place for row in readers for place in row}
        unused = tuple(index for index in range(following.inputs) if index not in read)
        complete.append(replace(layer, unused=unused))
        ignored = {*layer.dead, *unused}
    return tuple(reversed(complete))
