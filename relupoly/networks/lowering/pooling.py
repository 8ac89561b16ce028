"""The maximum over windows, as a balanced binary tree of maxima.

Overlapping windows share what their trees have in common: a pair of entries that occurs in several windows has one neuron.
"""

from __future__ import annotations

import numpy as np

from relupoly.exact.sparse import Places
from relupoly.networks.lowering.activations import maximum
from relupoly.networks.lowering.neurons import Lowering
from relupoly.networks.lowering.tensor import ABSENT, Tensor


def largest_of(lowering: Lowering, x: Tensor, windows: Places) -> Tensor:
    """The largest entry of each window.

    Parameters
    ----------
    lowering : Lowering
    x : Tensor
    windows : ndarray of int64, shape (..., k)
        The places that each window sees, ABSENT where it sees none; each sees one at least.

    Examples
    --------
    >>> lowering = Lowering(3)
    >>> largest = largest_of(lowering, lowering.input((3,)), np.array([[0, 1], [1, 2]]))
    >>> lowering.network(largest).relus
    (2,)
    """
    shape = windows.shape[:-1]
    windows = windows.reshape(-1, windows.shape[-1])
    absent = windows == ABSENT
    windows = np.take_along_axis(windows, np.argsort(absent, axis=1, kind="stable"), axis=1)
    level = x.flat
    while windows.shape[1] > 1:
        level, windows = _halved(lowering, level, windows)
    return level.taken(windows[:, 0]).reshaped(shape)


def _halved(lowering: Lowering, x: Tensor, windows: Places) -> tuple[Tensor, Places]:
    """The maxima of pairs of neighbours, and the windows that see these in their place."""
    if windows.shape[1] % 2:
        windows = np.concatenate([windows, np.full((len(windows), 1), ABSENT)], axis=1)
    pairs = windows.reshape(-1, 2)
    distinct, which = np.unique(pairs, axis=0, return_inverse=True)
    empty = int((distinct[:, 0] == ABSENT).sum())  # they come first
    first, second = distinct[empty:].T
    single = second == ABSENT
    larger = maximum(lowering, x.taken(first), x.taken(np.where(single, first, second)))
    places = np.where(which.reshape(-1) < empty, ABSENT, which.reshape(-1) - empty)
    return larger, places.reshape(len(windows), -1)
