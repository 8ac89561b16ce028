"""What the records of cells must be, from the weights of the net and the rows of the domain.

A cell is what its pattern says: the signs of affine forms, which are composed anew here. Its vertices come from cddlib, its
volume from Lasserre's recursion over inequalities, its neighbours from who has the same facet. What is without end is compared
in a box. With the library these share the numbers of flint, and nothing else.
"""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import gcd

from flint import fmpq, fmpq_mat
from oracles.half_spaces import (
    ZERO,
    Row,
    cube,
    dot,
    generators,
    image,
    parallel,
    scaled,
    union_volume,
    value,
    volume,
)

from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Box
from relupoly.geometry.union import DomainUnion


@dataclass(frozen=True, eq=False)
class Place:
    """A net on a domain, in the domain's own coordinates t."""

    net: object
    domain: object

    @cached_property
    def parts(self) -> tuple[Domain, ...]:
        return self.domain.parts if isinstance(self.domain, DomainUnion) else (self.domain,)

    @cached_property
    def dimension(self) -> int:
        return len(self.inputs[0]) - 1

    @cached_property
    def inputs(self) -> list[Row]:
        """Each input as a form of t."""
        subspace = self.parts[0].subspace
        if subspace is None:
            n = self.net.input_dim
            return [(*(fmpq(int(i == j)) for j in range(n)), ZERO) for i in range(n)]
        return [(*row, start) for row, start in zip(subspace.basis.tolist(), subspace.origin.entries(), strict=True)]

    @cached_property
    def sets(self) -> list[list[Row]]:
        """The half-spaces of each part, by t."""
        return [self._rows(part) for part in self.parts]

    def _rows(self, part: Domain) -> list[Row]:
        if part.polyhedron is None:
            return []
        rows = [(*row, b) for row, b in zip(part.polyhedron.matrix.tolist(), part.polyhedron.bound.entries(), strict=True)]
        if part.subspace is None or part is self.parts[0]:
            return rows
        # x = o + B t = p + C s, so that s = (C' C)^-1 C' (o - p + B t).
        basis = part.subspace.basis
        pseudo = (basis.transpose() * basis).inv() * basis.transpose()
        own = [list(row) for row in self.inputs]
        for row, start in zip(own, part.subspace.origin.entries(), strict=True):
            row[-1] -= start
        state = (pseudo * fmpq_mat(own)).tolist()
        found = [(*form[:-1], row[-1] - form[-1]) for row in rows for form in [image((*row[:-1], ZERO), state)]]
        if isinstance(part.polyhedron, Box) and all(sum(map(bool, row[:-1])) == 1 for row in found):
            # A box by these parameters, too: lower bounds come first.
            found.sort(key=lambda row: next((entry > 0, axis) for axis, entry in enumerate(row) if entry))
        return found

    def point(self, t: Sequence[fmpq]) -> list[fmpq]:
        """Where the parameters are, in the space of the inputs."""
        return [value(form, t) for form in self.inputs]

    def holds(self, t: Sequence[fmpq]) -> bool:
        return any(all(dot(row[:-1], t) <= row[-1] for row in rows) for rows in self.sets)

    def goes_on(self, t: Sequence[fmpq], direction: Sequence[fmpq]) -> bool:
        """Whether some part lies right beside a point."""
        return any(
            all(
                (slack := row[-1] - dot(row, t)) > 0 or (slack == 0 and dot(row, direction) < 0)
                for row in rows
                if any(row[:-1])
            )
            for rows in self.sets
        )

    def forms(self, pattern: Sequence[str]) -> tuple[list[list[Row]], list[Row]]:
        """The preactivations of the neurons with ReLU in each hidden layer, and the outputs, as forms of t."""
        state, found = self.inputs, []
        *hidden, last = self.net.layers
        assert len(pattern) == len(hidden)
        for layer, signs in zip(hidden, pattern, strict=True):
            table = [image((*row, b), state) for row, b in zip(layer.weight.tolist(), layer.bias.entries(), strict=True)]
            relus = [place for place in range(layer.outputs) if place not in layer.linear]
            assert len(signs) == len(relus)
            assert set(signs) <= set("+-0")
            found.append([table[place] for place in relus])
            for place, sign in zip(relus, signs, strict=True):
                if sign != "+":
                    table[place] = (ZERO,) * len(table[place])
            state = table
        outputs = [image((*row, b), state) for row, b in zip(last.weight.tolist(), last.bias.entries(), strict=True)]
        return found, outputs

    def numbers(self, part: int, pattern: Sequence[str]) -> list[tuple[int, int]]:
        """Layer and number of each neuron with ReLU in a layer."""
        layer = self.net.layers[part]
        return [(part + 1, place + 1) for place in range(layer.outputs) if place not in layer.linear]


