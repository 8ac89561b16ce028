"""Named zonotopes, by their defining sets of generators.

Each is dual to a well-known arrangement, so its number of vertices has a closed form: cube 2^n, permutohedron n!, type B
2^n n!, moment curve 2 sum_{i<n} C(m-1, i). The resonance zonotope, the "White Whale" of Billera, has 2, 6, 32, 370, 11292,
1066044, 347326352, ... vertices (OEIS A034997).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, product

from relupoly.errors import ZonotopeError
from relupoly.geometry.zonotope import Zonotope

Rows = list[list[int]]

MOST_ENTRIES = 2_000_000  # as lists of Python's integers these take 16 MB, and more where they are large


@dataclass(frozen=True)
class ZonotopeFamily:
    """A family of zonotopes.

    Attributes
    ----------
    name : str
    description : str
        Its generators, in words.
    rows : callable
        (n, m) -> the generators; m is None where the dimension n determines them.
    count : callable
        (n, m) -> how many there are.
    takes_number : bool
        Whether the number m of generators is free.
    """

    name: str
    description: str
    rows: Callable[[int, int], Rows]
    count: Callable[[int, int], int]
    takes_number: bool = False


def cube(n: int, m: int = 0) -> Rows:
    """The unit vectors.

    Examples
    --------
    >>> cube(2)
    [[1, 0], [0, 1]]
    """
    return [[int(i == j) for j in range(n)] for i in range(n)]


def permutohedron(n: int, m: int = 0) -> Rows:
    """The vectors e_i - e_j, i < j: the zonotope is the convex hull of the permutations of (n-1, n-3, ..., 1-n).

    Examples
    --------
    >>> permutohedron(3)
    [[1, -1, 0], [1, 0, -1], [0, 1, -1]]
    """
    return list(_pairs(n, -1))


def type_b(n: int, m: int = 0) -> Rows:
    """The vectors e_i and e_i - e_j, e_i + e_j, i < j.

    Examples
    --------
    >>> type_b(2)
    [[1, 0], [0, 1], [1, -1], [1, 1]]
    """
    return [*cube(n), *_pairs(n, -1), *_pairs(n, 1)]


def resonance(n: int, m: int = 0) -> Rows:
    """All vectors of zeros and ones but 0.

    Examples
    --------
    >>> resonance(2)
    [[0, 1], [1, 0], [1, 1]]
    """
    return [list(row) for row in product((0, 1), repeat=n) if any(row)]


def moment_curve(n: int, m: int) -> Rows:
    """The vectors (1, t, ..., t^(n-1)) for t = 1, ..., m: every n of them are independent.

    Examples
    --------
    >>> moment_curve(3, 2)
    [[1, 1, 1], [1, 2, 4]]
    """
    return [[t**i for i in range(n)] for t in range(1, m + 1)]


FAMILIES = {
    family.name: family
    for family in (
        ZonotopeFamily("cube", "unit vectors", cube, lambda n, m: n),
        ZonotopeFamily("permutohedron", "e_i - e_j", permutohedron, lambda n, m: n * (n - 1) // 2),
        ZonotopeFamily("typeB", "e_i and e_i -+ e_j", type_b, lambda n, m: n * n),
        ZonotopeFamily("resonance", "all 0/1 vectors, the White Whale", resonance, lambda n, m: int(2 ** min(n, 64)) - 1),
        ZonotopeFamily("moment", "(1, t, ..., t^(n-1)), t = 1..m", moment_curve, lambda n, m: m, takes_number=True),
    )
}

ALIASES = {
    "boolean": "cube",
    "braid": "permutohedron",
    "cyclic": "moment",
    "moment-curve": "moment",
    "permutahedron": "permutohedron",
    "white-whale": "resonance",
}


def named_zonotope(name: str, dimension: int, number: int | None = None) -> Zonotope:
    """The zonotope of a family.

    Parameters
    ----------
    name : str
        A key of `FAMILIES`.
    dimension : int
        n.
    number : int, optional
        The number m of generators, where it is free.

    Raises
    ------
    ZonotopeError
        If the parameters do not fit the family, or the generators are too many.

    Examples
    --------
    >>> named_zonotope("resonance", 3).dimension
    3
    """
    family = FAMILIES[name]
    if family.takes_number != (number is not None):
        hint = "give the number of generators" if family.takes_number else "leave it out"
        raise ZonotopeError(
            f"{name}: {'it has any' if family.takes_number else 'n determines the'} number of generators; {hint}"
        )
    if dimension < 1 or (number is not None and number < 1):
        raise ZonotopeError(f"{name}: dimension and number of generators must be 1 or more")
    if family.count(dimension, number or 0) * dimension > MOST_ENTRIES:
        raise ZonotopeError(f"{name}: the generators have more than {MOST_ENTRIES} entries; give a smaller dimension or number")
    return Zonotope.of(family.rows(dimension, number or 0), dimension)


def _pairs(n: int, sign: int) -> Iterator[list[int]]:
    for i, j in combinations(range(n), 2):
        yield [int(k == i) + sign * int(k == j) for k in range(n)]
