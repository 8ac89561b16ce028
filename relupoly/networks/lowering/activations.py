"""Piecewise linear activations as ReLU and linear neurons.

Each formula needs one ReLU neuron for each place where the function bends, and nothing where it does not:

* leaky(x) = a x + (1 - a) relu(x), for any slope a;
* |x| = 2 relu(x) - x;
* min(max(x, l), u) = l + relu(x - l) - relu(x - u) for l <= u, and u for l > u;
* max(a, b) = b + relu(a - b).
"""

from __future__ import annotations

import numpy as np
from flint import fmpq

from relupoly.exact.rational_arrays import RationalArray
from relupoly.networks.lowering.neurons import Lowering
from relupoly.networks.lowering.tensor import Tensor, chosen


def leaky(lowering: Lowering, x: Tensor, slope: RationalArray) -> Tensor:
    """Take x where it is positive, slope times x elsewhere; the slopes are broadcast to the shape of x.

    Examples
    --------
    >>> lowering = Lowering(1)
    >>> net = lowering.network(leaky(lowering, lowering.input((1,)), RationalArray.of_floats(np.array(0.25))))
    >>> net.layers[0].linear, net.layers[1].weight
    ((1,), [3/4, 1/4])
    """
    slopes = slope.moved(lambda table: np.broadcast_to(table, x.shape).ravel())
    flat = x.flat
    bends = slopes.numerator != slopes.denominator
    places = np.flatnonzero(bends)
    bent = lowering.relu(flat.taken(places))
    level = np.zeros(x.size, dtype=np.int64)
    level[places] = np.where(slopes.numerator[places] != 0, lowering.levels(bent), 0)
    source = np.zeros(x.size, dtype=np.int64)
    source[places] = np.arange(len(places))
    one = RationalArray.of_integers(np.ones(1, dtype=np.int64))
    rest = one - slopes
    positive = chosen(bends, bent.taken(source), flat) if len(places) else flat
    return (lowering.named(flat, level).times(slopes) + positive.times(rest)).reshaped(x.shape)


def absolute(lowering: Lowering, x: Tensor) -> Tensor:
    """The absolute value."""
    return leaky(lowering, x, RationalArray.of_integers(np.array(-1)))


def clip(lowering: Lowering, x: Tensor, low: fmpq | None, high: fmpq | None) -> Tensor:
    """min(max(x, low), high); None is no bound.

    Examples
    --------
    >>> lowering = Lowering(1)
    >>> net = lowering.network(clip(lowering, lowering.input((1,)), fmpq(0), fmpq(6)))
    >>> net.layers[0].bias, net.layers[1].weight
    ([ 0]
    [-6], [1, -1])
    """
    lower, upper = (
        None if bound is None else Tensor.of_constants(RationalArray.of_rationals([bound], ())) for bound in (low, high)
    )
    if lower is None and upper is None:
        return x
    if lower is None:
        assert upper is not None
        return upper - lowering.relu(upper - x)
    if upper is None:
        return lower + lowering.relu(x - lower)
    if low is not None and high is not None and low >= high:
        return upper.broadcast(x.shape)
    return lower + lowering.relu(x - lower) - lowering.relu(x - upper)


def maximum(lowering: Lowering, one: Tensor, two: Tensor) -> Tensor:
    """The larger one of two tensors, entry by entry; shapes are broadcast.

    Examples
    --------
    >>> lowering = Lowering(2)
    >>> x, y = lowering.input((2,)).taken(np.array([0])), lowering.input((2,)).taken(np.array([1]))
    >>> net = lowering.network(maximum(lowering, x, y))
    >>> net.layers[0].weight, net.layers[1].weight
    ([1, -1]
    [0,  1], [1, 1])
    """
    shape = np.broadcast_shapes(one.shape, two.shape)
    one, two = one.broadcast(shape), two.broadcast(shape)
    # max(a, b) = b + relu(a - b) reads b beside the neuron: the one with fewer signals is read so.
    shorter = one.lengths < two.lengths
    base, other = chosen(shorter, one, two), chosen(shorter, two, one)
    excess = lowering.relu(other - base)
    return lowering.named(base, lowering.levels(excess)) + excess


def minimum(lowering: Lowering, one: Tensor, two: Tensor) -> Tensor:
    """The smaller one of two tensors, entry by entry; shapes are broadcast."""
    return -maximum(lowering, -one, -two)
