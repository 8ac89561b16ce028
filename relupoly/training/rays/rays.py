"""The rays of a central arrangement: the lines where r - 1 independent hyperplanes {a : <v_j, a> = 0} of R^r meet.

The direction of such a line is a generalised cross product, whose entries are minors. Subsets with a common beginning share
the minors of the beginning: wedge products are built one factor at a time, (i1 < ... < ik) from (i1 < ... < ik-1), some
thousand subsets at once, depth first. This needs no division, no elimination, and little memory beside the rays: tables of all
subsets of one size would take several times as much. Entries are machine integers where a bound proves that these suffice, else
Python's.

Degenerate data need nothing special: proportional vectors share a hyperplane, dependent subsets have a zero product and are
dropped, and a line that several subsets give is kept once.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from math import comb
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from relupoly.exact.tables import WORD, Table, largest, shrunk
from relupoly.run import Run

Places: TypeAlias = NDArray[Any]
Block: TypeAlias = tuple[Table, Places]

# Of a table of wedge products: small enough that a step takes some hundredths of a second, large enough for numpy.
_ENTRIES = 2**19


def hyperplanes(vectors: Table) -> NDArray[np.intp]:
    """One vector on each line through the origin."""
    some = np.flatnonzero((vectors != 0).any(axis=1)) if vectors.size else np.zeros(0, dtype=np.intp)
    primitive = _primitive(vectors[some])
    return some[_first_of_each(primitive)]


def central_rays(vectors: Table, run: Run) -> tuple[Table, Places]:
    """The distinct rays, and r - 1 independent vectors that are orthogonal to each, by their places."""
    count, rank = vectors.shape
    kind = np.int16 if count <= np.iinfo(np.int16).max else np.int32
    if rank == 0:
        return vectors[:0], np.zeros((0, 0), dtype=kind)
    tables, places = [], []
    start = np.ones((1, 1), dtype=np.int64), np.zeros((1, 0), dtype=kind)
    for wedge, subsets in _wedges(start, vectors, 1, run):
        # The minor without entry i is, up to sign, entry i of the ray; the subsets of entries come in the opposite order.
        rays = _primitive(wedge[:, ::-1] * np.array([(-1) ** place for place in range(rank)], dtype=np.int64))
        kept = _first_of_each(rays)
        tables.append(rays[kept])
        places.append(subsets[kept])
    if len(tables) <= 1:
        return (tables[0], places[0]) if tables else (vectors[:0], np.zeros((0, rank - 1), dtype=kind))
    rays, subsets = np.concatenate(tables), np.concatenate(places)
    del tables, places
    run.tick()
    kept = _first_of_each(rays)
    return (rays, subsets) if len(kept) == len(rays) else (rays[kept], subsets[kept])


def _wedges(block: Block, vectors: Table, size: int, run: Run) -> Iterator[Block]:
    """The wedge products of r - 1 vectors that begin with the `size` - 1 of those in a block, in their order."""
    count, rank = vectors.shape
    run.tick()
    if size == rank:
        yield block
        return
    wedge, subsets = block
    last = subsets[:, -1].astype(np.intp) if size > 1 else np.full(1, -1, dtype=np.intp)
    # How many subsets the ones before a place lead to; blocks of them have about so many entries as are allowed.
    ends = np.cumsum(count - 1 - last)
    most = max(1, _ENTRIES // comb(rank, size))
    start = 0
    while start < len(subsets):
        before = int(ends[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, before + most, side="right")))
        part = _extended(wedge[start:stop], subsets[start:stop], vectors, size)
        if len(part[1]):
            yield from _wedges(part, vectors, size + 1, run)
        start = stop


def _extended(wedge: Table, subsets: Places, vectors: Table, size: int) -> Block:
    """The wedge products of `size` vectors from those of one fewer; dependent subsets are left out."""
    count, rank = vectors.shape
    last = subsets[:, -1].astype(np.intp) if size > 1 else np.full(1, -1, dtype=np.intp)
    parents = np.repeat(np.arange(len(subsets)), count - 1 - last)
    starts = np.cumsum(count - 1 - last) - (count - 1 - last)
    added = np.arange(len(parents)) - starts[parents] + last[parents] + 1
    if size * largest(wedge) * largest(vectors) >= WORD:
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
    joined = np.concatenate([subsets[parents], added[:, None].astype(subsets.dtype)], axis=1)
    return shrunk(product[independent]), joined[independent]


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
    if rows.dtype == object:
        first: dict[tuple[int, ...], int] = {}
        for place, row in enumerate(map(tuple, rows)):
            first.setdefault(row, place)
        return np.array(list(first.values()), dtype=np.intp)
    if not rows.size:
        return np.arange(len(rows))
    # Equal rows have equal products with a vector, modulo 2^64: sorting numbers takes less time and memory than sorting rows.
    factors = np.random.default_rng(0).integers(2**63, size=rows.shape[1], dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    prints = rows.astype(np.uint64) @ factors
    order = np.argsort(prints, kind="stable")
    alike = np.flatnonzero(prints[order[1:]] == prints[order[:-1]])
    if (rows[order[alike]] != rows[order[alike + 1]]).any():
        # Rows that differ have the same product.
        return np.sort(np.unique(rows, axis=0, return_index=True)[1])
    kept = np.ones(len(rows), dtype=np.bool_)
    kept[order[alike + 1]] = False
    return np.flatnonzero(kept)
