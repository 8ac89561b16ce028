"""`Lowering`: the signals of a net that is being made, and the neurons that give them.

The *level* of a signal is the hidden layer that it comes from, 0 for the inputs of the net. A ReLU neuron stands on the level
after the last one of what it reads. A linear neuron is a name for a form that is read beside a ReLU neuron: without it, the x
of a x + (1 - a) relu(x) would be written out in terms of ever more signals from layer to layer. It belongs to that neuron's
level; whether it becomes a neuron of the net is decided in the end (`assembly.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from relupoly.exact.rational_arrays import RationalArray
from relupoly.exact.sparse import Places, SparseMatrix
from relupoly.networks.lowering.tensor import Tensor, chosen
from relupoly.networks.network import Network

if TYPE_CHECKING:
    from relupoly.networks.lowering.assembly import Assembled

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Neurons:
    """Neurons that were made together.

    Attributes
    ----------
    first : int
        The number of the first one's signal; the others follow.
    preactivations : Tensor, shape (k,)
    """

    first: int
    preactivations: Tensor


class Lowering:
    """The signals and neurons so far.

    Parameters
    ----------
    inputs : int
        The number of inputs of the net.

    Attributes
    ----------
    level : ndarray of int64, shape (signals,)
    is_relu : ndarray of bool, shape (signals,)
        Which signals are outputs of ReLU neurons; the others are inputs, or outputs of linear ones.
    neurons : list of Neurons
        Ascending.

    Examples
    --------
    >>> lowering = Lowering(2)
    >>> x = lowering.input((2,))
    >>> net = lowering.network(lowering.relu(x) - x)
    >>> net.widths, net.layers[0].linear
    ((4,), (2, 3))
    """

    def __init__(self, inputs: int) -> None:
        self.inputs = inputs
        self.level: Places = np.zeros(inputs, dtype=np.int64)
        self.is_relu: Flags = np.zeros(inputs, dtype=np.bool_)
        self.neurons: list[Neurons] = []

    @property
    def signals(self) -> int:
        """The number of signals."""
        return len(self.level)

    def input(self, shape: tuple[int, ...]) -> Tensor:
        """The inputs of the net, row-major, in a shape."""
        return Tensor(shape, SparseMatrix.identity(self.inputs), RationalArray.zeros(self.inputs))

    def relu(self, x: Tensor) -> Tensor:
        """The positive part: a neuron for each entry that depends on a signal."""
        vary = x.lengths > 0
        clipped = Tensor.of_constants(x.constant.above_zero())
        if not vary.any():
            return clipped.reshaped(x.shape)
        places = np.flatnonzero(vary)
        outputs = self._made(x.flat.taken(places), self.levels(x)[places] + 1, relu=True)
        return _replaced(clipped, places, outputs).reshaped(x.shape)

    def named(self, x: Tensor, level: Places) -> Tensor:
        """The same tensor, read beside neurons of these levels: a form of several signals by a linear neuron.

        Parameters
        ----------
        x : Tensor
        level : ndarray of int64, shape (size,)
            0 where there is no such neuron; then the entry stays as it is. So it does where it comes from a later level.
        """
        places = np.flatnonzero((x.lengths > 1) & (self.levels(x) < level))
        if not len(places):
            return x
        outputs = self._made(x.flat.taken(places), level[places], relu=False)
        return _replaced(x.flat, places, outputs).reshaped(x.shape)

    def added(self, one: Tensor, two: Tensor) -> Tensor:
        """The sum of two tensors; shapes are broadcast.

        Where one comes from an earlier level, the net carries it as far as the other, and adds one number: so sums of sums do
        not grow longer from layer to layer.
        """
        shape = np.broadcast_shapes(one.shape, two.shape)
        one, two = one.broadcast(shape), two.broadcast(shape)
        return self.named(one, self.levels(two)) + self.named(two, self.levels(one))

    def levels(self, x: Tensor) -> Places:
        """The last level that each entry reads, row-major; 0 for constants, too."""
        levels = np.zeros(x.size, dtype=np.int64)
        filled = np.flatnonzero(x.lengths)
        if len(filled):
            levels[filled] = np.maximum.reduceat(self.level[x.forms.column], x.forms.start[filled])
        return levels

    def network(self, output: Tensor, metadata: Mapping[str, Any] | None = None) -> Network:
        """The net whose outputs are the entries of a tensor, row-major.

        Raises
        ------
        NetworkError
            If the net would have no input or no output.
        """
        return Network(self.assembled(output).layers, metadata or {})

    def assembled(self, output: Tensor) -> Assembled:
        """The layers of that net, with the signals that each of them gives."""
        from relupoly.networks.lowering.assembly import assembled

        return assembled(self, output)

    def _made(self, preactivations: Tensor, level: Places, relu: bool) -> Tensor:
        """The outputs of new neurons."""
        first, count = self.signals, preactivations.size
        self.neurons.append(Neurons(first, preactivations))
        self.level = np.concatenate([self.level, level])
        self.is_relu = np.concatenate([self.is_relu, np.full(count, relu)])
        forms = SparseMatrix(
            (count, self.signals), np.arange(count + 1), np.arange(first, first + count), np.ones(count, dtype=np.int64), 1
        )
        return Tensor((count,), forms, RationalArray.zeros(count))


def _replaced(x: Tensor, places: Places, entries: Tensor) -> Tensor:
    """A tensor of one axis with other entries at these places."""
    flags = np.ones(x.size, dtype=np.bool_)
    flags[places] = False
    source = np.zeros(x.size, dtype=np.int64)
    source[places] = np.arange(len(places))
    return entries if len(places) == x.size else chosen(flags, x, entries.taken(source))
