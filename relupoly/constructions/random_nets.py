"""Random nets from a seed: He-normal doubles, or integers in a range."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import islice, pairwise

from flint import fmpq

from relupoly.bounds.zaslavsky import arrangement_regions, binomials
from relupoly.constructions.catalogue import FAMILIES
from relupoly.constructions.hard_net import Claims, HardNet, check_size
from relupoly.constructions.seeds import generator
from relupoly.constructions.values import needed
from relupoly.errors import ConstructionError
from relupoly.exact.rationals import nearest_float
from relupoly.networks.network import Network

# `RandomState.randint` draws 32-bit integers below an exclusive end.
_LARGEST_ENTRY = 2**31 - 2


def he_normal(sizes: Sequence[int], seed: int, bias_scale: float = 1.0) -> Network:
    """A net whose weights are normal with variance 2 / (inputs of the layer), and whose biases have a given deviation.

    Parameters
    ----------
    sizes : sequence of int
        The number of inputs, the hidden widths, the number of outputs.
    seed : int
    bias_scale : float

    Notes
    -----
    He, Zhang, Ren, Sun, "Delving deep into rectifiers" (ICCV 2015). A double is the dyadic rational that it stores.

    Examples
    --------
    >>> he_normal([2, 8, 1], seed=7) == he_normal([2, 8, 1], seed=7)
    True
    """
    chance = generator(seed)
    layers = []
    for before, after in pairwise(sizes):
        weight = chance.standard_normal((after, before)) * math.sqrt(2 / before)
        layers.append((weight.tolist(), (chance.standard_normal(after) * bias_scale).tolist()))
    return Network.from_rows(layers)


def random_integers(sizes: Sequence[int], seed: int, low: int, high: int) -> Network:
    """A net whose weights and biases are integers from `low` to `high`, all equally likely.

    Examples
    --------
    >>> random_integers([1, 3, 1], seed=1, low=-2, high=2).widths
    (3,)
    """
    chance = generator(seed)
    draw = chance.randint
    layers = [
        (draw(low, high + 1, size=(after, before)).tolist(), draw(low, high + 1, size=after).tolist())
        for before, after in pairwise(sizes)
    ]
    return Network.from_rows(layers)


def build(
    inputs: int | None, widths: list[int] | None, outputs: int, integers: list[int] | None, bias_scale: fmpq, seed: int
) -> HardNet:
    """The member of the family with these parameters."""
    sizes = [needed("inputs", inputs), *needed("widths", widths), outputs]
    check_size(sizes)
    parameters = {"inputs": inputs, "widths": widths, "outputs": outputs, "seed": seed}
    if integers is None:
        network = he_normal(sizes, seed, nearest_float(bias_scale))
        regions = _almost_surely(sizes[0], sizes[1], central=bias_scale == 0) if len(sizes) == 3 else None
        claims = Claims(FAMILIES["random"].theorem, pieces_almost_surely=regions, activation_almost_surely=regions)
        return HardNet.of("random", network, {**parameters, "bias_scale": bias_scale}, claims)
    low, high = integers
    if max(-low, high) > _LARGEST_ENTRY:
        raise ConstructionError(f"integers: {low}..{high} reaches beyond +-{_LARGEST_ENTRY}; give smaller numbers")
    network = random_integers(sizes, seed, low, high)
    return HardNet.of("random", network, {**parameters, "integers": integers}, Claims(FAMILIES["random"].theorem))


def _almost_surely(inputs: int, neurons: int, central: bool) -> int:
    """The number of regions of generic hyperplanes, all of which go through 0 if `central`."""
    return 2 * sum(islice(binomials(neurons - 1), inputs)) if central else arrangement_regions(neurons, inputs)
