"""Whitney numbers by deletion and restriction, in Python's integers: for few hyperplanes, and of any size.

Let B be the vectors that have a last coordinate, and A the others. Deleting B from its last vector to its first gives

    w(A and B; s) = w(A; s) + s sum over i of w(A and B_0, ..., B_{i-1} restricted to B_i; s).

A restriction to B_i eliminates the last coordinate with that vector: A stays as it is, and the others of B are normalised
anew. Equal restrictions, of which there are many, are counted once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from relupoly.geometry.arrangement import Row, normalized
from relupoly.run import UNLIMITED, Run

Whitney = tuple[int, ...]


class TooMany(Exception):
    """There are more restrictions than were allowed."""


def whitney_numbers(
    vectors: Collection[Row],
    run: Run = UNLIMITED,
    limit: int | None = None,
    enough: Callable[[], bool] = lambda: True,
) -> Whitney:
    """The absolute values w_0, ..., w_r of the Whitney numbers of a central arrangement of rank r.

    Parameters
    ----------
    vectors : collection of tuple of int
        Distinct normalised vectors that span the space that they are in.
    run : Run, optional
    limit : int, optional
        How many vectors may be restricted.
    enough : callable
        Asked at every step beyond the limit whether to give up.

    Raises
    ------
    TooMany
        If it was enough.

    Examples
    --------
    >>> whitney_numbers([(1, 0), (0, 1), (1, 1)])
    (1, 3, 2)
    """
    rank = len(next(iter(vectors))) if vectors else 0
    return _Sweep(run, limit, enough).whitney(tuple(sorted(vectors)), rank)


def image(vector: Row, to: Row) -> Row:
    """The hyperplane in which one meets another: the last non-zero coordinate of the second vector is eliminated.

    Examples
    --------
    >>> image((1, 0), to=(1, 2)), image((1, 1), to=(1, 2))
    ((1,), (1,))
    """
    pivot = max(index for index, entry in enumerate(to) if entry)
    scale, factor = to[pivot], vector[pivot]
    reduced = [scale * one - factor * other for one, other in zip(vector, to, strict=True)]
    return normalized(reduced[:pivot] + reduced[pivot + 1 :])


def _difference(vector: Row, to: Row) -> Row:
    """The same where both vectors have a last coordinate."""
    scale, factor = to[-1], vector[-1]
    reduced = [scale * one - factor * other for one, other in zip(vector, to, strict=True)]
    reduced.pop()
    return normalized(reduced)


class _Sweep:
    """Whitney numbers of restrictions, and those that are known already."""

    def __init__(self, run: Run, limit: int | None, enough: Callable[[], bool]) -> None:
        self._run = run
        self._enough = enough
        self._left = limit
        self._known: dict[tuple[Row, ...], Whitney] = {}

    def whitney(self, vectors: tuple[Row, ...], rank: int) -> Whitney:
        """The Whitney numbers of sorted vectors, with rank coordinates."""
        count = len(vectors)
        if not count or rank <= 2:
            return (1, count, max(0, count - 1), *(0 for _ in range(rank - 2)))[: rank + 1]
        if vectors not in self._known:
            self._run.tick()
            flat = tuple(vector[:-1] for vector in vectors if not vector[-1])
            block = [vector for vector in vectors if vector[-1]]
            self._spend(len(block) * (len(block) + 1) // 2)
            sums = [*self.whitney(flat, rank - 1), 0]
            for index, vector in enumerate(block):
                images = {_difference(other, vector) for other in block[:index]}.difference(flat)
                section = tuple(sorted([*flat, *images])) if images else flat
                for degree, number in enumerate(self.whitney(section, rank - 1), 1):
                    sums[degree] += number
            self._known[vectors] = tuple(sums)
        return self._known[vectors]

    def _spend(self, count: int) -> None:
        if self._left is not None:
            self._left -= count
            if self._left < 0 and self._enough():
                raise TooMany
