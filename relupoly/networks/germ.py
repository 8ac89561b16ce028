"""What a net does right beside a point: its germ along directions, exactly.

Beside the point p means at p + e v_1 + e^2 v_2 + ..., for small positive e. A value there is a row (value at p, derivative by
v_1, derivative by v_2, ...) which affine maps take entry by entry; its sign is that of its first entry that is not 0. So a
neuron whose preactivation vanishes at p is active beside p, or not, as the derivatives say. Where the directions span the
space, only what vanishes on all of a neighbourhood of these points has the sign 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from flint import fmpq, fmpq_mat
from numpy.typing import NDArray

from relupoly.exact.matrices import from_rows
from relupoly.networks.network import Network


@dataclass(frozen=True)
class Germ:
    """What a net does right beside a point.

    Attributes
    ----------
    pattern : bytes
        Which neurons with a ReLU of all hidden layers are active there, one bit each.
    strict : bool
        Whether no neuron with a ReLU has a preactivation that vanishes there.
    signs : tuple of tuple of int
        For each hidden layer, the signs of its neurons with a ReLU there.
    outputs : tuple of tuple of fmpq
        For each output its value at the point, then its derivatives by the directions.
    """

    pattern: bytes
    strict: bool
    signs: tuple[tuple[int, ...], ...]
    outputs: tuple[tuple[fmpq, ...], ...]


def germ(network: Network, point: Sequence[fmpq], directions: Sequence[Sequence[fmpq]]) -> Germ:
    """The germ of a net at a point, along directions.

    Parameters
    ----------
    point : sequence of fmpq, length n
    directions : sequence of sequences of fmpq, each of length n
        The first one counts most.

    Examples
    --------
    >>> absolute_value = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
    >>> germ(absolute_value, [fmpq(0)], [[fmpq(-1)]]).outputs
    ((0, 1),)
    """
    state = from_rows([point, *directions], network.input_dim).transpose()
    active: list[NDArray[np.bool_]] = []
    strict = True
    found: list[tuple[int, ...]] = []
    for number, layer in enumerate(network.layers):
        product = layer.weight * state
        table = [[entry + offset, *row] for (entry, *row), offset in zip(product.tolist(), layer.bias.entries(), strict=True)]
        if number == len(network.layers) - 1:
            break
        signs = [_sign(row) for row in table]
        relu = layer.has_relu
        strict = strict and all(sign or not has for sign, has in zip(signs, relu.tolist(), strict=True))
        positive = np.array(signs) > 0
        active.append(positive[relu])
        found.append(tuple(sign for sign, has in zip(signs, relu.tolist(), strict=True) if has))
        nothing = [fmpq(0)] * len(table[0])
        state = _matrix([row if on else nothing for row, on in zip(table, (positive | ~relu).tolist(), strict=True)])
    bits = np.concatenate([np.zeros(0, dtype=np.bool_), *active])
    return Germ(np.packbits(bits).tobytes(), strict, tuple(found), tuple(map(tuple, table)))


def _sign(row: Sequence[fmpq]) -> int:
    first = next((entry for entry in row if entry), fmpq(0))
    return (first > 0) - (first < 0)


def _matrix(table: list[list[fmpq]]) -> fmpq_mat:
    return from_rows(table, len(table[0]))
