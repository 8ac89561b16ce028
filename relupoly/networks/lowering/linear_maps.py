"""The sparse matrices of convolutions, averages and products of arrays, by index arithmetic on whole arrays."""

from __future__ import annotations

import math

import numpy as np

from relupoly.exact.rational_arrays import RationalArray
from relupoly.exact.sparse import Places, SparseMatrix
from relupoly.exact.tables import Table
from relupoly.networks.lowering.tensor import ABSENT
from relupoly.networks.lowering.windows import Windows


def convolution(batch: int, weight: RationalArray, groups: int, windows: Windows) -> SparseMatrix:
    """The matrix of a convolution: inputs (batch, channels, positions), outputs (batch, filters, windows), row-major.

    Parameters
    ----------
    batch : int
    weight : RationalArray, shape (filters, channels / groups, *kernel)
    groups : int
        Each group of filters sees a group of channels.
    windows : Windows

    Examples
    --------
    >>> weight = RationalArray.of_integers(np.array([[[1, 2]]]))
    >>> convolution(1, weight, 1, Windows((3,), (2,), (1,), (1,), (0,), (0,))).dense()
    [1, 2, 0]
    [0, 1, 2]
    """
    filters, channels = weight.shape[:2]
    places = windows.places
    count, kernel = places.shape
    positions = math.prod(windows.sizes)
    # axes: sample, group, filter, window, channel, position in the window; so rows ascend, and columns in each row
    n, g, m, p, c, q = _axes(batch, groups, filters // groups, count, channels, kernel)
    row = ((n * groups + g) * (filters // groups) + m) * count + p
    seen = places[None, None, None, :, None, :]
    column = ((n * groups + g) * channels + c) * positions + seen
    entry = ((g * (filters // groups) + m) * channels + c) * kernel + q
    shape = (batch * filters * count, batch * groups * channels * positions)
    return _matrix(shape, row, column, entry, seen != ABSENT, weight)


def transposed_convolution(batch: int, weight: RationalArray, groups: int, windows: Windows) -> SparseMatrix:
    """The matrix of a transposed convolution: inputs (batch, channels, windows), outputs (batch, filters, positions).

    Parameters
    ----------
    batch : int
    weight : RationalArray, shape (channels, filters / groups, *kernel)
    groups : int
    windows : Windows
        Those of the convolution of which this is the transpose: its positions are the outputs here.
    """
    return convolution(batch, weight, groups, windows).transpose()


def average(blocks: int, windows: Windows, padding_counts: bool) -> SparseMatrix:
    """The matrix of the means over windows: inputs (blocks, positions), outputs (blocks, windows).

    Parameters
    ----------
    blocks : int
        Samples times channels.
    windows : Windows
    padding_counts : bool
        Whether a mean is over padding, too, which is 0, or over what is there.

    Examples
    --------
    >>> average(1, Windows((3,), (2,), (2,), (1,), (1,), (0,)), True).dense()
    [1/2,   0,   0]
    [  0, 1/2, 1/2]
    """
    places = windows.places
    count, kernel = places.shape
    counted = windows.padded if padding_counts else places != ABSENT
    sizes = np.maximum(counted.sum(axis=1), 1)
    scale = math.lcm(*set(sizes.tolist()))
    b, p, q = _axes(blocks, count, kernel)
    weight = RationalArray(scale // sizes, scale)
    seen = places[None]
    shape = (blocks * count, blocks * math.prod(windows.sizes))
    return _matrix(shape, b * count + p, b * math.prod(windows.sizes) + seen, p + 0 * q, seen != ABSENT, weight)


def product_with(
    shape: tuple[int, ...], weight: RationalArray, on_the_left: bool = False
) -> tuple[SparseMatrix, tuple[int, ...]]:
    """The matrix of the product with a constant array by the rules of `numpy.matmul`, and the shape of the product.

    Parameters
    ----------
    shape : tuple of int
        Of what is multiplied.
    weight : RationalArray
    on_the_left : bool
        Whether the constant array is the left factor.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> weight = RationalArray.of_integers(np.array([[1, 2], [3, 4]]))
    >>> matrix, shape = product_with((2,), weight)
    >>> matrix.dense(), shape
    ([1, 3]
    [2, 4], (2,))
    """
    inputs, entries = np.arange(math.prod(shape)).reshape(shape), np.arange(weight.size).reshape(weight.shape)
    left: Places = entries if on_the_left else inputs
    right: Places = inputs if on_the_left else entries
    left = left.reshape(1, -1) if left.ndim == 1 else left
    right = right.reshape(-1, 1) if right.ndim == 1 else right
    if left.shape[-1] != right.shape[-2]:
        raise ValueError("the lengths of the axes that are summed over differ")
    # axes: ..., row of the left, column of the right, what is summed over
    left, right = left[..., :, None, :], np.swapaxes(right, -1, -2)[..., None, :, :]
    whole = np.broadcast_shapes(left.shape, right.shape)
    rows = np.arange(math.prod(whole[:-1])).reshape(whole[:-1])[..., None]
    column, entry = (right, left) if on_the_left else (left, right)
    matrix = _matrix((rows.size, inputs.size), rows, column, entry, np.ones((), dtype=np.bool_), weight)
    axes = list(whole[:-1])
    vectors = [len(factor) == 1 for factor in ((weight.shape, shape) if on_the_left else (shape, weight.shape))]
    if vectors[1]:
        del axes[-1]
    if vectors[0]:
        del axes[-1 if vectors[1] else -2]
    return matrix, tuple(axes)


def sums(kept: Places, count: int) -> SparseMatrix:
    """The matrix that adds up entries: entry i goes into the sum kept[i], of so many."""
    size = kept.size
    return SparseMatrix.from_places((count, size), kept.ravel(), np.arange(size), np.ones(size, dtype=np.int64))


def _axes(*lengths: int) -> list[Places]:
    """The index along each of several axes, ready to be broadcast."""
    return list(np.ogrid[tuple(slice(0, length) for length in lengths)])


def _matrix(
    shape: tuple[int, int], row: Places, column: Places, entry: Places, there: Table, weight: RationalArray
) -> SparseMatrix:
    """The matrix with the weight of number `entry` at (row, column) where a place is there; the arrays are broadcast."""
    rows, columns, entries, there = np.broadcast_arrays(row, column, entry, there)
    values = weight.numerator.ravel()
    if there.all():
        rows, columns, entries = rows.ravel(), columns.ravel(), entries.ravel()
    else:
        rows, columns, entries = rows[there], columns[there], entries[there]
    return SparseMatrix.from_places(shape, rows, columns, values[entries], weight.denominator)
