"""`SearchTree`: what became of each node of a search, in few bytes: there may be millions."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from relupoly.training.proof.proof import Proof, Split
from relupoly.training.proof.proof_store import ProofStore


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
    """A node that was closed.

    Attributes
    ----------
    codes : tuple of int
        The features that its relaxation uses, as the kernel writes them.
    place : int or None
        Of its proof, if that is kept; see `SearchTree.proof`.
    """

    codes: tuple[int, ...]
    place: int | None = None


class SearchTree:
    """The nodes of a search by their identities; those that nothing is known about are open.

    Parameters
    ----------
    roots : int
        Their identities are 0, 1, ...
    record : bool
        Whether to keep it; else there are identities, and nothing more.

    Examples
    --------
    >>> tree = SearchTree(1)
    >>> first = tree.reserve(2)
    >>> tree.divide(0, Split(0, 3), first, 2)
    >>> tree.close(2, [5, -7])
    >>> for identity, what in tree.preorder():
    ...     print(identity, what)
    0 Branch(split=Split(place=0, point=3), first=1, count=2)
    1 None
    2 Leaf(codes=(5, -7), place=None)
    """

    def __init__(self, roots: int, record: bool = True) -> None:
        self.record = record
        self._roots = self._next = roots
        self._store = ProofStore()
        # Splits are tuples of four, proved leaves of two, and features the bytes of an array.
        self._nodes: dict[int, tuple[int, int, int, int] | tuple[int, bytes] | bytes] = {}

    def __len__(self) -> int:
        """How many nodes are not open."""
        return len(self._nodes)

    def reserve(self, count: int) -> int:
        """Identities for so many nodes more: returns the first, and the others follow."""
        first, self._next = self._next, self._next + count
        return first

    def divide(self, identity: int, split: Split, first: int, count: int) -> None:
        """Note that a node was divided."""
        if self.record:
            self._nodes[identity] = (split.place, split.point, first, count)

    def close(self, identity: int, codes: Iterable[int]) -> None:
        """Note that a node was closed."""
        if self.record:
            self._nodes[identity] = _packed(codes)

    def reopen(self, identity: int) -> None:
        """Forget that a node was closed."""
        del self._nodes[identity]

    def prove(self, identity: int, proof: Proof, codes: Iterable[int]) -> None:
        """Note that a node was closed, and keep its proof."""
        if self.record:
            self._nodes[identity] = self._store.put(proof), _packed(codes)

    def proof(self, leaf: Leaf) -> Proof | None:
        """The proof of a leaf, if it was kept."""
        return None if leaf.place is None else self._store.get(leaf.place)

    def preorder(self) -> Iterator[tuple[int, Branch | Leaf | None]]:
        """All nodes, each with what became of it."""
        pending = list(range(self._roots))[::-1]
        while pending:
            identity = pending.pop()
            what = self._what(identity)
            yield identity, what
            if isinstance(what, Branch):
                pending.extend(range(what.first + what.count - 1, what.first - 1, -1))

    def _what(self, identity: int) -> Branch | Leaf | None:
        entry = self._nodes.get(identity)
        if entry is None:
            return None
        if isinstance(entry, bytes):
            return Leaf(_unpacked(entry))
        if len(entry) == 2:
            return Leaf(_unpacked(entry[1]), entry[0])
        place, point, first, count = entry
        return Branch(Split(place, point), first, count)


def _packed(codes: Iterable[int]) -> bytes:
    return array("i", codes).tobytes()


def _unpacked(data: bytes) -> tuple[int, ...]:
    codes = array("i")
    codes.frombytes(data)
    return tuple(codes)
