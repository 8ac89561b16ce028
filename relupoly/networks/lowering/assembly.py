"""From signals to a `Network`: the neurons that the output needs, layer by layer, from the last one to the first.

What the layers after hidden layer k read of signals from before k is carried through it by linear neurons. There are three
choices, and the one with the fewest neurons is taken:

* each signal by itself, and each linear neuron of level k as it was named;
* the affine forms that are read, proportional ones once: a sum of many signals is one number;
* each signal by itself, with the linear neurons of level k written out in what they read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from relupoly.exact.matrices import column
from relupoly.exact.rational_arrays import RationalArray
from relupoly.exact.sparse import Matrix, Places, SparseMatrix, stacked
from relupoly.exact.tables import shrunk
from relupoly.networks.lowering.tensor import Tensor, concatenated
from relupoly.networks.network import Layer

if TYPE_CHECKING:
    from relupoly.networks.lowering.neurons import Lowering

_SMALL = 2**12
"""Entries of a matrix that is dense whatever its zeros: a product with a vector takes microseconds then."""

_SHARE = 4
"""A larger matrix is sparse where at most one entry in so many is not 0: with its column, such an entry takes more than one."""


@dataclass(frozen=True)
class _Carried:
    """What linear neurons of a layer carry.

    Attributes
    ----------
    forms : Tensor, shape (k,)
        The preactivations of these neurons.
    weights : SparseMatrix, shape (readers, k)
        How the layers behind read them.
    readers : Tensor
        What the layers behind compute, of all signals that they read.
    """

    forms: Tensor
    weights: SparseMatrix
    readers: Tensor


@dataclass(frozen=True)
class Assembled:
    """The layers of a net, and what has become of the neurons that were made.

    Attributes
    ----------
    layers : tuple of Layer
    relus : tuple of ndarray of int64
        For each hidden layer the signals of its ReLU neurons, ascending: these neurons come first in the layer.
    """

    layers: tuple[Layer, ...]
    relus: tuple[Places, ...]


def assembled(lowering: Lowering, output: Tensor) -> Assembled:
    """The net whose outputs are the entries of a tensor; see `Lowering.network`."""
    readers = replace(output.flat, forms=output.widened(lowering.signals))
    linear: tuple[int, ...] = ()
    layers: list[Layer] = []
    signals: list[Places] = []
    for level in range(int(lowering.level.max(initial=0)), 0, -1):
        read = np.unique(readers.forms.column)
        here = read[lowering.level[read] == level]
        relus, named = here[lowering.is_relu[here]], here[~lowering.is_relu[here]]
        if not len(relus):
            readers = _written_out(lowering, readers, named)
            continue
        carried = _carried(lowering, readers, read[lowering.level[read] < level], named)
        weights = _beside(carried.readers.forms.take_columns(relus), carried.weights)
        layers.append(_layer(weights, carried.readers.constant, linear))
        signals.append(relus)
        linear = tuple(range(len(relus), len(relus) + carried.forms.size))
        readers = concatenated([_preactivations(lowering, relus), carried.forms], 0)
    inputs = readers.forms.take_columns(np.arange(lowering.inputs))
    layers.append(_layer(inputs, readers.constant, linear))
    return Assembled(tuple(reversed(layers)), tuple(reversed(signals)))


def _carried(lowering: Lowering, readers: Tensor, older: Places, named: Places) -> _Carried:
    """The fewest linear neurons that carry what is read of older signals, and of linear neurons of the level."""
    signals = np.concatenate([older, named])
    rows, weights = _distinct(readers.forms.take_columns(signals))
    written_out = _preactivations(lowering, named)
    sources = np.union1d(older, written_out.forms.column)
    fewest = min(len(signals), rows.nrows(), len(sources))
    if fewest < min(len(signals), rows.nrows()):
        readers = _written_out(lowering, readers, named)
        sources = np.intersect1d(sources, readers.forms.column)
        return _Carried(_alone(lowering, sources), readers.forms.take_columns(sources), readers)
    forms = concatenated([_alone(lowering, older), written_out], 0)
    if fewest == len(signals):
        return _Carried(forms, readers.forms.take_columns(signals), readers)
    return _Carried(forms.mapped(rows, (rows.nrows(),)), weights, readers)


def _written_out(lowering: Lowering, readers: Tensor, named: Places) -> Tensor:
    """The same forms in terms of what these linear neurons read."""
    forms = readers.forms
    gone = np.isin(forms.column, named)
    rest = SparseMatrix.from_places(
        forms.shape, forms.row[~gone], forms.column[~gone], forms.numerator[~gone], forms.denominator
    )
    inner = _preactivations(lowering, named).mapped(forms.take_columns(named), readers.shape)
    return replace(readers, forms=rest) + inner


def _preactivations(lowering: Lowering, signals: Places) -> Tensor:
    """What the neurons compute whose outputs are these signals, ascending; shape (signals,)."""
    firsts = np.array([neurons.first for neurons in lowering.neurons], dtype=np.int64)
    group = np.searchsorted(firsts, signals, side="right") - 1
    parts = []
    for index in np.unique(group).tolist():
        neurons = lowering.neurons[index]
        parts.append(neurons.preactivations.taken(signals[group == index] - neurons.first))
    return _over_all(lowering, concatenated(parts, 0) if parts else Tensor.of_constants(RationalArray.zeros(0)))


def _alone(lowering: Lowering, signals: Places) -> Tensor:
    """Each of these signals as a form."""
    one, where = np.ones(len(signals), dtype=np.int64), np.arange(len(signals) + 1)
    forms = SparseMatrix((len(signals), lowering.signals), where, signals, one, 1)
    return Tensor((len(signals),), forms, RationalArray.zeros(len(signals)))


def _over_all(lowering: Lowering, tensor: Tensor) -> Tensor:
    return replace(tensor, forms=tensor.widened(lowering.signals))


def _distinct(matrix: SparseMatrix) -> tuple[SparseMatrix, SparseMatrix]:
    """Integer rows that are not 0, no two of them proportional, and the matrix that makes all rows of them."""
    found: dict[tuple[bytes, bytes | tuple[int, ...]], int] = {}
    filled = np.flatnonzero(np.diff(matrix.start))
    factors: list[int] = []
    which: list[int] = []
    for first, last in zip(matrix.start[filled].tolist(), matrix.start[filled + 1].tolist(), strict=True):
        numbers = matrix.numerator[first:last]
        factor = abs(int(np.gcd.reduce(numbers))) * (1 if numbers[0] > 0 else -1)
        primitive = numbers // factor
        key = tuple(primitive.tolist()) if primitive.dtype == object else primitive.tobytes()
        factors.append(factor)
        which.append(found.setdefault((matrix.column[first:last].tobytes(), key), len(found)))
    leaders, index = np.unique(np.array(which, dtype=np.int64), return_index=True)
    scale = shrunk(np.array(factors, dtype=object))
    chosen = matrix.take_rows(filled[index])
    rows = replace(chosen, numerator=chosen.numerator // scale[index][chosen.row], denominator=1)
    weights = SparseMatrix.from_places(
        (matrix.nrows(), len(leaders)), filled, np.array(which, dtype=np.int64), scale, matrix.denominator
    )
    return rows, weights


def _beside(left: SparseMatrix, right: SparseMatrix) -> SparseMatrix:
    """Two matrices of equal height, side by side."""
    return stacked([left.transpose(), right.transpose()]).transpose() if right.ncols() else left


def _layer(weight: SparseMatrix, constant: RationalArray, linear: tuple[int, ...]) -> Layer:
    """A layer, its weights sparse where they are many and mostly 0."""
    entries = weight.nrows() * weight.ncols()
    matrix: Matrix = weight if entries > _SMALL and weight.count * _SHARE <= entries else weight.dense()
    return Layer(matrix, column(constant.entries()), linear)
