"""The nets that are measured: seeded random ones, and families that meet exact ties all the time."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from relupoly import Network, compose


def random_net(inputs: int, widths: Sequence[int], seed: int = 1) -> Network:
    """A net with weights N(0, 2/fan_in) and biases N(0, 1/4) in double precision, and one output."""
    source = np.random.default_rng(seed)
    layers = []
    for before, after in itertools.pairwise([inputs, *widths, 1]):
        layers.append((source.normal(0, np.sqrt(2 / before), (after, before)), source.normal(0, 0.5, after)))
    return Network.from_rows(layers)


def sawtooth(teeth: int, depth: int) -> Network:
    """A sawtooth with teeth^depth pieces on [0, 1]: `depth` layers of `teeth` neurons."""
    starts = [f"{j}/{teeth}" for j in range(teeth)]
    jumps = [teeth if j == 0 else 2 * teeth * (-1) ** j for j in range(teeth)]
    tooth = Network.from_rows([([[1]] * teeth, [f"-{start}" for start in starts]), ([jumps], None)])
    net = tooth
    for _ in range(depth - 1):
        net = compose(tooth, net)
    return net


def zonotope(inputs: int, generators: int, teeth: int, depth: int) -> Network:
    """The sawtooth of the support function sum_t |<b_t, x>| with generators b_t = (1, t, t^2, ...)."""
    rows = [[sign * t**i for i in range(inputs)] for t in range(1, generators + 1) for sign in (1, -1)]
    return compose(sawtooth(teeth, depth), Network.from_rows([(rows, None), ([[1] * len(rows)], None)]))


def type_b(dimension: int) -> Network:
    """The net whose cells are the regions of the arrangement x_i = 0, x_i = +-x_j: 2^n n! of them."""
    unit = np.eye(dimension, dtype=int)
    pairs = [unit[i] + s * unit[j] for i, j in itertools.combinations(range(dimension), 2) for s in (1, -1)]
    rows = [*unit.tolist(), *(row.tolist() for row in pairs)]
    return Network.from_rows([(rows, None), ([[1] * len(rows)], None)])
