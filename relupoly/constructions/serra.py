"""The lower bound of Serra, Tjandraatmadja and Ramalingam as a net: every layer folds every coordinate on all of R."""

from __future__ import annotations

import math
from collections.abc import Sequence

from relupoly.bounds.folding import serra2018_lower
from relupoly.bounds.zaslavsky import arrangement_regions
from relupoly.constructions.catalogue import FAMILIES
from relupoly.constructions.folding import cutting_layer, folded, full_fold, pieces_of_folds
from relupoly.constructions.hard_net import Claims, HardNet, PaperClaim, shallow_bounds
from relupoly.constructions.montufar import check_widths
from relupoly.networks.network import Network


def serra(inputs: int, widths: Sequence[int]) -> Network:
    """A net with prod_{l<L} (floor(n_l/n) + 1)^n r(n_L, n) activation cells on R^n.

    Parameters
    ----------
    inputs : int
        n.
    widths : sequence of int
        n_1, ..., n_L, each but the last at least 3 n.

    Notes
    -----
    Serra, Tjandraatmadja, Ramalingam, "Bounding and counting linear regions of deep neural networks" (ICML 2018): their lower
    bound. Every piece of every fold covers (0, 1), where all kinks of the next layer and all vertices of the last one lie, so
    nothing is lost outside of the unit cube and the count on R^n is exact. They ask for n_L >= 3 n as well, which only layers
    that fold need: the last one cuts into r(n_L, n) cells with any number of neurons. For n = 1 and n_L >= 2 it is
    prod (n_l + 1), more than which no net has.

    Pieces are as many as cells if n_L > n, see `cutting_layer`; else `sinks` says how many pieces the constant regions make.

    Examples
    --------
    >>> serra(2, [6, 7, 3]).widths
    (6, 7, 3)
    """
    layers = [[full_fold(width // inputs)] * inputs for width in widths[:-1]]
    return folded(layers, widths) if layers else cutting_layer(inputs, widths[-1])


def build(inputs: int | None, widths: list[int] | None) -> HardNet:
    """The member of the family with these parameters."""
    n, layers = check_widths("serra", inputs, widths, least=3, last=False)
    network = serra(n, layers)
    folds = [width // n for width in layers[:-1]]
    line = math.prod(fold + 1 for fold in folds)
    activation = line**n * arrangement_regions(layers[-1], n)
    pieces = pieces_of_folds(n, layers[-1], line**n, sinks(n, folds))
    # The paper asks for 3 n neurons in the last layer, too; the construction does without, and is counted as it is.
    proved = serra2018_lower(n, layers)
    paper = None if proved is None else PaperClaim(activation=proved)
    claims = Claims(FAMILIES["serra"].theorem, pieces=pieces, activation=activation, paper=paper)
    # Along the first coordinate, where another one is so large that neurons are active on all of the line.
    on_line = pieces if n == 1 else line
    return HardNet.of("serra", network, {"inputs": n, "widths": layers}, claims, shallow_bounds(network, on_line))


def sinks(inputs: int, folds: Sequence[int]) -> int:
    """How many components the set has where no neuron of the last layer is active, if there is such a set in every cell.

    Parameters
    ----------
    inputs : int
        n.
    folds : sequence of int
        The number of kinks of each fold.

    Notes
    -----
    In each cell the set reaches down to where the folded coordinates are 0, and not up to 1. Along a coordinate, the pieces of
    the composed folds alternately rise and fall, so neighbours join at each minimum; a piece at an end that falls to -infinity
    has no neighbour there. On such a piece the other coordinates may rise without limit, so for n >= 2 all cells with such a
    piece in some coordinate make one component.

    Examples
    --------
    >>> sinks(2, [3]), sinks(2, [4]), sinks(1, [4]), sinks(3, [])
    (4, 5, 3, 1)
    """
    left, right = False, True  # whether the folds so far go to +infinity at the two ends
    for fold in folds:
        left, right = _outwards(left, fold), _outwards(right, fold)
    falling = (not left) + (not right)
    minima = (math.prod(fold + 1 for fold in folds) - falling) // 2
    return minima + falling if inputs == 1 else minima**inputs + min(falling, 1)


def _outwards(rising: bool, fold: int) -> bool:
    """Whether a fold goes to +infinity where its argument goes to +infinity (`rising`) or to -infinity."""
    return fold % 2 == 1 if rising else True