def rows_of(cell) -> list[Row]:
    return [(*map(fmpq, facet.normal), fmpq(facet.offset)) for facet in cell.facets]


# How large the box is in which volumes are compared where there is no end.
REACH = fmpq(7, 2)


def check_cells(net, domain, cells) -> None:
    """That records of all fields are the cells of a net on a domain."""
    place = Place(net, domain)
    assert [cell.number for cell in cells] == list(range(1, len(cells) + 1))
    for cell in cells:
        check_cell(place, cell)
    check_neighbours(place, cells)
    around = cube(place.dimension, REACH)
    inside = [volume([*rows_of(cell), *around]) for cell in cells]
    assert sum(inside, ZERO) == union_volume(place.sets, around)
    if all(cell.bounded for cell in cells):
        big = cube(place.dimension, 1 + max(abs(entry) for cell in cells for vertex in cell.vertices for entry in vertex))
        assert sum((cell.volume for cell in cells), ZERO) == union_volume(place.sets, big)


def check_cell(place: Place, cell) -> None:
    """What can be seen of one cell."""
    n = place.dimension
    hidden, outputs = place.forms(cell.pattern)
    assert cell.gradient == tuple(form[:-1] for form in outputs)
    assert cell.constant == tuple(form[-1] for form in outputs)
    assert len(cell.point) == n
    assert place.goes_on(cell.point, [ZERO] * n) or place.holds(cell.point)
    signed: list[tuple[Row, tuple[int, int]]] = []
    for number, (forms, signs) in enumerate(zip(hidden, cell.pattern, strict=True)):
        for form, sign, name in zip(forms, signs, place.numbers(number, cell.pattern), strict=True):
            if sign == "0":
                assert not any(form)
                continue
            assert (1 if sign == "+" else -1) * value(form, cell.point) > 0
            factor = -1 if sign == "+" else 1
            signed.append(((*(factor * entry for entry in form[:-1]), -factor * form[-1]), name))
    check_facets(place, cell, signed)
    if cell.vertices is None:
        return
    check_generators(place, cell, signed)
    if cell.bounded:
        assert cell.volume == volume(rows_of(cell))
        assert cell.volume > 0
    else:
        assert cell.volume is None


def check_facets(place: Place, cell, signed) -> None:
    """Half-spaces, and who makes them."""
    sides = list(itertools.chain(*place.sets))
    assert len({(facet.normal, facet.offset) for facet in cell.facets}) == len(cell.facets) == len(cell.neighbours)
    for facet, row, neighbour in zip(cell.facets, rows_of(cell), cell.neighbours, strict=True):
        assert gcd(*map(int, facet.normal), int(facet.offset)) == 1
        assert facet.slack(cell.point) == row[-1] - dot(row, cell.point) > 0
        neurons = tuple(name for other, name in signed if parallel(row, other))
        assert all(parallel(row, other) >= 0 for other, _ in signed)
        own = [number for number, other in enumerate(sides, 1) if parallel(row, other)]
        if neighbour is None:
            assert facet.neurons == ()
            assert facet.sides == tuple(own)
            assert own
        else:
            assert facet.neurons == neurons
            assert set(facet.sides) <= set(own)


def check_generators(place: Place, cell, signed) -> None:
    """Vertices, rays and incidences, against cddlib; the cell is all that has the pattern, where the domain is convex."""
    n = place.dimension
    vertices, rays, lines = generators(rows_of(cell), n)
    directions = {scaled(ray) for ray in cell.rays}
    assert len(directions) == len(cell.rays)
    assert len(set(cell.vertices)) == len(cell.vertices)
    both = {ray for ray in directions if tuple(-entry for entry in ray) in directions}
    assert len(both) == 2 * lines
    for ray in cell.rays:
        assert all(entry.q == 1 for entry in ray)
        assert gcd(*(int(entry.p) for entry in ray)) == 1
        assert all(dot(row, ray) <= 0 for row in rows_of(cell))
    if not lines:
        assert set(cell.vertices) == vertices
        assert directions == rays
    else:
        assert len(cell.vertices) == len(vertices)
        assert len(directions - both) == len(rays)
        assert fmpq_mat([list(ray) for ray in both]).rank() == lines
        assert _modulo(cell.vertices, both) == _modulo(vertices, both)
    assert cell.bounded == (not cell.rays)
    count = len(cell.vertices)
    for row, own in zip(rows_of(cell), cell.incidence, strict=True):
        expected = [number for number, vertex in enumerate(cell.vertices) if dot(row, vertex) == row[-1]]
        expected += [count + number for number, ray in enumerate(cell.rays) if not dot(row, ray)]
        assert list(own) == expected
        span = [[*cell.vertices[one], fmpq(1)] if one < count else [*cell.rays[one - count], ZERO] for one in own]
        assert fmpq_mat(span).rank() == n
    for vertex in cell.vertices:
        assert cell.contains(vertex)
        assert place.holds(vertex)
    if len(place.parts) == 1:
        # Each half-space that the pattern and the domain make holds the cell, and each facet is one of them.
        every = [row for row, _ in signed] + [row for row in place.sets[0] if any(row[:-1])]
        for row in every:
            assert all(dot(row, vertex) <= row[-1] for vertex in cell.vertices)
            assert all(dot(row, ray) <= 0 for ray in cell.rays)


