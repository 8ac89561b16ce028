"""The jobs of the compiled kernel: each as a function, which makes the arrays that the kernel works in.

What a job uses of them is written down here; the rest is empty. So jobs can be done by several threads at a time.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from relupoly.geometry.characteristic.fields import BadPrimeError
from relupoly.geometry.characteristic.kernel import room as places
from relupoly.geometry.characteristic.kernel.field import Field
from relupoly.geometry.characteristic.kernel.jobs import (
    FINISH,
    IN_STANDARD_FORM,
    LARGE_FLATS,
    NORMALISE,
    ORBITS,
    RESTRICTION,
    SECTION,
    WHITNEY,
    do,
)
from relupoly.geometry.characteristic.kernel.room import Room, Shares

Vectors = NDArray[np.int64]
Numbers = NDArray[np.int64]

_NO_NUMBERS = np.empty(0, dtype=np.int64)
_NO_VECTORS = np.empty((0, 0, 0), dtype=np.int64)
_NO_COLOURS = np.empty((0, 0), dtype=np.uint64)
_NO_PAIRS = np.empty((0, 0), dtype=np.bool_)
_NO_LINES = np.empty(0, dtype=np.int32)
_NO_SHARES = Shares(_NO_NUMBERS, np.empty((0, 0), dtype=np.int64), _NO_VECTORS)


def normalise(vectors: Vectors, field: Field) -> Numbers:
    """Normalise all vectors, in their place; their order by their tops."""
    order = np.empty(len(vectors), dtype=np.int64)
    _job(NORMALISE, vectors, field, _plain_room(vectors), numbers=order)(0)
    return order


def large_flats(vectors: Vectors, field: Field) -> Numbers:
    """An order of the vectors whose first independent ones span large flats."""
    order = np.empty(len(vectors), dtype=np.int64)
    _job(LARGE_FLATS, vectors, field, _plain_room(vectors), numbers=order)(0)
    return order


def in_standard_form(vectors: Vectors, order: Numbers, field: Field) -> Vectors:
    """Vectors in their order, in the basis of the first independent ones, with as many entries 1 as can be."""
    form = np.empty_like(vectors)
    _job(IN_STANDARD_FORM, vectors, field, _plain_room(vectors), weights=order, out=form)(0)
    return form


def whitney(vectors: Vectors, field: Field) -> list[int]:
    """The Whitney numbers of normalised vectors of rank at least 3, in order of their tops."""
    rank = vectors.shape[1]
    numbers = np.empty(rank + 1, dtype=np.int64)
    _job(WHITNEY, vectors, field, _ranks_room(vectors, field), numbers=numbers)(0)
    return [int(number) for number in numbers]


def flat_size(vectors: Vectors) -> int:
    """How many vectors, in order of their tops, lie in all coordinates but the last."""
    return len(vectors) - int(np.count_nonzero(vectors[:, -1, 0]))


def restrictions(vectors: Vectors, field: Field) -> Callable[[int], Vectors]:
    """The restriction to the vector of an index among those with the last coordinate; only of the vectors before it."""
    room, out = _plain_room(vectors), _narrower(vectors)
    restricted = _job(RESTRICTION, vectors, field, room, out=out)
    return lambda index: out[: restricted(index)].copy()


def sections(vectors: Vectors, weights: Numbers, field: Field) -> Callable[[int], tuple[Vectors, Numbers]]:
    """The restriction to the vector of an index and its weights, in a form that is, mostly, the same for isomorphic ones."""
    room, out, sums = (
        _pairs_room(vectors, field)._replace(narrower=_narrower(vectors)),
        _narrower(vectors),
        np.empty_like(weights),
    )
    restricted = _job(SECTION, vectors, field, room, weights, out=out, numbers=sums)

    def section(index: int) -> tuple[Vectors, Numbers]:
        found = restricted(index)
        return out[:found].copy(), sums[:found].copy()

    return section


def orbits(vectors: Vectors, weights: Numbers, field: Field) -> Numbers:
    """For each vector the leader of its orbit under automorphisms, as far as they are found."""
    leader = np.empty_like(weights)
    _job(ORBITS, vectors, field, _pairs_room(vectors, field), weights, numbers=leader)(0)
    return leader


def finish(
    vectors: Vectors, weights: Numbers, base: int, field: Field, moduli: Numbers, inverses: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The sums of shares along chains of 0, ..., 3 flats above one of corank 4, modulo each prime."""
    shares = Shares(moduli, inverses, np.zeros((2, 4, len(moduli)), dtype=np.int64))
    _job(FINISH, vectors, field, _pairs_room(vectors, field), weights, shares=shares)(base)
    sums: NDArray[np.int64] = shares.sums[0]
    return sums


