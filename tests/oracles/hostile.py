"""Nets made to defeat floats: near ties, slivers, weights over tens of orders of magnitude, near-parallel hyperplanes."""

import random
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

from relupoly.errors import DomainError
from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.geometry.subspace import AffineSubspace
from relupoly.networks.network import Network

Entry = Callable[[random.Random], Fraction]


def gaussian(source: random.Random) -> Fraction:
    """A double: almost surely no ties."""
    return Fraction(source.gauss(0, 1))


def scattered(source: random.Random) -> Fraction:
    """A number of any size between 1e-25 and 1e25."""
    return gaussian(source) * Fraction(10) ** source.randint(-25, 25)


def nearly_short(source: random.Random) -> Fraction:
    """A short integer, or one missed by so little that no double tells."""
    return source.randint(-2, 2) + source.choice([-1, 0, 0, 1]) * Fraction(10) ** -source.randint(15, 40)


def long_integer(source: random.Random) -> Fraction:
    """As long as the walk does in integers by default: a few layers go beyond 64 bits."""
    return Fraction(source.randint(-(2**17), 2**17))


def short(source: random.Random) -> Fraction:
    """Ties everywhere."""
    return Fraction(source.randint(-2, 2))


ENTRIES: dict[str, Entry] = {entry.__name__: entry for entry in (gaussian, scattered, nearly_short, long_integer, short)}


def hostile_net(source: random.Random, entry: Entry, inputs: int, widths: list[int], outputs: int = 1) -> Network:
    """A random net; some layers have no bias, near-parallel neurons, or a neuron that is the sum of the others."""
    layers = []
    for before, after in pairwise([inputs, *widths, outputs]):
        rows = [[entry(source) for _ in range(before + 1)] for _ in range(after)]
        trouble = source.choice(["none", "central", "parallel", "sum"])
        if trouble == "central":
            rows = [[*row[:-1], Fraction(0)] for row in rows]
        elif trouble == "parallel" and after > 1:
            tiny = 1 if entry is long_integer else Fraction(10) ** -source.randint(10, 40)
            rows[1] = [number + tiny * source.randint(-1, 1) for number in rows[0]]
        elif trouble == "sum" and after > 1:
            rows[-1] = [sum(column, Fraction(0)) for column in zip(*rows[:-1], strict=True)]
        layers.append(([row[:-1] for row in rows], [row[-1] for row in rows]))
    return Network.from_rows(layers)


def random_domain(source: random.Random, dimension: int) -> Domain:
    """R^n, a box, an H-polyhedron (often unbounded, with duplicates and redundant rows) or a subspace of doubles."""
    kind = source.choice(["space", "box", "polyhedron", "polyhedron", "subspace"])
    try:
        if kind == "box":
            lower = [source.randint(-3, 1) for _ in range(dimension)]
            return Domain.box(lower, [low + source.randint(1, 3) for low in lower])
        if kind == "polyhedron":
            count = source.randint(1, 2 * dimension + 2)
            rows = [[source.randint(-2, 2) for _ in range(dimension)] for _ in range(count)]
            bounds = [source.randint(0, 3) for _ in rows]
            return Domain(Polyhedron.from_inequalities([*rows, rows[0]], [*bounds, bounds[0] + source.randint(0, 1)]))
        if kind == "subspace":
            count = source.randint(2, dimension + 1)
            return Domain(subspace=AffineSubspace.through([[gaussian(source) for _ in range(dimension)] for _ in range(count)]))
    except DomainError:
        pass
    return Domain()


def extreme(source: random.Random) -> Fraction:
    """A number of any size between 1e-300 and 1e300, or 0."""
    return source.choice([0, 1, 1, 1]) * gaussian(source) * Fraction(10) ** source.randint(-300, 300)


def tiny(source: random.Random) -> Fraction:
    """Next to nothing: often just within what one scale for all entries of a table in floats can hold, or just beyond it."""
    return Fraction(10) ** -source.randint(10, source.choice([50, 70, 100, 300]))


def nearly_decimal(source: random.Random) -> Fraction:
    """A short integer, a decimal of seven digits, next to nothing, or one of the first missed by that."""
    number = source.choice([Fraction(source.randint(-2, 2)), Fraction(source.randint(-(10**7), 10**7), 10**7), Fraction(0)])
    return number + source.choice([-1, 0, 0, 1]) * tiny(source)


BOUNDS: dict[str, Entry] = {
    entry.__name__: entry for entry in (extreme, scattered, nearly_short, nearly_decimal, gaussian, short)
}


def hostile_polyhedron(source: random.Random, entry: Entry, dimension: int) -> Polyhedron:
    """A polyhedron at distances of all sizes from where its facets' hyperplanes meet."""
    make = source.choice([polyhedron_around_a_point, polyhedron_at_the_origin])
    while True:
        rows = make(source, entry, dimension)
        try:
            return Polyhedron.from_inequalities([[-a for a in row[1:]] for row in rows], [row[0] for row in rows])
        except DomainError:
            continue


def polyhedron_at_the_origin(source: random.Random, entry: Entry, dimension: int) -> list[list[Fraction]]:
    """Forms with short coefficients, some of which miss the origin by next to nothing: short directions, long vertices."""
    coefficient = source.choice([short, lambda source: Fraction(source.randint(-(10**7), 10**7), 10**7)])
    constant = source.choice([entry, tiny, short])
    return [
        [abs(constant(source)) + source.choice([0, tiny(source)]), *(coefficient(source) for _ in range(dimension))]
        for _ in range(source.randint(dimension, dimension + 3))
    ]


def polyhedron_around_a_point(source: random.Random, entry: Entry, dimension: int) -> list[list[Fraction]]:
    """Forms that are positive at some point.

    Some nearly repeat another, or pass a vertex, an edge, ... of others by next to nothing, whether they cut there or not.
    """
    inside = [entry(source) for _ in range(dimension)]
    rows: list[list[Fraction]] = []
    for _ in range(source.randint(1, dimension + 3)):
        if source.random() < 0.4 or not rows:
            row = [Fraction(0), *(entry(source) for _ in range(dimension))]
            row[0] = (abs(entry(source)) or Fraction(1)) - value(row, inside)
        else:
            others = source.sample(rows, source.randint(1, min(dimension, len(rows))))
            factors = [source.choice([gaussian, short])(source) for _ in others]
            columns = zip(*others, strict=True)
            row = [sum((f * a for f, a in zip(factors, column, strict=True)), Fraction(0)) for column in columns]
            step = source.choice([0, 1]) * tiny(source)
            row = [a + step * source.randint(-1, 1) for a in row]
            if value(row, inside) < 0:
                row = [-a for a in row]
        if value(row, inside) > 0:
            rows.append(row)
    return rows


def value(form: list[Fraction], point: list[Fraction]) -> Fraction:
    """The value of an affine form, its constant first."""
    return sum((a * x for a, x in zip(form[1:], point, strict=True)), form[0])
