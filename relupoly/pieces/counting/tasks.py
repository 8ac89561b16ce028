"""A walk divided into tasks, in the same way on every machine.

The tasks are nodes of the walk. Those that have waited longest have the most cells below them, so they are split first,
until there are as many as wanted. All of this depends on signs alone, and these are proved: the sides of the starting
cones are numbered, a node is cut by the first hyperplane in the order of the neurons that cuts it at all, the positive half
comes first. Neither the arithmetic nor the order of rays nor the time has any influence. A digest of the list tells whether
two programs (of different versions, say) have divided a walk in the same way.

Where there are more starting cones than tasks wanted, each task takes every so-many-th of them.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from relupoly.pieces.walk.driver import Walk
from relupoly.pieces.walk.node import TakesSteps


@dataclass(frozen=True)
class Tasks:
    """The tasks of a walk.

    Attributes
    ----------
    nodes : tuple of callable
        For each task a function that gives its nodes, for the walk that takes it. What is below different nodes of any
        tasks is disjoint, and all of it together is the whole walk.
    digest : str
        Equal digests mean equal tasks.
    exact_predicates : int
        How many signs machine arithmetic could not decide when the walk was divided.
    """

    nodes: tuple[Callable[[Walk], Iterator[Any]], ...]
    digest: str
    exact_predicates: int = 0

    def __len__(self) -> int:
        return len(self.nodes)


def divide(walk: Walk, wanted: int) -> Tasks:
    """Divide a walk into about so many tasks, fewer where it has not as many cells.

    Examples
    --------
    >>> from relupoly.geometry.domain import Domain
    >>> from relupoly.networks.network import Network
    >>> from relupoly.pieces.forms.homogeneous import homogenize
    >>> hat = Network.from_rows([([[1], [1], [1]], [1, 0, -1]), ([[1, -2, 1]], None)])
    >>> len(divide(Walk(homogenize(hat, Domain())), 2)), len(divide(Walk(homogenize(hat, Domain())), 1000))
    (2, 4)
    """
    if walk.steps.starts >= wanted:
        return Tasks(tuple(_Roots(number, wanted) for number in range(wanted)), _digest(walk.steps, wanted, []))
    cells: list[Any] = []
    waiting = deque(walk.roots())
    while waiting and len(cells) + len(waiting) < wanted:
        node = waiting.popleft()
        children = walk.steps.children(node)
        waiting += children
        if not children:
            cells.append(node)
    nodes = [*cells, *waiting]
    return Tasks(tuple(_One(node) for node in nodes), _digest(walk.steps, wanted, nodes), walk.exact_predicates)


@dataclass(frozen=True)
class _Roots:
    """Every `step`-th starting cone."""

    first: int
    step: int

    def __call__(self, walk: Walk) -> Iterator[Any]:
        return walk.roots(self.first, self.step)


@dataclass(frozen=True)
class _One:
    """A node of the walk."""

    node: Any

    def __call__(self, walk: Walk) -> Iterator[Any]:
        return iter([self.node])


def _digest(steps: TakesSteps, wanted: int, nodes: list[Any]) -> str:
    """What names a list of tasks: where the walk starts, and the signs that tell the nodes apart."""
    found = hashlib.sha256(f"({steps.beginning}, {wanted}, {len(nodes)})".encode())
    for node in nodes:
        for signs in (*node.stage.earlier, node.chosen):
            found.update(np.array([len(signs)], dtype="<i8").tobytes() + signs.astype(np.int8).tobytes())
    return found.hexdigest()
