"""What the records of pieces must be: which cells belong together, by graphs of cells; whether their unions are convex."""

from __future__ import annotations

import itertools
from collections import defaultdict
from fractions import Fraction

import cdd
import cdd.gmp
from flint import fmpq
from oracles.brute_force import feasible
from oracles.derivatives import fraction
from oracles.half_spaces import ZERO, cube, volume
from oracles.record_facts import Place, behind, rows_of


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
