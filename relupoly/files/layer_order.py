"""The order of layers that a file does not tell: where each layer fits the one before it, if that is so in one order only."""

from __future__ import annotations

import math
from collections.abc import Sequence

Sizes = tuple[int, int]
"""The numbers of outputs and of inputs of a layer."""

_MOST_STATES = 2**16
"""How many sets of layers may have been taken when the next one is looked for: these take a second."""


def searchable(groups: Sequence[Sequence[Sizes]]) -> bool:
    """Whether the orders of so many layers can be looked through.

    Examples
    --------
    >>> searchable([[(8, 8)] * 3] * 3), searchable([[(8, 8)]] * 30)
    (True, False)
    """
    return math.prod(len(group) + 1 for group in groups) <= _MOST_STATES


def orders(groups: Sequence[Sequence[Sizes]], most: int = 2) -> list[list[int]]:
    """Orders of all layers in which widths chain, each as the groups from which the layers come in turn.

    Parameters
    ----------
    groups : sequence of sequences of (outputs, inputs)
        Layers whose order is known within each group.
    most : int
        How many orders are listed at most: two, to see whether the first one is the only one.

    Examples
    --------
    >>> orders([[(1, 8)], [(8, 8), (8, 8)], [(8, 2)]])
    [[2, 1, 1, 0]]
    >>> orders([[(8, 8)], [(8, 8)]])
    [[0, 1], [1, 0]]
    """
    # How many layers of each group are taken, and how wide the last one is; with the first orders that lead there.
    reached: dict[tuple[tuple[int, ...], int | None], list[list[int]]] = {((0,) * len(groups), None): [[]]}
    for _ in range(sum(map(len, groups))):
        following: dict[tuple[tuple[int, ...], int | None], list[list[int]]] = {}
        for (taken, width), found in reached.items():
            for place, (count, group) in enumerate(zip(taken, groups, strict=True)):
                if count < len(group) and width in (None, group[count][1]):
                    after = (*taken[:place], count + 1, *taken[place + 1 :])
                    known = following.setdefault((after, group[count][0]), [])
                    known += [[*order, place] for order in found]
                    del known[most:]
        reached = following
    return [order for found in reached.values() for order in found][:most]
