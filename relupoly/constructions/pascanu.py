"""The lower bound of Pascanu, Montufar and Bengio as a net: every layer folds one coordinate."""

from __future__ import annotations

import math
from collections.abc import Sequence

from relupoly.constructions.folding import cutting_layer, flat_fold, folded
from relupoly.constructions.hard_net import HardNet
from relupoly.constructions.montufar import check_widths, describe, only_first
from relupoly.networks.network import Network


def pascanu(inputs: int, widths: Sequence[int]) -> Network:
    """A net with prod_{l<L} p_l r(n_L, n) regions in the unit cube, p_l = floor(n_l/n).

    Parameters
    ----------
    inputs : int
        n.
    widths : sequence of int
        n_1, ..., n_L, each at least n.

    Notes
    -----
    Pascanu, Montufar, Bengio, "On the number of response regions of deep feedforward networks with piecewise linear
    activations" (2013). The first coordinate is folded p_l times in layer l, the others pass. On R^n there are more regions,
    as with `montufar`, whose nets have prod p_l^n r(n_L, n) in the cube with the same widths.

    Examples
    --------
    >>> pascanu(2, [5, 4, 3]).widths
    (5, 4, 3)
    """
    layers = [only_first(flat_fold(width // inputs), inputs) for width in widths[:-1]]
    return folded(layers, widths) if layers else cutting_layer(inputs, widths[-1])


def build(inputs: int | None, widths: list[int] | None) -> HardNet:
    """The member of the family with these parameters."""
    n, layers = check_widths("pascanu", inputs, widths)
    folds = math.prod(width // n for width in layers[:-1])
    return describe("pascanu", pascanu(n, layers), folds=folds, folded_inputs=1)
