"""The arrays that a job of the kernel works in, which its caller makes: compiled code allocates nothing."""

from __future__ import annotations

from typing import Any, NamedTuple

# Rows of `Room.words`. A count of Whitney numbers has codes and tops for each rank k in rows 2 k and 2 k + 1, and uses no rank
# below 3: so the first rows are free for what has no rank.
CODES, TOPS = 0, 1
COUNTS, LOWS, STEPS = 2, 3, 4
PLACES = 5
GROUP, WEIGHT, HEAD, FOLLOWING, INDEX = 2, 3, 4, 5, 6
SORTED, SPARE, ORDER, IMAGE, BY_COLOUR = 7, 8, 9, 10, 11
SCALE, PART = 12, 13
LEADER, SIZES, OUTER_WEIGHTS, INNER_WEIGHTS, SLOPES = 14, 15, 16, 17, 18
BASIS = 7
WORDS = 19

# Tables of `Room.vectors`, but for counts of Whitney numbers, which have two for each rank.
IMAGES, FORM, OTHER, OUTER, INNER = 0, 1, 2, 3, 4
VECTORS = 5

# Rows of `Room.colours`.
COLOURS, TRIED, MIXED, HASHES = 0, 1, 2, 3
COLOUR_ROWS = 4

# Tables of `Room.points`.
DIRECTIONS, HEIGHTS, PRODUCTS = 0, 1, 2
POINTS = 3


class Room(NamedTuple):
    """Arrays whose content means nothing before a job and after it, for m vectors of length k modulo q primes, or fewer.

    Each job says in `relupoly.geometry.characteristic.compiled` which of them it uses; the others may be empty.

    Attributes
    ----------
    words : ndarray of int64, shape (WORDS or more, m + 1)
        Rows of numbers, one for each vector: `CODES`, ..., `SLOPES`.
    tables : ndarray of int64, shape (1 or more, a power of two, at least 4 m)
        Hash tables; for Whitney numbers one for each rank, and one for points at 0.
    vectors : ndarray of int64, shape (VECTORS or 2 k + 2, m, k, q)
        Vectors: `IMAGES`, ..., `INNER`; for Whitney numbers, for each rank r those of its work at r, and those that are counted
        at k + 1 + r.
    narrower : ndarray of int64, shape (m, k - 1, q)
        Vectors with one coordinate less.
    slopes : ndarray of int64, shape (p + 1,) or (0,)
        For a single short prime p what there is for each slope of a line modulo p; the last one is vertical.
    points : ndarray of int64, shape (POINTS, m, 1, q)
        Where there is no such prime: what `points` knows of the lines through a point.
    polynomials : ndarray of int64, shape (2, k + 1, k + 1)
        Sums of Whitney numbers for each rank, and those of the first restriction.
    colours : ndarray of uint64, shape (COLOUR_ROWS, m)
        `COLOURS`, ..., `HASHES`: what `symmetry` tells vectors apart by.
    covered : ndarray of bool, shape (m, m)
        Which pairs of vectors are on a flat of rank 2 that is known.
    lines : ndarray of int32, shape (m^2 / 2 + m + m^2 / 6 + m + 2,)
        The flats of rank 2: their members, and where each starts.
    """

    words: Any
    tables: Any
    vectors: Any
    narrower: Any
    slopes: Any
    points: Any
    polynomials: Any
    colours: Any
    covered: Any
    lines: Any


class Shares(NamedTuple):
    """What sums of shares are computed with and written to, modulo n primes (`contraction.finish`).

    Attributes
    ----------
    moduli : ndarray of int64, shape (n,)
        Primes below 2^31.
    inverses : ndarray of int64, shape (n, more than the number of hyperplanes)
        Of 1, 2, 3, ... modulo each prime.
    sums : ndarray of int64, shape (2, 4, n)
        The result, and the same above a flat of corank 3.
    """

    moduli: Any
    inverses: Any
    sums: Any
