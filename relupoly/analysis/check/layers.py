"""A net in integers: each layer is a matrix, a bias and a common denominator; evaluated in fractions.

Layers are numbered from 0; those but the last are hidden, and a neuron of one is a ReLU or linear.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm
from operator import mul

Rows = Sequence[Sequence[Fraction]]
# The weights, the biases, and which neurons have a ReLU.
LayerRows = tuple[Rows, Sequence[Fraction], Sequence[bool]]


@dataclass(frozen=True)
class Layer:
    """The map a -> (weight a + bias) / scale, and which of its values go through a ReLU.

    Attributes
    ----------
    weight : list of list of int
    bias : list of int
    scale : int
    relu : list of bool
    """

    weight: list[list[int]]
    bias: list[int]
    scale: int
    relu: list[bool]

    @cached_property
    def columns(self) -> list[tuple[int, ...]]:
        """The columns of the weight."""
        return list(zip(*self.weight, strict=True))

    @classmethod
    def of(cls, rows: LayerRows) -> Layer:
        """A layer in integers."""
        weight, bias, relu = rows
        scale = lcm(*(entry.denominator for row in (*weight, bias) for entry in row))
        return cls([[int(entry * scale) for entry in row] for row in weight], [int(e * scale) for e in bias], scale, list(relu))


@dataclass(frozen=True)
class Layers:
    """A net.

    Attributes
    ----------
    inputs : int
    layers : tuple of Layer

    Examples
    --------
    >>> one = Fraction(1)
    >>> absolute_value = Layers.of(1, [([[one], [-one]], [0 * one] * 2, [True] * 2), ([[one, one]], [0 * one], [False])])
    >>> absolute_value.at([-one / 2])[0]
    [Fraction(1, 2)]
    """

    inputs: int
    layers: tuple[Layer, ...]

    @classmethod
    def of(cls, inputs: int, rows: Sequence[LayerRows]) -> Layers:
        """A net of fractions."""
        return cls(inputs, tuple(map(Layer.of, rows)))

    @property
    def hidden(self) -> tuple[Layer, ...]:
        """All layers but the last."""
        return self.layers[:-1]

    @property
    def outputs(self) -> int:
        """How many outputs there are."""
        return len(self.layers[-1].bias)

    def has_neuron(self, layer: int, neuron: int) -> bool:
        """Whether there is such a neuron with a ReLU."""
        return 0 <= layer < len(self.hidden) and 0 <= neuron < len(self.hidden[layer].bias) and self.hidden[layer].relu[neuron]

    def at(self, point: Sequence[Fraction]) -> tuple[list[Fraction], list[list[Fraction]]]:
        """The outputs at a point, and what enters the neurons of each hidden layer."""
        state, entered = list(point), []
        for layer in self.layers:
            common = lcm(*(entry.denominator for entry in state))
            whole = [int(entry * common) for entry in state]
            state = [
                Fraction(sum(map(mul, row, whole)) + bias * common, common * layer.scale)
                for row, bias in zip(layer.weight, layer.bias, strict=True)
            ]
            entered.append(state)
            state = [max(entry, Fraction(0)) if relu else entry for entry, relu in zip(state, layer.relu, strict=True)]
        return entered.pop(), entered

    def restricted(self, origin: Sequence[Fraction], basis: Rows) -> Layers:
        """The net of the parameters t of x = origin + basis t; basis has a row for each input."""
        first = self.layers[0]
        weight = [
            [
                sum((w * line[k] for w, line in zip(row, basis, strict=True)), Fraction(0)) / first.scale
                for k in range(len(basis[0]))
            ]
            for row in first.weight
        ]
        bias = [
            (sum((w * x for w, x in zip(row, origin, strict=True)), Fraction(0)) + b) / first.scale
            for row, b in zip(first.weight, first.bias, strict=True)
        ]
        return Layers(len(basis[0]), (Layer.of((weight, bias, first.relu)), *self.layers[1:]))
