"""Betti numbers: of sets made by hand, by flood fill, by brute force modulo 2; Euler's relations."""

from __future__ import annotations

from itertools import pairwise, product

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.level_sets import all_faces, betti_mod_two, box_rows, f_vector, set_faces
from oracles.small_nets import small_nets
from oracles.stops import After

from relupoly.analysis.analysis import analyze
from relupoly.analysis.levels.complex import FaceComplex, alternating
from relupoly.analysis.levels.divided import divided
from relupoly.analysis.levels.topology import topology
from relupoly.analysis.over_cells import over_cells
from relupoly.errors import DomainError, NetworkError, NumberError
from relupoly.geometry.domain import Domain
from relupoly.geometry.union import DomainUnion
from relupoly.networks.composition import restrict
from relupoly.networks.network import Network
from relupoly.pieces.enumeration.complex import f_vector as enumerated
from relupoly.run import Run

# The maximum norm of (x, y): max(a, b) = b + relu(a - b) with a = |x| and b = |y|, both not negative.
SIZES_2 = ([[1, 0], [-1, 0], [0, 1], [0, -1]], None)
SIZES_3 = ([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]], None)
SQUARE = [SIZES_2, ([[1, 1, -1, -1], [0, 0, 1, 1]], None)]
"""relu(|x| - |y|) and |y|, whose sum is the maximum norm m."""
RING = Network.from_rows([*SQUARE, ([[1, 1], [-1, -1]], ["-3/2", "3/2"]), ([[1, 1]], None)])
"""|m - 3/2|."""
SHELL = Network.from_rows(
    [
        SIZES_3,
        ([[1, 1, -1, -1, 0, 0], [0, 0, 1, 1, 0, 0], [0, 0, 0, 0, 1, 1]], None),
        ([[1, 1, -1], [0, 0, 1]], None),
        ([[1, 1], [-1, -1]], ["-3/2", "3/2"]),
        ([[1, 1]], None),
    ]
)
"""|m - 3/2| with the maximum norm of (x, y, z)."""
TORUS = Network.from_rows(
    [
        SIZES_3,
        ([[1, 1, -1, -1, 0, 0], [0, 0, 1, 1, 0, 0], [0, 0, 0, 0, 1, 1]], None),
        ([[1, 1, 0], [-1, -1, 0], [0, 0, 1]], ["-3/2", "3/2", 0]),
        ([[1, 1, -1], [0, 0, 1]], None),
        ([[1, 1]], None),
    ]
)
"""max(|m - 3/2|, |z|) with the maximum norm m of (x, y)."""
DISCS = Network.from_rows([SIZES_2, ([[1, 1, 0, 0], [-1, -1, 0, 0], [0, 0, 1, 1]], [-2, 2, 0]), ([[1, 1, 1]], None)])
"""|y| + ||x| - 2|: the distance to the nearer of two points."""


def betti(net, domain, level):
    found = topology(net, domain, level)
    assert found.complete
    for one in (found.below, found.at, found.above):
        assert one.euler == alternating(one.betti)
        if domain is not None:
            assert one.euler == alternating(one.faces)
    return found.below.betti, found.at.betti, found.above.betti


@pytest.mark.parametrize("domain", [Domain.box([-3, -3], [3, 3]), None])
def test_an_annulus(domain):
    assert betti(RING, domain, "1/2") == ((1, 1), (2, 2), (2, 1))
    # Where its inner part has shrunk to a point, it still has a hole, and then none.
    assert betti(RING, domain, 0) == ((1, 1), (1, 1), (1, 0))
    assert betti(RING, domain, -1) == ((0, 0), (0, 0), (1, 0))
    assert betti(RING, domain, 1) == ((1, 1), (2, 2), (2, 1))


def test_the_ends_of_an_annulus():
    """At level 3/2 the hole is the origin alone, which lies in both sets, and on the box's boundary is the outer end."""
    box = Domain.box([-3, -3], [3, 3])
    assert betti(RING, box, "3/2") == ((1, 0), (2, 1), (2, 1))


@pytest.mark.parametrize("domain", [Domain.box([-6, -6], [6, 6]), None])
def test_two_discs(domain):
    assert betti(DISCS, domain, 1) == ((2, 0), (2, 2), (1, 2))
    assert betti(DISCS, domain, 2) == ((1, 0), (1, 2), (1, 2))  # they touch: a figure eight
    assert betti(DISCS, domain, 3) == ((1, 0), (1, 1), (1, 1))
    assert betti(DISCS, domain, 0) == ((2, 0), (2, 0), (1, 0))


@pytest.mark.parametrize("domain", [Domain.box([-3] * 3, [3] * 3), None])
def test_a_spherical_shell(domain):
    assert betti(SHELL, domain, "1/2") == ((1, 0, 1), (2, 0, 2), (2, 0, 1))


@pytest.mark.parametrize("domain", [Domain.box([-3] * 3, [3] * 3), None])
def test_a_solid_torus(domain):
    assert betti(TORUS, domain, "1/2") == ((1, 1, 0), (1, 2, 1), (1, 1, 1))
    assert betti(TORUS, domain, 0) == ((1, 1, 0), (1, 1, 0), (1, 0, 0))


