"""Telling functions with the same fingerprint apart: a second walk, for those fingerprints alone that several cells have.

In generic nets hardly any fingerprint comes again, and there is no second walk. (Cells with an idle layer have a function that
depends on this layer alone; they are known by the layer, not by their fingerprint.) Folded nets have many cells with the same
function. Then the second walk asks for the words of watched cells, which are equal only if the functions are
(`relupoly.pieces.forms.fingerprints`). The words of one cell are kept for each fingerprint, and those of all others are
compared with them. Where words take more memory than the walk may have, the fingerprints are watched in several rounds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from relupoly.pieces.forms.fingerprints import fingerprint, proof_primes, words_of
from relupoly.pieces.forms.homogeneous import HomogeneousNet
from relupoly.pieces.walk.cell import ActivationCell
from relupoly.pieces.walk.driver import Walk
from relupoly.pieces.walk.node import Detail, FingerprintedCells

# Makes a walk with the options of `Walk` beyond the net.
WalkMaker: TypeAlias = Callable[..., Walk]
Words: TypeAlias = NDArray[np.uint32]

_BYTES_PER_CELL = 10  # about what the first walk has taken for fingerprints: the second one should not need more
_LEAST_BYTES = 2**24  # which nobody misses


def count_functions(net: HomogeneousNet, watch: NDArray[np.uint64], walk: WalkMaker, cells: int) -> int:
    """How many functions have one of the fingerprints.

    Parameters
    ----------
    watch : ndarray of uint64
        The fingerprints, in ascending order.
    walk : callable
        Makes a walk over the cells.
    cells : int
        Of the whole net: they say how much memory may be used.
    """
    if not len(watch):
        return 0
    primes = proof_primes(net)
    length = (net.layers[-1].nrows() - 1) * net.dimension * len(primes)
    size = max(_BYTES_PER_CELL * cells, _LEAST_BYTES) // (4 * length + 1) + 1
    rounds = (_Round(net, watch[start : start + size], primes, length) for start in range(0, len(watch), size))
    return sum(one.count(walk) for one in rounds)


class _Round:
    """Some fingerprints, the words of the first cell with each of them, and those of cells that have others."""

    def __init__(self, net: HomogeneousNet, watch: NDArray[np.uint64], primes: list[int], length: int) -> None:
        self._net = net
        self._watch = watch
        self._primes = primes
        self._seen = np.zeros(len(watch), dtype=np.bool_)
        self._first = np.zeros((len(watch), length), dtype=np.uint32)
        self._others: set[tuple[int, bytes]] = set()

    def count(self, walk: WalkMaker) -> int:
        """How many functions there are, by a walk."""
        for part in walk(watch=self._watch).cells(Detail.FINGERPRINT):
            if isinstance(part, FingerprintedCells):
                self._take(self._watch.searchsorted(part.fingerprints), part.words)
            elif isinstance(part, ActivationCell):
                for place, words in watched(self._net, part, self._watch, self._primes):
                    self._take(np.array([place]), words[None])
        check_seen(self._seen)
        return len(self._watch) + len(self._others)

    def _take(self, places: NDArray[np.intp], words: Words) -> None:
        """Compare the words of cells with those that came first under their fingerprint."""
        new = np.flatnonzero(~self._seen[places])
        own, first = np.unique(places[new], return_index=True)
        self._first[own], self._seen[own] = words[new[first]], True
        differ = (self._first[places] != words).any(axis=1)
        self._others |= {(place, row.tobytes()) for place, row in zip(places[differ].tolist(), words[differ], strict=True)}


class UnseenFunctions(Exception):
    """A second walk has not met functions that the first one has: so these were never there, but came with a state."""


def check_seen(seen: NDArray[np.bool_]) -> None:
    """Raise unless all watched fingerprints were seen: the same cells come again.

    Raises
    ------
    UnseenFunctions
        If they did not.
    """
    if not seen.all():
        raise UnseenFunctions("a second walk over the cells has not met all their functions")


def watched(
    net: HomogeneousNet, cell: ActivationCell, watch: NDArray[np.uint64], primes: list[int]
) -> Iterator[tuple[int, Words]]:
    """Where a cell's fingerprint is among the watched ones, and the cell's words; nothing if it is not."""
    key = np.uint64(fingerprint(cell.output))
    place = int(watch.searchsorted(key))
    if place < len(watch) and watch[place] == key:
        yield place, words_of(net, cell.output.forms, primes)
