"""How steep nets are on boxes at most, in doubles: entries of Jacobians in intervals, and the norms that bound them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from relupoly.analysis.branching.doubles_net import DoublesNet, Floats
from relupoly.analysis.branching.relaxation import Boxes

# What a norm in doubles has to be below the bound by, in shares: sums of so few products are far more precise.
_ROOM = 1e-9


def entries_at_most(net: DoublesNet, boxes: Boxes) -> Floats:
    """The sizes of the Jacobian's entries at most, about; shape (m, outputs, n)."""
    low = np.broadcast_to(net.weights[-1], (len(boxes), *net.weights[-1].shape))
    high = low
    for layer in reversed(range(len(net.relus))):
        passes = (boxes.least[layer] >= 0) | ~net.relus[layer]
        open_ = ~passes & (boxes.most[layer] > 0)
        low = np.where(passes[:, None], low, np.where(open_[:, None], np.minimum(low, 0.0), 0.0))
        high = np.where(passes[:, None], high, np.where(open_[:, None], np.maximum(high, 0.0), 0.0))
        rising, falling = np.maximum(net.weights[layer], 0.0), np.minimum(net.weights[layer], 0.0)
        low, high = low @ rising + high @ falling, high @ rising + low @ falling
    found: Floats = np.maximum(-low, high)
    return found


def are_flat_enough(entries: Floats, norm: str, most: float) -> NDArray[np.bool_]:
    """Whether a norm of matrices with such entries, or the square of the norm 2, is surely at most a bound."""
    if norm == "1":
        size = entries.sum(axis=1).max(axis=1)
    elif norm == "inf":
        size = entries.sum(axis=2).max(axis=1)
    else:
        size = np.linalg.norm(entries, ord=2, axis=(1, 2)) ** 2 if entries.shape[1] > 1 else (entries**2).sum(axis=(1, 2))
    found: NDArray[np.bool_] = size * (1 + _ROOM) <= most
    return found
