"""SUBSET-SUM, exactly: whether some of these integers add up to a target, and which.

On it depends how many neurons a function of one variable needs (Theorem 2.2 of Arora et al.; see
`relupoly.constructions.representation.univariate`). The problem is NP-hard, so there are two methods, and the cheaper one is
taken. Where the target is small, a table says for each number whether it is a sum (time: items times target). Else the sums
of two groups of items are listed, without doubles, each as long as there is room, and compared for every choice of the items
left: for m items about 2^(m/2) steps as long as that fits, and never more memory. Sums are listed modulo a prime of 61 bits;
a match is verified in integers, and where nothing matches modulo a prime, nothing matches.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relupoly.exact.modular import PRIME
from relupoly.run import UNLIMITED, Run

# Bytes of the table, of one for each number; the pairs of half sums are as many 8-byte integers. Both keep within 64 MB.
_LARGEST_TABLE = 2**26
_ROOM = 2**23
# A step of the table is one number in a numpy operation; merging the half sums costs about so many steps for each of them.
_STEPS_PER_SUM = 16


@dataclass(frozen=True)
class _Bundle:
    """Some copies of one number, taken all or none: size = copies * number."""

    number: int
    copies: int

    @property
    def size(self) -> int:
        return self.number * self.copies


def subset_with_sum(
    numbers: Sequence[int],
    target: int,
    *,
    run: Run = UNLIMITED,
) -> tuple[int, ...] | None:
    """The indices of some of the numbers that add up to the target; None if there are none.

    Parameters
    ----------
    numbers : sequence of int
        Of any sign and size.
    target : int
    run : Run, optional
        Its progress is told how many choices of items were compared.

    Examples
    --------
    >>> subset_with_sum([2, -5, 4], 1)
    (0, 1, 2)
    >>> subset_with_sum([2, -5], -1) is None
    True
    """
    # With |x| for every negative x, taking |x| means leaving x out.
    goal = target - sum(number for number in numbers if number < 0)
    sizes = Counter(abs(number) for number in numbers if 0 < abs(number) <= goal)
    taken = _multiset(sizes, goal, run)
    if taken is None:
        return None
    chosen = []
    for index, number in enumerate(numbers):
        use = taken[abs(number)] > 0
        taken[abs(number)] -= use
        if use == (number > 0) and number:
            chosen.append(index)
    assert sum(numbers[index] for index in chosen) == target
    return tuple(chosen)


def _multiset(sizes: Counter[int], goal: int, run: Run) -> Counter[int] | None:
    """How many copies of each positive number add up to the goal, of those that there are."""
    divisor, total = math.gcd(*sizes), sum(size * count for size, count in sizes.items())
    if goal == 0:
        return Counter()
    if not 0 < goal <= total or goal % divisor:
        return None
    if 2 * goal > total:
        left_out = _multiset(sizes, total - goal, run)
        return None if left_out is None else sizes - left_out
    bundles = [bundle for size, count in sorted(sizes.items(), reverse=True) for bundle in _bundles(size, count)]
    bundles = [bundle for bundle in bundles if bundle.size <= goal]
    method = _by_table if _table_pays(len(bundles), goal // divisor) else _by_halves
    found = method([bundle.size // divisor for bundle in bundles], goal // divisor, run)
    if found is None:
        return None
    taken: Counter[int] = Counter()
    for index in found:
        taken[bundles[index].number] += bundles[index].copies
    return taken


def _bundles(number: int, count: int) -> Iterator[_Bundle]:
    """Bundles of 1, 2, 4, ... copies and the rest: some of them make any number of copies up to all."""
    copies = 1
    while count > 0:
        yield _Bundle(number, min(copies, count))
        count -= copies
        copies *= 2


def _table_pays(items: int, goal: int) -> bool:
    return goal <= _LARGEST_TABLE and items * goal <= _STEPS_PER_SUM * 2 ** min((items + 1) // 2, 64)


def _by_table(sizes: Sequence[int], goal: int, run: Run) -> list[int] | None:
    """The items of a sum, by a table of all numbers up to the goal that are sums, each with its last item."""
    reached = np.zeros(goal + 1, dtype=np.bool_)
    reached[0] = True
    last = np.zeros(goal + 1, dtype=np.int32)
    for index, size in enumerate(sizes):
        run.tick()
        new = reached[:-size] & ~reached[size:]
        last[size:][new] = index
        reached[size:] |= new
        run.progress(index + 1)
        if reached[goal]:
            break
    if not reached[goal]:
        return None
    chosen, left = [], goal
    while left:
        chosen.append(int(last[left]))
        left -= sizes[chosen[-1]]
    return chosen


def _by_halves(sizes: Sequence[int], goal: int, run: Run) -> list[int] | None:
    """The items of a sum, by the sums of two groups of items, for each choice of those in neither group."""
    front, back = _Sums(), _Sums()
    waiting = list(range(len(sizes)))
    while waiting:
        group, index = (front, waiting[0]) if len(front.values) <= len(back.values) else (back, waiting[-1])
        run.tick()
        if not group.take(index, sizes[index]):
            break
        waiting.remove(index)
    others = sum(sizes) - sum(sizes[index] for index in waiting)
    for number, (choice, rest) in enumerate(_choices(waiting, sizes, goal, others)):
        run.tick()
        wanted = (rest % PRIME - back.values) % PRIME
        for match in np.flatnonzero(front.holds(wanted)).tolist():
            items = [*choice, *front.items(int(wanted[match])), *back.items(int(back.values[match]))]
            if sum(sizes[index] for index in items) == goal:
                return items
        run.progress(number + 1)
    return None


def _choices(items: Sequence[int], sizes: Sequence[int], goal: int, others: int) -> Iterator[tuple[list[int], int]]:
    """The subsets of some items that the other items, of that total size, may complete; with what is left of the goal."""
    reach = [others]
    for index in reversed(items):
        reach.append(reach[-1] + sizes[index])
    waiting: list[tuple[list[int], int, int]] = [([], goal, 0)]
    while waiting:
        choice, rest, place = waiting.pop()
        if not 0 <= rest <= reach[len(items) - place]:
            continue
        if place == len(items):
            yield choice, rest
        else:
            waiting.append((choice, rest, place + 1))
            waiting.append(([*choice, items[place]], rest - sizes[items[place]], place + 1))


class _Sums:
    """The sums of all subsets of a group of items modulo the prime, sorted, without doubles.

    Attributes
    ----------
    values : ndarray of int64
    """

    def __init__(self) -> None:
        self.values: NDArray[np.int64] = np.zeros(1, dtype=np.int64)
        self._levels: list[tuple[int, int, NDArray[np.int64]]] = []
        self._stored = 1

    def take(self, index: int, size: int) -> bool:
        """Add an item to the group; False if there is no room."""
        if self._stored + 2 * len(self.values) > _ROOM:
            return False
        residue = size % PRIME
        self._levels.append((index, residue, self.values))
        self.values = _merged(self.values, (self.values + residue) % PRIME)
        self._stored += len(self.values)
        return True

    def holds(self, sums: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which numbers are sums."""
        return _found(self.values, sums)

    def items(self, value: int) -> list[int]:
        """Items with a sum of this group."""
        chosen = []
        for index, residue, before in reversed(self._levels):
            if not _found(before, np.array([value]))[0]:
                chosen.append(index)
                value = (value - residue) % PRIME
        return chosen


def _merged(one: NDArray[np.int64], two: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers of two arrays that are sorted up to a rotation, sorted, without doubles."""
    both = np.sort(np.concatenate([one, two]), kind="stable")
    fresh: NDArray[np.bool_] = np.append(True, both[1:] != both[:-1])
    return both[fresh]


def _found(values: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.bool_]:
    places = np.minimum(np.searchsorted(values, wanted), len(values) - 1)
    found: NDArray[np.bool_] = values[places] == wanted
    return found
