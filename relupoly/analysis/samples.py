"""Rational points of a domain: scattered over it, and simple ones near a given one.

Points are found by walking along random lines as far as the inequalities allow, exactly. The first ones are small
integers, since what a person compares often differs there already.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from flint import fmpq

from relupoly.exact.fractions import from_fraction, to_fraction
from relupoly.exact.matrices import rows_of
from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Box, Polyhedron
from relupoly.run import UNLIMITED, Run

# Any seed; it is fixed so that a difference is found at the same point every time.
_SEED = 20180430
# Directions and steps of small denominators, so that the points have short entries.
_PARTS = 16
# Shortening is for the reader's eye: after so many evaluations a witness is good as it is.
_MOST_TRIES = 64
# Near 0 first, where witnesses are easy to read, then farther out, where all cells are cones.
_REACHES = (1, 3, 10, 100, 10_000)
_SMALL_DENOMINATORS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20)


def sample(domain: Domain, dimension: int, run: Run = UNLIMITED, each: int | None = None) -> Iterator[list[fmpq]]:
    """Endlessly many random points of a domain without subspace, the first ones near 0 where that is possible.

    Parameters
    ----------
    domain : Domain
    dimension : int
    run : Run, optional
        For the first point.
    each : int, optional
        After so many points they lie farther out; by default some more than twice as many as there are coordinates.

    Examples
    --------
    >>> points = sample(Domain.box([0, 0], [1, "1/2"]), 2)
    >>> all(0 <= x <= 1 and 0 <= 2 * y <= 1 for (x, y), _ in zip(points, range(20)))
    True
    """
    source = random.Random(_SEED)
    point = interior_point(domain, dimension, run)
    yield point
    number = 0
    each = each or 2 * dimension + 4
    while True:
        reach = _REACHES[min(number // each, len(_REACHES) - 1)]
        number += 1
        if domain.polyhedron is None:
            yield [fmpq(source.randint(-reach, reach)) for _ in range(dimension)]
            continue
        direction = [fmpq(source.randint(-_PARTS, _PARTS)) for _ in range(dimension)]
        low, high = _interval(domain.polyhedron, point, direction, fmpq(reach))
        step = low + (high - low) * fmpq(source.randint(1, _PARTS - 1), _PARTS)
        point = _rounded([x + step * y for x, y in zip(point, direction, strict=True)], domain)
        yield point


def interior_point(domain: Domain, dimension: int, run: Run = UNLIMITED) -> list[fmpq]:
    """A point inside a domain without subspace: 0 if it is inside."""
    origin = [fmpq(0)] * dimension
    if domain.polyhedron is None or _is_inside(domain.polyhedron, origin):
        return origin
    if isinstance(domain.polyhedron, Box):
        return simplest(domain.polyhedron.center, partial(_is_inside, domain.polyhedron))
    from relupoly.geometry.linear_programs import find_point

    rows = zip(domain.polyhedron.bound.entries(), rows_of(domain.polyhedron.matrix), strict=True)
    forms = [[to_fraction(bound), *(-to_fraction(entry) for entry in row)] for bound, row in rows if any(row)]
    point = find_point(dimension, strict=forms, run=run)
    assert point is not None, "a polyhedron has interior points"
    return simplest(
        list(map(from_fraction, point)),
        partial(_is_inside, domain.polyhedron),
    )


def contains(domain: Domain, point: Sequence[fmpq]) -> bool:
    """Whether a point lies in a domain without subspace, its boundary included."""
    return domain.polyhedron is None or all(slack >= 0 for slack in domain.polyhedron.slacks(point))


def simplest(
    point: Sequence[fmpq], holds: Callable[[list[fmpq]], bool], denominators: Iterable[int] | None = None
) -> list[fmpq]:
    """The point itself, or one near it with a smaller common denominator for which `holds` is true, too.

    Parameters
    ----------
    point : sequence of fmpq
    holds : callable
    denominators : iterable of int, optional
        Those that are tried, in ascending order.

    Examples
    --------
    >>> simplest([fmpq(271, 1000), fmpq(3, 1)], lambda point: 0 < point[0] < 1)
    [1/2, 3]
    >>> simplest([fmpq(271, 1000)], lambda point: 0 < point[0] < fmpq(2, 5), [1, 10, 100])
    [3/10]
    """
    least = 1
    for entry in point:
        least = int(entry.q) * least if least < 2**4096 and least % int(entry.q) else least
    tried = _denominators(least) if denominators is None else denominators
    rounded = ([_nearest(entry, denominator) for entry in point] for denominator in tried)
    return next(filter(holds, rounded), list(point))


def sparsest(point: Sequence[fmpq], holds: Callable[[list[fmpq]], bool]) -> list[fmpq]:
    """The point with coordinates set to 0 as long as `holds` stays true: many at a time, then one by one.

    Examples
    --------
    >>> sparsest([fmpq(3), fmpq(4), fmpq(5)], lambda point: point[1] > 0)
    [0, 4, 0]
    """
    found, size, tries = list(point), len(point), 0
    while size and tries < _MOST_TRIES:
        for start in range(0, len(found), size):
            block = range(start, min(start + size, len(found)))
            candidate = [fmpq(0) if index in block else entry for index, entry in enumerate(found)]
            tries += 1
            if candidate != found and holds(candidate):
                found = candidate
        size //= 2
    return found


def _denominators(least: int) -> Iterator[int]:
    """Denominators worth trying below a given one."""
    denominator = 0
    for denominator in _SMALL_DENOMINATORS:
        if denominator >= least:
            return
        yield denominator
    while 2 * denominator < least:
        denominator *= 2
        yield denominator


def _nearest(value: fmpq, denominator: int) -> fmpq:
    return fmpq((value * denominator + fmpq(1, 2)).floor(), denominator)


def _rounded(point: Sequence[fmpq], domain: Domain) -> list[fmpq]:
    """A point near by whose denominators do not grow along the way."""
    return simplest(point, lambda candidate: domain.polyhedron is None or _is_inside(domain.polyhedron, candidate))


def _interval(polyhedron: Polyhedron, point: Sequence[fmpq], direction: Sequence[fmpq], reach: fmpq) -> tuple[fmpq, fmpq]:
    """How far one may walk from an inner point, backwards and forwards, at most to the reach where nothing stops."""
    low, high = -reach, reach
    rates = [-product for product in polyhedron.products(direction)]
    for slack, rate in zip(polyhedron.slacks(point), rates, strict=True):
        if rate > 0:
            low = max(low, -slack / rate)
        elif rate < 0:
            high = min(high, -slack / rate)
    return low, high


def _is_inside(polyhedron: Polyhedron, point: Sequence[fmpq]) -> bool:
    slacks = polyhedron.slacks(point)
    if isinstance(polyhedron, Box) or all(slack > 0 for slack in slacks):
        return all(slack > 0 for slack in slacks)
    # A row of zeros says nothing about a point.
    return all(slack > 0 or not any(row) for slack, row in zip(slacks, rows_of(polyhedron.matrix), strict=True))
