"""The exact gradient of a net where it is known which neurons are active."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from flint import fmpq, fmpq_mat
from numpy.typing import NDArray

from relupoly.analysis.lipschitz.norms import Gradient
from relupoly.exact.blocks import densely
from relupoly.networks.network import Network


class ExactGradients:
    """The gradients of a net on its cells.

    Parameters
    ----------
    network : Network
    """

    def __init__(self, network: Network) -> None:
        self._weights = [densely(layer.weight) for layer in network.layers]
        self._biases: list[list[fmpq]] = [layer.bias.entries() for layer in network.hidden]
        self._rows: list[list[list[fmpq]]] = [weight.tolist() for weight in self._weights[:-1]]

    def of(self, active: Sequence[NDArray[np.bool_]]) -> Gradient:
        """The gradient on a cell.

        Parameters
        ----------
        active : sequence of ndarray of bool, shape (width,)
            For each hidden layer, which neurons pass on what they compute.

        Examples
        --------
        >>> net = Network.from_rows([([[1, 2], [3, 0]], None), ([[1, 1]], None)])
        >>> ExactGradients(net).of([np.array([True, False])])
        ((1, 2),)
        """
        rows, _ = self._backward(self._weights[-1].tolist(), active)
        return tuple(map(tuple, rows))

    def form(self, active: Sequence[NDArray[np.bool_]], layer: int, neuron: int) -> list[fmpq]:
        """The coefficients of a hidden layer's preactivation on a cell, and its constant.

        Examples
        --------
        >>> net = Network.from_rows([([[1, 2], [3, 0]], [4, 5]), ([[1, 1]], [6]), ([[1]], None)])
        >>> ExactGradients(net).form([np.array([True, False])], 1, 0)
        [1, 2, 10]
        """
        (row,), (constant,) = self._backward([self._rows[layer][neuron]], active[:layer])
        return [*row, constant + self._biases[layer][neuron]]

    def _backward(self, rows: list[list[fmpq]], active: Sequence[NDArray[np.bool_]]) -> tuple[list[list[fmpq]], list[fmpq]]:
        """Forms of what leaves some layers as forms of inputs: coefficients, and constants that come from these layers."""
        constants = [fmpq(0)] * len(rows)
        for layer in reversed(range(len(active))):
            chosen = np.flatnonzero(active[layer]).tolist()
            if not chosen:
                return [[fmpq(0)] * self._weights[0].ncols() for _ in rows], constants
            kept = fmpq_mat([[row[place] for place in chosen] for row in rows])
            onward = kept * fmpq_mat([[*self._rows[layer][place], self._biases[layer][place]] for place in chosen])
            rows = [row[:-1] for row in onward.tolist()]
            constants = [one + row[-1] for one, row in zip(constants, onward.tolist(), strict=True)]
        return rows, constants
