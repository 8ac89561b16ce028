"""`Dictionary`: all rays of the arrangement {a : <v_j, a> = 0} of a problem's vectors, and the sides of the points.

A ray is where r - 1 independent hyperplanes meet: its direction is their generalised cross product, whose entries are
minors. Subsets with a common beginning share the minors of the beginning: wedge products are built one factor at a time,
(i1 < i2 < ... < ik) from (i1 < ... < ik-1), all subsets of one size at once. This needs no division, no elimination, and
no memory beyond the last two sizes; entries are machine integers where a bound proves that these suffice, else Python's.

The points' sides are products of rays and vectors. Where a bound shows that 64-bit integers hold them they are exact at
once; elsewhere they are floats with an error bound, those of the ray's own hyperplanes are known to be zero, and rays with a
doubtful sign are evaluated in big integers.

Degenerate data need nothing special: proportional vectors share a hyperplane, dependent subsets have a zero product and are
dropped, and a ray that several subsets give is kept once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relupoly.errors import SizeError
from relupoly.training.lifted import Lifted, Vector

Table = NDArray[Any]
Floats = NDArray[np.float64]

MEMORY = 2**31
_WORD = 2**62
_UNIT = 2.0**-53
_TINY = 2.0**-900
_COARSE = 2.0**-40
_SAFE_BITS = 1000
_BYTES = 9


@dataclass(frozen=True)
class Dictionary:
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


def dictionary(lifted: Lifted, memory: int = MEMORY, tick: Callable[[], None] = lambda: None) -> Dictionary:
    """All rays of the arrangement of a problem's vectors.

    Parameters
    ----------
    lifted : Lifted
    memory : int
        How many bytes the dictionary may take.
    tick : callable
        Called now and then; may raise to stop.

    Raises
    ------
    SizeError
        If it would take more, counted before any of it is allocated.

    Examples
    --------
    >>> from relupoly.training.lifted import lift
    >>> from relupoly.training.problem import Problem
    >>> found = dictionary(lift(Problem.from_rows([[0], ["1/2"], [3]], [1, 2, 3], width=1)))
    >>> found.rays.tolist(), found.signs.tolist()
    ([[1, 0], [1, -1], [1, -6]], [[0, 1, 1], [-1, 0, 1], [-1, -1, 0]])

    Notes
    -----
    Points in general position have C(D, r - 1) rays.
    """
    vectors = _table(lifted.vectors, lifted.rank)
    planes = _hyperplanes(vectors)
    _check_memory(len(planes), lifted, memory)
    rays, subsets = _rays(vectors[planes], tick)
    return _evaluated(rays, planes[subsets], vectors, tick)


def ray_count(points: int, rank: int) -> int:
    """The number of rays of points in general position; degenerate points have fewer.

    Examples
    --------
    >>> ray_count(100, 3), ray_count(30, 5)
    (4950, 27405)
    """
    return comb(points, rank - 1) if rank else 0


def _check_memory(planes: int, lifted: Lifted, memory: int) -> None:
    rays = ray_count(planes, lifted.rank)
    needed = _bytes(rays, lifted)
    if needed <= memory:
        return
    fits = planes
    while fits and _bytes(ray_count(fits, lifted.rank), lifted) > memory:
        fits -= 1
    raise SizeError(
        f"{planes} different points with {lifted.rank} coefficients have up to {rays:,} rays, which need {_size(needed)} of "
        f"memory, more than the {_size(memory)} allowed; allow more, or use at most {fits} points or fewer inputs"
    )


def _bytes(rays: int, lifted: Lifted) -> int:
    return rays * (_BYTES * len(lifted.vectors) + 8 * lifted.rank)


def _size(count: int) -> str:
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= size:
            return f"{count / size:,.1f} {unit}"
    return f"{count} bytes"


def _table(rows: tuple[Vector, ...], rank: int) -> Table:
    """Integers in words if all fit, else Python's."""
    largest = max((abs(entry) for row in rows for entry in row), default=0)
    kind: Any = np.int64 if largest < _WORD else object
    return np.array(rows, dtype=kind).reshape(len(rows), rank)


