"""`DoublesNet`: a net whose weights are rounded to doubles, for bounds that allow for that."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from flint import fmpq_mat
from numpy.typing import NDArray

from relupoly.exact.blocks import densely
from relupoly.exact.doubles import UNIT_ROUNDOFF
from relupoly.networks.evaluation import nearest_floats
from relupoly.networks.network import Network

Floats = NDArray[np.float64]

_MOST_ENTRIES = 2**24  # of weights in doubles; so many are 128 megabytes
# Products of weights of successive layers are 0 or within so many powers of 10, up or down: so underflow takes less from them
# than rounding does. A net with weights 1e300, 1e-200, 1e-200 had a false bound without that.
_MOST_DIGITS = 200


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
        """A net in doubles; None where it is too large, or its numbers are too large or too small."""
        if sum(layer.outputs * layer.inputs for layer in network.layers) > _MOST_ENTRIES:
            return None
        weights = [_rounded(densely(layer.weight)) for layer in network.layers]
        biases = [_rounded(layer.bias) for layer in network.layers]
        if any(one is None for one in (*weights, *biases)):
            return None
        relus = tuple(layer.has_relu for layer in network.hidden)
        known = (tuple(one for one in some if one is not None) for some in (weights, biases))
        matrices, columns = known
        found = cls(matrices, tuple(one[:, 0] for one in columns), relus)
        return found if found.digits <= _MOST_DIGITS else None

    @property
    def digits(self) -> float:
        """Sums of products of weights of successive layers are 0 or within so many powers of 10, up or down."""
        found = 0.0
        for size in self.sizes:
            least, most = size.min(initial=1.0, where=size > 0), size.max(initial=0.0) * size.shape[1]
            found += max(-np.log10(least), np.log10(max(1.0, most)))
        return found

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


def _rounded(matrix: fmpq_mat) -> Floats | None:
    """The nearest doubles; None if one is too large for them, or so small that it loses digits."""
    found = nearest_floats(matrix)
    kept = np.isfinite(found) & ((np.abs(found) >= np.finfo(np.float64).tiny) | (found == 0))
    if not kept.all():
        return None
    return found if np.count_nonzero(found) == sum(map(bool, matrix.entries())) else None
