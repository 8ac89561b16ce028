"""Whitney numbers by deletion and restriction, one block of vectors at a time, compiled.

In coordinates where the vectors without the last one span a large flat A, the others form a short block B. Deleting B from
its last vector to its first gives

    w(A and B; s) = (1 + s) w(A; s) + s sum_{i > 0} w(A and B_0, ..., B_{i-1} restricted to B_i; s),

where all the arrangements on the right have rank k - 1 in k - 1 coordinates, and differ from A in the differences
B_j - B_i only. So each step takes the rank down by one, and there are as many steps as vectors outside a large flat, not
as many as vectors: 32 of 63 for the resonance arrangement in R^6. Equal restrictions that wait are merged, and what is
small is left to the compiled kernel whole.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relupoly.geometry.characteristic.kernel.field import Field
from relupoly.run import Run
from relupoly.run.pool import Pool

Vectors = NDArray[np.int64]

# Vectors restricted in one call of the kernel, which takes some seconds; larger nodes are divided.
_AT_ONCE = 30_000_000
# Nodes for each thread: enough that none is idle, few enough that merged nodes are still met.
_BATCH = 8


@dataclass
class _Node:
    """A restriction that waits, and the polynomial in s that its Whitney numbers are to be multiplied with."""

    vectors: Vectors
    factor: list[int]


def sweep(vectors: Vectors, field: Field, jobs: int, run: Run) -> tuple[int, ...]:
    """The Whitney numbers of normalised vectors of rank at least 3, in order of their tops.

    Parameters
    ----------
    vectors : ndarray, shape (m, k, q)
    field : Field
    jobs : int
        The number of threads.
    run : Run, optional
        Its progress is told the number of restrictions counted, now and then.

    Raises
    ------
    BadPrimeError
        If the field's primes are not fit for these vectors.
    """
    rank = vectors.shape[1]
    total = [0] * (rank + 1)
    waiting: dict[int, dict[bytes, _Node]] = {rank: {}}
    _add(waiting[rank], vectors, [1])
    done = 0

    def count(node: _Node) -> list[int]:
        return _count(node.vectors, field)

    with Pool(jobs, lambda: count) as pool:
        while lowest := min((k for k, nodes in waiting.items() if nodes), default=0):
            run.tick()
            nodes = [waiting[lowest].popitem()[1] for _ in range(min(_BATCH * jobs, len(waiting[lowest])))]
            small = [node for node in nodes if lowest == 3 or estimate(node.vectors) <= _AT_ONCE]
            for node, numbers in zip(small, pool.map(small, run), strict=True):
                run.tick()
                _add_product(total, node.factor, numbers)
                done += 1
                run.progress(done)
            for node in nodes:
                if lowest > 3 and estimate(node.vectors) > _AT_ONCE:
                    _expand(node, field, waiting.setdefault(lowest - 1, {}), run)
    return tuple(total)


def estimate(vectors: Vectors) -> int:
    """About how many steps the kernel takes for an arrangement.

    Restrictions to the vectors of a block have, on average, as many new vectors as half the block.
    """
    rank = vectors.shape[1]
    last = np.max(np.where(vectors[:, :, 0] != 0, np.arange(rank), 0), axis=1)
    flats = np.cumsum(np.bincount(last, minlength=rank))
    size, steps = int(flats[-1]), 1
    for k in range(rank, 3, -1):
        low = int(flats[k - 2])
        steps *= max(1, size - low)
        size = low + (size - low + 1) // 2
    return steps * (size * size // 2 + 1)


def _expand(node: _Node, field: Field, waiting: dict[bytes, _Node], run: Run) -> None:
    """Put the restrictions of a node among those that wait."""
    from relupoly.geometry.characteristic import compiled

    count, k, _ = node.vectors.shape
    low = compiled.flat_size(node.vectors)
    shifted = [0, *node.factor]
    _add(waiting, node.vectors[:low, : k - 1], [a + b for a, b in zip([*node.factor, 0], shifted, strict=True)])
    restriction = compiled.restrictions(node.vectors, field)
    for index in range(1, count - low):
        run.tick()
        _add(waiting, restriction(index), shifted)


def _add(waiting: dict[bytes, _Node], vectors: Vectors, factor: list[int]) -> None:
    """Put vectors among those that wait; equal ones are merged."""
    table = vectors.reshape(len(vectors), -1)
    vectors = np.ascontiguousarray(vectors[np.lexsort(table.T)])
    key = vectors.astype(np.uint8 if table.max() < 256 else np.uint32).tobytes()
    if key in waiting:
        known = waiting[key].factor
        waiting[key].factor = [
            (known[d] if d < len(known) else 0) + (factor[d] if d < len(factor) else 0)
            for d in range(max(len(known), len(factor)))
        ]
    else:
        waiting[key] = _Node(vectors, factor)


def _count(vectors: Vectors, field: Field) -> list[int]:
    from relupoly.geometry.characteristic import compiled

    return compiled.whitney(vectors, field)


def _add_product(total: list[int], factor: list[int], numbers: list[int]) -> None:
    for shift, one in enumerate(factor):
        for degree, other in enumerate(numbers):
            if one and other:
                total[shift + degree] += one * other
