"""Nets on domains with their formulas, and points inside, on borders, and outside, with the values there."""

import random
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise

from flint import fmpq, fmpq_mat

from relupoly.analysis.formula.assembly import formula_of
from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.geometry.subspace import AffineSubspace
from relupoly.networks.network import Network
from relupoly.pieces.listing.cells import list_cells
from relupoly.pieces.listing.records import PieceRecord

FIELDS = ("gradient", "constant", "facets")


@dataclass(frozen=True)
class Case:
    """A net on a domain, and its cells."""

    net: Network
    domain: Domain
    cells: tuple

    @classmethod
    def of(cls, net, domain=None):
        return cls(net, domain or Domain(), tuple(list_cells(net, domain, FIELDS)))

    @property
    def dimension(self):
        return len(self.cells[0].gradient[0])

    @property
    def formula(self):
        return formula_of(self.cells, self.domain)

    @property
    def formula_of_pieces(self):
        return formula_of(pieces(self.cells), self.domain)

    def value(self, point):
        """The net's own value; None outside of the domain."""
        exact = [fmpq(entry.numerator, entry.denominator) for entry in point]
        if self.domain.polyhedron is not None and min(self.domain.polyhedron.slacks(exact)) < 0:
            return None
        where = exact if self.domain.subspace is None else self.domain.subspace.at(exact)
        return tuple(fraction(entry) for entry in self.net(where))

    def points(self, seed=1, count=20):
        """Vertices, points between them and beyond, where a facet's line goes on, and random ones near and far."""
        source = random.Random(seed)
        found = []
        for cell in self.cells:
            corners = vertices(cell)
            found += corners + [mean(one, other) for one, other in pairwise(corners)]
            found += [tuple(2 * a - b for a, b in zip(one, other, strict=True)) for one, other in pairwise(corners[:3])]
            found += [on_facet(facet, source) for facet in cell.facets[:3]]
        return found + self.random_points(source, count)

    def random_points(self, source, count):
        """Random points near and far, so many of each kind."""
        return [tuple(rational(source, reach) for _ in range(self.dimension)) for reach in (1, 5, 10**6) for _ in range(count)]


def vertices(cell):
    """The vertices of a cell in few dimensions: where n of its facets meet in one point of it."""
    n, found = len(cell.gradient[0]), {}
    for chosen in combinations(cell.facets, n) if n <= 3 else ():
        matrix = fmpq_mat([[fmpq(entry) for entry in facet.normal] for facet in chosen])
        if matrix.rank() == n:
            point = matrix.solve(fmpq_mat([[fmpq(facet.offset)] for facet in chosen])).entries()
            if cell.contains(point):
                found[tuple(map(fraction, point))] = None
    return list(found)


def on_facet(facet, source):
    """A random point of a facet's hyperplane."""
    normal, offset = [int(entry) for entry in facet.normal], int(facet.offset)
    pivot = next(place for place, entry in enumerate(normal) if entry)
    point = [rational(source, 2) for _ in normal]
    point[pivot] = 0
    point[pivot] = Fraction(offset - sum(a * x for a, x in zip(normal, point, strict=True))) / normal[pivot]
    return tuple(map(Fraction, point))


def pieces(cells):
    """The pieces under `affine`, which need be neither convex nor connected."""
    groups = {}
    for cell in cells:
        groups.setdefault((cell.gradient, cell.constant), []).append(cell)
    for number, ((gradient, constant), group) in enumerate(groups.items(), 1):
        yield PieceRecord(number, "affine", tuple(group), gradient, constant, convex=len(group) == 1 or None)


def random_net(seed, *sizes, denominator=1):
    source = random.Random(seed)

    def number():
        return fmpq(source.randint(-5, 5), source.randint(1, denominator))

    return Network.from_rows(
        [
            ([[number() for _ in range(before)] for _ in range(after)], [number() for _ in range(after)])
            for before, after in pairwise(sizes)
        ]
    )


def rational(source, reach):
    denominator = source.randint(1, 12)
    return Fraction(source.randint(-reach * denominator, reach * denominator), denominator)


def fraction(entry):
    return Fraction(int(entry.p), int(entry.q))


def mean(one, other):
    return tuple((a + b) / 2 for a, b in zip(one, other, strict=True))


LARGE = Network.from_rows(
    [
        ([[fmpq(10**299 + 7, 10**300 + 331), fmpq(-1, 3**600)], [fmpq(7**350), fmpq(1)]], [fmpq(1, 7**355), fmpq(-(2**1000))]),
        ([[fmpq(3**650, 2**1031), fmpq(-1, 11**280)]], [fmpq(-(10**300) - 1, 10**299)]),
    ]
)
"""Numbers of 300 digits."""

CASES = {
    "one variable": Case.of(random_net(1, 1, 4, 2, 1, denominator=3)),
    "an interval": Case.of(random_net(2, 1, 3, 2), Domain.box(["-1/3"], [2])),
    "the plane": Case.of(random_net(3, 2, 4, 3, 1)),
    "a box": Case.of(random_net(4, 2, 3, 2, 2, denominator=4), Domain.box([-1, "-1/2"], ["2/3", 1])),
    "a polyhedron": Case.of(
        random_net(5, 2, 3, 1), Domain(Polyhedron.from_inequalities([[-1, 0], [1, -2], [1, 1]], [0, "1/7", 3]))
    ),
    "three variables": Case.of(random_net(6, 3, 4, 3)),
    "a cube": Case.of(random_net(7, 3, 3, 2, 1), Domain.box([0, 0, 0], [1, 1, 1])),
    "a line in the plane": Case.of(random_net(8, 2, 4, 1), Domain(None, AffineSubspace.through([[0, 1], [2, "1/3"]]))),
    "one piece": Case.of(Network.from_rows([([[0, 0]], [1]), ([[2], [0]], ["1/3", -1])])),
    "one piece of a box": Case.of(Network.from_rows([([[1, 2]], [10]), ([["1/3"]], [0])]), Domain.box([0, 0], [1, 1])),
    "large numbers": Case.of(LARGE),
}
