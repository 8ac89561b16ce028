"""What can be said about the neurons of a net on all of R^n without enumerating its cells.

Two neurons of a layer cut along the same hyperplane exactly if their rows (weights, bias) are proportional: primitive
integer rows make that a look-up. That a neuron never changes is seen by a sign argument: after the first layer all
inputs are >= 0. Such neurons are constants for the layers after them, so what is known grows from layer to layer.

The argument is sound, and complete for the first layer, but not for deeper ones, where the question is NP-hard. The exact
answer on a domain comes from the walk over the cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from flint import fmpq, fmpz

from relupoly.exact.matrices import column, primitive, rows_of, take_columns
from relupoly.exact.rationals import is_double
from relupoly.networks.network import Layer, Network

WeightKind = Literal["integers", "doubles", "rationals"]


@dataclass(frozen=True)
class LayerNeurons:
    """Facts about the neurons of one hidden layer, which are numbered from 0.

    Attributes
    ----------
    dead : tuple of int
        Their output is 0 everywhere.
    constant : tuple of int
        Their output is the same positive number everywhere.
    duplicate : tuple of tuple of int
        Groups of two or more that have one hyperplane and one side: their rows are positive multiples of each other.
    opposite : tuple of (int, int)
        Pairs that have one hyperplane and different sides: one pair for each such hyperplane, the first neuron of either
        side.
    unused : tuple of int
        All their outgoing weights that lead to a neuron neither dead nor unused are 0.

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
    for number, layer in enumerate(network.hidden):
        rows = _effective_rows(layer, known)
        known = [constant_output(row, nonnegative_inputs=number > 0) for row in rows]
        facts.append(_layer_facts(rows, known))
    return _with_unused(network, facts)


def weight_kind(network: Network) -> WeightKind:
    """What the weights and biases are: all integers, all doubles, or rationals of which some are no double.

    Examples
    --------
    >>> weight_kind(Network.from_rows([([[1, -2]], [3])])), weight_kind(Network.from_rows([([[0.5, "1/3"]], [3])]))
    ('integers', 'rationals')
    """
    if all(entry.q == 1 for entry in _entries(network)):
        return "integers"
    return "doubles" if all(is_double(entry) for entry in _entries(network)) else "rationals"


def weight_bits(network: Network) -> int:
    """The number of bits of the largest numerator or denominator of a weight or bias.

    Examples
    --------
    >>> weight_bits(Network.from_rows([([[1, "-1/8"]], [5])]))
    4
    """
    return max(max(abs(int(entry.p)), int(entry.q)).bit_length() for entry in _entries(network))


def _entries(network: Network) -> Iterator[fmpq]:
    for layer in network.layers:
        yield from layer.weight.entries()
        yield from layer.bias.entries()


def _effective_rows(layer: Layer, known: Sequence[fmpq | None]) -> list[list[fmpq]]:
    """For each neuron its weights on the inputs that vary, then its bias with the constant inputs in it."""
    varying = [index for index, value in enumerate(known) if value is None]
    offsets = layer.weight * column([value or fmpq(0) for value in known]) + layer.bias
    weights = rows_of(take_columns(layer.weight, varying))
    return [[*row, offset] for row, offset in zip(weights, offsets.entries(), strict=True)]


def constant_output(row: Sequence[fmpq], nonnegative_inputs: bool) -> fmpq | None:
    """The output of a neuron that provably never changes; None for the others."""
    *weights, bias = row
    if not any(weights):
        return max(bias, fmpq(0))
    if nonnegative_inputs and bias <= 0 and all(weight <= 0 for weight in weights):
        return fmpq(0)
    return None


def _layer_facts(rows: Sequence[Sequence[fmpq]], known: Sequence[fmpq | None]) -> LayerNeurons:
    sides: dict[tuple[fmpz, ...], list[int]] = {}
    for index, (row, value) in enumerate(zip(rows, known, strict=True)):
        if value is None:
            sides.setdefault(tuple(primitive(row)), []).append(index)
    others = [(group[0], sides.get(tuple(-entry for entry in row), [-1])[0]) for row, group in sides.items()]
    return LayerNeurons(
        dead=tuple(index for index, value in enumerate(known) if value == 0),
        constant=tuple(index for index, value in enumerate(known) if value is not None and value > 0),
        duplicate=tuple(tuple(group) for group in sides.values() if len(group) > 1),
        opposite=tuple(pair for pair in others if pair[0] < pair[1]),
    )


def _with_unused(network: Network, facts: Sequence[LayerNeurons]) -> tuple[LayerNeurons, ...]:
    """The facts with the unused neurons, which are known from the last layer backwards."""
    complete: list[LayerNeurons] = []
    ignored: set[int] = set()
    for following, layer in zip(reversed(network.layers[1:]), reversed(facts), strict=True):
        readers = [row for index, row in enumerate(rows_of(following.weight)) if index not in ignored]
        unused = tuple(i for i in range(following.inputs) if not any(row[i] for row in readers))
        complete.append(replace(layer, unused=unused))
        ignored = {*layer.dead, *unused}
    return tuple(reversed(complete))