def _hyperplanes(vectors: Table) -> NDArray[np.intp]:
    """One vector on each line through the origin."""
    some = np.flatnonzero((vectors != 0).any(axis=1)) if vectors.size else np.zeros(0, dtype=np.intp)
    primitive = _primitive(vectors[some])
    return some[_first_of_each(primitive)]


def _rays(vectors: Table, tick: Callable[[], None]) -> tuple[Table, NDArray[np.intp]]:
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
    if size * _largest(wedge) * _largest(vectors) >= _WORD:
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


def _evaluated(rays: Table, tight: NDArray[np.intp], vectors: Table, tick: Callable[[], None]) -> Dictionary:
    """The dictionary of rays whose hyperplanes' points are known."""
    values = np.zeros((len(rays), len(vectors)))
    signs = np.zeros(values.shape, dtype=np.int8)
    errors = np.zeros(len(rays))
    exponents = np.zeros(len(rays), dtype=np.int64)
    found = Dictionary(rays, signs, values, errors, exponents)
    machine = _fit_words(rays, vectors)
    tick()
    _evaluate_words(found, np.flatnonzero(machine), vectors)
    doubtful = _evaluate_floats(found, np.flatnonzero(~machine), tight, vectors)
    for start in range(0, len(doubtful), 256):
        tick()
        _evaluate_integers(found, doubtful[start : start + 256], vectors)
    return found


def _fit_words(rays: Table, vectors: Table) -> NDArray[np.bool_]:
    """Which rays have products with all vectors that words hold, sums included."""
    if rays.dtype == object or vectors.dtype == object or not rays.size:
        return np.zeros(len(rays), dtype=np.bool_)
    sizes = np.abs(rays).astype(np.float64) @ np.abs(vectors).max(axis=0, initial=0).astype(np.float64)
    fit: NDArray[np.bool_] = sizes < _WORD
    return fit


def _evaluate_words(found: Dictionary, index: NDArray[np.intp], vectors: Table) -> None:
    """Exact products in 64-bit integers; at most one rounding, when they become floats."""
    if not len(index):
        return
    products = found.rays[index] @ vectors.T
    found.signs[index] = np.sign(products)
    largest = np.abs(products).max(axis=1)
    exponents = np.frexp(largest.astype(np.float64))[1]
    found.exponents[index] = exponents
    found.values[index] = np.ldexp(products.astype(np.float64), -exponents[:, None])
    found.errors[index] = np.where(largest <= 2**53, 0.0, _UNIT)


def _evaluate_floats(found: Dictionary, index: NDArray[np.intp], tight: NDArray[np.intp], vectors: Table) -> NDArray[np.intp]:
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
    errors = 2 * (rank + 4) * _UNIT * (np.abs(rows) @ np.abs(columns)).max(axis=1) + _TINY
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


def _evaluate_integers(found: Dictionary, index: NDArray[np.intp], vectors: Table) -> None:
    """Products in Python's integers, each rounded once."""
    if not len(index):
        return
    products = found.rays[index].astype(object) @ vectors.T.astype(object)
    values, exponents = _scaled(products)
    found.signs[index] = (products > 0).astype(np.int8) - (products < 0).astype(np.int8)
    found.values[index] = values
    found.errors[index] = _UNIT
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
    if rows.dtype == object and any(int(entry).bit_length() > _SAFE_BITS for entry in rows.flat):
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
    first: dict[Vector, int] = {}
    for place, row in enumerate(rows.tolist()):
        first.setdefault(tuple(row), place)
    return np.array(list(first.values()), dtype=np.intp)


def _largest(data: Table) -> int:
    return int(np.abs(data).max(initial=0))


def _shrunk(data: Table) -> Table:
    """The same integers in words, if all fit."""
    return data.astype(np.int64) if data.dtype == object and _largest(data) < _WORD else data
