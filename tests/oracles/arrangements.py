"""Families of hyperplane arrangements, by their defining sets, and nets whose cells are their regions."""

import itertools
from collections.abc import Callable

from relupoly.networks.network import Network

Rows = list[list[int]]


def net_of(rows: Rows) -> Network:
    """The net sum_H relu(<a_H, x> - b_H) of the hyperplanes <a, x> = b with rows (a, b)."""
    return Network.from_rows([([row[:-1] for row in rows], [-row[-1] for row in rows]), ([[1] * len(rows)], None)])


def _difference(i: int, j: int, n: int) -> list[int]:
    return [int(k == i) - int(k == j) for k in range(n)]


def _sum(i: int, j: int, n: int) -> list[int]:
    return [int(k in (i, j)) for k in range(n)]


def _deformed_braid(shifts: tuple[int, ...]) -> Callable[[int], Rows]:
    """x_i - x_j = c for i < j and c among the shifts."""
    return lambda n: [[*_difference(i, j, n), c] for i, j in itertools.combinations(range(n), 2) for c in shifts]


def _boolean(n: int) -> Rows:
    return [[*(int(i == j) for j in range(n)), 0] for i in range(n)]


def _type_d(n: int) -> Rows:
    return [[*make(i, j, n), 0] for i, j in itertools.combinations(range(n), 2) for make in (_difference, _sum)]


def _resonance(n: int) -> Rows:
    return [[*row, 0] for row in itertools.product((0, 1), repeat=n) if any(row)]


def _threshold(n: int) -> Rows:
    return [[1, *row, 0] for row in itertools.product((0, 1), repeat=n)]


def _all_signs(n: int) -> Rows:
    return [[*row, 0] for row in itertools.product((-1, 0, 1), repeat=n) if any(row) and next(filter(None, row)) > 0]


FAMILIES: dict[str, Callable[[int], Rows]] = {
    "boolean": _boolean,
    "braid": _deformed_braid((0,)),
    "typeB": lambda n: _boolean(n) + _type_d(n),
    "typeD": _type_d,
    "shi": _deformed_braid((0, 1)),
    "catalan": _deformed_braid((-1, 0, 1)),
    "semiorder": _deformed_braid((-1, 1)),
    "linial": _deformed_braid((1,)),
    "resonance": _resonance,
    "threshold": _threshold,
    "all_pm1": _all_signs,
}
