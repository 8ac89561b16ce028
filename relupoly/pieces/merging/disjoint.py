"""Disjoint sets with union by path halving, over anything hashable; and all at once, over numbers."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
from numpy.typing import NDArray


class DisjointSets:
    """A partition that only gets coarser; what was never named is alone.

    Examples
    --------
    >>> sets = DisjointSets()
    >>> sets.join("a", "b"), sets.join("b", "a"), sets.find("a") == sets.find("b")
    (True, False, True)
    """

    def __init__(self) -> None:
        self._parent: dict[Hashable, Hashable] = {}

    def find(self, item: Hashable) -> Hashable:
        """The representative of an item's set."""
        parent = self._parent
        above = parent.setdefault(item, item)
        while above != item:
            parent[item] = parent[above]
            item, above = above, parent[above]
        return item

    def join(self, one: Hashable, other: Hashable) -> bool:
        """Unite the sets of two items; False if they were one."""
        root, target = self.find(one), self.find(other)
        self._parent[root] = target
        return root != target


def components(count: int, ones: NDArray[np.intp], others: NDArray[np.intp]) -> NDArray[np.intp]:
    """The least member of the component of each of so many vertices of a graph, given the ends of its edges.

    Examples
    --------
    >>> components(5, np.array([4, 1]), np.array([3, 4])).tolist()
    [0, 1, 2, 1, 1]
    """
    least = np.arange(count)
    while True:
        one, other = least[ones], least[others]
        apart = one != other
        if not apart.any():
            return least
        ones, others, one, other = ones[apart], others[apart], one[apart], other[apart]
        np.minimum.at(least, np.maximum(one, other), np.minimum(one, other))
        while not np.array_equal(above := least[least], least):
            least = above
