"""Folding space coordinate by coordinate: what the lower bounds of Pascanu, Montufar and Serra are made of.

A fold is a zigzag R -> R by one hidden layer. Where each of its pieces covers (0, 1), what comes after it happens once on
each piece. The last layer of such a net cuts the unit cube by hyperplanes in general position, all of whose regions meet the
cube, and makes a function that changes across each of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce

from flint import fmpq

from relupoly.bounds.zaslavsky import arrangement_regions
from relupoly.networks.composition import compose
from relupoly.networks.network import Network

_Row = list[fmpq]


@dataclass(frozen=True)
class Fold:
    """The function constant + sum_j jump_j relu(side_j (x - kink_j)).

    Attributes
    ----------
    neurons : tuple of (side, kink, jump)
        side is 1 or -1.
    constant : fmpq
    """

    neurons: tuple[tuple[int, fmpq, fmpq], ...]
    constant: fmpq = field(default_factory=fmpq)


def flat_fold(pieces: int) -> Fold:
    """The zigzag that is 0 for x <= 0, then rises and falls between 0 and 1 with p pieces on (0, 1), by p neurons.

    It maps each piece onto (0, 1). Beyond 1 its last piece goes on.
    """
    slope = fmpq(pieces)
    jumps = [slope, *((-1) ** j * 2 * slope for j in range(1, pieces))]
    return Fold(tuple((1, fmpq(j, pieces), jump) for j, jump in enumerate(jumps)))


def full_fold(neurons: int) -> Fold:
    """The zigzag with p + 1 pieces on R, each of which covers (0, 1) within its part of (0, 1), by p >= 3 neurons.

    Notes
    -----
    Kinks stand at j/(p + 1), j = 1..p, with the values 0, 1, 0, ...; slopes are -2, 1, -1, 1, ... times p + 1. The leftmost
    slope is not 0, so some neurons must open to the left whose jumps sum to its negative (as in Theorem 2.2 of Arora et al.):
    the third does it alone, which is why three are needed.
    """
    slope = fmpq(neurons + 1)
    jumps = [3 * slope, *((-1) ** j * 2 * slope for j in range(1, neurons))]
    sides = [-1 if j == 2 else 1 for j in range(neurons)]
    kinks = [fmpq(j, neurons + 1) for j in range(1, neurons + 1)]
    return Fold(tuple(zip(sides, kinks, jumps, strict=True)), fmpq(-4))


def folding_layer(folds: Sequence[Fold], width: int) -> Network:
    """The net R^n -> R^n that folds each coordinate, by one hidden layer of `width` neurons; those left over are always off."""
    inputs = len(folds)
    weight: list[_Row] = []
    bias: _Row = []
    output = [[fmpq(0)] * width for _ in folds]
    for index, fold in enumerate(folds):
        for side, kink, jump in fold.neurons:
            output[index][len(weight)] = jump
            weight.append([fmpq(side if index == other else 0) for other in range(inputs)])
            bias.append(-side * kink)
    idle = width - len(weight)
    weight += [[fmpq(0)] * inputs] * idle
    bias += [fmpq(0)] * idle
    return Network.from_rows([(weight, bias), (output, [fold.constant for fold in folds])])


def cutting_layer(inputs: int, neurons: int) -> Network:
    """A net R^n -> R whose m neurons cut the unit cube into all of the r(m, n) regions that generic hyperplanes have.

    Notes
    -----
    The t-th hyperplane, t = 1..m, is sum_i t^(i-1) y_i = beta_t with beta_t = delta sum_i t^(i-1) + eta t^n. For a point
    y = (delta, ..., delta) + z this is q(t) = 0 with the polynomial q(t) = sum_i z_i t^(i-1) - eta t^n. A vertex of n
    hyperplanes is the q with n given roots, -eta times the product of the t - t_j: so no further hyperplane goes through it,
    and |z_i| <= eta (1 + m)^n = delta/2. All vertices lie in the cube, and so do parts of all regions.

    The function changes across every hyperplane: output weights equal the sides to which the neurons open, so that the
    gradient is the sum of the vectors (1, t, ..., t^(n-1)) of the active ones, positive in each coordinate unless none is
    active. Where m > n, the first n + 1 neurons open so that in every region one of them is active: that they are all off
    would need a q with n sign changes and a positive leading coefficient. Where m <= n, all sign patterns occur, all neurons
    open upwards, and the region where none is active is a neighbourhood of the corner 0 that touches no facet y_i = 1 of the
    cube, since beta_t < 1.
    """
    delta = fmpq(1, 2 * inputs * neurons ** (inputs - 1))
    eta = delta / (2 * (1 + neurons) ** inputs)
    weight, bias, output = [], [], []
    for t in range(1, neurons + 1):
        side = (-1) ** (inputs + t) if neurons > inputs and t <= inputs + 1 else 1
        powers = [t**i for i in range(inputs)]
        weight.append([side * power for power in powers])
        bias.append(-side * (delta * sum(powers) + eta * t**inputs))
        output.append(side)
    return Network.from_rows([(weight, bias), ([output], None)])


def folded(layers: Sequence[Sequence[Fold]], widths: Sequence[int]) -> Network:
    """The net that folds layer by layer, and cuts in its last hidden layer."""
    inputs = len(layers[0]) if layers else 1
    steps = [folding_layer(folds, width) for folds, width in zip(layers, widths, strict=False)]
    return reduce(lambda inner, outer: compose(outer, inner), [*steps, cutting_layer(inputs, widths[-1])])


def pieces_of_folds(inputs: int, neurons: int, cells: int, sinks: int) -> int:
    """The number of pieces that `cutting_layer` makes after folds.

    Where some neuron is always active, each cell has r(m, n) pieces. Otherwise one region of each cell is constant, and those
    that share a facet are one piece.

    Parameters
    ----------
    inputs, neurons : int
        n and m.
    cells : int
        The number of cells of the folds.
    sinks : int
        How many components the constant regions of all cells have.
    """
    regions = arrangement_regions(neurons, inputs)
    return cells * regions if neurons > inputs else cells * (regions - 1) + sinks
