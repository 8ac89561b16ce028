"""The value of a net at a point: exactly, or for many points in floats; and the signs of its preactivations there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any

import numpy as np
from flint import fmpq, fmpq_mat, fmpz
from numpy.typing import ArrayLike, NDArray

from relupoly.errors import NetworkError, NumberError
from relupoly.exact.integer_maps import Integers
from relupoly.exact.matrices import cleared, column
from relupoly.exact.rationals import nearest_float, rational_at
from relupoly.exact.sparse import Matrix, SparseMatrix

if TYPE_CHECKING:
    from relupoly.networks.network import Layer, Network  # a net evaluates itself by what is here

Signs = tuple[tuple[int, ...], ...]


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
    >>> from relupoly.networks.network import Network
    >>> net = Network.from_rows([([[1], [-1]], [0, 0]), ([[1, 1]], [0])])
    >>> evaluate(net, ["-1/3"])
    [1/3]
    """
    *_, (numerators, denominator) = _images(network, exact_point(network, point))
    return [fmpq(entry, denominator) for entry in numerators]


def evaluate_each(network: Network, points: Iterable[Any]) -> list[list[fmpq]]:
    """The outputs at each of several points, in rationals.

    Raises
    ------
    NetworkError, NumberError
        As for `evaluate`; it says which point it is.

    Examples
    --------
    >>> from relupoly.networks.network import Network
    >>> evaluate_each(Network.from_rows([([[2]], [1])]), [["1/3"], [0.5]])
    [[5/3], [2]]
    """
    values = []
    for number, point in enumerate(points, 1):
        try:
            values.append(evaluate(network, point))
        except (NetworkError, NumberError) as error:
            raise type(error)(f"point {number}: {error}") from None
    return values


def is_one_point(x: Any) -> bool:
    """Whether somebody has given one point, and not a list of points.

    Raises
    ------
    NetworkError
        If it can be neither.

    Examples
    --------
    >>> is_one_point([1, "1/3"]), is_one_point([[1, 2]]), is_one_point([])
    (True, False, False)
    """
    if isinstance(x, np.ndarray):
        if x.ndim not in (1, 2):
            raise NetworkError(f"the array has {x.ndim} axes; give it 1 for a point, 2 for a list of points")
        return x.ndim == 1
    _check_sequence(x)
    return len(x) > 0 and not _is_sequence(next(iter(x)))


def exact_point(network: Network, point: Sequence[Any]) -> list[fmpq]:
    """The coordinates of a point of the net's input space, in rationals.

    Raises
    ------
    NetworkError
        If it has the wrong length.
    NumberError
        If an entry is not a finite number; it says which one.
    """
    _check_sequence(point)
    _check_length(network, len(point))
    return [rational_at(entry, f"coordinate {number}", NumberError) for number, entry in enumerate(point, 1)]


def preactivations(network: Network, point: Sequence[Any]) -> list[fmpq_mat]:
    """The preactivations of every layer at a point, as columns; the last are the outputs."""
    images = _images(network, exact_point(network, point))
    return [column([fmpq(entry, denominator) for entry in numerators]) for numerators, denominator in images]


def activation_pattern(network: Network, point: Sequence[Any]) -> Signs:
    """The signs of the preactivations at a point: for each hidden layer those of its neurons with ReLU, in their order.

    Returns
    -------
    tuple of tuple of int
        1 where a neuron is active, -1 where it is not, 0 where its preactivation vanishes.

    Examples
    --------
    >>> from relupoly.networks.network import Network
    >>> net = Network.from_rows([([[1], [-1], [1]], [0, 1, -2]), ([[1, 1, 1]], None)])
    >>> activation_pattern(net, [0])
    ((0, 1, -1),)
    """
    return values_and_pattern(network, exact_point(network, point))[1]


def values_and_pattern(network: Network, point: Sequence[fmpq]) -> tuple[list[fmpq], Signs]:
    """The outputs at a point, and the signs of the preactivations there, at the price of one evaluation."""
    *inner, (numerators, denominator) = _images(network, point)
    signs = tuple(
        tuple((entry > 0) - (entry < 0) for entry, relu in zip(entries, layer.has_relu.tolist(), strict=True) if relu)
        for layer, (entries, _) in zip(network.hidden, inner, strict=True)
    )
    return [fmpq(entry, denominator) for entry in numerators], signs


def _images(network: Network, point: Sequence[fmpq]) -> Iterator[tuple[Integers, int | fmpz]]:
    """The preactivations of every layer, as integers over one denominator, which is positive."""
    numerators: Integers
    denominator: int | fmpz
    numerators, denominator = cleared(column(point))
    for layer, before in zip(network.layers, (None, *network.layers), strict=False):
        if before:
            numerators = [
                entry if entry > 0 or not relu else 0 for entry, relu in zip(numerators, before.has_relu.tolist(), strict=True)
            ]
        numerators, denominator = _image(layer, numerators, denominator)
        yield numerators, denominator


def _image(layer: Layer, numerators: Integers, denominator: int | fmpz) -> tuple[Integers, int | fmpz]:
    """What a layer makes of a point."""
    if layer.integers is not None:
        return layer.integers.apply(numerators, denominator)
    return cleared(layer.weight * column([fmpq(entry, denominator) for entry in numerators]) + layer.bias)


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
    >>> from relupoly.networks.network import Network
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
        state = _applied(layer.weight, state) + nearest_floats(layer.bias)[:, 0]
        before = layer
    return state


def _applied(weight: Matrix, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The weights times each point."""
    values: NDArray[np.float64]
    if not isinstance(weight, SparseMatrix):
        values = points @ nearest_floats(weight).T
        return values
    entries = np.array([nearest_float(entry) for entry in weight.nonzeros()], dtype=np.float64)
    values = np.zeros((len(points), weight.nrows()))
    for row, point in zip(values, points, strict=True):
        row[:] = weight.row_sums(entries * point[weight.column])
    return values


def nearest_floats(matrix: fmpq_mat) -> NDArray[np.float64]:
    """The nearest doubles of all entries."""
    entries = [nearest_float(entry) for entry in matrix.entries()]
    return np.array(entries, dtype=np.float64).reshape(matrix.nrows(), matrix.ncols())


def _check_length(network: Network, length: int) -> None:
    if length != network.input_dim:
        raise NetworkError(f"the point has {length} coordinates, but the network has {network.input_dim} inputs")


def _check_sequence(value: Any) -> None:
    if not _is_sequence(value):
        raise NetworkError(f"{type(value).__name__} is no point; give a list of numbers, or a list of such lists")


def _is_sequence(value: Any) -> bool:
    """Whether something can be a point; a text is a number, and so is an array without axes."""
    return hasattr(value, "__len__") and getattr(value, "ndim", 1) > 0 and not isinstance(value, (str, bytes, Mapping, Set))
