"""`SavedTree`: a search tree as a file has it: a plan of how to divide the problem, of which nothing else is believed.

Any way of dividing nodes covers all nets, so splits can do no harm if they are splits: of a class that is there, at a sample
that is there and has no side yet, with a leaf under every branch. That is checked here. What the file says about leaves is
where their relaxations start, and whether they were closed once: the search that goes on proves each of them again.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from relupoly.errors import FileFormatError
from relupoly.run import UNLIMITED, Run
from relupoly.training.proof.proof import Closed, Item, Key, Open, Part, Split, Waiting
from relupoly.training.search.feature_codes import key_of, number_of
from relupoly.training.search.node import FREE, Node, children, roots


@dataclass(frozen=True)
class SavedLeaf:
    """A leaf, with the features that its relaxation may start from, and whether it was closed once."""

    identity: int
    node: Node
    keys: tuple[Key, ...]
    closed: bool


class SavedTree:
    """A tree whose shape is right; nodes have the identities 0, 1, ...: the roots first, then children when they are made.

    Parameters
    ----------
    parts : iterable of Part or Item
        In preorder.
    width, points : int
        Of the problem: neurons, and lifted points.
    run : Run
        It ticks at every node.

    Raises
    ------
    FileFormatError
        If they are not the tree of a search for the problem.

    Examples
    --------
    >>> tree = SavedTree([Closed(()), Split(0, 1), Waiting(()), Closed(((1, 0, -1),))], width=1, points=2)
    >>> [(leaf.identity, leaf.node.classes[0].sides.tolist(), leaf.closed) for leaf in tree.leaves()]
    [(0, [0, 0], True), (2, [0, -1], False), (3, [0, 1], True)]
    """

    def __init__(self, parts: Iterable[Part | Item], width: int, points: int, run: Run = UNLIMITED) -> None:
        self._roots = roots(width, points)
        self._splits: dict[int, tuple[int, int, int, int]] = {}
        self._keys: dict[int, bytes] = {}
        self._closed: set[int] = set()
        self.size = len(self._roots)
        source = iter(parts)
        pending = list(enumerate(self._roots))[::-1]
        while pending:
            run.tick()
            identity, node = pending.pop()
            part = next(source, None)
            if part is None:
                raise FileFormatError(f"its search tree ends after {self.size - len(pending) - 1} nodes, too soon")
            if isinstance(part, Split):
                below = _children(node, part, points)
                self._splits[identity] = (part.place, part.point, self.size, len(below))
                pending += list(enumerate(below, self.size))[::-1]
                self.size += len(below)
                continue
            keys = part.keys if isinstance(part, (Closed, Waiting)) else ()
            self._keys[identity] = array("i", map(number_of, keys)).tobytes()
            if is_closed(part):
                self._closed.add(identity)
        if next(source, None) is not None:
            raise FileFormatError("its search tree has more nodes than its splits make")

    @property
    def closed(self) -> int:
        """How many leaves were closed once."""
        return len(self._closed)

    def splits(self) -> Iterator[tuple[int, Split, int, int]]:
        """The nodes that were divided: identity, split, identity of the first child, and how many there are."""
        for identity, (place, point, first, count) in self._splits.items():
            yield identity, Split(place, point), first, count

    def closed_keys(self) -> Iterator[tuple[int, tuple[Key, ...]]]:
        """The leaves that were closed once, by their identities."""
        for identity in self._closed:
            yield identity, self._features(identity)

    def most_ray(self) -> int:
        """The largest number of a ray that a leaf names; -1 if none does."""
        return max((ray for identity in self._keys for _, ray, _ in self._features(identity)), default=-1)

    def leaves(self) -> Iterator[SavedLeaf]:
        """The leaves in preorder, made one by one: there may be millions."""
        pending = list(enumerate(self._roots))[::-1]
        while pending:
            identity, node = pending.pop()
            if identity in self._splits:
                place, point, first, _ = self._splits[identity]
                pending += list(enumerate(children(node, place, point), first))[::-1]
            else:
                yield SavedLeaf(identity, node, self._features(identity), identity in self._closed)

    def _features(self, identity: int) -> tuple[Key, ...]:
        numbers = array("i")
        numbers.frombytes(self._keys[identity])
        return tuple(map(key_of, numbers))


def is_closed(part: Part | Item) -> bool:
    """Whether a part is a leaf that was closed."""
    return not isinstance(part, (Split, Waiting, Open))


def _children(node: Node, split: Split, points: int) -> list[Node]:
    """The children of a node, if it can be divided so."""
    if not (0 <= split.place < len(node.classes) and 0 <= split.point < points):
        raise FileFormatError(
            f"its search tree divides class {split.place} at point {split.point}; there are {len(node.classes)} classes and "
            f"{points} points, counted from 0"
        )
    # No class is divided twice at one point: so trees are no deeper than there are points for the neurons to be told apart by.
    if node.classes[split.place].sides[split.point] != FREE:
        raise FileFormatError(f"its search tree divides class {split.place} twice at point {split.point}")
    return list(children(node, split.place, split.point))
