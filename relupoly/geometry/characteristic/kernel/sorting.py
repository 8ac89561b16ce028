"""Sorting in given room: numba's own sorting allocates."""

from __future__ import annotations

from relupoly.jit import njit

RUN = 8  # so few are sorted by insertion


@njit()
def sort_places(keys, places, spare):
    """Write the places of m keys in order of the keys, equal ones in order of their places, by merging runs."""
    m = len(keys)
    for start in range(0, m, RUN):
        for i in range(start, min(start + RUN, m)):
            at = i
            while at > start and keys[places[at - 1]] > keys[i]:
                places[at] = places[at - 1]
                at -= 1
            places[at] = i
    width = RUN
    while width < m:
        for start in range(0, m, 2 * width):
            _merge_runs(keys, places, spare, start, min(start + width, m), min(start + 2 * width, m))
        width *= 2


@njit()
def _merge_runs(keys, places, spare, start, middle, end):
    """Merge two runs that lie one after the other; nothing moves where they are in order already."""
    if middle >= end or keys[places[middle - 1]] <= keys[places[middle]]:
        return
    for i in range(start, middle):
        spare[i] = places[i]
    left, right, at = start, middle, start
    while left < middle:
        if right < end and keys[places[right]] < keys[spare[left]]:
            places[at] = places[right]
            right += 1
        else:
            places[at] = spare[left]
            left += 1
        at += 1
