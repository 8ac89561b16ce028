"""`RayTable`: all rays of the arrangement {a : <v_j, a> = 0} of a problem's vectors, and the sides of the points.

The points' sides are products of rays and vectors. Where a bound shows that 64-bit integers hold them they are exact at
once; elsewhere they are floats with an error bound, those of the ray's own hyperplanes are known to be zero, and rays with a
doubtful sign are evaluated in big integers.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, factorial, log2
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relupoly.errors import SizeError
from relupoly.exact.doubles import LARGEST_WHOLE, UNIT_ROUNDOFF
from relupoly.exact.tables import WORD, Table
from relupoly.run import UNLIMITED, Run
from relupoly.training.problem.lifted import Lifted, Vector
from relupoly.training.rays.rays import central_rays, hyperplanes

Floats = NDArray[np.float64]

# What a training may take where nobody says: 2 GiB, which nearly every machine has.
MEMORY = 2**31
# What underflows, at 2^-1074, stays below this with as many summands as there can be.
_TINY = 2.0**-900
# Values whose errors exceed this share of the largest are taken in integers: bounds of the search would be as coarse.
_COARSE = 2.0**-40
# Integers of so many bits are doubles, whose largest exponent is 1023.
_SAFE_BITS = 1000
# A value and a sign for each point.
_BYTES = 9
# What Python's integers take beside their digits, and lengths, scales, errors, prices and masks of a ray in the search.
_BYTES_OF_AN_INTEGER = 28
_SEARCH_BYTES = 128
# So many values are made at once: some megabytes beside the table.
_STEP = 2**19


@dataclass(frozen=True)
class RayTable:
    """The rays of a central arrangement, one of each pair ray, -ray, and the sides of the points.

    Attributes
    ----------
    rays : ndarray of int64 or of Python's integers, shape (K, r)
        Primitive; the first entry that is not zero is positive.
    signs : ndarray of int8, shape (K, D)
        The exact sign of <ray, vector>.
    values : ndarray of float64, shape (K, D)
        <ray, vector> / 2^exponent, whose largest absolute value in each row is in [1/2, 1]; exactly 0 where the sign is 0.
    errors : ndarray of float64, shape (K,)
        A bound on the error of every value of a ray; 0 where they are exact.
    exponents : ndarray of int64, shape (K,)
    """

    rays: Table
    signs: NDArray[np.int8]
    values: Floats
    errors: Floats
    exponents: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.rays)

    def ray(self, index: int) -> Vector:
        """A ray as integers."""
        return tuple(int(entry) for entry in self.rays[index])


def ray_table(lifted: Lifted, memory: int = MEMORY, run: Run = UNLIMITED) -> RayTable:
    """All rays of the arrangement of a problem's vectors.

    Parameters
    ----------
    lifted : Lifted
    memory : int
        How many bytes the table may take.
    run : Run

    Raises
    ------
    SizeError
        If it would take more, counted before any of it is allocated.

    Examples
    --------
    >>> from relupoly.training.problem.lifted import lift
    >>> from relupoly.training.problem.problem import Problem
    >>> found = ray_table(lift(Problem.from_rows([[0], ["1/2"], [3]], [1, 2, 3], width=1)))
    >>> found.rays.tolist(), found.signs.tolist()
    ([[1, 0], [1, -1], [1, -6]], [[0, 1, 1], [-1, 0, 1], [-1, -1, 0]])

    Notes
    -----
    Points in general position have C(D, r - 1) rays.
    """
    vectors = _table(lifted.vectors, lifted.rank)
    planes = hyperplanes(vectors)
    _check_memory(len(planes), lifted, memory)
    rays, subsets = central_rays(vectors[planes], run)
    return _evaluated(rays, planes.astype(np.int32)[subsets], vectors, run)


@dataclass(frozen=True)
class RayTableBytes:
    """How many bytes the rays take in the course of a search, and how many values they have at all points."""

    needed: int
    entries: int


def ray_table_bytes(lifted: Lifted) -> RayTableBytes:
    """How large the ray table of a problem is at most.

    Examples
    --------
    >>> from relupoly.training.problem.lifted import lift
    >>> from relupoly.training.problem.problem import Problem
    >>> ray_table_bytes(lift(Problem.from_rows([[0], [1], [2]], [1, 2, 3], width=1))).entries
    9
    """
    points = len(lifted.vectors)
    planes = len(hyperplanes(_table(lifted.vectors, lifted.rank)))
    return RayTableBytes(_Needed(lifted).bytes(planes, points), ray_count(planes, lifted.rank) * points)


def ray_count(points: int, rank: int) -> int:
    """The number of rays of points in general position; degenerate points have fewer.

    Examples
    --------
    >>> ray_count(100, 3), ray_count(30, 5)
    (4950, 27405)
    """
    return comb(points, rank - 1) if rank else 0


def _check_memory(planes: int, lifted: Lifted, memory: int) -> None:
    needed = _Needed(lifted)
    size = needed.bytes(planes, len(lifted.vectors))
    if size <= memory:
        return
    fits = planes
    while fits and needed.bytes(fits, fits) > memory:
        fits -= 1
    raise SizeError(
        f"{planes} different points with {lifted.rank} coefficients have up to {ray_count(planes, lifted.rank):,} rays, which "
        f"need {_size(size, memory)} of memory, more than the {_size(memory, memory)} allowed; allow more by --memory SIZE "
        f"(Run(memory=...)), or use at most {fits} points or fewer inputs"
    )


class _Needed:
    """How many bytes the rays take in the course of a search: the table, and beside it what is largest.

    That is either what builds the rays, which has them twice for a moment, with the places of their hyperplanes; or what the
    search makes of them: coordinates in floats and modulo a prime, the sides of points as bits, and some numbers for each.
    """

    def __init__(self, lifted: Lifted) -> None:
        self._rank = lifted.rank
        self._entry = _entry_bytes(lifted)
        self._weighted = len(set(lifted.weights)) > 1

    def bytes(self, planes: int, points: int) -> int:
        """The bytes for so many hyperplanes and points."""
        rank, entry = self._rank, self._entry
        table = _BYTES * points + entry * rank + 16
        building = entry * rank + 8 * rank + 24
        searching = 16 * rank + points // 2 + _SEARCH_BYTES + (8 * points if self._weighted else 0)
        return ray_count(planes, rank) * (table + max(building, searching))


def _entry_bytes(lifted: Lifted) -> int:
    """The bytes of a ray's entry: it is a minor, at most (r - 1)! products of r - 1 of the vectors' entries."""
    largest = max((abs(entry) for vector in lifted.vectors for entry in vector), default=0)
    minors = max(0, lifted.rank - 1)
    bits = log2(factorial(minors)) + minors * largest.bit_length()
    return 8 if bits < WORD.bit_length() else 8 + _BYTES_OF_AN_INTEGER + int(bits) // 8


def _size(count: int, allowed: int) -> str:
    """A number of bytes, in units of the kind in which the allowed one was given: 2 GiB, or 500 MB.

    Examples
    --------
    >>> _size(3 * 2**29, 2**31), _size(2**31, 2**31), _size(12_300_000, 10**7)
    ('1.5 GiB', '2 GiB', '12.3 MB')
    """
    base, prefix = (1024, "i") if allowed % 2**20 == 0 else (1000, "")
    for power, name in ((3, "G"), (2, "M"), (1, "k")):
        if count >= base**power:
            return f"{count / base**power:,.1f}".removesuffix(".0") + f" {name}{prefix}B"
    return f"{count} bytes"


def _table(rows: tuple[Vector, ...], rank: int) -> Table:
    """Integers in words if all fit, else Python's."""
    largest = max((abs(entry) for row in rows for entry in row), default=0)
    kind: Any = np.int64 if largest < WORD else object
    return np.array(rows, dtype=kind).reshape(len(rows), rank)


