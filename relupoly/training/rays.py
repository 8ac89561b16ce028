"""The rays of a central arrangement: the lines where r - 1 independent hyperplanes {a : <v_j, a> = 0} of R^r meet.

The direction of such a line is a generalised cross product, whose entries are minors. Subsets with a common beginning share
the minors of the beginning: wedge products are built one factor at a time, (i1 < ... < ik) from (i1 < ... < ik-1), all
subsets of one size at once. This needs no division, no elimination, and no memory beyond the last two sizes; entries are
machine integers where a bound proves that these suffice, else Python's.

Degenerate data need nothing special: proportional vectors share a hyperplane, dependent subsets have a zero product and are
dropped, and a line that several subsets give is kept once.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

Table = NDArray[Any]

WORD = 2**62


def hyperplanes(vectors: Table) -> NDArray[np.intp]:
    """One vector on each line through the origin."""
    some = np.flatnonzero((vectors != 0).any(axis=1)) if vectors.size else np.zeros(0, dtype=np.intp)
    primitive = _primitive(vectors[some])
    return some[_first_of_each(primitive)]


def ray_table(vectors: Table, tick: Callable[[], None]) -> tuple[Table, NDArray[np.intp]]:
    """The distinct rays, and r - 1 independent vectors that are orthogonal to each, by their places."""
    rank = vectors.shape[1]
    if rank == 0:
        return vectors[:0], np.zeros((0, 0), dtype=np.intp)
    wedge: Table = np.ones((1, 1), dtype=np.int64)
    subsets = np.zeros((1, 0), dtype=np.intp)
    for size in range(1, rank):
        tick()
        wedge, subsets = _extended(wedge, subsets, vectors, size)
    # The minor without entry i is, up to sign, entry i of the ray; the subsets of entries come in the opposite order.
    alternating = np.array([(-1) ** place for place in range(rank)], dtype=np.int64)
    tick()
    rays = _primitive(wedge[:, ::-1] * alternating)
    kept = _first_of_each(rays)
    return rays[kept], subsets[kept]


def _extended(wedge: Table, subsets: NDArray[np.intp], vectors: Table, size: int) -> tuple[Table, NDArray[np.intp]]:
    """The wedge products of `size` vectors from those of one fewer; dependent subsets are left out."""
    count, rank = vectors.shape
    last = subsets[:, -1] if size > 1 else np.full(1, -1, dtype=np.intp)
    parents = np.repeat(np.arange(len(subsets)), count - 1 - last)
    starts = np.cumsum(count - 1 - last) - (count - 1 - last)
    added = np.arange(len(parents)) - starts[parents] + last[parents] + 1
    if size * _largest(wedge) * _largest(vectors) >= WORD:
        wedge, vectors = wedge.astype(object), vectors.astype(object)
    places = {entries: place for place, entries in enumerate(combinations(range(rank), size - 1))}
    columns = []
    left, right = wedge[parents], vectors[added]
    for entries in combinations(range(rank), size):
        # Expansion of the minor along its last row, the new vector.
        terms = [
            (-1) ** (size - 1 - turn) * left[:, places[entries[:turn] + entries[turn + 1 :]]] * right[:, entry]
            for turn, entry in enumerate(entries)
        ]
        columns.append(sum(terms[1:], terms[0]))
    product = np.stack(columns, axis=1)
    independent = (product != 0).any(axis=1)
    joined = np.concatenate([subsets[parents], added[:, None]], axis=1)
    return _shrunk(product[independent]), joined[independent]


def _primitive(rows: Table) -> Table:
    """Each row divided by its greatest common divisor, its first entry that is not 0 made positive."""
    if not rows.size:
        return rows
    divisors = np.gcd.reduce(rows, axis=1)
    lead = np.take_along_axis(rows, (rows != 0).argmax(axis=1)[:, None], axis=1)[:, 0]
    primitive: Table = rows // np.where(lead < 0, -divisors, divisors)[:, None]
    return primitive


def _first_of_each(rows: Table) -> NDArray[np.intp]:
    """The first row of every kind, in their order."""
    if rows.dtype != object:
        return np.sort(np.unique(rows, axis=0, return_index=True)[1]) if rows.size else np.arange(len(rows))
    first: dict[tuple[int, ...], int] = {}
    for place, row in enumerate(rows.tolist()):
        first.setdefault(tuple(row), place)
    return np.array(list(first.values()), dtype=np.intp)


def _largest(data: Table) -> int:
    return int(np.abs(data).max(initial=0))


def _shrunk(data: Table) -> Table:
    """The same integers in words, if all fit."""
    return data.astype(np.int64) if data.dtype == object and _largest(data) < WORD else data
