"""How an affine function is distributed on a simplex, or on a simple polytope: as a sum of truncated powers.

On a simplex that is a B-spline. Let the function have the values v_0, ..., v_n at the vertices of a simplex of volume V. Where
it is at most c, there is the volume V [v_0, ..., v_n] (-1)^n (c - x)_+^n, a divided difference by x (Curry and Schoenberg).
With distinct values that is the sum of V (c - v_i)_+^n / prod (v_j - v_i) over all i. A value w that m vertices have adds the
powers n - m + 1, ..., n of c - w: with the Taylor coefficients b_0, b_1, ... at w of 1 / prod (x - v_j) over the other values,
its divided difference is the residue sum_r (-1)^(n + r) binomial(n, r) b_(m - 1 - r) (c - w)_+^(n - r). Where all values are
one, only (c - w)_+^0 is left: a jump by V. So one formula holds for all simplices, and what they have in common is added up.

A polytope whose vertices v lie on n facets each needs no simplices: by Lawrence's formula its terms, as many as there are
vertices, are (c - f(v))_+^n / (n! |det A| prod -y_i), with the outward normals A of the facets at v and A^T y = g, for the
gradient g. Where z of the y_i are 0, since the gradient is orthogonal to edges, as it often is where few neurons are active, it
is taken as g + t d for some direction d. Poles at t = 0 cancel between the vertices with one value, and what is left of each
vertex is the coefficient of t^0: the powers n - z, ..., n of c - f(v). A box in R^8 has 256 vertices, but 40,320 simplices.

H. B. Curry and I. J. Schoenberg, On Polya frequency functions IV, Journal d'Analyse Mathematique 17 (1966).
J. Lawrence, Polytope volume computation, Mathematics of Computation 57 (1991).
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from math import comb, factorial, prod

from flint import fmpq, fmpq_mat, fmpq_poly, fmpz

from relupoly.geometry.polytope_volume import generic_direction

Power = tuple[fmpq, int, fmpq]
"""A term a (c - w)_+^k as (w, k, a)."""


def truncated_powers(values: Sequence[fmpq], volume: fmpq) -> Iterator[Power]:
    """The terms of the volume in which an affine function on a simplex is at most c.

    Parameters
    ----------
    values : sequence of fmpq, length n + 1
        At the vertices.
    volume : fmpq
        Of the simplex.

    Examples
    --------
    >>> list(truncated_powers([fmpq(0), fmpq(2)], fmpq(1)))
    [(0, 1, 1/2), (2, 1, -1/2)]
    >>> list(truncated_powers([fmpq(0), fmpq(0), fmpq(1)], fmpq(1, 2)))
    [(0, 2, -1/2), (0, 1, 1), (1, 2, 1/2)]
    >>> list(truncated_powers([fmpq(3), fmpq(3), fmpq(3)], fmpq(1, 2)))
    [(3, 0, 1/2)]
    """
    n = len(values) - 1
    counts = Counter(values)
    for own, times in counts.items():
        series = [fmpq(1)] + [fmpq(0)] * (times - 1)
        for other, number in counts.items():
            if other != own:
                for _ in range(number):
                    _divide_by_sum(series, own - other, fmpq(1))
        for order in range(times):
            sign = -1 if (n + order) % 2 else 1
            coefficient = sign * comb(n, order) * volume * series[times - 1 - order]
            if coefficient:
                yield own, n - order, coefficient


def powers_of_simple(
    vertices: Sequence[Sequence[fmpq]],
    values: Sequence[fmpq],
    normals: Sequence[Sequence[Sequence[fmpz]]],
    gradient: Sequence[fmpq],
) -> list[Power]:
    """The terms of the volume in which an affine function on a simple polytope is at most c.

    Parameters
    ----------
    vertices : sequence of sequences of fmpq, each of length n
    values : sequence of fmpq
        At the vertices.
    normals : sequence of sequences of sequences of fmpz
        For each vertex those of the n facets that contain it, outward.
    gradient : sequence of fmpq, length n

    Examples
    --------
    >>> left, right = [[fmpz(-1)]], [[fmpz(1)]]
    >>> powers_of_simple([[fmpq(0)], [fmpq(2)]], [fmpq(5), fmpq(9)], [left, right], [fmpq(2)])
    [(5, 1, 1/2), (9, 1, -1/2)]
    """
    for attempt in itertools.count(1):
        direction = list(map(fmpq, generic_direction(len(gradient), attempt)))
        found: list[Power] = []
        for vertex, value, rows in zip(vertices, values, normals, strict=True):
            terms = _powers_of_vertex(vertex, rows, gradient, direction)
            if terms is None:
                break
            found += [(value, power, coefficient) for power, coefficient in terms]
        else:
            return found
    raise AssertionError("some direction is orthogonal to no edge")


def _powers_of_vertex(
    vertex: Sequence[fmpq], normals: Sequence[Sequence[fmpz]], gradient: Sequence[fmpq], direction: Sequence[fmpq]
) -> list[tuple[int, fmpq]] | None:
    """Powers and coefficients of a vertex; None where the direction is orthogonal to an edge on which nothing changes."""
    n = len(gradient)
    matrix = fmpq_mat([list(map(fmpq, column)) for column in zip(*normals, strict=True)])
    whole = fmpq((-1) ** n, factorial(n)) / abs(matrix.det())
    rates = matrix.solve(fmpq_mat(n, 1, list(gradient))).entries()
    if all(rates):
        return [(n, whole / _product(rates))]
    added = matrix.solve(fmpq_mat(n, 1, list(direction))).entries()
    level = [entry for rate, entry in zip(rates, added, strict=True) if not rate]
    if not all(level):
        return None
    # The coefficient of t^z in (c - w - t h)^n over the product of the rates that are not 0, each with t times what is added.
    series = [whole / _product(level)] + [fmpq(0)] * len(level)
    for rate, entry in zip(rates, added, strict=True):
        if rate:
            _divide_by_sum(series, rate, entry)
    height = sum((one * x for one, x in zip(direction, vertex, strict=True)), fmpq(0))
    return [(n - order, comb(n, order) * (-height) ** order * entry) for order, entry in enumerate(reversed(series))]


def _product(entries: Sequence[fmpq]) -> fmpq:
    return prod(entries, start=fmpq(1))


def _divide_by_sum(series: list[fmpq], constant: fmpq, slope: fmpq) -> None:
    """Divide a power series of t by constant + slope t, in place."""
    before = fmpq(0)
    for place, entry in enumerate(series):
        before = series[place] = (entry - slope * before) / constant


def shifted(coefficients: Sequence[fmpq], start: fmpq) -> fmpq_poly:
    """The polynomial of c that has some coefficients by the powers of c - start.

    Examples
    --------
    >>> shifted([fmpq(0), fmpq(0), fmpq(1)], fmpq(3))
    x^2 + (-6)*x + 9
    """
    return fmpq_poly(list(coefficients))(fmpq_poly([-start, 1]))
