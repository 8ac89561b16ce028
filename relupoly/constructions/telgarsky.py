"""The iterated tent map of Telgarsky, with the ReLU around it that the paper puts there."""

from __future__ import annotations

from functools import reduce

from relupoly.constructions.catalogue import FAMILIES
from relupoly.constructions.hard_net import Claims, HardNet, PaperClaim, check_size, shallow_bounds
from relupoly.constructions.values import needed
from relupoly.geometry.domain import Domain
from relupoly.networks.composition import compose
from relupoly.networks.network import Network


def telgarsky(iterations: int) -> Network:
    """The net of m o ... o m, m(x) = relu(2 relu(x) - 4 relu(x - 1/2)): hidden layers of widths 2, 1, 2, 1, ...

    Notes
    -----
    Telgarsky, "Benefits of depth in neural networks" (COLT 2016). The k-th iterate has 2^k pieces on (0, 1), and 2^k + 2 on R
    for every k >= 1: it is 0 outside of (0, 1), on both sides, since the outer ReLU cuts off what goes below 0. (The sawtooth
    of Arora et al. with w = 2 has no such ReLU, and three pieces for k = 1.) The activation cells are as many.

    Examples
    --------
    >>> from relupoly.networks.evaluation import evaluate
    >>> [evaluate(telgarsky(2), [x]) for x in ("1/4", "1/2", "3/4", "2")]
    [[1], [0], [1], [0]]
    """
    tent = Network.from_rows([([[1], [1]], [0, "-1/2"]), ([[2, -4]], None), ([[1]], None)])
    return reduce(compose, [tent] * iterations)


def build(iterations: int | None) -> HardNet:
    """The member of the family with these parameters."""
    count = needed("iterations", iterations)
    check_size([1, *[2, 1] * min(count, 10_000), 1])
    network = telgarsky(count)
    inside = 2**count
    paper = PaperClaim(inside, inside, Domain.box([0], [1]))
    claims = Claims(FAMILIES["telgarsky"].theorem, pieces=inside + 2, activation=inside + 2, paper=paper)
    return HardNet.of(
        "telgarsky", network, {"iterations": count}, claims, shallow_bounds(network, inside + 2, published=inside)
    )
