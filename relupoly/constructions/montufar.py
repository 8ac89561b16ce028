"""The lower bound of Montufar, Pascanu, Cho and Bengio as a net: every layer folds every coordinate."""

from __future__ import annotations

import math
from collections.abc import Sequence

from relupoly.bounds.zaslavsky import arrangement_regions
from relupoly.constructions.catalogue import FAMILIES
from relupoly.constructions.folding import Fold, cutting_layer, flat_fold, folded, pieces_of_folds
from relupoly.constructions.hard_net import Claims, HardNet, PaperClaim, check_size, shallow_bounds
from relupoly.constructions.values import needed
from relupoly.errors import ConstructionError
from relupoly.geometry.domain import Domain
from relupoly.networks.network import Network


def montufar(inputs: int, widths: Sequence[int]) -> Network:
    """A net with prod_{l<L} p_l^n r(n_L, n) regions in the unit cube, p_l = floor(n_l/n).

    Parameters
    ----------
    inputs : int
        n.
    widths : sequence of int
        n_1, ..., n_L, each at least n.

    Notes
    -----
    Montufar, Pascanu, Cho, Bengio, "On the number of linear regions of deep neural networks" (NIPS 2014), Corollary 6. On R^n
    there are more: the folds are constant for x_i <= 0, and go on beyond 1. Pieces are as many as regions if n_L > n; else
    the regions where no neuron of the last layer is active merge around the points that are folded onto the corner 0.

    Examples
    --------
    >>> montufar(2, [5, 4, 3]).widths
    (5, 4, 3)
    """
    layers = [[flat_fold(width // inputs)] * inputs for width in widths[:-1]]
    return folded(layers, widths) if layers else cutting_layer(inputs, widths[-1])


def build(inputs: int | None, widths: list[int] | None) -> HardNet:
    """The member of the family with these parameters."""
    n, layers = check_widths("montufar", inputs, widths)
    network = montufar(n, layers)
    folds = math.prod(width // n for width in layers[:-1])
    return describe("montufar", network, folds=folds, folded_inputs=n)


def describe(family: str, network: Network, folds: int, folded_inputs: int) -> HardNet:
    """A net whose first so many coordinates are folded onto (0, 1) so many times, with its claims.

    Notes
    -----
    In the unit cube the pieces of a coordinate run between its zeros and ones, the first one from a zero. Regions without
    an active neuron stand at the zeros: there are floor(folds/2) + 1 of these.

    On R^n, no piece of the cube with an active neuron joins another one outside: its cell is bounded by kinks of the folds
    and by hyperplanes, and the gradient changes across each of them.
    """
    n, widths = network.input_dim, network.widths
    cells = folds**folded_inputs
    activation = cells * arrangement_regions(widths[-1], n)
    pieces = pieces_of_folds(n, widths[-1], cells, sinks=(folds // 2 + 1) ** folded_inputs)
    at_least = pieces_of_folds(n, widths[-1], cells, sinks=1)
    claims = Claims(
        FAMILIES[family].theorem,
        pieces_at_least=at_least,
        activation_at_least=activation,
        paper=PaperClaim(pieces, activation, Domain.box([0] * n, [1] * n)),
    )
    # Along the first coordinate, where another one is so large that neurons are active on all of the line.
    on_line = at_least if n == 1 else folds
    return HardNet.of(family, network, {"inputs": n, "widths": list(widths)}, claims, shallow_bounds(network, on_line))


def check_widths(
    family: str, inputs: int | None, widths: list[int] | None, least: int = 1, last: bool = True
) -> tuple[int, list[int]]:
    """The number of inputs and the widths, each at least so many times the number of inputs.

    Parameters
    ----------
    last : bool
        Whether this is asked of the last layer too.

    Raises
    ------
    ConstructionError
        If one is missing or too narrow; it names the layer.
    """
    n, layers = needed("inputs", inputs), needed("widths", widths)
    for number, width in enumerate(layers if last else layers[:-1], 1):
        if width < least * n:
            raise ConstructionError(f"layer {number}: the width is {width}; {family} needs {least * n} or more for {n} inputs")
    check_size([n, *layers, 1])
    return n, layers


def only_first(fold: Fold, inputs: int) -> list[Fold]:
    """That fold for the first coordinate; the others pass through one neuron each, unchanged where they are positive."""
    return [fold, *[flat_fold(1)] * (inputs - 1)]
