"""The rays of a problem as the kernel takes them: `relupoly.training.kernel.Rays`, made once for each problem."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relupoly.exact.rationals import scaled_float
from relupoly.run import Run
from relupoly.training.problem.lifted import Lifted
from relupoly.training.rays.ray_order import ray_order
from relupoly.training.rays.ray_table import RayTable

Floats = NDArray[np.float64]

# Entries of a large table that are measured at a time: as floats these are 8 megabytes, little beside the table.
_STEP = 2**20


def ray_arrays(lifted: Lifted, table: RayTable, roots: Floats, targets: Floats, run: Run) -> Any:
    """The rays of a table, and all that the kernel has to know of the points.

    Parameters
    ----------
    lifted : Lifted
    table : RayTable
    roots, targets : ndarrays of float64, shape (D,)
        The points' factors sqrt(c_j), and their targets, both scaled.
    run : Run
        It ticks now and then: a large table takes seconds.
    """
    from relupoly.training import kernel

    # A copy of a large table is as large.
    values = table.values if (roots == 1.0).all() else table.values * roots
    norms, largest, useful = _measured(values, table.signs, run)
    scales = 1.0 / np.where(norms > 0.0, norms, 1.0)
    errors = scales * (np.tile(table.errors, 2) + 4 * kernel.EPSILON * largest) * (1.0 + 2.0**-20)
    words = (len(scales) + 63) // 64
    line = ray_order(lifted.vectors, table.rays.tolist() if lifted.rank == 2 else [], table.exponents.tolist())
    opposite = (line.order + len(table)) % (2 * len(table))
    sided = range(0 if len(line.order) else len(roots))
    allowed = [[_bits(_sides(table, j, orientation, run) >= 0, words) for orientation in (-1, 1)] for j in sided]
    return kernel.Rays(
        values,
        _coordinates(table, run),
        scales,
        errors,
        np.array(allowed, dtype=np.uint64).reshape(len(allowed), 2, words),
        _bits(useful, words),
        targets * roots,
        roots[None, :] if lifted.problem.output_bias else roots[None, :][:0],
        np.array([_has_constant(lifted)] if lifted.problem.output_bias else [], dtype=np.bool_),
        _residues(table.rays, lifted.rank, kernel.PRIME),
        _residues(lifted.vectors, lifted.rank, kernel.PRIME),
        line.order,
        opposite,
        line.gaps,
        np.stack([line.sizes * scales[line.order], line.sizes * scales[opposite]]),
        line.slopes * roots if len(line.order) else line.slopes,
        line.at,
    )


def _coordinates(table: RayTable, run: Run) -> Floats:
    """The rays in floats, scaled as their values are; each entry is rounded once."""
    if table.rays.dtype != object:
        return np.ldexp(table.rays.astype(np.float64), -table.exponents[:, None].astype(np.int32))
    found = np.zeros(table.rays.shape)
    for place, (ray, exponent) in enumerate(zip(table.rays, table.exponents.tolist(), strict=True)):
        run.tick()
        found[place] = [scaled_float(Fraction(entry), -exponent) for entry in ray]
    return found


def _measured(values: Floats, signs: NDArray[np.int8], run: Run) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Of the features of both orientations: lengths, largest entries, and whether they are not 0; some megabytes at a time."""
    norms, largest = np.zeros((2, len(values))), np.zeros((2, len(values)))
    useful = np.zeros((2, len(values)), dtype=np.bool_)
    step = max(1, _STEP // max(1, values.shape[1]))
    for start in range(0, len(values), step):
        run.tick()
        rows = slice(start, start + step)
        for place, orientation in enumerate((1, -1)):
            part = np.maximum(orientation * values[rows], 0.0)
            norms[place, rows] = np.sqrt((part * part).sum(axis=1))
            largest[place, rows] = part.max(axis=1, initial=0.0)
            useful[place, rows] = (orientation * signs[rows] > 0).any(axis=1)
    return norms.ravel(), largest.ravel(), useful.ravel()


def _sides(table: RayTable, point: int, orientation: int, run: Run) -> NDArray[np.int8]:
    """On which side of a point each ray is, and then the opposite of each."""
    run.tick()
    signs: NDArray[np.int8] = np.int8(orientation) * table.signs[:, point]
    return np.concatenate([signs, -signs])


def _bits(flags: NDArray[np.bool_], words: int) -> NDArray[np.uint64]:
    padded = np.concatenate([flags, np.zeros(64 * words - len(flags), dtype=np.bool_)])
    return np.packbits(padded, bitorder="little").view(np.uint64)


def _residues(rows: Any, rank: int, prime: int) -> NDArray[np.int64]:
    whole = rows if isinstance(rows, np.ndarray) else np.array(rows, dtype=object).reshape(len(rows), rank)
    return (whole % prime).astype(np.int64)


def _has_constant(lifted: Lifted) -> bool:
    """Whether some neuron is 1 at all points."""
    from flint import fmpq_mat

    from relupoly.exact.rank import pivot_columns

    rows = [entry for vector in lifted.vectors for entry in (*vector, 1)]
    return len(pivot_columns(fmpq_mat(len(lifted.vectors), lifted.rank + 1, rows))) == lifted.rank