def _modulo(points, lines) -> set[Row]:
    """Points, each as what is left of it when lines are taken away."""
    basis = fmpq_mat([list(line) for line in lines])
    kernel = _kernel(basis)
    return {tuple(dot(row, point) for row in kernel) for point in points}


def _kernel(basis: fmpq_mat) -> list[list[fmpq]]:
    """Forms that vanish on the rows, as many as there are."""
    reduced, rank = basis.rref()
    n = basis.ncols()
    pivots = [next(place for place in range(n) if reduced[row, place]) for row in range(rank)]
    found = []
    for free in (place for place in range(n) if place not in pivots):
        form = [ZERO] * n
        form[free] = fmpq(1)
        for row, pivot in enumerate(pivots):
            form[pivot] = -reduced[row, free]
        found.append(form)
    return found


def middle(cell, place: int) -> Row:
    """A point in the relative interior of a facet."""
    count = len(cell.vertices)
    vertices = [cell.vertices[one] for one in cell.incidence[place] if one < count]
    rays = [cell.rays[one - count] for one in cell.incidence[place] if one >= count]
    total = [sum(column, ZERO) / len(vertices) for column in zip(*vertices, strict=True)]
    return tuple(entry + sum((ray[axis] for ray in rays), ZERO) for axis, entry in enumerate(total))


def facet_keys(cell) -> list[frozenset]:
    """What a facet has in common with that of the cell behind it: its vertices and rays."""
    generated = [(True, vertex) for vertex in cell.vertices] + [(False, ray) for ray in cell.rays]
    return [frozenset(generated[one] for one in own) for own in cell.incidence]


def behind(cells) -> list[list[int | None]]:
    """For each facet of each cell, which cell has the same one; by facets alone."""
    found: dict[frozenset, list[tuple[int, int]]] = defaultdict(list)
    for number, cell in enumerate(cells):
        for place, key in enumerate(facet_keys(cell)):
            found[key].append((number, place))
    answer: list[list[int | None]] = [[None] * len(cell.facets) for cell in cells]
    for sides in found.values():
        assert len(sides) <= 2
        if len(sides) == 2:
            (one, here), (other, there) = sides
            first, second = cells[one].facets[here], cells[other].facets[there]
            assert first.normal == tuple(-entry for entry in second.normal)
            assert first.offset == -second.offset
            answer[one][here], answer[other][there] = other, one
    return answer


def check_neighbours(place: Place, cells) -> None:
    """That two cells or one and the outside are at each facet."""
    if any(cell.vertices is None for cell in cells):
        return
    for cell, others in zip(cells, behind(cells), strict=True):
        for number, (other, neighbour, facet) in enumerate(zip(others, cell.neighbours, cell.facets, strict=True)):
            assert place.goes_on(middle(cell, number), list(map(fmpq, facet.normal))) == (other is not None)
            assert neighbour == (None if other is None else cells[other].pattern)


def random_points(cells, dimension: int, source: random.Random, count: int) -> list[Row]:
    """Points inside, on facets and in vertices of cells, and anywhere."""
    found = [tuple(fmpq(source.randint(-9, 9), source.randint(1, 4)) for _ in range(dimension)) for _ in range(count)]
    for cell in source.sample(cells, min(count, len(cells))):
        found.append(cell.point)
        if cell.vertices is not None:
            found.append(source.choice(cell.vertices))
            if cell.facets:
                found.append(middle(cell, source.randrange(len(cell.facets))))
    return found
