"""The rays that neurons are sums of, found anew: by subsets of the samples and elimination in integers.

On the samples a neuron <a, x> + b depends on the product of a and b with the matrix of rows (x, 1) only, so columns that depend
on others are left out. Where the signs at all samples are fixed, the neurons form a pointed cone, the sum of its rays, each of
which is zero on as many independent rows as there are columns, but one. Going through all such rows gives all rays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import lcm
from operator import mul

from relupoly.certificates.numbers import primitive
from relupoly.run import UNLIMITED, Run

Row = Sequence[Fraction]


class Arrangement:
    """The rays of the samples, in both directions, with the values of their neurons.

    Parameters
    ----------
    rows : sequence of rows of Fraction
        (x, 1) for each sample, or x without bias.
    run : Run

    Attributes
    ----------
    features : list of list of int
        For each ray: what its neuron says for each sample.
    ahead, behind : list of int
        For each sample: which rays are not negative, or not positive, there; ray k is bit k.

    Examples
    --------
    >>> line = Arrangement([(Fraction(0), Fraction(1)), (Fraction(1), Fraction(1))])
    >>> sorted(line.features), line.every
    ([[0, 0], [0, 0], [0, 1], [1, 0]], 15)
    """

    def __init__(self, rows: Sequence[Row], run: Run = UNLIMITED) -> None:
        columns = independent_columns(rows)
        vectors = _integer_columns([[row[column] for column in columns] for row in rows])
        self.features: list[list[int]] = []
        signs: list[list[bool]] = []
        for ray in rays(vectors, run):
            values = [sum(map(mul, ray, vector)) for vector in vectors]
            for side in (values, [-value for value in values]):
                self.features.append([max(value, 0) for value in side])
                signs.append([value >= 0 for value in side])
        # Ray k is bit k: the last one comes first in the text of a number.
        backwards, opposite = signs[::-1], _opposite(signs)[::-1]
        self.ahead = [_bits(one[sample] for one in backwards) for sample in range(len(rows))]
        self.behind = [_bits(one[sample] for one in opposite) for sample in range(len(rows))]
        self.every = (1 << len(self.features)) - 1


def independent_columns(rows: Sequence[Row]) -> list[int]:
    """Columns that all others depend on, none of which depends on those before it."""
    table = [list(row) for row in rows]
    chosen: list[int] = []
    for column in range(len(table[0])):
        pivot = next((place for place in range(len(chosen), len(table)) if table[place][column]), None)
        if pivot is None:
            continue
        top = len(chosen)
        table[top], table[pivot] = table[pivot], table[top]
        for place in range(top + 1, len(table)):
            factor = table[place][column] / table[top][column]
            if factor:
                table[place] = [one - factor * two for one, two in zip(table[place], table[top], strict=True)]
        chosen.append(column)
    return chosen


def rays(vectors: Sequence[Sequence[int]], run: Run = UNLIMITED) -> list[list[int]]:
    """The lines that are orthogonal to all but one dimension's worth of vectors, each in one direction.

    Vectors are added one by one; the space that is orthogonal to them is kept as a basis, which a vector that is independent of
    those before makes one shorter.
    """
    size = len(vectors[0])
    planes = [list(plane) for plane in dict.fromkeys(tuple(_line(list(vector))) for vector in vectors if any(vector))]
    found: dict[tuple[int, ...], None] = {}

    def extend(basis: list[list[int]], start: int) -> None:
        run.tick()
        if len(basis) == 1:
            found[tuple(_line(basis[0]))] = None
            return
        for place in range(start, len(planes)):
            smaller = _orthogonal(basis, planes[place])
            if smaller is not None:
                extend(smaller, place + 1)

    if size:
        extend([[int(row == column) for column in range(size)] for row in range(size)], 0)
    return [list(ray) for ray in found]


def _orthogonal(basis: list[list[int]], vector: list[int]) -> list[list[int]] | None:
    """The part of a space that is orthogonal to a vector; None if that is all of it."""
    products = [sum(map(mul, one, vector)) for one in basis]
    pivot = next((place for place, product in enumerate(products) if product), None)
    if pivot is None:
        return None
    factor, base = products[pivot], basis[pivot]
    return [
        primitive([factor * entry - products[place] * other for entry, other in zip(one, base, strict=True)])
        for place, one in enumerate(basis)
        if place != pivot
    ]


def _line(vector: list[int]) -> list[int]:
    """The vector without common factor, its first entry that is not zero made positive."""
    short = primitive(vector)
    return short if next(entry for entry in short if entry) > 0 else [-entry for entry in short]


def _integer_columns(rows: list[list[Fraction]]) -> list[list[int]]:
    """Each column times the common denominator of its entries: that scales the weight, and no more."""
    scales = [lcm(*(entry.denominator for entry in column)) for column in zip(*rows, strict=True)]
    return [[int(entry * scale) for entry, scale in zip(row, scales, strict=True)] for row in rows]


def _opposite(signs: list[list[bool]]) -> list[list[bool]]:
    """Rays come in pairs of opposite directions: which of them are not positive."""
    return [signs[place ^ 1] for place in range(len(signs))]


def _bits(flags: Iterable[bool]) -> int:
    text = "".join("1" if flag else "0" for flag in flags)
    return int(text, 2) if text else 0