def test_a_solid_torus_cut_above_and_below():
    """In a box that is lower than the torus, it separates the middle from the outside."""
    box = Domain.box([-3, -3, "-1/4"], [3, 3, "1/4"])
    assert betti(TORUS, box, "1/2") == ((1, 1, 0), (2, 2, 0), (2, 1, 0))


def test_the_boundary_of_a_hypercube():
    """In R^4: |x_1| + ... + |x_4| = 1 is a sphere of dimension 3."""
    rows = [[sign if j == i else 0 for j in range(4)] for i in range(4) for sign in (1, -1)]
    net = Network.from_rows([(rows, None), ([[1] * 8], [-1])])
    for domain in (None, Domain.box([-2] * 4, [2] * 4)):
        assert betti(net, domain, 0) == ((1, 0, 0, 0), (1, 0, 0, 1), (1, 0, 0, 1))


def test_a_domain_that_is_no_disc():
    """A frame of four boxes has a hole, which a net that is above the level everywhere shows."""
    one = Network.from_rows([([[1, 0], [-1, 0]], None), ([[1, 1]], None)])
    frame = DomainUnion(
        (
            Domain.box([-2, -2], [2, -1]),
            Domain.box([-2, 1], [2, 2]),
            Domain.box([-2, -2], [-1, 2]),
            Domain.box([1, -2], [2, 2]),
        )
    )
    found = topology(one, frame, -1)
    assert found.euler == 0
    assert (found.below.betti, found.above.betti) == ((0, 0), (1, 1))
    assert topology(one, frame, 0).at.betti == (2, 0)
    assert topology(one, frame, "1/2").below.betti == (2, 0)
    assert topology(one, frame, "3/2").below.betti == (1, 1)


LEVELS = st.sampled_from([fmpq(-1), fmpq(0), fmpq(1), fmpq(1, 2)])


@settings(deadline=None, max_examples=60)
@given(small_nets(), LEVELS)
def test_all_sets_as_by_brute_force(net, level):
    n = net.input_dim
    found = topology(net, Domain.box([-2] * n, [2] * n), level)
    rows = box_rows([-2] * n, [2] * n)
    assert found.faces == f_vector(all_faces(net, rows), n + 1)
    for name in ("below", "at", "above"):
        expected, one = set_faces(net, rows, [fmpq(1)], level, name), getattr(found, name)
        assert one.faces == f_vector(expected, n + 1)
        assert one.betti == betti_mod_two(expected, n)
        assert one.euler == alternating(one.faces) == alternating(one.betti)
    assert found.euler == alternating(found.faces) == 1
    # Both sets make up the box, and have the level in common.
    assert found.below.euler + found.above.euler - found.at.euler == 1


@settings(deadline=None, max_examples=40)
@given(small_nets(outputs=2).filter(lambda net: net.hidden), LEVELS)
def test_the_space_as_a_box_that_holds_all_vertices(net, level):
    n = net.input_dim
    objective = [1, -2]
    everywhere = topology(net, None, level, objective=objective)
    large = topology(net, Domain.box([-(10**6)] * n, [10**6] * n), level, objective=objective)
    for one, other in zip(everywhere.sets, large.sets, strict=True):
        assert one[1].betti == other[1].betti
    assert everywhere.euler == 1


@settings(deadline=None, max_examples=30)
@given(small_nets(outputs=2), LEVELS)
def test_boundaries_have_no_boundary(net, level):
    n = net.input_dim
    complex_ = FaceComplex()
    look = Look(complex_)
    over_cells(net, Domain.box([-2] * n, [2] * n), [look])
    signs = [(one[0] > level) - (one[0] < level) for one in complex_.values]
    cut = divided(complex_, signs)
    for boundary, dimension in zip(cut.boundaries, cut.dimensions, strict=True):
        if dimension > 1:
            total: dict[int, int] = {}
            for facet, sign in boundary:
                for ridge, against in cut.boundaries[facet]:
                    total[ridge] = total.get(ridge, 0) + sign * against
            assert not any(total.values())
            assert len(boundary) > dimension


class Look:
    fields = ("gradient", "constant", "vertices", "rays")
    settled = False

    def __init__(self, complex_):
        self.add = complex_.add


def random_net(seed, *sizes):
    import numpy as np

    source = np.random.default_rng(seed)
    pairs = pairwise(sizes)
    return Network.from_rows([(source.normal(size=(b, a)).tolist(), source.normal(size=b).tolist()) for a, b in pairs])


@pytest.mark.parametrize("sizes", [(2, 20, 20, 1), (3, 10, 8, 1), (4, 6, 4, 1)])
def test_larger_nets_by_the_sequence_of_mayer_and_vietoris(sizes):
    net, n = random_net(7, *sizes), sizes[0]
    box = Domain.box([-1] * n, [1] * n)
    found = topology(net, box, 0)
    assert list(found.faces) == enumerated(net, box)
    assert found.euler == 1
    assert found.below.euler + found.above.euler - found.at.euler == 1
    for _, one in found.sets:
        assert one.euler == alternating(one.faces)
    # Mayer-Vietoris: the box has no holes, so that those of the level are those of both sides.
    below, at, above = found.below.betti, found.at.betti, found.above.betti
    assert below[0] + above[0] == at[0] + 1
    assert all(a + b == c for a, b, c in zip(below[1:], above[1:], at[1:], strict=True))


