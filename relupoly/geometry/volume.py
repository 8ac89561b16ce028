"""The volume of a zonotope, exactly, by deletion and contraction.

The volume is 2^n times the sum of |det| over all choices of n generators (McMullen, Shephard). There may be very many, but
choices with the same last generator b share it: |det| is that of the others projected along b. So the sum is a sum over b of
sums in one dimension less, where parallel projections merge, and equal sets of them are summed once. In the plane,
generators sorted by angle make all determinants positive, and the sum is one of prefix sums.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cmp_to_key
from math import gcd, lcm

from flint import fmpq, fmpz_mat

from relupoly.exact.matrices import from_rows
from relupoly.exact.rank import pivot_columns
from relupoly.geometry.arrangement import Row, normalized
from relupoly.geometry.zonotope import Zonotope
from relupoly.run import UNLIMITED, Run

Weights = dict[Row, int]
"""Directions, primitive and with a positive first entry that is not 0, and how long their segments are."""


def volume(zonotope: Zonotope, run: Run = UNLIMITED) -> fmpq:
    """The volume in R^n; 0 where the generators do not span R^n.

    Parameters
    ----------
    zonotope : Zonotope
    run : Run

    Examples
    --------
    >>> volume(Zonotope.of([[1, 0], [0, 1], ["1/2", "1/2"]])), volume(Zonotope.of([[1, 1]]))
    (8, 0)
    """
    return relative_volume(zonotope, run) if zonotope.dimension == zonotope.ambient_dimension else fmpq(0)


def relative_volume(zonotope: Zonotope, run: Run = UNLIMITED) -> fmpq:
    """The volume in the space that the generators span, where a cell of its integer points has volume 1.

    In R^n itself it is the volume; a point has volume 1.

    Parameters
    ----------
    zonotope : Zonotope
    run : Run

    Examples
    --------
    The permutohedron of segments [0, e_i - e_j] has n^(n-2) unit cells; these segments are twice as long.

    >>> relative_volume(Zonotope.of([[1, -1, 0], [1, 0, -1], [0, 1, -1]]))
    12

    Notes
    -----
    Let B be independent generators and B^T = S T with S a basis of the integer points of their span and T square: the
    Hermite form of B^T gives T. For independent coordinates J, volumes there are |det S_J| = |det B_J| / |det T| times too
    large.
    """
    directions = list(zonotope.segments)
    if not directions:
        return fmpq(1)
    rows = from_rows([[fmpq(entry) for entry in direction] for direction in directions])
    coordinates = pivot_columns(rows)
    basis = [directions[index] for index in pivot_columns(rows.transpose())]
    square = fmpz_mat([[row[j] for j in coordinates] for row in basis])
    form = fmpz_mat([list(row) for row in basis]).transpose().hnf()
    cell = fmpq(1)
    for index in range(len(basis)):
        cell *= form[index, index]
    scale = lcm(*(int(length.q) for length in zonotope.segments.values()))
    lengths: Weights = {}
    for direction, length in zonotope.segments.items():
        _add(lengths, [direction[j] for j in coordinates], int((length * scale).p))
    total = _determinants(lengths, len(coordinates), {}, run)
    return fmpq(2, scale) ** len(basis) * total * cell / abs(square.det())


def _determinants(lengths: Weights, dimension: int, known: dict[tuple[tuple[Row, int], ...], int], run: Run) -> int:
    """The sum of |det| over all choices of so many segments."""
    if len(lengths) < dimension:
        return 0
    if dimension == 1:
        return sum(lengths.values())
    if dimension == 2:
        return _plane(lengths)
    run.tick()
    common = gcd(*lengths.values())
    ordered = sorted(((direction, length // common) for direction, length in lengths.items()), key=_from_the_last)
    key = tuple(ordered)
    if key not in known:
        known[key] = sum(
            _contracted(dict(ordered[:index]), direction, length, dimension, known, run)
            for index, (direction, length) in enumerate(ordered)
        )
    return known[key] * int(common**dimension)


def _contracted(
    others: Mapping[Row, int],
    along: Row,
    length: int,
    dimension: int,
    known: dict[tuple[tuple[Row, int], ...], int],
    run: Run,
) -> int:
    """The part of the sum with the segment `along` and dimension - 1 of the others."""
    if len(others) < dimension - 1:
        return 0
    place = max(index for index, entry in enumerate(along) if entry)
    pivot = along[place]
    shadows: Weights = {}
    for direction, weight in others.items():
        image = [pivot * one - direction[place] * other for one, other in zip(direction, along, strict=True)]
        _add(shadows, image[:place] + image[place + 1 :], weight)
    # The images are `pivot` times too long, in each of dimension - 1 factors, and the determinant has `pivot` as a factor.
    return length * _determinants(shadows, dimension - 1, known, run) // int(abs(pivot) ** (dimension - 2))


def _plane(lengths: Weights) -> int:
    """The sum of |det| over all pairs in the plane: sorted by angle, each crosses the sum of those before it."""
    total = x = y = 0
    for (right, up), length in sorted(lengths.items(), key=cmp_to_key(_turn)):
        total += length * (x * up - y * right)
        x, y = x + length * right, y + length * up
    return total


def _turn(one: tuple[Row, int], other: tuple[Row, int]) -> int:
    """Negative where the second direction is counterclockwise of the first; both are in the right half-plane."""
    (a, b), (c, d) = one[0], other[0]
    return b * c - a * d


def _add(lengths: Weights, vector: list[int], weight: int) -> None:
    """Add a segment to those of its direction."""
    divisor = gcd(*vector)
    if divisor:
        direction = normalized(vector)
        lengths[direction] = lengths.get(direction, 0) + divisor * weight


def _from_the_last(segment: tuple[Row, int]) -> Row:
    """Sorted so, the directions in each coordinate subspace R^k come before all others: their shadows coincide most."""
    return segment[0][::-1]
