"""Nets and domains whose cells and pieces are listed: hostile in all ways that a small net can be."""

from __future__ import annotations

import random
from fractions import Fraction

from oracles.hostile import ENTRIES, hostile_net, random_domain, scattered
from oracles.strategies import sparsely

from relupoly.errors import DomainError
from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.geometry.subspace import AffineSubspace
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Layer, Network


def long_rational(source: random.Random) -> Fraction:
    """300 digits over 300 digits."""
    return source.choice([-1, 1, 1]) * Fraction(source.randint(1, 10**300), source.randint(10**299, 10**300))


def tie(source: random.Random) -> Fraction:
    """Hyperplanes that repeat, pass through vertices, vanish."""
    return Fraction(source.randint(-1, 1))


LISTED_ENTRIES = {**ENTRIES, "long_rational": long_rational, "tie": tie}


def listed_net(source: random.Random, inputs: int, neurons: int, entry=None) -> Network:
    """Few neurons in up to three hidden layers, perhaps linear ones, a dead one or one that is there twice, sparse layers."""
    if entry is None:
        entry = LISTED_ENTRIES[source.choice([*LISTED_ENTRIES, "tie", "short", "tie", "short"])]
    if entry in (long_rational, scattered):
        neurons = min(neurons, 3)  # sums of their products are very long
    widths = []
    for _ in range(source.choice([0, 1, 1, 2, 2, 3])):
        if neurons > sum(widths):
            widths.append(source.randint(1, min(4, neurons - sum(widths))))
    net = hostile_net(source, entry, inputs, widths, source.choice([1, 1, 2]))
    layers = list(net.layers)
    for place, layer in enumerate(layers[:-1]):
        rows, biases = layer.weight.tolist(), layer.bias.entries()
        trouble = source.random()
        if trouble < 0.15 and len(rows) > 1:
            rows[-1], biases[-1] = [-2 * entry for entry in rows[0]], -2 * biases[0]
        elif trouble < 0.25:
            rows[0] = [0 * entry for entry in rows[0]]
        elif trouble < 0.35 and len(rows[0]) > 1:
            rows = [[row[0], 2 * row[0], *row[2:]] for row in rows]
        if trouble < 0.35:
            fresh = Network.from_rows([(rows, biases), ([[1] * len(rows)], None)]).layers[0]
            layers[place] = layer = fresh
        if source.random() < 0.2:
            linear = sorted(source.sample(range(layer.outputs), source.randint(1, layer.outputs)))
            layers[place] = layer = Layer(layer.weight, layer.bias, tuple(linear))
        if source.random() < 0.2:
            layers[place] = sparsely(layer)
    return Network(tuple(layers))


def listed_domain(source: random.Random, dimension: int):
    """R^n, a box, a polyhedron, one in a subspace, or a union of boxes and polyhedra, perhaps in a subspace."""
    kind = source.choice(["one", "one", "union", "subspace", "union in a subspace"])
    if kind == "one":
        return random_domain(source, dimension)
    if kind == "union":
        return listed_union(source, dimension)
    size = source.randint(1, dimension)
    try:
        points = [[source.randint(-2, 2) for _ in range(dimension)] for _ in range(size + 1)]
        subspace = AffineSubspace.through(points)
    except DomainError:
        return random_domain(source, dimension)
    if kind == "subspace":
        return random_part(source, size).inside(subspace)
    union = listed_union(source, size)
    parts = [part.inside(subspace) for part in union.parts]
    if all(part.polyhedron for part in union.parts) and source.random() < 0.5:
        # The same subspace, by other parameters.
        shift = [source.randint(-1, 1) for _ in range(size)]
        turn = [[source.choice([1, 2, -1]) if i == j else 0 for j in range(size)] for i in range(size)]
        if size > 1:
            turn[0][1] = source.randint(-1, 1)
        inner = AffineSubspace.through([shift, *([a + b for a, b in zip(shift, row, strict=True)] for row in turn)])
        parts[1:] = [part.inside(inner).inside(subspace) for part in union.parts[1:]]
    return DomainUnion(tuple(parts))


def random_part(source: random.Random, dimension: int) -> Domain:
    """A box, a polyhedron, or seldom the whole space."""
    if source.random() < 0.5:
        lower = [source.randint(-3, 2) for _ in range(dimension)]
        return Domain.box(lower, [low + source.randint(1, 3) for low in lower])
    while True:
        count = source.randint(1, 2 * dimension + 1)
        rows = [[source.randint(-2, 2) for _ in range(dimension)] for _ in range(count)]
        bounds = [source.randint(-1, 3) for _ in rows]
        if source.random() < 0.3:
            rows, bounds = [*rows, [2 * entry for entry in rows[0]]], [*bounds, 2 * bounds[0]]
        try:
            return Domain(Polyhedron.from_inequalities(rows, bounds))
        except DomainError:
            continue


def listed_union(source: random.Random, dimension: int) -> DomainUnion:
    """Two or three sets that overlap, touch, lie in one another or apart."""
    return DomainUnion(tuple(random_part(source, dimension) for _ in range(source.choice([2, 2, 3]) if dimension < 3 else 2)))


def listed_case(source: random.Random, inputs: int = 3, neurons: int = 5):
    """A net and a domain."""
    n = source.choice([one for one in (1, 1, 2, 2, 2, 2, 3, 3, 4) if one <= inputs])
    domain = listed_domain(source, n)
    dimension = (domain.parts[0].dimension if isinstance(domain, DomainUnion) else domain.dimension) or n
    most = {1: neurons, 2: neurons, 3: neurons - 1}.get(dimension, neurons - 2)
    return listed_net(source, n, most), domain
