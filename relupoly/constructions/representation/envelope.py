"""The upper envelope of affine functions: which of them are the maximum somewhere, alone.

The others may be left out of a maximum. Whether a function is needed is a linear program; by Clarkson's idea it is asked
only against the functions already known to be needed, and a point where it wins names one more of these.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from flint import fmpq, fmpq_mat

from relupoly.exact.fractions import from_fraction, to_fraction
from relupoly.run import UNLIMITED, Run

# An affine function <a, x> + c is the tuple (a_1, ..., a_n, c).
Form: TypeAlias = tuple[fmpq, ...]

# Any seed, any number will do: the points only spare linear programs, and what they miss a program finds. A few points with
# small integer coordinates cost next to nothing, and find the functions that are the maximum on a large set.
_SEED = 20041104
_STARTS = 4
_REACH = 100


def envelope(forms: Iterable[Form], run: Run = UNLIMITED) -> list[Form]:
    """The functions that are the maximum of all on some open set: the fewest that have the same maximum everywhere.

    Parameters
    ----------
    forms : iterable of Form
        At least one, all of the same length.
    run : Run, optional

    Examples
    --------
    >>> lines = [(fmpq(slope), fmpq(value)) for slope, value in [(-1, 0), (0, -1), (0, "1/2"), (0, 0), (1, 0)]]
    >>> envelope([(fmpq(-1), fmpq(0)), (fmpq(0), fmpq(-1)), (fmpq(0), fmpq(1)), (fmpq(1), fmpq(0))])
    [(-1, 0), (0, 1), (1, 0)]
    """
    highest: dict[Form, fmpq] = {}
    for *slope, constant in forms:
        key = tuple(slope)
        highest[key] = max(highest.get(key, constant), constant)
    every = [(*slope, constant) for slope, constant in highest.items()]
    return [every[index] for index in sorted(_needed(every, run))]


def _needed(forms: Sequence[Form], run: Run) -> set[int]:
    """The indices of the needed functions among some of different slopes."""
    from relupoly.geometry.linear_programs import find_point

    dimension = len(forms[0]) - 1
    table = fmpq_mat(len(forms), dimension + 1, [entry for form in forms for entry in form])
    known = {_winner(forms, table, point) for point in _starts(dimension)}
    exact = [[to_fraction(form[-1]), *map(to_fraction, form[:-1])] for form in forms]
    for index in range(len(forms)):
        while index not in known:
            run.tick()
            rivals = [[a - b for a, b in zip(exact[index], exact[other], strict=True)] for other in known]
            point = find_point(dimension, strict=rivals, run=run)
            if point is None:
                break
            known.add(_winner(forms, table, list(map(from_fraction, point))))
    return known


def _starts(dimension: int) -> Iterator[list[fmpq]]:
    source = random.Random(_SEED)
    return ([fmpq(source.randint(-_REACH, _REACH)) for _ in range(dimension)] for _ in range(_STARTS * (dimension + 1)))


def _winner(forms: Sequence[Form], table: fmpq_mat, point: Sequence[fmpq]) -> int:
    """The function that is the maximum on some open set beside a point: of the highest there, the one that rises most."""
    values = (table * fmpq_mat(len(point) + 1, 1, [*point, fmpq(1)])).entries()
    return max(range(len(forms)), key=lambda index: (values[index], *forms[index]))
