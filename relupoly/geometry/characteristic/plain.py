"""Whitney numbers by deletion and restriction, in Python's integers: for few hyperplanes, and of any size.

With the hyperplanes in an order H_1, ..., H_m, deleting them from the last to the first gives

    w_k(A) = sum over i of w_{k-1}({H_1, ..., H_{i-1}} restricted to H_i),    w_0(A) = 1.

A restriction to H_i eliminates one coordinate with the vector of H_i and normalises: a set of shorter vectors. Equal
restrictions, of which there are many, are counted once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from relupoly.geometry.arrangement import Row, normalized

Whitney = tuple[int, ...]


class TooMany(Exception):
    """There are more restrictions than were allowed."""


def whitney_numbers(vectors: Collection[Row], tick: Callable[[], None] = lambda: None, limit: int | None = None) -> Whitney:
    """The absolute values w_0, ..., w_r of the Whitney numbers of a central arrangement of rank r.

    Parameters
    ----------
    vectors : collection of tuple of int
        Distinct normalised vectors that span the space that they are in.
    tick : callable
        Called at every step; may raise to stop.
    limit : int, optional
        How many vectors may be restricted.

    Raises
    ------
    TooMany
        If there are more.

    Examples
    --------
    >>> whitney_numbers([(1, 0), (0, 1), (1, 1)])
    (1, 3, 2)
    """
    rank = len(next(iter(vectors))) if vectors else 0
    return _Sweep(tick, limit).whitney(tuple(sorted(vectors, key=_from_the_last)), rank)


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


class _Sweep:
    """Whitney numbers of restrictions, and those that are known already."""

    def __init__(self, tick: Callable[[], None], limit: int | None) -> None:
        self._tick = tick
        self._left = limit
        self._known: dict[tuple[Row, ...], Whitney] = {}

    def whitney(self, vectors: tuple[Row, ...], rank: int) -> Whitney:
        """The Whitney numbers of sorted vectors."""
        count = len(vectors)
        if rank <= 2:
            return (1, count, count - 1)[: rank + 1]
        if vectors not in self._known:
            self._tick()
            self._spend(count * count // 2)
            sums = [0] * rank
            for index, vector in enumerate(vectors):
                images = {image(other, vector) for other in vectors[:index]}
                section = tuple(sorted(images, key=_from_the_last))
                for degree, number in enumerate(self.whitney(section, rank - 1) if section else (1,)):
                    sums[degree] += number
            self._known[vectors] = (1, *sums)
        return self._known[vectors]

    def _spend(self, count: int) -> None:
        if self._left is not None:
            self._left -= count
            if self._left < 0:
                raise TooMany


def _from_the_last(vector: Row) -> Row:
    """Sorted so, the vectors of each coordinate subspace R^k come before all others: their restrictions coincide most."""
    return vector[::-1]
