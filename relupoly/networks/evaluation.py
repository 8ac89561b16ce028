"""The value of a net at a point: exactly, or for many points in floats."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat
from numpy.typing import ArrayLike, NDArray

from relupoly.errors import NetworkError
from relupoly.exact.matrices import column
from relupoly.exact.rationals import nearest_float, rational
from relupoly.exact.sparse import Matrix, SparseMatrix
from relupoly.networks.network import Layer, Network


def evaluate(network: Network, point: Sequence[Any]) -> list[fmpq]:
    """The outputs at a point, in rationals.

    Parameters
    ----------
    point : sequence of numbers, length n_in
        Anything that `relupoly.exact.rationals.rational` understands.

    Raises
    ------
    NetworkError
        If the point has the wrong length.

    Examples
    --------
    >>> net = Network.from_rows([([[1], [-1]], [0, 0]), ([[1, 1]], [0])])
    >>> evaluate(net, ["-1/3"])
    [1/3]
    """
    return [entry for row in preactivations(network, point)[-1].tolist() for entry in row]


def preactivations(network: Network, point: Sequence[Any]) -> list[fmpq_mat]:
    """The preactivations of every layer at a point, as columns; the last are the outputs."""
    _check_length(network, len(point))
    state = column([rational(entry) for entry in point])
    values = []
    before: Layer | None = None
    for layer in network.layers:
        if before:
            state = column(before.activated(state.entries()))
        state = layer.weight * state + layer.bias
        values.append(state)
        before = layer
    return values


def evaluate_floats(network: Network, points: ArrayLike) -> NDArray[np.float64]:
    """The outputs at many points, in double precision with its rounding errors.

    Parameters
    ----------
    points : array_like, shape (m, n_in)

    Returns
    -------
    ndarray, shape (m, n_out)

    Examples
    --------
    >>> net = Network.from_rows([([[1], [-1]], [0, 0]), ([[1, 1]], [0])])
    >>> evaluate_floats(net, [[-2.0], [3.0]]).tolist()
    [[2.0], [3.0]]
    """
    state = np.asarray(points, dtype=np.float64)
    if state.ndim != 2:
        raise NetworkError(f"points have {state.ndim} axes; give an array of shape (m, {network.input_dim})")
    _check_length(network, state.shape[1])
    before: Layer | None = None
    for layer in network.layers:
        if before:
            state = np.where(before.has_relu, np.maximum(state, 0.0), state)
        state = _applied(layer.weight, state) + _floats(layer.bias)[:, 0]
        before = layer
    return state


def _applied(weight: Matrix, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The weights times each point."""
    values: NDArray[np.float64]
    if not isinstance(weight, SparseMatrix):
        values = points @ _floats(weight).T
        return values
    entries = np.array([nearest_float(entry) for entry in weight.nonzeros()], dtype=np.float64)
    values = np.zeros((len(points), weight.nrows()))
    for row, point in zip(values, points, strict=True):
        row[:] = weight.row_sums(entries * point[weight.column])
    return values


def _floats(matrix: fmpq_mat) -> NDArray[np.float64]:
    entries = [nearest_float(entry) for entry in matrix.entries()]
    return np.array(entries, dtype=np.float64).reshape(matrix.nrows(), matrix.ncols())


def _check_length(network: Network, length: int) -> None:
    if length != network.input_dim:
        raise NetworkError(f"the point has {length} coordinates, but the network has {network.input_dim} inputs")
