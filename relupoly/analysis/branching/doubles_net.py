"""`DoublesNet`: a net whose weights are rounded to doubles, for bounds that allow for that."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from relupoly.exact.blocks import densely
from relupoly.exact.doubles import UNIT_ROUNDOFF
from relupoly.networks.evaluation import nearest_floats
from relupoly.networks.network import Network

Floats = NDArray[np.float64]

_MOST_ENTRIES = 2**24  # of weights in doubles; so many are 128 megabytes


@dataclass(frozen=True, eq=False)
class DoublesNet:
    """A net in doubles.

    Attributes
    ----------
    weights : tuple of ndarray of float64, shape (n_out, n_in)
        Of all layers, the nearest doubles.
    biases : tuple of ndarray of float64, shape (n_out,)
    relus : tuple of ndarray of bool
        Of the hidden layers, which neurons have a ReLU.
    """

    weights: tuple[Floats, ...]
    biases: tuple[Floats, ...]
    relus: tuple[NDArray[np.bool_], ...]

    @classmethod
    def of(cls, network: Network) -> DoublesNet | None:
        """A net in doubles; None where it is too large, or its numbers are."""
        if sum(layer.outputs * layer.inputs for layer in network.layers) > _MOST_ENTRIES:
            return None
        weights = [nearest_floats(densely(layer.weight)) for layer in network.layers]
        biases = [nearest_floats(layer.bias)[:, 0] for layer in network.layers]
        if not all(np.isfinite(one).all() for one in (*weights, *biases)):
            return None
        return cls(tuple(weights), tuple(biases), tuple(layer.has_relu for layer in network.hidden))

    @cached_property
    def sizes(self) -> tuple[Floats, ...]:
        """The absolute values of the weights."""
        return tuple(np.abs(weight) for weight in self.weights)

    @cached_property
    def roundoff(self) -> float:
        """A bound of the relative error of all that is summed on the way from the inputs to a value, as `Relaxation` sums it.

        Sums of m products have an error of m u of the sum of sizes, and weights themselves are rounded; there are two sums for
        each layer, and one over the outputs. What the bound is computed with is rounded, too, for which it is doubled.
        """
        longest = max(max(weight.shape) for weight in self.weights)
        return float(4 * (longest + 8) * (len(self.weights) + 2) * UNIT_ROUNDOFF)

    @np.errstate(over="ignore", invalid="ignore")
    def values(self, points: Floats) -> Floats:
        """The outputs at points, shape (m, n), about."""
        state = points
        for weight, bias, relu in zip(self.weights, self.biases, self.relus, strict=False):
            state = state @ weight.T + bias
            state = np.where(relu, np.maximum(state, 0.0), state)
        found: Floats = state @ self.weights[-1].T + self.biases[-1]
        return found
