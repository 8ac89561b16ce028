"""Level sets and decision boundaries by half-spaces: vertices by trying all subsets of them, Betti numbers modulo 2.

Cells are those of `oracles.sublevel_sets`; a face is the set of its vertices, and one is a facet of another one if it is a
subset and one dimension smaller. Nothing is taken from relupoly but the weights of the net.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from math import factorial, sqrt

from flint import fmpq, fmpq_mat
from oracles.half_spaces import ZERO, Row, image
from oracles.sublevel_sets import affine_parts

Point = tuple[fmpq, ...]
Face = frozenset[Point]


def box_rows(lower: Sequence[int], upper: Sequence[int]) -> list[Row]:
    """A box as rows (a, b) of <a, x> <= b."""
    n = len(lower)
    unit = [tuple(fmpq(int(i == j)) for j in range(n)) for i in range(n)]
    return [(*(-entry for entry in row), fmpq(-low)) for row, low in zip(unit, lower, strict=True)] + [
        (*row, fmpq(high)) for row, high in zip(unit, upper, strict=True)
    ]


def vertices(rows: Sequence[Row]) -> list[Point]:
    """The vertices of a polytope."""
    n = len(rows[0]) - 1
    found = set()
    for some in combinations(rows, n):
        matrix = fmpq_mat([list(row[:-1]) for row in some])
        if matrix.rank() == n:
            point = tuple(matrix.solve(fmpq_mat(n, 1, [row[-1] for row in some])).entries())
            if all(value(row, point) <= row[-1] for row in rows):
                found.add(point)
    return sorted(found)


def value(row: Row, point: Point) -> fmpq:
    return sum((a * x for a, x in zip(row, point, strict=False)), ZERO)


def faces(rows: Sequence[Row]) -> set[Face]:
    """All faces of a polytope, itself among them."""
    corners = vertices(rows)
    if not corners:
        return set()
    sides = {frozenset(point for point in corners if value(row, point) == row[-1]) for row in rows}
    found = {frozenset(corners)}
    waiting = list(found)
    while waiting:
        one = waiting.pop()
        for smaller in {one & side for side in sides} - found:
            if smaller:
                found.add(smaller)
                waiting.append(smaller)
    return found


def dimension(face: Face) -> int:
    first, *others = face
    if not others:
        return 0
    return fmpq_mat([[x - y for x, y in zip(one, first, strict=True)] for one in others]).rank()


def cells(net, box: Sequence[Row], weights: Sequence[Sequence[fmpq]]) -> Iterator[tuple[list[Row], list[Row]]]:
    """The cells of a net with the forms of some combinations of its outputs."""
    for rows, last in states(net, box):
        yield rows, [image((*own, ZERO), last) for own in weights]


def states(net, box: Sequence[Row]) -> Iterator[tuple[list[Row], list[Row]]]:
    """The cells of a net with the forms of all outputs: those of each output alone come in the same order."""
    size = net.output_dim
    unit = [[fmpq(int(i == j)) for j in range(size)] for i in range(size)]
    for parts in zip(*(affine_parts(net, box, row) for row in unit), strict=True):
        yield parts[0][0], [form for _, form in parts]


def cut(rows: Sequence[Row], form: Row, sides: Sequence[int]) -> list[Row]:
    """The part of a polytope where a form (a, c), a x + c, is at most 0 (side -1), or at least 0 (side 1)."""
    return [*rows, *((*(-side * entry for entry in form[:-1]), side * form[-1]) for side in sides)]


SIDES = {"below": (-1,), "at": (-1, 1), "above": (1,)}


def set_faces(net, box: Sequence[Row], weights: Sequence[fmpq], level: fmpq, name: str) -> set[Face]:
    """The faces of what is below, at or above a level."""
    found: set[Face] = set()
    for rows, [form] in cells(net, box, [weights]):
        found |= faces(cut(rows, (*form[:-1], form[-1] - level), SIDES[name]))
    return found


def all_faces(net, box: Sequence[Row]) -> set[Face]:
    return {face for rows, _ in states(net, box) for face in faces(rows)}


def f_vector(some: set[Face], size: int) -> tuple[int, ...]:
    counts = [0] * size
    for face in some:
        counts[dimension(face)] += 1
    return tuple(counts)


def betti_mod_two(some: set[Face], size: int) -> tuple[int, ...]:
    """Betti numbers over the field with two elements; in R^n with n <= 3 they are those over the rationals."""
    levels: list[list[Face]] = [[] for _ in range(size + 2)]
    for face in some:
        levels[dimension(face)].append(face)
    ranks = [0]
    for low, high in pairwise(levels):
        ranks.append(rank_mod_two([sum(1 << place for place, one in enumerate(low) if one < face) for face in high]))
    return tuple(len(levels[k]) - ranks[k] - ranks[k + 1] for k in range(size))


def rank_mod_two(rows: Sequence[int]) -> int:
    pivots: dict[int, int] = {}
    for row in rows:
        while row:
            lead = row.bit_length()
            if lead not in pivots:
                pivots[lead] = row
                break
            row ^= pivots[lead]
    return len(pivots)


def components(some: Sequence[Face]) -> int:
    """How many connected parts convex sets with common vertices have."""
    left, count = [set(face) for face in some], 0
    while left:
        one = left.pop()
        count += 1
        while near := [other for other in left if one & other]:
            for other in near:
                one |= other
            left = [other for other in left if other not in near]
    return count


def measure(rows: Sequence[Row]) -> float:
    """The volume of a polytope in the space that it spans, by simplices."""
    some = faces(rows)
    whole = frozenset(vertices(rows))
    return sum(simplex_measure(simplex) for simplex in simplices(whole, some))


def simplices(face: Face, some: set[Face]) -> Iterator[list[Point]]:
    k = dimension(face)
    apex = min(face)
    if k == 0:
        yield [apex]
        return
    for side in some:
        if side < face and apex not in side and dimension(side) == k - 1:
            for simplex in simplices(side, some):
                yield [apex, *simplex]


def simplex_measure(points: Sequence[Point]) -> float:
    first, *others = points
    if not others:
        return 1.0
    edges = fmpq_mat([[x - y for x, y in zip(one, first, strict=True)] for one in others])
    square = (edges * edges.transpose()).det()
    return sqrt(int(square.p) / int(square.q)) / factorial(len(others))


class Ties:
    """Where two functions on the cells of a net are equal, and no other one is larger.

    Attributes
    ----------
    pieces : dict
        By their vertices, the sizes of those of dimension n - 1.
    plateaus : set of Face
    components : int
    """

    def __init__(self, net, box: Sequence[Row], forms_of, pairs: Sequence[tuple[int, int]]) -> None:
        n = net.input_dim
        self.pieces: dict[Face, float] = {}
        self.plateaus: dict[Face, float] = {}
        parts: list[Face] = []
        for rows, outputs in states(net, box):
            forms = forms_of(outputs)
            for one, other in pairs:
                difference = minus(forms[one], forms[other])
                part = cut(rows, difference, (-1, 1))
                for third, form in enumerate(forms):
                    if third not in (one, other):
                        part = cut(part, minus(forms[one], form), (1,))
                corners = frozenset(vertices(part))
                if corners:
                    parts.append(corners)
                    if dimension(corners) == n:
                        self.plateaus[corners] = measure(part)
                    elif dimension(corners) == n - 1 and any(difference[:-1]):
                        self.pieces[corners] = measure(part)
        self.components = components(parts)
        self.size = sum(self.pieces.values())
        self.plateau_volume = sum(self.plateaus.values())


def minus(one: Row, other: Row) -> Row:
    return tuple(x - y for x, y in zip(one, other, strict=True))


def level_ties(net, box: Sequence[Row], weights: Sequence[fmpq], level: fmpq) -> Ties:
    """The set where a combination of outputs has a level."""
    n = net.input_dim
    constant = (*([ZERO] * n), level)
    return Ties(net, box, lambda outputs: [image((*weights, ZERO), outputs), constant], [(0, 1)])
