"""Families of arrangements: for each its defining set, and what is known of its number of regions.

One function for each family gives its rows (a_1, ..., a_n, b), and one, where there is such a theorem, the number of its
regions; the table `FAMILIES` finds both by name.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import combinations, product
from math import comb, factorial

from relupoly.errors import ArrangementError
from relupoly.geometry.arrangement import Arrangement

Rows = list[list[int]]

_MOST_HYPERPLANES = 1_000_000  # as lists of Python's integers these take 150 MB in R^10
_LARGEST = 2_000  # beyond it, counts such as 3^n are long numbers, only to be refused


@dataclass(frozen=True)
class ArrangementFamily:
    """A family of arrangements.

    Attributes
    ----------
    name : str
    definition : str
        The hyperplanes.
    theorem : str
        What is known of the number of regions.
    rows : callable
        The rows of the n-th arrangement.
    count : callable
        How many there are.
    regions : callable or None
        The number of regions, where a formula is known.
    smallest : int
        The least n.
    """

    name: str
    definition: str
    theorem: str
    rows: Callable[[int], Rows]
    count: Callable[[int], int]
    regions: Callable[[int], int] | None = None
    smallest: int = 1


def boolean(n: int) -> Rows:
    """The coordinate hyperplanes x_i = 0: 2^n regions, the orthants."""
    return [[*(int(i == j) for j in range(n)), 0] for i in range(n)]


def braid(n: int) -> Rows:
    """The hyperplanes x_i = x_j in R^n: n! regions, the orders of the coordinates; chi = t (t-1) ... (t-n+1)."""
    return _differences(n, (0,))


def type_b(n: int) -> Rows:
    """The hyperplanes x_i = 0 and x_i = +-x_j, reflections of the cube: 2^n n! regions; chi = (t-1)(t-3) ... (t-2n+1)."""
    return boolean(n) + type_d(n)


def type_d(n: int) -> Rows:
    """The hyperplanes x_i = +-x_j: 2^{n-1} n! regions; chi = (t-1)(t-3) ... (t-2n+3)(t-n+1)."""
    return [[*_unit(i, j, sign, n), 0] for i, j in combinations(range(n), 2) for sign in (-1, 1)]


def shi(n: int) -> Rows:
    """The hyperplanes x_i - x_j = 0, 1 for i < j: (n+1)^{n-1} regions; chi = t (t-n)^{n-1} (Shi 1986)."""
    return _differences(n, (0, 1))


def catalan(n: int) -> Rows:
    """The hyperplanes x_i - x_j = -1, 0, 1: n! times the n-th Catalan number (Stanley 1996)."""
    return _differences(n, (-1, 0, 1))


def semiorder(n: int) -> Rows:
    """The hyperplanes x_i - x_j = -1, 1: as many regions as labelled semiorders (A006531).

    Notes
    -----
    Chandon, Lemaire and Pouget (1978): sum over k of S(n, k) (-1)^(n-k) k! Cat_k, with Stirling's numbers of the second kind.
    """
    return _differences(n, (-1, 1))


def linial(n: int) -> Rows:
    """The hyperplanes x_i - x_j = 1 for i < j: 2^-n sum C(n, k) (k+1)^{n-1} regions (Postnikov, Stanley 2000; A007889)."""
    return _differences(n, (1,))


def resonance(n: int) -> Rows:
    """The hyperplanes sum over I of x_i = 0, for all non-empty I: all subsets; no formula is known (A034997)."""
    return [[*row, 0] for row in product((0, 1), repeat=n) if any(row)]


def threshold(n: int) -> Rows:
    """The hyperplanes with normal vectors (1, v), v in {0, 1}^n, in R^{n+1}: threshold functions of n bits (A000609)."""
    return [[1, *row, 0] for row in product((0, 1), repeat=n)]


def all_pm1(n: int) -> Rows:
    """The hyperplanes whose normal vectors have entries -1, 0, 1: 2^n n! times A009997."""
    return [[*row, 0] for row in product((-1, 0, 1), repeat=n) if next(filter(None, row), 0) > 0]


def _differences(n: int, shifts: tuple[int, ...]) -> Rows:
    """The hyperplanes x_i - x_j = c for i < j."""
    return [[*_unit(i, j, -1, n), c] for i, j in combinations(range(n), 2) for c in shifts]


def _unit(i: int, j: int, sign: int, n: int) -> list[int]:
    return [1 if k == i else sign if k == j else 0 for k in range(n)]


def _semiorders(n: int) -> int:
    """Labelled semiorders on n points."""
    stirling = [1] + [0] * n
    for _ in range(n):
        stirling = [0] + [stirling[k - 1] + k * stirling[k] for k in range(1, n + 1)]
    return sum((-1) ** (n - k) * stirling[k] * factorial(2 * k) // factorial(k + 1) for k in range(n + 1))


def _alternating_trees(n: int) -> int:
    """Alternating trees on n + 1 vertices."""
    return int(sum(comb(n, k) * (k + 1) ** (n - 1) for k in range(n + 1)) // 2**n)


FAMILIES: dict[str, ArrangementFamily] = {
    family.name: family
    for family in (
        ArrangementFamily("boolean", "x_i = 0", "2^n", boolean, lambda n: n, lambda n: 2**n),
        ArrangementFamily("braid", "x_i = x_j", "n!", braid, lambda n: comb(n, 2), factorial, 2),
        ArrangementFamily("typeB", "x_i = 0, x_i = +-x_j", "2^n n!", type_b, lambda n: n * n, lambda n: 2**n * factorial(n)),
        ArrangementFamily(
            "typeD", "x_i = +-x_j", "2^(n-1) n!", type_d, lambda n: n * (n - 1), lambda n: 2 ** (n - 1) * factorial(n), 2
        ),
        ArrangementFamily(
            "shi", "x_i - x_j = 0, 1 (i < j)", "(n+1)^(n-1)", shi, lambda n: n * (n - 1), lambda n: int((n + 1) ** (n - 1)), 2
        ),
        ArrangementFamily(
            "catalan",
            "x_i - x_j = -1, 0, 1",
            "(2n)!/(n+1)!",
            catalan,
            lambda n: 3 * comb(n, 2),
            lambda n: factorial(2 * n) // factorial(n + 1),
            2,
        ),
        ArrangementFamily("semiorder", "x_i - x_j = -1, 1", "A006531", semiorder, lambda n: n * (n - 1), _semiorders, 2),
        ArrangementFamily("linial", "x_i - x_j = 1 (i < j)", "A007889", linial, lambda n: comb(n, 2), _alternating_trees, 2),
        ArrangementFamily(
            "resonance", "sum_I x_i = 0, I not empty", "A034997, no formula is known", resonance, lambda n: 2**n - 1
        ),
        ArrangementFamily(
            "threshold", "normals (1, v), v in {0, 1}^n", "A000609, no formula is known", threshold, lambda n: 2**n
        ),
        ArrangementFamily("all-pm1", "normals in {-1, 0, 1}^n", "2^n n! A009997", all_pm1, lambda n: (3**n - 1) // 2),
    )
}
GENERIC = "generic"
GENERIC_CENTRAL = "generic-central"


def family_names() -> list[str]:
    """The names of all families."""
    return [*FAMILIES, GENERIC, GENERIC_CENTRAL]


def family_name(text: str) -> str:
    """The name of a family as the table has it; capitals, and _ for -, do not matter.

    Raises
    ------
    ArrangementError
        If there is no such family; it suggests the nearest name.

    Examples
    --------
    >>> family_name("all_pm1"), family_name("TypeB")
    ('all-pm1', 'typeB')
    """
    plain = {name.lower(): name for name in family_names()}
    wanted = text.lower().replace("_", "-")
    if wanted in plain:
        return plain[wanted]
    near = get_close_matches(wanted, plain, n=1)
    hint = f'did you mean "{plain[near[0]]}"?' if near else f"give one of {', '.join(family_names())}"
    raise ArrangementError(f'there is no family "{text}"; {hint}')


def family_arrangement(name: str, n: int, dimension: int | None = None, seed: int | None = None) -> Arrangement:
    """An arrangement of a family.

    Parameters
    ----------
    name : str
        One of `family_names()`.
    n : int
        Which one; for the generic families the number of hyperplanes.
    dimension : int, optional
        Of the space, for the generic families only.
    seed : int, optional
        For the generic families: which points of the moment curve; by default n neighbouring ones.

    Raises
    ------
    ArrangementError
        If there is no such family (the nearest name is suggested), or an argument is missing or out of range.

    Examples
    --------
    >>> family_arrangement("braid", 3).rows
    ((1, -1, 0, 0), (1, 0, -1, 0), (0, 1, -1, 0))
    """
    name = family_name(name)
    if name in (GENERIC, GENERIC_CENTRAL):
        return _generic(n, dimension, seed, name == GENERIC_CENTRAL)
    family = FAMILIES[name]
    if dimension is not None or seed is not None:
        raise ArrangementError(f"the family {name} has neither a dimension nor a seed of its own; give n alone")
    if n < family.smallest:
        raise ArrangementError(f"the family {name} begins with n = {family.smallest}, not {n}")
    _check_count(family.count(n) if n <= _LARGEST else _MOST_HYPERPLANES + 1)
    return Arrangement.of(family.rows(n))


def family_regions(name: str, n: int, dimension: int | None = None) -> int | None:
    """The number of regions by the theorem about the family; None where no formula is known.

    Examples
    --------
    >>> family_regions("shi", 5), family_regions("resonance", 5), family_regions("generic", 200, 3)
    (1296, None, 1333501)

    Notes
    -----
    Hyperplanes in general position: sum of C(n, i) for i <= d, and twice sum of C(n-1, i) for i < d where all go through
    the origin (Schlaefli; Zaslavsky 1975).
    """
    name = family_name(name)
    if name == GENERIC:
        return sum(comb(n, i) for i in range((dimension or 0) + 1))
    if name == GENERIC_CENTRAL:
        return 2 * sum(comb(n - 1, i) for i in range(dimension or 0))
    formula = FAMILIES[name].regions
    return formula(n) if formula else None


def _generic(n: int, dimension: int | None, seed: int | None, central: bool) -> Arrangement:
    """Hyperplanes in general position.

    Any d of the points (1, t, ..., t^{d-1}) of the moment curve are independent (Vandermonde), and any d + 1 of the rows
    (1, t, ..., t^d).
    """
    if dimension is None or dimension < 1:
        raise ArrangementError("hyperplanes in general position need the dimension of their space, at least 1")
    if n < 1:
        raise ArrangementError(f"there must be at least 1 hyperplane, not {n}")
    if central and dimension == 1 and n > 1:
        raise ArrangementError("there is only one hyperplane through the origin of R^1; take n = 1")
    _check_count(n * (dimension + 1))
    points = range(-(n // 2), n - n // 2)
    if seed is not None:
        points = sorted(random.Random(seed).sample(range(-2 * n, 2 * n + 1), n))  # type: ignore[assignment]
    return Arrangement.of([[*(t**k for k in range(dimension)), 0 if central else t**dimension] for t in points])


def _check_count(count: int) -> None:
    if count > _MOST_HYPERPLANES:
        raise ArrangementError(f"there would be more than {_MOST_HYPERPLANES} hyperplanes; take a smaller n")
