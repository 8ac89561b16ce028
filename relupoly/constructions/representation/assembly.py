"""A signed sum of maxima of affine functions as one net, whose parts share what they can.

The maximum of two numbers is max(u, v) = relu(u - v) + v: one neuron, if v can be had later on. What is to be had later are
sums of affine functions and of outputs of earlier neurons. So all terms together carry one thing through each layer: the
space spanned by what later layers still read. The affine functions of x alone take 2 neurons for each of at most n
dimensions; in the last layer only one sum is left, so 2 neurons carry it. Equal neurons of different terms are one neuron.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from flint import fmpq

from relupoly.constructions.representation.envelope import Form
from relupoly.constructions.representation.layering import Sum, network_of_layers
from relupoly.exact.matrices import primitive
from relupoly.networks.network import Network
from relupoly.run import UNLIMITED, Run

Term = tuple[fmpq, tuple[Form, ...]]


@dataclass
class _Neurons:
    """The neurons of all layers, each once: its input, up to a positive factor, as a sum of earlier ones.

    Attributes
    ----------
    inputs : list of Sum
    layers : list of int
        Counted from 1.
    """

    inputs: list[Sum] = field(default_factory=list)
    layers: list[int] = field(default_factory=list)
    known: dict[tuple[object, ...], int] = field(default_factory=dict)

    def maximum(self, one: Sum, two: Sum, layer: int) -> Sum:
        """The maximum of two sums, by a neuron of a layer."""
        difference = one.plus(two, fmpq(-1))
        if difference.is_constant:
            return one if difference.form[-1] > 0 else two
        if difference.leading < 0:
            one, two, difference = two, one, two.plus(one, fmpq(-1))
        entries, places = difference.entries()
        row = primitive(entries)
        factor = next(entry / whole for entry, whole in zip(entries, row, strict=True) if whole)
        index = self.known.setdefault((layer, places, *map(int, row)), len(self.inputs))
        if index == len(self.inputs):
            self.inputs.append(difference.times(1 / factor))
            self.layers.append(layer)
        return two.plus(Sum(two.zero, {index: fmpq(1)}), factor)


def network_of_maxima(terms: Iterable[Term], dimension: int, run: Run = UNLIMITED) -> Network:
    """The net of sum_j c_j max S_j.

    Parameters
    ----------
    terms : iterable of (c_j, S_j)
        S_j is a tuple of affine functions (a_1, ..., a_n, c).
    dimension : int
        n.
    run : Run, optional

    Returns
    -------
    Network
        With ceil(log2 q) hidden layers, where q is the largest number of functions in a term.

    Examples
    --------
    >>> one, zero = fmpq(1), fmpq(0)
    >>> x, y, nil = (one, zero, zero), (zero, one, zero), (zero, zero, zero)
    >>> network_of_maxima([(one, (x, y, nil))], 2).widths
    (3, 2)
    """
    collected: dict[frozenset[Form], fmpq] = {}
    for factor, forms in terms:
        key = frozenset(forms)
        collected[key] = collected.get(key, fmpq(0)) + factor
    wanted = sorted(((key, factor) for key, factor in collected.items() if factor), key=lambda pair: _order(pair[0]))
    frequency = Counter(pair for forms, _ in wanted for pair in itertools.combinations(sorted(forms), 2))
    neurons = _Neurons()
    output = Sum((fmpq(0),) * (dimension + 1))
    for key, factor in wanted:
        run.tick()
        output = output.plus(_maximum(neurons, _paired(key, frequency)), factor)
    return network_of_layers(neurons.inputs, neurons.layers, output, dimension, run)


def _order(forms: frozenset[Form]) -> tuple[int, list[Form]]:
    return len(forms), sorted(forms)


def _paired(forms: Iterable[Form], frequency: Counter[tuple[Form, Form]]) -> list[Form]:
    """The functions in an order in which neighbours, that are compared first, are compared in other terms, too."""
    left = sorted(forms)
    ordered: list[Form] = []
    while len(left) > 1:
        pair = max(itertools.combinations(left, 2), key=lambda two: frequency[two])
        ordered += pair
        left = [form for form in left if form not in pair]
    return ordered + left


def _maximum(neurons: _Neurons, forms: Sequence[Form]) -> Sum:
    """The maximum of affine functions, by a binary tree."""
    level, layer = [Sum(form) for form in forms], 0
    while len(level) > 1:
        layer += 1
        pairs = [neurons.maximum(level[place], level[place + 1], layer) for place in range(0, len(level) - 1, 2)]
        level = pairs + level[len(level) - len(level) % 2 :]
    return level[0]
