"""`Row`: a neuron as its weights that are not 0 and its bias, and what its signs say without looking at the cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq, fmpz

from relupoly.exact.blocks import nonzero_rows
from relupoly.exact.matrices import primitive
from relupoly.networks.network import Layer

Key = tuple[tuple[int, ...], tuple[fmpz, ...]]


@dataclass(frozen=True)
class Row:
    """An affine function of the neurons of the layer before.

    Attributes
    ----------
    weights : dict of int to fmpq
        Those that are not 0, by the neuron that they belong to, ascending.
    bias : fmpq
    """

    weights: dict[int, fmpq]
    bias: fmpq

    @property
    def hyperplane(self) -> Key:
        """The same for rows that are positive multiples of each other."""
        return tuple(self.weights), tuple(primitive([*self.weights.values(), self.bias]))

    @property
    def direction(self) -> Key:
        """The same for rows that are multiples of each other, of either sign, apart from their biases."""
        places, entries = tuple(self.weights), primitive(self.weights.values())
        return places, tuple(entries if not entries or entries[0] > 0 else [-entry for entry in entries])

    def over(self, other: Row) -> fmpq:
        """The factor by which the weights of another row of the same direction have to be multiplied."""
        lead = next(iter(self.weights))
        return self.weights[lead] / other.weights[lead]


def opposite(key: Key) -> Key:
    """The hyperplane with its sides exchanged."""
    places, entries = key
    return places, tuple(-entry for entry in entries)


def layer_rows(layer: Layer) -> list[Row]:
    """The neurons of a layer."""
    return [Row(weights, bias) for weights, bias in zip(nonzero_rows(layer.weight), layer.bias.entries(), strict=True)]


def constant_output(row: Row, relu: bool, nonnegative: Sequence[bool]) -> fmpq | None:
    """The output of a neuron that provably never changes; None for the others.

    Parameters
    ----------
    row : Row
    relu : bool
        Whether the neuron has a ReLU.
    nonnegative : sequence of bool
        Of which inputs it is known that they are never negative.

    Examples
    --------
    >>> constant_output(Row({}, fmpq(-2)), relu=True, nonnegative=[]), constant_output(Row({}, fmpq(-2)), False, [])
    (0, -2)
    >>> constant_output(Row({0: fmpq(-1)}, fmpq(0)), relu=True, nonnegative=[True])
    0
    """
    if not row.weights:
        return max(row.bias, fmpq(0)) if relu else row.bias
    if relu and row.bias <= 0 and all(weight < 0 and nonnegative[place] for place, weight in row.weights.items()):
        return fmpq(0)
    return None


def is_nonnegative(row: Row, relu: bool, nonnegative: Sequence[bool]) -> bool:
    """Whether the output of a neuron is provably never negative.

    Examples
    --------
    >>> is_nonnegative(Row({0: fmpq(-1)}, fmpq(0)), True, [True]), is_nonnegative(Row({0: fmpq(-1)}, fmpq(0)), False, [True])
    (True, False)
    """
    return relu or (row.bias >= 0 and all(weight > 0 and nonnegative[place] for place, weight in row.weights.items()))
