"""What can be said about the neurons of a net on all of R^n without enumerating its cells.

Two neurons of a layer cut along the same hyperplane exactly if their rows (weights, bias) are proportional: primitive
integer rows make that a look-up. That a neuron never changes is seen by a sign argument: what comes out of a ReLU is >= 0.
Such neurons are constants for the layers after them, so what is known grows from layer to layer. Linear neurons have no
hyperplane; they are constants where their rows are.

All of it is done on arrays, row by row in integers: a convolutional net has millions of weights.

The argument is sound, and complete for the first layer, but not for deeper ones, where the question is NP-hard. The exact
answer on a domain comes from the walk over the cells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from flint import fmpq

from relupoly.exact.integer_rows import Flags, IntegerRows
from relupoly.exact.rationals import is_double
from relupoly.exact.sparse import SparseMatrix
from relupoly.exact.sparse_numbers import are_doubles, are_integers, most_bits
from relupoly.networks.network import Layer, Network

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
    rows = [IntegerRows.of(layer.sparse or layer.weight) for layer in network.layers]
    facts: list[LayerNeurons] = []
    known = _Known([None] * network.input_dim, np.zeros(network.input_dim, dtype=np.bool_))
    for layer, weights in zip(network.hidden, rows, strict=False):
        forms = _effective(weights, layer.bias.entries(), known)
        known = _outputs(forms, layer.has_relu, known.nonnegative)
        facts.append(_layer_facts(layer, forms, known.values))
    return _with_unused(network.widths, rows[1:], facts)


def weight_kind(network: Network) -> WeightKind:
    """What the weights and biases are: all integers, all doubles, or rationals of which some are no double.

    Examples
    --------
    >>> weight_kind(Network.from_rows([([[1, -2]], [3])])), weight_kind(Network.from_rows([([[0.5, "1/3"]], [3])]))
    ('integers', 'rationals')
    """
    sparse, entries = _sparse_weights(network), list(_entries(network))
    if all(entry.q == 1 for entry in entries) and all(map(are_integers, sparse)):
        return "integers"
    return "doubles" if all(map(is_double, entries)) and all(map(are_doubles, sparse)) else "rationals"


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


@dataclass(frozen=True)
class _Forms:
    """The affine functions that the neurons of a layer compute, on the inputs that vary.

    Attributes
    ----------
    weights : IntegerRows
    bias : list of fmpq
    """

    weights: IntegerRows
    bias: list[fmpq]


@dataclass(frozen=True)
class _Known:
    """What is known of the outputs of a layer.

    Attributes
    ----------
    values : list of (fmpq or None)
        The outputs that provably never change; None for the others.
    nonnegative : ndarray of bool
        Which outputs are provably never negative.
    """

    values: list[fmpq | None]
    nonnegative: Flags


def _entries(network: Network) -> Iterator[fmpq]:
    """The biases, and all weights that are not over one denominator."""
    for layer in network.layers:
        yield from layer.weight.entries() if layer.sparse is None else ()
        yield from layer.bias.entries()


def _sparse_weights(network: Network) -> list[SparseMatrix]:
    return [layer.sparse for layer in network.layers if layer.sparse is not None]


def _effective(weights: IntegerRows, bias: list[fmpq], known: _Known) -> _Forms:
    """The neurons' weights on the inputs that vary, and their biases with the constant inputs in them."""
    constant = np.array([value is not None for value in known.values])
    if not constant.any():
        return _Forms(weights, bias)
    bias = list(bias)
    counts = np.flatnonzero(np.array([bool(value) for value in known.values])[weights.column])
    for row, place, numerator in zip(
        weights.row[counts].tolist(), weights.column[counts].tolist(), weights.numerator[counts].tolist(), strict=True
    ):
        bias[row] += weights.factor[row] * numerator * known.values[place]
    return _Forms(weights.taken(~constant[weights.column]), bias)


def _outputs(forms: _Forms, relu: Flags, nonnegative: Flags) -> _Known:
    """What is known of the outputs of a layer, from what is known of its inputs.

    A ReLU neuron is dead where its bias is not positive and all its inputs are subtracted from it and never negative.
    """
    weights, zero = forms.weights, fmpq(0)
    signs = np.array([(entry > 0) - (entry < 0) for entry in forms.bias], dtype=np.int64)
    read = nonnegative[weights.column]
    dead = relu & (signs <= 0) & weights.every((weights.numerator < 0) & read)
    values: list[fmpq | None] = [None] * len(forms.bias)
    for index in np.flatnonzero((weights.lengths == 0) | dead).tolist():
        values[index] = zero if dead[index] else forms.bias[index]
    return _Known(values, relu | ((signs >= 0) & weights.every((weights.numerator > 0) & read)))


def _layer_facts(layer: Layer, forms: _Forms, known: Sequence[fmpq | None]) -> LayerNeurons:
    relus = layer.has_relu.tolist()
    sides = _sides(forms, [index for index, value in enumerate(known) if relus[index] and value is None])
    others = [(group[0], sides.get((plane, not side), [-1])[0]) for (plane, side), group in sides.items()]
    return LayerNeurons(
        dead=tuple(index for index, value in enumerate(known) if value == 0 and relus[index]),
        constant=tuple(index for index, value in enumerate(known) if value is not None and (value > 0 or not relus[index])),
        duplicate=tuple(tuple(group) for group in sides.values() if len(group) > 1),
        opposite=tuple(pair for pair in others if pair[0] < pair[1]),
    )


def _sides(forms: _Forms, neurons: Sequence[int]) -> dict[tuple[Hashable, bool], list[int]]:
    """Neurons with a hyperplane by what is the same for equal hyperplanes, and by the side on which they are active.

    Most rows differ from all others in a few numbers; only the rest are compared entry by entry.
    """
    weights = forms.weights
    leads = {index: weights.lead(index) for index in neurons}
    shares = {index: forms.bias[index] / lead for index, lead in leads.items()}
    outlines = {index: (*weights.outline(index), int(share.p), int(share.q)) for index, share in shares.items()}
    times = Counter(outlines.values())
    sides: dict[tuple[Hashable, bool], list[int]] = {}
    for index, outline in outlines.items():
        plane = (outline, weights.direction(index)) if times[outline] > 1 else outline
        sides.setdefault((plane, leads[index] > 0), []).append(index)
    return sides


def _with_unused(
    widths: Sequence[int], following: Sequence[IntegerRows], facts: Sequence[LayerNeurons]
) -> tuple[LayerNeurons, ...]:
    """The facts with the unused neurons, which are known from the last layer backwards.

    Parameters
    ----------
    widths : sequence of int
    following : sequence of IntegerRows
        For each hidden layer the rows of the next one.
    facts : sequence of LayerNeurons
    """
    complete: list[LayerNeurons] = []
    ignored: set[int] = set()
    for rows, layer, width in zip(reversed(following), reversed(facts), reversed(widths), strict=True):
        reads = np.ones(len(rows.factor), dtype=np.bool_)
        reads[list(ignored)] = False
        read = np.zeros(width, dtype=np.bool_)
        read[rows.column[reads[rows.row]]] = True
        unused = tuple(np.flatnonzero(~read).tolist())
        complete.append(replace(layer, unused=unused))
        ignored = {*layer.dead, *unused}
    return tuple(reversed(complete))
