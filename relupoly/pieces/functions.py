"""Distinct affine functions of a net, in few bytes each.

A function is kept as a fingerprint of 8 bytes and the activation pattern of one cell, one bit for each neuron: from the
pattern its exact map is built again when another cell has the same fingerprint, and the two are compared exactly. So a
function of a net with 64 neurons takes 16 bytes, where its map would take kilobytes.

The pairs lie sorted in plain arrays, in bins by the first bits of the fingerprint; new ones gather in a table that is
emptied into the bins when it is full. So nothing larger than a bin is ever copied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from relupoly.exact.modular import PRIME, random_residues
from relupoly.pieces.cell import same_function
from relupoly.pieces.homogeneous import HomogeneousNet
from relupoly.pieces.maps import LayerMap, pattern_bytes
from relupoly.pieces.states import State, from_text, to_text

# A function by its fingerprint and the pattern of its first cell.
Name: TypeAlias = tuple[int, bytes]

_SEED = 20161104
_BIN_BITS = 8
_SHIFT = PRIME.bit_length() - _BIN_BITS
_RECENT = 2**14
_REBUILT = 1024


class Functions:
    """A set of affine functions of a net.

    Parameters
    ----------
    net : HomogeneousNet
        With at least one hidden layer.

    Attributes
    ----------
    count : int
        How many there are.
    """

    def __init__(self, net: HomogeneousNet) -> None:
        self.net = net
        self.count = 0
        self._factors = random_residues(net.layers[-1].nrows(), _SEED)
        self._width = pattern_bytes(net)
        self._recent: dict[int, list[bytes]] = {}
        self._waiting = 0
        self._bins = [self._empty() for _ in range(2**_BIN_BITS)]
        self._rebuilt = lru_cache(_REBUILT)(lambda pattern: LayerMap.of_pattern(net, pattern))

    def add(self, function: LayerMap) -> tuple[Name, bool]:
        """Take a function; its name, and whether it is new."""
        fingerprint = sum(map(int.__mul__, self._factors, function.residues)) % PRIME
        return self._add(fingerprint, function.pattern, lambda: function)

    def function(self, name: Name) -> LayerMap:
        """The exact map of a function."""
        return self._rebuilt(name[1])

    def merge(self, other: Functions) -> Iterator[tuple[Name, Name]]:
        """Take over all functions of another set; yields pairs of the name there and the name here."""
        for name in other:
            yield name, self._add(*name, lambda pattern=name[1]: self._rebuilt(pattern))[0]  # type: ignore[misc]

    def __iter__(self) -> Iterator[Name]:
        self._empty_recent()
        for fingerprints, patterns in self._bins:
            for fingerprint, pattern in zip(fingerprints.tolist(), patterns, strict=True):
                yield fingerprint, pattern.tobytes()

    def state(self) -> State:
        """All that there is to know, for JSON."""
        self._empty_recent()
        fingerprints = np.concatenate([one for one, _ in self._bins]).astype("<u8")
        return {
            "fingerprints": to_text(fingerprints.tobytes()),
            "patterns": to_text(np.concatenate([one for _, one in self._bins]).tobytes()),
        }

    def restore(self, state: State) -> None:
        """Take over a state, into an empty set."""
        fingerprints = np.frombuffer(from_text(state["fingerprints"]), dtype="<u8").astype(np.uint64)
        patterns = np.frombuffer(from_text(state["patterns"]), dtype=np.uint8).reshape(len(fingerprints), self._width)
        self._sort_in(fingerprints, patterns)
        self.count = len(fingerprints)

    def _add(self, fingerprint: int, pattern: bytes, function: Callable[[], LayerMap]) -> tuple[Name, bool]:
        for known in self._alike(fingerprint):
            if known == pattern or same_function(self._rebuilt(known), function()):
                return (fingerprint, known), False
        self._recent.setdefault(fingerprint, []).append(pattern)
        self.count += 1
        self._waiting += 1
        if self._waiting >= _RECENT:
            self._empty_recent()
        return (fingerprint, pattern), True

    def _alike(self, fingerprint: int) -> list[bytes]:
        """The patterns of the functions with a fingerprint."""
        fingerprints, patterns = self._bins[fingerprint >> _SHIFT]
        key = np.uint64(fingerprint)
        first = int(fingerprints.searchsorted(key))
        found = list(self._recent.get(fingerprint, ()))
        while first < len(fingerprints) and fingerprints[first] == key:
            found.append(patterns[first].tobytes())
            first += 1
        return found

    def _empty(self) -> tuple[NDArray[np.uint64], NDArray[np.uint8]]:
        return np.zeros(0, dtype=np.uint64), np.zeros((0, self._width), dtype=np.uint8)

    def _empty_recent(self) -> None:
        """Move what is new into the bins."""
        if not self._recent:
            return
        pairs = [(fingerprint, pattern) for fingerprint, patterns in self._recent.items() for pattern in patterns]
        fingerprints = np.array([fingerprint for fingerprint, _ in pairs], dtype=np.uint64)
        patterns = np.frombuffer(b"".join(pattern for _, pattern in pairs), dtype=np.uint8).reshape(len(pairs), self._width)
        self._sort_in(fingerprints, patterns)
        self._recent, self._waiting = {}, 0

    def _sort_in(self, fingerprints: NDArray[np.uint64], patterns: NDArray[np.uint8]) -> None:
        order = np.argsort(fingerprints, kind="stable")
        fingerprints, patterns = fingerprints[order], patterns[order]
        edges = np.arange(1, 2**_BIN_BITS, dtype=np.uint64) << np.uint64(_SHIFT)
        ends = [0, *np.searchsorted(fingerprints, edges).tolist(), len(fingerprints)]
        for number, (before, rows) in enumerate(self._bins):
            part = slice(ends[number], ends[number + 1])
            if part.start < part.stop:
                at = before.searchsorted(fingerprints[part])
                self._bins[number] = np.insert(before, at, fingerprints[part]), np.insert(rows, at, patterns[part], axis=0)
