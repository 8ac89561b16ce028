"""What the records of cells and pieces must be, from the weights of the net and the rows of the domain.

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
from fractions import Fraction
from functools import cached_property
from math import gcd

import cdd
import cdd.gmp
from flint import fmpq, fmpq_mat
from oracles.derivatives import fraction

from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Box
from relupoly.geometry.union import DomainUnion

# A half-space <a, x> <= b is the tuple (a_1, ..., a_n, b), an affine form <a, x> + c the tuple (a_1, ..., a_n, c).
Row = tuple[fmpq, ...]

ZERO = fmpq(0)


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


def dot(row: Sequence[fmpq], x: Sequence[fmpq]) -> fmpq:
    return sum((a * b for a, b in zip(row, x, strict=False)), ZERO)


def value(form: Sequence[fmpq], x: Sequence[fmpq]) -> fmpq:
    return dot(form, x) + form[-1]


def image(row: Sequence[fmpq], state: Sequence[Row]) -> Row:
    """The form that a row (weights, bias) makes of forms."""
    width = len(state[0]) if state else len(row)
    total = [ZERO] * width
    for weight, form in zip(row[:-1], state, strict=True):
        if weight:
            total = [a + weight * b for a, b in zip(total, form, strict=True)]
    total[-1] += row[-1]
    return tuple(total)


def parallel(one: Sequence[fmpq], other: Sequence[fmpq]) -> int:
    """1 or -1 where rows are proportional, with a positive or negative factor; else 0. Neither is 0 but for its last entry."""
    pivot = next((place for place, entry in enumerate(one[:-1]) if entry), None)
    if pivot is None or not other[pivot]:
        return 0
    factor = other[pivot] / one[pivot]
    if any(b != factor * a for a, b in zip(one, other, strict=True)):
        return 0
    return 1 if factor > 0 else -1


def generators(rows: Sequence[Row], dimension: int) -> tuple[set[Row], set[Row], int]:
    """Vertices, rays with a largest entry of 1, and how many lines there are, by cddlib; redundant generators are none."""
    if not rows:
        return {(ZERO,) * dimension}, set(), dimension
    table = [[fraction(row[-1]), *(-fraction(entry) for entry in row[:-1])] for row in rows]
    matrix = cdd.gmp.matrix_from_array(table, rep_type=cdd.RepType.INEQUALITY)
    found = cdd.gmp.copy_generators(cdd.gmp.polyhedron_from_matrix(matrix))
    vertices, rays = set(), set()
    for place, (kind, *entries) in enumerate(found.array):
        exact = tuple(fmpq(entry.numerator, entry.denominator) for entry in map(Fraction, entries))
        if place in found.lin_set:
            continue
        if kind:
            vertices.add(exact)
        else:
            rays.add(scaled(exact))
    # Of a cone it does not name the apex.
    return vertices or {(ZERO,) * dimension}, rays, len(found.lin_set)


def scaled(direction: Sequence[fmpq]) -> Row:
    largest = max(abs(entry) for entry in direction)
    return tuple(entry / largest for entry in direction)


def volume(rows: Sequence[Row]) -> fmpq:
    """The volume of a polytope {<a, x> <= b}, by Lasserre: n vol = sum of b_i / |a_ij| times that of the projected facet."""
    n = len(rows[0]) - 1
    least: dict[Row, fmpq] = {}
    for row in rows:
        if not any(row[:-1]):
            if row[-1] < 0:
                return ZERO
            continue
        size = max(abs(entry) for entry in row[:-1])
        key, bound = tuple(entry / size for entry in row[:-1]), row[-1] / size
        least[key] = min(bound, least.get(key, bound))
    if n == 1:
        return max(ZERO, least[(fmpq(1),)] + least[(fmpq(-1),)])
    total = ZERO
    for key, bound in least.items():
        if not bound:
            continue
        pivot = next(place for place, entry in enumerate(key) if entry)
        other = []
        for row, limit in least.items():
            if row != key:
                factor = row[pivot] / key[pivot]
                kept = [b - factor * a for place, (a, b) in enumerate(zip(key, row, strict=True)) if place != pivot]
                other.append((*kept, limit - factor * bound))
        total += bound / abs(key[pivot]) * volume(other)
    return total / n


def cube(dimension: int, size: fmpq) -> list[Row]:
    """The half-spaces of the box [-size, size]^n."""
    return [(*(fmpq(sign * (i == j)) for j in range(dimension)), size) for i in range(dimension) for sign in (1, -1)]


def union_volume(sets: Sequence[Sequence[Row]], around: Sequence[Row]) -> fmpq:
    """Of a union of sets in a bounded one, by inclusion and exclusion."""
    total = ZERO
    for count in range(1, len(sets) + 1):
        for chosen in itertools.combinations(sets, count):
            total += (-1) ** (count + 1) * volume([*around, *itertools.chain(*chosen)])
    return total


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


def components(count: int, edges) -> list[frozenset[int]]:
    """The components of a graph."""
    beside = defaultdict(set)
    for one, other in edges:
        beside[one].add(other)
        beside[other].add(one)
    found, left = [], set(range(count))
    while left:
        own, waiting = set(), [left.pop()]
        while waiting:
            one = waiting.pop()
            own.add(one)
            waiting += [other for other in beside[one] if other not in own]
        left -= own
        found.append(frozenset(own))
    return found


def expected_pieces(cells, notion: str) -> set[frozenset[int]]:
    """The cells of each piece under "open", "activation" or "affine", by number."""
    alike = {
        "open": lambda cell: (cell.gradient, cell.constant),
        "affine": lambda cell: (cell.gradient, cell.constant),
        "activation": lambda cell: cell.pattern,
    }[notion]
    if notion == "affine":
        groups = defaultdict(set)
        for cell in cells:
            groups[alike(cell)].add(cell.number)
        return {frozenset(group) for group in groups.values()}
    edges = [
        (one, other)
        for one, others in enumerate(behind(cells))
        for other in others
        if other is not None and alike(cells[one]) == alike(cells[other])
    ]
    return {frozenset(cells[one].number for one in group) for group in components(len(cells), edges)}


def expected_closed(cells) -> set[frozenset[int]]:
    """The cells of each closed piece: those in a component of {f = g}, by Fourier-Motzkin elimination."""
    from oracles.brute_force import feasible

    def weakly(cell):
        return [((*(-fraction(a) for a in row[:-1]), fraction(row[-1])), False) for row in rows_of(cell)]

    def level(cell, of):
        found = []
        for row, other, c, d in zip(cell.gradient, of.gradient, cell.constant, of.constant, strict=True):
            found.append((*(fraction(a - b) for a, b in zip(row, other, strict=True)), fraction(c - d)))
        return found

    answer = set()
    for group in expected_pieces(cells, "affine"):
        if len(group) == 1:
            answer.add(group)
            continue
        own = cells[min(group) - 1]
        nodes = [cell for cell in cells if feasible(weakly(cell), level(cell, own))]
        edges = [
            (one, other)
            for one, other in itertools.combinations(range(len(nodes)), 2)
            if feasible([*weakly(nodes[one]), *weakly(nodes[other])], level(nodes[one], own))
        ]
        parts = components(len(nodes), edges)
        numbers = [frozenset(nodes[one].number for one in part if nodes[one].number in group) for part in parts]
        answer |= {part for part in numbers if part}
    return answer


def check_pieces(net, domain, cells, pieces, notion: str, closed: set[frozenset[int]] | None = None) -> None:
    """That records of all fields are the pieces that cells make up."""
    place = Place(net, domain)
    number_of = {key_of(cell): cell.number for cell in cells}
    assert [piece.number for piece in pieces] == list(range(1, len(pieces) + 1))
    members = [frozenset(number_of[key_of(cell)] for cell in piece.cells) for piece in pieces]
    assert all(len(own) == len(piece.cells) for own, piece in zip(members, pieces, strict=True))
    assert sum(map(len, members)) == len(cells)
    expected = (expected_closed(cells) if closed is None else closed) if notion == "closed" else expected_pieces(cells, notion)
    assert set(members) == expected
    others = behind(cells)
    for piece, own in zip(pieces, members, strict=True):
        assert piece.notion == notion
        first = piece.cells[0]
        assert (piece.gradient, piece.constant) == (first.gradient, first.constant)
        outer = [
            (facet, neighbour)
            for cell in piece.cells
            for facet, neighbour, other in zip(cell.facets, cell.neighbours, others[number_of[key_of(cell)] - 1], strict=True)
            if other is None or cells[other].number not in own
        ]
        assert list(piece.facets) == [facet for facet, _ in outer]
        assert list(piece.neighbours) == [neighbour for _, neighbour in outer]
        assert any(cell.contains(piece.point) for cell in piece.cells)
        assert piece.bounded == all(cell.bounded for cell in piece.cells)
        assert piece.volume == (sum((cell.volume for cell in piece.cells), ZERO) if piece.bounded else None)
        assert piece.convex == is_convex(place, piece.cells)


def key_of(cell):
    return cell.pattern, frozenset((facet.normal, facet.offset) for facet in cell.facets)


def is_convex(place: Place, cells) -> bool:
    """Whether a union of cells is as large as its hull, in a box that holds all vertices inside."""
    if len(cells) == 1:
        return True
    n = place.dimension
    points = {(1, *vertex) for cell in cells for vertex in cell.vertices}
    directions = {(0, *ray) for cell in cells for ray in cell.rays}
    table = [[Fraction(kind), *map(fraction, entries)] for kind, *entries in points | directions]
    matrix = cdd.gmp.matrix_from_array(table, rep_type=cdd.RepType.GENERATOR)
    found = cdd.gmp.copy_inequalities(cdd.gmp.polyhedron_from_matrix(matrix))
    hull = [
        (*(fmpq(-a.numerator, a.denominator) for a in map(Fraction, entries)), fmpq(b.numerator, b.denominator))
        for b, *entries in [tuple(map(Fraction, row)) for row in found.array]
    ]
    assert not found.lin_set
    around = cube(n, 2 + max(abs(entry) for _, *point in points for entry in point))
    return volume([*around, *hull]) == sum((volume([*around, *rows_of(cell)]) for cell in cells), ZERO)


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
