"""`DoubleNorms`: bounds of the norms of many gradients at once, in doubles.

They tell which gradients may have the largest norm, so that few have to be measured exactly. Entries come with bounds of their
errors; all that rounding may add is added. The largest singular value is the root of the largest eigenvalue of a Gram matrix G.
Of the eigenvalues w and the eigenvectors Q that are computed nothing is trusted: with E = G - Q diag(w) Q^T, whatever Q and w
are, the largest eigenvalue of G is at most max(w) |Q^T Q| + |E|, and at least max(w) (1 - |Q^T Q - I|) - |E| (Ostrowski, Weyl).
"""

from __future__ import annotations

from math import inf

import numpy as np
from numpy.typing import NDArray

from relupoly.analysis.lipschitz.norms import GradientNorm
from relupoly.exact.doubles import UNIT_ROUNDOFF
from relupoly.networks.evaluation import nearest_floats

Floats = NDArray[np.float64]

# Powers of doubles are not rounded as sums and products are; no library's are off by a millionth of this.
_OF_POWERS = 2.0**-20
_TINY = 1e-280  # more than what underflow takes


class DoubleNorms:
    """Bounds of norms, or of their squares for p = 2.

    Parameters
    ----------
    norm : GradientNorm
        As `are_known` says.
    """

    def __init__(self, norm: GradientNorm) -> None:
        self._norm = norm
        self._metric = None if norm.metric is None else nearest_floats(norm.metric)

    @staticmethod
    def are_known(norm: GradientNorm) -> bool:
        """Whether there are such bounds: in a subspace for p = 2 only."""
        return norm.subspace is None or norm.power == 2

    @np.errstate(all="ignore")
    def bounds(self, gradients: Floats, error: Floats, least: float = -inf) -> tuple[Floats, Floats]:
        """Bounds of the norms of gradients.

        Parameters
        ----------
        gradients : ndarray of float64, shape (k, outputs, n)
        error : ndarray of float64, shape (outputs, n) or (k, outputs, n)
            What the entries' errors are at most.
        least : float
            Norms that are surely below this are not bounded more closely.

        Returns
        -------
        lower, upper : ndarray of float64, shape (k,)
        """
        if self._norm.is_squared:
            lower, upper = self._squares(gradients, np.broadcast_to(error, gradients.shape), least)
        else:
            sizes = np.abs(gradients)
            share = _OF_POWERS if self._is_power else 8 * (sum(sizes.shape[1:]) + 8) * UNIT_ROUNDOFF
            lower = self._sums(np.maximum(sizes - error, 0.0)) * (1 - share)
            upper = self._sums(sizes + error) * (1 + share) + _TINY
        # Numbers beyond the range of doubles prove nothing.
        known = np.isfinite(upper)
        return np.where(known & (lower > 0), lower, 0.0), np.where(known, upper, inf)

    @property
    def _is_power(self) -> bool:
        return self._norm.power not in (1, inf)

    def _sums(self, sizes: Floats) -> Floats:
        """The norms of gradients of which the entries' sizes are given, about."""
        if self._norm.power == inf:
            return np.asarray(sizes.sum(axis=2).max(axis=1))
        if self._norm.power == 1:
            return np.asarray(sizes.sum(axis=1).max(axis=1))
        power = float(self._norm.power)
        largest = sizes[:, 0].max(axis=1)
        shares = sizes[:, 0] / np.where(largest > 0, largest, 1.0)[:, None]
        dual = power / (power - 1)
        return np.asarray(largest * (shares**dual).sum(axis=1) ** (1 / dual))

    def _squares(self, gradients: Floats, error: Floats, least: float) -> tuple[Floats, Floats]:
        """The same for p = 2."""
        product, doubt = self._products(gradients, error)
        # The largest of several eigenvalues, none of them negative, is at most their sum.
        upper = (np.trace(product, axis1=1, axis2=2) + np.trace(doubt, axis1=1, axis2=2)) * (1 + 8e-15 * len(error[0])) + _TINY
        if product.shape[1] == 1:
            return product[:, 0, 0] - doubt[:, 0, 0], upper
        lower, places = np.zeros(len(upper)), np.flatnonzero(np.isfinite(upper) & (upper >= least))
        low, high = _largest_eigenvalues(product[places], doubt[places])
        lower[places], upper[places] = low, np.fmin(upper[places], high)
        return lower, upper

    def _products(self, gradients: Floats, error: Floats) -> tuple[Floats, Floats]:
        """Gram matrices that have the squares of the singular values, and what their entries' errors are at most."""
        if self._metric is None and gradients.shape[1] > gradients.shape[2]:
            gradients, error = gradients.transpose(0, 2, 1), error.transpose(0, 2, 1)
        sizes, turned = np.abs(gradients) + error, gradients.transpose(0, 2, 1)
        entering, of_errors = sizes.transpose(0, 2, 1), error.transpose(0, 2, 1)
        if self._metric is not None:
            turned, weight = self._metric @ turned, np.abs(self._metric)
            entering, of_errors = weight @ entering, weight @ of_errors
        share = 8 * (gradients.shape[2] + 8) * UNIT_ROUNDOFF
        doubt = error @ entering + sizes @ of_errors + share * (sizes @ entering)
        return gradients @ turned, doubt * (1 + share) + _TINY


def _largest_eigenvalues(matrices: Floats, doubt: Floats) -> tuple[Floats, Floats]:
    """Bounds of the largest eigenvalue of each of some symmetric matrices, whose entries' errors are bounded."""
    size = matrices.shape[1]
    share = 8 * (size + 8) * UNIT_ROUNDOFF
    values, vectors = np.linalg.eigh(matrices)
    turned, sizes = vectors.transpose(0, 2, 1), np.abs(vectors)
    scaled = vectors * values[:, None]
    rest = np.abs(matrices - scaled @ turned) + share * (np.abs(matrices) + np.abs(scaled) @ sizes.transpose(0, 2, 1))
    beside = np.abs(turned @ vectors - np.eye(size)) + share * (sizes.transpose(0, 2, 1) @ sizes)
    off, away = ((one * one).sum(axis=(1, 2)) ** 0.5 * (1 + size * share) + _TINY for one in (rest + doubt, beside))
    most = np.maximum(values[:, -1], 0.0)
    return most * (1 - away) * (1 - share) - off * (1 + share), (most * (1 + away) + off) * (1 + share)
