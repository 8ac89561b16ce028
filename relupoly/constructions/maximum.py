"""The largest of q numbers as a hard function: the tree of `relupoly.constructions.maximum_tree`, and what is true of it."""

from __future__ import annotations

from dataclasses import dataclass

from relupoly.bounds.size import least_size
from relupoly.constructions.catalogue import FAMILIES
from relupoly.constructions.hard_net import Claims, HardNet, ShallowBound, check_size
from relupoly.constructions.maximum_tree import maximum_network
from relupoly.constructions.values import needed


def activation_cells(arguments: int) -> int:
    """The number of full-dimensional activation cells of `maximum_network`.

    Notes
    -----
    The cells of a subtree are cones, on each of which its value is one of its arguments: that can be always positive, always
    negative, or both. Subtrees have no argument in common, so the cells of a pair follow from the numbers of the three kinds
    in each: a neuron relu(+-v) splits those where v takes both signs, and u - v takes both signs wherever u and v have, or
    can have, the same sign.

    Examples
    --------
    >>> [activation_cells(q) for q in (2, 3, 4)]
    [4, 13, 33]
    """
    kinds = [_Cells(0, 0, 1)] * arguments
    while len(kinds) > 1:
        pairs = [one.paired(other) for one, other in zip(kinds[::2], kinds[1::2], strict=False)]
        kinds = pairs + [kinds[-1].waiting()] * (len(kinds) % 2)
    return kinds[0].total


def build(arguments: int | None) -> HardNet:
    """The member of the family with these parameters."""
    count = needed("arguments", arguments)
    check_size([count, 2 * count])
    network = maximum_network(count)
    claims = Claims(FAMILIES["maximum"].theorem, pieces=count, activation=activation_cells(count))
    # A generic line meets all q pieces. With one hidden layer every kink runs along a whole hyperplane, but those of the
    # maximum of three or more numbers along half of one.
    bounds = [
        ShallowBound(layers, None, least_size(count, layers) if layers > 1 else None, layers > 1)
        for layers in range(1, len(network.widths))
    ]
    return HardNet.of("maximum", network, {"arguments": count}, claims, bounds)


@dataclass(frozen=True)
class _Cells:
    """How many cells there are on which the value is positive, negative, or takes both signs."""

    positive: int
    negative: int
    both: int

    @property
    def total(self) -> int:
        return self.positive + self.negative + self.both

    def waiting(self) -> _Cells:
        """After relu(u) and relu(-u)."""
        return _Cells(self.positive + self.both, self.negative + self.both, 0)

    def paired(self, other: _Cells) -> _Cells:
        """After relu(u - v), relu(v) and relu(-v), u being self and v other."""
        above, below = other.positive + other.both, other.negative + other.both
        return _Cells(
            above * (2 * self.positive + 2 * self.both + self.negative) + below * self.positive,
            below * (2 * self.negative + self.both),
            below * self.both,
        )
