"""Disjoint sets with union by path halving, over anything hashable."""

from __future__ import annotations

from collections.abc import Hashable


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
