"""Unions of sets in several affine subspaces, and what is known of them by Fourier-Motzkin elimination.

Each subspace is made with its sets, on its own parameters, so that what is right in it alone is known without looking at
how the library tells subspaces apart.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

from flint import fmpq, fmpq_mat
from oracles.brute_force import feasible
from oracles.derivatives import fraction
from oracles.listing_cases import listed_net, random_part, tie
from oracles.unions import count_by_tiles

from relupoly.errors import DomainError
from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Box
from relupoly.geometry.subspace import AffineSubspace
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Network


@dataclass(frozen=True, eq=False)
class ManySubspaces:
    """A net, and sets in subspaces.

    Attributes
    ----------
    net : Network
    subspaces : list of AffineSubspace
        Different ones.
    sets : list of (int, Domain)
        The number of a subspace, and a set on its parameters; in the order in which they are given.
    """

    net: Network
    subspaces: list[AffineSubspace]
    sets: list[tuple[int, Domain]]

    @cached_property
    def domain(self) -> DomainUnion:
        return DomainUnion(tuple(part.inside(self.subspaces[number]) for number, part in self.sets))

    @cached_property
    def order(self) -> list[int]:
        """The subspaces in the order of their first sets: so they are numbered, from 1, in records."""
        return list(dict.fromkeys(number for number, _ in self.sets))

    def alone(self, number: int) -> DomainUnion:
        """The sets of a subspace."""
        parts = [part.inside(self.subspaces[number]) for other, part in self.sets if other == number]
        return DomainUnion(tuple(parts))

    @cached_property
    def touch(self) -> bool:
        """Whether sets of different subspaces have a point in common."""
        return any(one[0] != other[0] and self._meet(one, other) for one, other in combinations(self.sets, 2))

    def _meet(self, one: tuple[int, Domain], other: tuple[int, Domain]) -> bool:
        (first, part), (second, beside) = one, other
        size = self.subspaces[first].dimension
        zero = [fraction(fmpq(0))] * size
        weak = [((*form[:-1], *zero, form[-1]), False) for form in _forms(part)]
        weak += [((*zero, *form), False) for form in _forms(beside)]
        images = [
            [
                (*map(fraction, row), fraction(start))
                for row, start in zip(one.basis.tolist(), one.origin.entries(), strict=True)
            ]
            for one in (self.subspaces[first], self.subspaces[second])
        ]
        equations = [
            (*row[:-1], *(-entry for entry in there[:-1]), row[-1] - there[-1]) for row, there in zip(*images, strict=True)
        ]
        return feasible(weak, equations)

    def own_side(self, number: int, side: int) -> int:
        """The number of an inequality among those of the sets of its subspace, from 1."""
        before = own = 0
        for other, part in self.sets:
            rows = _rows(part)
            if side <= before + rows:
                assert other == number
                return own + side - before
            before += rows
            own += rows if other == number else 0
        raise AssertionError("there is no such inequality")

    def counts(self) -> dict[str, int]:
        """The number of regions under each notion but `affine`, the subspaces added up: nothing of one reaches another."""
        total: dict[str, int] = {}
        for number in self.order:
            parts = tuple(part for other, part in self.sets if other == number)
            found = count_by_tiles(self._on(self.subspaces[number]), DomainUnion(parts))
            for name in ("activation", "open", "closed"):
                total[name] = total.get(name, 0) + found[name]
        return total

    def _on(self, subspace: AffineSubspace) -> Network:
        """The net on the parameters of a subspace."""
        first, *others = [(layer.weight.tolist(), layer.bias.entries()) for layer in self.net.layers]
        columns = list(zip(*subspace.basis.tolist(), strict=True))
        weight = [[sum((a * b for a, b in zip(row, column, strict=True)), fmpq(0)) for column in columns] for row in first[0]]
        bias = [
            sum((a * x for a, x in zip(row, subspace.origin.entries(), strict=True)), start)
            for row, start in zip(*first, strict=True)
        ]
        return Network.from_rows([(weight, bias), *others])


def _forms(part: Domain) -> list[tuple]:
    if part.polyhedron is None:
        return []
    both = zip(part.polyhedron.matrix.tolist(), part.polyhedron.bound.entries(), strict=True)
    return [(*(-fraction(entry) for entry in row), fraction(bound)) for row, bound in both]


def _rows(part: Domain) -> int:
    if part.polyhedron is None:
        return 0
    return 2 * part.polyhedron.dimension if isinstance(part.polyhedron, Box) else part.polyhedron.matrix.nrows()


def different(subspaces: list[AffineSubspace]) -> bool:
    """Whether no two of the subspaces, of the same dimension, are the same set."""
    return all(
        fmpq_mat([[*row, *there, step] for row, there, step in _beside(one, other)]).rank() > one.dimension
        for one, other in combinations(subspaces, 2)
    )


def _beside(one: AffineSubspace, other: AffineSubspace):
    return zip(one.basis.tolist(), other.basis.tolist(), (other.origin - one.origin).entries(), strict=True)


def many_subspaces(source: random.Random, bounded: bool = False) -> ManySubspaces | None:
    """Two or three lines or planes, parallel, skew or crossing, with one or two sets in each; None where two are the same.

    Parameters
    ----------
    bounded : bool
        Whether sets are boxes, and the net has neurons with ReLU alone: brute force takes these.
    """
    n = source.choice([2, 3, 3])
    size = source.randint(1, n - 1)
    basis = _basis(source, n, size)
    subspaces = []
    for _ in range(source.choice([2, 2, 3])):
        if source.random() < 0.5:
            basis = _basis(source, n, size)
        origin = [source.randint(-4, 4) for _ in range(n)]
        ends = [[a + b for a, b in zip(origin, column, strict=True)] for column in basis]
        subspaces.append(AffineSubspace.through([origin, *ends]))
    if not different(subspaces):
        return None
    sets = []
    for number in range(len(subspaces)):
        for _ in range(source.choice([1, 2, 2]) if size == 1 or not bounded else 1):
            part = random_part(source, size)
            while bounded and not isinstance(part.polyhedron, Box):
                part = random_part(source, size)
            sets.append((number, part))
    source.shuffle(sets)
    net = listed_net(source, n, 4, tie if source.random() < 0.5 else None)
    if bounded:
        net = replace(net, layers=tuple(replace(layer, linear=()) for layer in net.layers))
    return ManySubspaces(net, subspaces, sets)


def _basis(source: random.Random, n: int, size: int) -> list[list[int]]:
    while True:
        basis = [[source.randint(-2, 2) for _ in range(n)] for _ in range(size)]
        try:
            AffineSubspace.through([[0] * n, *basis])
        except DomainError:
            continue
        return basis
