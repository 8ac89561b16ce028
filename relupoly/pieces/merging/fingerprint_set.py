"""The affine functions of a net by their fingerprints: 8 bytes each.

Fingerprints lie sorted in plain arrays, in bins by their first bits; new ones gather, and are sorted in when they have become
many. So nothing larger than a bin is ever copied, and sorting costs some 0.1 microseconds a cell. A fingerprint that comes
again is kept twice, to be remembered as one of those that have several cells.

Functions with different fingerprints are different. Those with the same one are told apart afterwards
(`relupoly.pieces.merging.affine_functions`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from relupoly.pieces.forms.fingerprints import BITS
from relupoly.pieces.serialization import State, from_text, to_text

Fingerprints = NDArray[np.uint64]

_BIN_BITS = 8  # sorting in copies a bin, one of 256, at a time
# Fewer are not worth going through all bins.
_WAITING = 2**16
_SHARE = 4  # a quarter of what is known waits: so each fingerprint is copied a few times only while their number doubles


class FingerprintSet:
    """A set of fingerprints, which knows those that were added more than once."""

    def __init__(self) -> None:
        self._single: list[int] = []
        self._arrays: list[Fingerprints] = []
        self._waiting = 0
        self._known = 0
        self._bins = [np.zeros(0, dtype=np.uint64) for _ in range(2**_BIN_BITS)]

    @property
    def count(self) -> int:
        """How many different ones there are.

        Examples
        --------
        >>> functions = FingerprintSet()
        >>> functions.add_all(np.array([5, 7, 7], dtype=np.uint64))
        >>> functions.count, functions.several().tolist()
        (2, [7])
        """
        self._sort_in()
        return self._known

    def add(self, fingerprint: int) -> None:
        """Add one."""
        self._single.append(fingerprint)
        self._wait(1)

    def add_all(self, fingerprints: Fingerprints) -> None:
        """Add many."""
        self._arrays.append(fingerprints)
        self._wait(len(fingerprints))

    def several(self) -> Fingerprints:
        """Those that were added more than once, in ascending order."""
        self._sort_in()
        return np.concatenate([one[1:][one[1:] == one[:-1]] for one in self._bins])

    def __contains__(self, fingerprint: int) -> bool:
        self._sort_in()
        place = self._bins[fingerprint >> BITS - _BIN_BITS]
        at = int(place.searchsorted(np.uint64(fingerprint)))
        return at < len(place) and int(place[at]) == fingerprint

    def merge(self, other: FingerprintSet) -> None:
        """Take over all of another set's."""
        other._sort_in()
        # One array: each that is sorted in is cut into bins again.
        self.add_all(np.concatenate(other._bins))

    def state(self) -> State:
        """All that there is to know, for JSON."""
        self._sort_in()
        return {"fingerprints": to_text(np.concatenate(self._bins).astype("<u8").tobytes())}

    def restore(self, state: State) -> None:
        """Take over a state, into an empty set."""
        fingerprints = np.frombuffer(from_text(state["fingerprints"]), dtype="<u8").astype(np.uint64)
        if (fingerprints >> np.uint64(BITS)).any():
            raise ValueError("not a set of fingerprints")
        self.add_all(fingerprints)
        self._sort_in()

    def _wait(self, count: int) -> None:
        self._waiting += count
        if self._waiting > _WAITING and self._waiting > self._known // _SHARE:
            self._sort_in()

    def _sort_in(self) -> None:
        """Sort in what waits."""
        if not self._waiting:
            return
        waiting = _joined([*self._arrays, np.array(self._single, dtype=np.uint64)])
        self._single, self._arrays, self._waiting, self._known = [], [], 0, 0
        parts = [_in_bins(np.sort(array, kind="stable")) for array in waiting]
        del waiting
        for number in range(len(self._bins)):
            self._bins[number] = _at_most_twice(np.concatenate([self._bins[number], *(part[number] for part in parts)]))
            self._known += _different(self._bins[number])


def _joined(arrays: list[Fingerprints]) -> list[Fingerprints]:
    """The same fingerprints in fewer arrays: small ones end to end.

    Cutting an array into bins takes a millisecond, however small it is. Where cells that may merge come between them, counted
    cells come by the dozen: their arrays took half of the time for `closed`.
    """
    found: list[Fingerprints] = []
    small: list[Fingerprints] = []
    size = 0
    for array in arrays:
        small.append(array)
        size += len(array)
        if size > _WAITING:
            found.append(np.concatenate(small))
            small, size = [], 0
    return [*found, np.concatenate(small)] if small else found


def _in_bins(fingerprints: Fingerprints) -> list[Fingerprints]:
    """Sorted fingerprints, bin by bin."""
    edges = np.arange(1, 2**_BIN_BITS, dtype=np.uint64) << np.uint64(BITS - _BIN_BITS)
    return np.split(fingerprints, np.searchsorted(fingerprints, edges))


def _at_most_twice(fingerprints: Fingerprints) -> Fingerprints:
    """Fingerprints, sorted, the same one at most twice; they come in sorted runs, which a stable sort merges."""
    fingerprints.sort(kind="stable")
    more = fingerprints[2:] == fingerprints[:-2]
    return np.delete(fingerprints, 2 + np.flatnonzero(more)) if more.any() else fingerprints


def _different(fingerprints: Fingerprints) -> int:
    return len(fingerprints) and 1 + int(np.count_nonzero(fingerprints[1:] != fingerprints[:-1]))
