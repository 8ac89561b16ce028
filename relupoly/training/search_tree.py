"""`SearchTree`: what became of each node of a search, in few bytes: there may be millions."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from relupoly.training.proof import Proof, Split
from relupoly.training.store import ProofStore


@dataclass(frozen=True)
class Branch:
    """A node that was divided.

    Attributes
    ----------
    split : Split
    first : int
        The identity of its first child; the others follow.
    count : int
        How many children there are.
    """

    split: Split
    first: int
    count: int


@dataclass(frozen=True)
class Leaf:
    """A node that was closed, with the features that its relaxation uses, as the kernel writes them."""

    codes: tuple[int, ...]


class SearchTree:
    """The nodes of a search by their identities; those that nothing is known about are open.

    Parameters
    ----------
    roots : int
        Their identities are 0, 1, ...

    Examples
    --------
    >>> tree = SearchTree(1)
    >>> tree.divide(0, Split(0, 3), 1, 2)
    >>> tree.close(2, [5, -7])
    >>> for identity, what in tree.preorder():
    ...     print(identity, what)
    0 Branch(split=Split(place=0, point=3), first=1, count=2)
    1 None
    2 Leaf(codes=(5, -7))
    """

    def __init__(self, roots: int) -> None:
        self._roots = roots
        self._store = ProofStore()
        # Splits are tuples, features the bytes of an array, and proofs their places in the store.
        self._nodes: dict[int, tuple[int, int, int, int] | bytes | int] = {}

    def divide(self, identity: int, split: Split, first: int, count: int) -> None:
        """Note that a node was divided."""
        self._nodes[identity] = (split.place, split.point, first, count)

    def close(self, identity: int, codes: Iterable[int]) -> None:
        """Note that a node was closed."""
        self._nodes[identity] = array("i", codes).tobytes()

    def reopen(self, identity: int) -> None:
        """Forget that a node was closed."""
        del self._nodes[identity]

    def prove(self, identity: int, proof: Proof) -> None:
        """Note that a node was closed, and keep its proof."""
        self._nodes[identity] = self._store.put(proof)

    def preorder(self) -> Iterator[tuple[int, Branch | Leaf | Proof | None]]:
        """All nodes, each with what became of it."""
        pending = list(range(self._roots))[::-1]
        while pending:
            identity = pending.pop()
            what = self._what(identity)
            yield identity, what
            if isinstance(what, Branch):
                pending.extend(range(what.first + what.count - 1, what.first - 1, -1))

    def _what(self, identity: int) -> Branch | Leaf | Proof | None:
        entry = self._nodes.get(identity)
        if isinstance(entry, tuple):
            place, point, first, count = entry
            return Branch(Split(place, point), first, count)
        if isinstance(entry, bytes):
            codes = array("i")
            codes.frombytes(entry)
            return Leaf(tuple(codes))
        return None if entry is None else self._store.get(entry)