def _evaluated(rays: Table, tight: NDArray[np.int32], vectors: Table, run: Run) -> RayTable:
    """The table of rays whose hyperplanes' points are known."""
    values = np.zeros((len(rays), len(vectors)))
    signs = np.zeros(values.shape, dtype=np.int8)
    errors = np.zeros(len(rays))
    exponents = np.zeros(len(rays), dtype=np.int64)
    found = RayTable(rays, signs, values, errors, exponents)
    machine = _fit_words(rays, vectors)
    # The tables that a step needs beside the table stay small.
    step = max(1, _STEP // max(1, len(vectors)))
    for start in range(0, len(rays), step):
        run.tick()
        index = np.arange(start, min(start + step, len(rays)))
        _evaluate_words(found, index[machine[index]], vectors)
        _evaluate_integers(found, _evaluate_floats(found, index[~machine[index]], tight, vectors), vectors)
    return found


def _fit_words(rays: Table, vectors: Table) -> NDArray[np.bool_]:
    """Which rays have products with all vectors that words hold, sums included."""
    if rays.dtype == object or vectors.dtype == object or not rays.size:
        return np.zeros(len(rays), dtype=np.bool_)
    sizes = np.abs(rays).astype(np.float64) @ np.abs(vectors).max(axis=0, initial=0).astype(np.float64)
    fit: NDArray[np.bool_] = sizes < WORD
    return fit


def _evaluate_words(found: RayTable, index: NDArray[np.intp], vectors: Table) -> None:
    """Exact products in 64-bit integers; at most one rounding, when they become floats."""
    if not len(index):
        return
    products = found.rays[index] @ vectors.T
    found.signs[index] = np.sign(products)
    largest = np.abs(products).max(axis=1)
    exponents = np.frexp(largest.astype(np.float64))[1]
    found.exponents[index] = exponents
    found.values[index] = np.ldexp(products.astype(np.float64), -exponents[:, None])
    found.errors[index] = np.where(largest <= LARGEST_WHOLE, 0.0, UNIT_ROUNDOFF)


def _evaluate_floats(found: RayTable, index: NDArray[np.intp], tight: NDArray[np.int32], vectors: Table) -> NDArray[np.intp]:
    """Products in floats with error bounds; the rays that they leave in doubt are returned.

    Columns of the vectors and rows of the rays are scaled by powers of two to entries of at most 1, so that nothing
    overflows, and what underflows is far below the bound's constant. A product of r terms, each of two rounded factors, has
    a relative error below (r + 2) units over the sum of absolute values (Higham, section 3.1); the bound doubles that.
    """
    if not len(index):
        return index
    rank = vectors.shape[1]
    columns, shifts = _scaled(vectors.T)
    rows, powers = _scaled(found.rays[index], shifts)
    values = rows @ columns
    errors = 2 * (rank + 4) * UNIT_ROUNDOFF * (np.abs(rows) @ np.abs(columns)).max(axis=1) + _TINY
    np.put_along_axis(values, tight[index], 0.0, axis=1)
    sizes = np.abs(values)
    largest = sizes.max(axis=1)
    known = sizes > errors[:, None]
    np.put_along_axis(known, tight[index], True, axis=1)
    clear = known.all(axis=1) & (errors <= _COARSE * largest)
    exponents = np.frexp(np.where(clear, largest, 1.0))[1]
    found.signs[index] = np.sign(values)
    found.values[index] = np.ldexp(values, -exponents[:, None])
    found.errors[index] = np.ldexp(errors, -exponents)
    found.exponents[index] = exponents + powers
    rest: NDArray[np.intp] = index[~clear]
    return rest


def _evaluate_integers(found: RayTable, index: NDArray[np.intp], vectors: Table) -> None:
    """Products in Python's integers, each rounded once."""
    if not len(index):
        return
    products = found.rays[index].astype(object) @ vectors.T.astype(object)
    values, exponents = _scaled(products)
    found.signs[index] = (products > 0).astype(np.int8) - (products < 0).astype(np.int8)
    found.values[index] = values
    found.errors[index] = UNIT_ROUNDOFF
    found.exponents[index] = exponents


def _scaled(rows: Table, shifts: NDArray[np.int64] | None = None) -> tuple[Floats, NDArray[np.int64]]:
    """Rows in floats, each divided by the power of two that brings its largest entry into [1/2, 1]; and the exponents.

    With `shifts`, entry i is multiplied by 2^shifts[i] first.
    """
    mantissas, exponents = _split(rows)
    if shifts is not None:
        exponents = exponents + shifts
    powers = np.where(mantissas != 0, exponents, np.iinfo(np.int64).min // 4).max(axis=1, initial=np.iinfo(np.int64).min // 4)
    powers = np.where((mantissas != 0).any(axis=1), powers, 0)
    # Beyond 2^-2000 all is zero; ldexp takes no larger integers.
    moved = np.maximum(exponents - powers[:, None], -2000)
    return np.ldexp(mantissas, moved), powers


def _split(rows: Table) -> tuple[Floats, NDArray[np.int64]]:
    """Integers as mantissas, rounded once, in [1/2, 1] and exponents of two."""
    if rows.dtype == object and int(np.abs(rows).max(initial=0)).bit_length() > _SAFE_BITS:
        excess = np.array([[max(0, int(entry).bit_length() - _SAFE_BITS) for entry in row] for row in rows], dtype=np.int64)
        # A product below the last of a thousand bits cannot matter, but rounding twice could: so sticky bits stay odd.
        cut = [
            [_cut(int(entry), shift) for entry, shift in zip(*pair, strict=True)]
            for pair in zip(rows, excess.tolist(), strict=True)
        ]
        mantissas, exponents = np.frexp(np.array(cut, dtype=object).astype(np.float64))
        return mantissas, exponents.astype(np.int64) + excess
    mantissas, exponents = np.frexp(rows.astype(np.float64))
    return mantissas, exponents.astype(np.int64)


def _cut(entry: int, shift: int) -> int:
    """An integer without its last bits; odd if any of them was not 0."""
    if not shift:
        return entry
    kept = abs(entry) >> shift
    sticky = kept | bool(abs(entry) & ((1 << shift) - 1))
    return sticky if entry > 0 else -sticky