def _job(
    job: int,
    vectors: Vectors,
    field: Field,
    room: Room,
    weights: Numbers = _NO_NUMBERS,
    shares: Shares = _NO_SHARES,
    out: Vectors = _NO_VECTORS,
    numbers: Numbers = _NO_NUMBERS,
) -> Callable[[int], int]:
    """A job as a function of the number that it takes: how many vectors it has written.

    It is for one thread at a time.

    Raises
    ------
    BadPrimeError
        By the function, if the field's primes are not fit for these vectors.
    """
    call = do.partial(job, vectors, weights, field, shares, out, numbers, room)

    def done(number: int) -> int:
        found: int = call(number)
        if found < 0:
            raise BadPrimeError
        return found

    return done


def _plain_room(vectors: Vectors) -> Room:
    """Room for a pass over vectors."""
    count = len(vectors)
    return Room(
        words=np.empty((places.WORDS, count + 1), dtype=np.int64),
        tables=np.empty((1, _table_size(count)), dtype=np.int64),
        vectors=np.empty((places.VECTORS, *vectors.shape), dtype=np.int64),
        narrower=_NO_VECTORS,
        slopes=_NO_NUMBERS,
        points=np.empty((0, 0, 0, 0), dtype=np.int64),
        polynomials=_NO_VECTORS,
        colours=_NO_COLOURS,
        covered=_NO_PAIRS,
        lines=_NO_LINES,
    )


def _ranks_room(vectors: Vectors, field: Field) -> Room:
    """Room for a count of Whitney numbers: some for each rank."""
    count, rank, primes = vectors.shape
    ranks = rank + 1
    return _plain_room(vectors)._replace(
        words=np.empty((max(places.WORDS, 2 * ranks), count + 1), dtype=np.int64),
        tables=np.empty((ranks, _table_size(count)), dtype=np.int64),
        vectors=np.empty((2 * ranks, *vectors.shape), dtype=np.int64),
        slopes=_slopes(field),
        points=np.empty((places.POINTS, count, 1, primes), dtype=np.int64),
        polynomials=np.zeros((2, ranks, ranks), dtype=np.int64),
    )


def _pairs_room(vectors: Vectors, field: Field) -> Room:
    """Room for all pairs of vectors."""
    count = len(vectors)
    return _plain_room(vectors)._replace(
        slopes=_slopes(field),
        colours=np.empty((places.COLOUR_ROWS, count), dtype=np.uint64),
        covered=np.empty((count, count), dtype=np.bool_),
        lines=np.empty(count * count // 2 + count + count * count // 6 + count + 2, dtype=np.int32),
    )


def _slopes(field: Field) -> Numbers:
    return np.empty(field.primes[0] + 1 if len(field.inverses) else 0, dtype=np.int64)


def _narrower(vectors: Vectors) -> Vectors:
    """Room for as many vectors with one coordinate less."""
    count, rank, primes = vectors.shape
    return np.empty((count, rank - 1, primes), dtype=np.int64)


def _table_size(count: int) -> int:
    """How long a hash table for so many vectors is; `kernel.tables.table_size` says the same."""
    return 1 << max(3, (4 * count - 1).bit_length())
