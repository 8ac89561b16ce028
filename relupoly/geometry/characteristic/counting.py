"""Which way the Whitney numbers of an arrangement are counted.

Few hyperplanes are counted in Python's integers, before a compiler is loaded. Where that takes long, the compiled sweep
goes on; and where that would take long too, flats are counted up to isomorphism, if the hyperplanes are alike enough.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from relupoly.geometry.arrangement import Row
from relupoly.geometry.characteristic import plain
from relupoly.geometry.characteristic.fields import BadPrimeError, choose_field, residues
from relupoly.geometry.characteristic.kernel.field import Field
from relupoly.geometry.characteristic.plain import Whitney
from relupoly.jit import Engine
from relupoly.run import UNLIMITED, Run
from relupoly.run.pool import Pool

_PLAIN = 10_000  # vectors restricted: in about the time that it takes to load the kernel
# Restricted vectors: only for sweeps that take seconds looking for symmetry costs less than it may save.
_LONG_SWEEP = 100_000_000
# Below it a count is a few passes over the vectors, and symmetry saves nothing.
_SMALLEST_RANK = 4
_MOST_IN_PAIRS = 10_000  # hyperplanes whose pairs are listed in each thread: that takes some 300 MB
# Each attempt has other primes, of which few divide a minor; Python's integers, slower, never fail.
_ATTEMPTS = 100
ENGINE = Engine(__name__, [(Path(__file__).parent / "kernel" / "jobs.py", "do")])
_LONG_PATIENCE = 2.0  # in seconds: what takes longer mostly takes much longer, and the compiler takes a core, not our time


@dataclass(frozen=True)
class Work:
    """How to count, and whom to tell.

    Attributes
    ----------
    symmetry : bool or None
        Whether to count flats up to isomorphism; None to decide by the arrangement.
    jobs : int
        The number of threads.
    run : Run, optional
        Its progress is told the number of restrictions counted, now and then.
    """

    symmetry: bool | None = None
    jobs: int = 1
    run: Run = UNLIMITED


def whitney_numbers(vectors: Collection[Row], work: Work) -> Whitney:
    """The absolute values w_0, ..., w_r of the Whitney numbers of a central arrangement of rank r.

    Parameters
    ----------
    vectors : collection of tuple of int
        Distinct normalised vectors that span the space that they are in.
    work : Work

    Examples
    --------
    >>> whitney_numbers([(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 1)], Work())
    (1, 4, 6, 3)
    """
    rank = len(next(iter(vectors))) if vectors else 0
    if not work.symmetry or rank < _SMALLEST_RANK:
        try:
            return plain.whitney_numbers(vectors, work.run, _PLAIN if rank > 2 else None, _enough(work))
        except plain.TooMany:
            pass
    if not ENGINE.wait(work.run):
        return plain.whitney_numbers(vectors, work.run)
    for attempt in range(_ATTEMPTS):
        try:
            return _compiled(tuple(vectors), work, attempt)
        except BadPrimeError:
            continue
    return plain.whitney_numbers(vectors, work.run)


def compile_ahead() -> None:
    """Compile the kernel, if the disk does not hold it yet, so that no count has to wait for it."""
    _transformed(((1,),), 0)


def _enough(work: Work) -> Callable[[], bool]:
    """Whether to leave a count to the compiled kernel: if it is there; if that takes long, it is made meanwhile."""
    began = time.perf_counter()
    return lambda: ENGINE.ready(work.run, begin=time.perf_counter() - began > _LONG_PATIENCE)


def _coordinates(vectors: tuple[Row, ...], attempt: int, run: Run) -> tuple[NDArray[np.int64], Field]:
    """Vectors in coordinates where their restrictions are small, modulo primes of this attempt."""
    with Pool(1, lambda: partial(_transformed, vectors)) as pool:
        return next(pool.map([attempt], run))


def _transformed(vectors: tuple[Row, ...], attempt: int) -> tuple[NDArray[np.int64], Field]:
    from relupoly.geometry.characteristic import compiled

    field = choose_field(vectors, attempt)
    table = residues(vectors, field)
    compiled.normalise(table, field)
    form = compiled.in_standard_form(table, compiled.large_flats(table, field), field)
    return form[compiled.normalise(form, field)], field


def _compiled(vectors: tuple[Row, ...], work: Work, attempt: int) -> Whitney:
    """Whitney numbers by the compiled kernel, with primes of this attempt."""
    work.run.tick()
    from relupoly.geometry.characteristic.orbits import count_by_orbits
    from relupoly.geometry.characteristic.sweep import estimate, sweep

    form, field = _coordinates(vectors, attempt, work.run)
    symmetric = work.symmetry
    if symmetric is None:
        symmetric = estimate(form) > _LONG_SWEEP and len(form) <= _MOST_IN_PAIRS
    if symmetric and form.shape[1] >= _SMALLEST_RANK:
        numbers = count_by_orbits(form, field, bool(work.symmetry), work.jobs, work.run)
        if numbers:
            return numbers
    return sweep(form, field, work.jobs, work.run)