@pytest.mark.parametrize("seed", range(4))
def test_flood_fill_on_a_grid(seed):
    """Boxes on a grid of half units around random points, in the maximum norm: components of both sides by flood fill."""
    import random

    source = random.Random(seed)
    centres = [(source.randrange(-3, 4), source.randrange(-3, 4)) for _ in range(5)]
    net = nearest(centres)
    found = topology(net, Domain.box([-5, -5], [5, 5]), "3/4")
    # The sets are unions of closed squares of side 1/4, which touch in corners, too; what is open is not joined by these.
    inside = {
        (i, j)
        for i, j in product(range(-20, 20), repeat=2)
        if any(max(abs(2 * i + 1 - 8 * x), abs(2 * j + 1 - 8 * y)) < 6 for x, y in centres)
    }
    outside = set(product(range(-20, 20), repeat=2)) - inside
    assert found.below.betti == (flooded(inside, corners=True), flooded(outside, corners=False) - 1)


def nearest(centres):
    """The least distance to some points in the maximum norm: |a| = relu(a) + relu(-a), max(a, b) and min(a, b) in turn."""
    first, bias = [], []
    for x, y in centres:
        first += [[1, 0], [-1, 0], [0, 1], [0, -1]]
        bias += [-x, x, -y, y]
    size = len(centres)
    second = []
    for k in range(size):
        for row in ([1, 1, -1, -1], [0, 0, 1, 1]):  # relu(|x| - |y|) and |y|
            second.append([0] * 4 * k + row + [0] * 4 * (size - 1 - k))
    layers = [(first, bias), (second, None)]
    # The distances are sums of two neurons; min(a, b) = b - relu(b - a), and all are not negative.
    forms = [[int(place // 2 == k) for place in range(2 * size)] for k in range(size)]
    while len(forms) > 1:
        one, other, *rest = forms
        rows = [[b - a for a, b in zip(one, other, strict=True)], other, *rest]
        layers.append((rows, None))
        width = len(rows)
        forms = [[-1, 1] + [0] * (width - 2), *([int(j == i) for j in range(width)] for i in range(2, width))]
    return Network.from_rows([*layers, (forms, None)])


def flooded(cells, corners):
    steps = [(i, j) for i, j in product((-1, 0, 1), repeat=2) if (i or j) and (corners or not (i and j))]
    left, count = set(cells), 0
    while left:
        count += 1
        waiting = [left.pop()]
        while waiting:
            i, j = waiting.pop()
            near = {(i + a, j + b) for a, b in steps} & left
            left -= near
            waiting += near
    return count


def test_a_subspace_is_looked_at_by_its_parameters():
    from relupoly.geometry.subspace import AffineSubspace

    line = AffineSubspace.through([[-3, 0, 0], [3, 0, 0]])
    found = topology(SHELL, Domain(None, line), "1/2")
    assert (found.below.betti, found.at.betti, found.above.betti) == ((2,), (4,), (3,))
    assert found == topology(restrict(SHELL, line), None, "1/2")


def test_what_is_known_when_it_stops():
    box = Domain.box([-3, -3], [3, 3])
    seen = [analyze(RING, box, ["topology"], run=Run(interrupted=After(times))).topology[0] for times in range(0, 2000, 20)]
    known = [sum(one is not None for _, one in each.sets) for each in seen]
    assert sorted(known) == known
    assert {0, 3} <= set(known)
    assert len(set(known)) > 2
    for each, sets in zip(seen, known, strict=True):
        assert each.complete == (sets == 3)
        if each.euler is not None:
            assert each.faces == topology(RING, box).faces
        if sets:
            assert each.euler == 1
    assert any(each.euler is None for each in seen)


def test_what_is_refused():
    two = Network.from_rows([([[1, 0], [0, 1]], None), ([[1, 0], [0, 1]], None)])
    with pytest.raises(NetworkError, match="2 outputs"):
        topology(two)
    with pytest.raises(NumberError, match="the level"):
        topology(RING, level="nan")
    with pytest.raises(DomainError, match="give a box"):
        topology(Network.from_rows([([[1, 2]], [1])]))
    assert topology(two, objective=[1, -1]).at.betti == (1, 0)
    with pytest.raises(DomainError):
        topology(RING, Domain.box([0], [1]))


@pytest.mark.parametrize(("rows", "bias"), [([[1]], [0]), ([[1, -2]], [1]), ([[0, 0, 0]], [0]), ([[0, 1, 0]], [2])])
def test_a_net_without_a_hidden_layer_has_one_cell(rows, bias):
    n = len(rows[0])
    found = topology(Network.from_rows([(rows, bias)]), Domain.box([-1] * n, [1] * n))
    assert (found.euler, found.faces[-1], found.below.components + found.above.components) == (1, 1, 2 - (bias[0] > 1))
