"""`DoublesGradients`: the Jacobians of a net on many cells at once, in doubles, with a bound of their errors.

A Jacobian is the product of the layers' matrices, in which rows of inactive neurons are zeros. An entry is a sum over paths
through the net, so that its error is a share of the sum of the sizes of all paths.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from relupoly.analysis.branching.doubles_net import DoublesNet, Floats
from relupoly.exact.blocks import densely
from relupoly.exact.doubles import LARGEST_WHOLE
from relupoly.exact.sparse import Matrix
from relupoly.networks.network import Network

# Entries of what is multiplied at once: 32 megabytes.
_MOST_ENTRIES = 2**22
# So nothing overflows, and what underflow takes is less than the tiny number.
_MOST_DIGITS = 140
_TINY = 1e-150


class DoublesGradients:
    """The Jacobians of a net on cells.

    Parameters
    ----------
    net : DoublesNet
        With a hidden layer, its products of weights within the range of doubles.
    whole : bool
        Whether the weights are whole numbers, none of which was rounded.

    Attributes
    ----------
    error : ndarray of float64, shape (outputs, n)
        What the entries' errors are at most.
    sizes : ndarray of float64, shape (outputs, n)
        What the entries are at most in size.
    """

    def __init__(self, net: DoublesNet, whole: bool = False) -> None:
        self._net = net
        found = net.sizes[-1]
        for size in reversed(net.sizes[:-1]):
            found = found @ size
        self.sizes = found * (1 + net.roundoff) + _TINY
        is_exact = whole and float(found.max(initial=0.0)) < LARGEST_WHOLE
        self.error = np.zeros(found.shape) if is_exact else net.roundoff * self.sizes + _TINY

    @classmethod
    def of(cls, network: Network) -> DoublesGradients | None:
        """Those of a net with a hidden layer; None where it is too large, or its numbers are too large or too small."""
        net = DoublesNet.of(network)
        if net is None or net.digits > _MOST_DIGITS:
            return None
        whole = all((one == np.rint(one)).all() for one in net.weights)
        return cls(net, whole and all(_is_whole(layer.weight) for layer in network.layers))

    @property
    def is_exact(self) -> bool:
        """Whether there are no errors."""
        return not self.error.any()

    def on(self, active: Sequence[NDArray[np.bool_]]) -> Floats:
        """The Jacobians on cells.

        Parameters
        ----------
        active : sequence of ndarray of bool, shape (cells, width)
            For each hidden layer, which neurons pass on what they compute.

        Returns
        -------
        ndarray of float64, shape (cells, outputs, n)
        """
        cells = len(active[0])
        entries = min(self.sizes.shape) * max(len(bias) for bias in self._net.biases[:-1])
        step = max(1, _MOST_ENTRIES // entries)
        parts = [self._some([one[start : start + step] for one in active]) for start in range(0, cells, step)]
        return np.concatenate(parts) if parts else np.zeros((0, *self.sizes.shape))

    def _some(self, active: Sequence[NDArray[np.bool_]]) -> Floats:
        """The same for few cells: from the side that has fewer rows."""
        weights = self._net.weights
        outputs, inputs = self.sizes.shape
        if outputs <= inputs:
            found = np.broadcast_to(weights[-1], (len(active[0]), *weights[-1].shape))
            for weight, flags in zip(reversed(weights[:-1]), reversed(active), strict=True):
                found = _times(found * flags[:, None], weight)
            return found
        # Columns are rows of the transposes.
        found = np.broadcast_to(weights[0].T, (len(active[0]), *weights[0].T.shape))
        for weight, flags in zip(weights[1:], active, strict=True):
            found = _times(found * flags[:, None], weight.T)
        return found.transpose(0, 2, 1)


def _is_whole(weight: Matrix) -> bool:
    return all(entry.q == 1 for entry in densely(weight).entries())


def _times(rows: Floats, matrix: Floats) -> Floats:
    """The rows of many matrices times one, as one product."""
    found: Floats = (rows.reshape(-1, rows.shape[-1]) @ matrix).reshape(*rows.shape[:-1], matrix.shape[1])
    return found
