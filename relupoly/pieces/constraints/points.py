"""The signs of all preactivations at many points of a box at once, in doubles with error bounds; and which points to try."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from relupoly.exact.doubles import SMALLEST
from relupoly.exact.floats import Floats, FloatVectors
from relupoly.exact.vectors import Signs
from relupoly.pieces.forms.bounds import Bounds
from relupoly.pieces.forms.homogeneous import HomogeneousNet


def extreme_points(bounds: Bounds, slopes: Floats) -> Floats:
    """The vertices of a box where forms with given slopes are largest, moved inside as far as doubles ask for.

    Parameters
    ----------
    bounds : Bounds
    slopes : ndarray of float64, shape (k, d)

    Returns
    -------
    ndarray of float64, shape (k, d)
        Points of the box, exactly.

    Examples
    --------
    >>> from flint import fmpq
    >>> extreme_points(Bounds((fmpq(-1), fmpq(0)), (fmpq(1), fmpq(1, 2))), np.array([[2.0, -3.0]]))
    array([[1., 0.]])
    """
    low, high = bounds.inner
    point = np.where(slopes > 0, high, low)
    point[np.abs(point) < SMALLEST] = 0.0  # products with it would underflow
    outside = (point < low) | (point > high)
    return np.where(outside, np.broadcast_to(bounds.center, point.shape), point)


def signs_at(net: HomogeneousNet, points: Floats) -> Iterator[Signs]:
    """For each hidden layer the signs of its neurons with ReLU, shape (width, k); `UNKNOWN` where doubles do not tell.

    Parameters
    ----------
    net : HomogeneousNet
    points : ndarray of float64, shape (k, d)
        Their coordinates are these, exactly.
    """
    layers = net.vectors(FloatVectors)
    rays = np.concatenate([points, np.ones((len(points), 1))], axis=1)
    values = net.entering.products(FloatVectors(rays, np.zeros_like(rays)))
    for layer, width in enumerate(net.widths):
        if layer:
            every: NDArray[np.bool_] = np.ones(len(values), dtype=np.bool_)
            values = layers[layer].image(values, every)
        yield values.signs()[:width]
        passed = values.value.copy()
        np.maximum(passed[:width], 0.0, out=passed[:width])
        values = FloatVectors(passed, values.error)


def steepest(net: HomogeneousNet, layer: int, neurons: NDArray[np.intp], points: Floats) -> Floats | None:
    """How fast preactivations of a layer rise along the coordinates, each at a point of its own; about, in doubles.

    Parameters
    ----------
    net : HomogeneousNet
    layer : int
    neurons : ndarray of int, shape (k,)
        Of this layer.
    points : ndarray of float64, shape (k, d)

    Returns
    -------
    ndarray of float64, shape (k, d), or None
        Each up to a positive factor; None where a layer is sparse.
    """
    layers = [one.value for one in net.floats[: layer + 1] if isinstance(one, FloatVectors)]
    if len(layers) <= layer:
        return None
    values = np.concatenate([points, np.ones((len(points), 1))], axis=1)
    masks = []
    for weights, width in zip(layers[:-1], net.widths, strict=False):
        values = _scaled(values @ weights.T)
        np.maximum(values[:, :width], 0.0, out=values[:, :width])
        mask = np.ones_like(values)
        mask[:, :width] = values[:, :width] > 0
        masks.append(mask)
    slopes = layers[-1][neurons]
    for weights, mask in zip(layers[-2::-1], masks[::-1], strict=True):
        slopes = _scaled((slopes * mask) @ weights)
    return slopes[:, :-1]


def _scaled(rows: Floats) -> Floats:
    """Rows whose largest entry is 1."""
    size: Floats = np.abs(rows).max(axis=1, keepdims=True)
    return rows / np.where(size > 0, size, 1.0)
