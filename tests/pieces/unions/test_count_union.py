"""Counting in unions of sets, against brute force over the arrangement of all their hyperplanes."""

import itertools

import pytest
from flint import fmpq
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from oracles.strategies import ENTRY, boxes, linear_nets, nets
from oracles.tables import SHARED, needs_shared
from oracles.unions import count_by_tiles

from relupoly.errors import DomainError, InputError
from relupoly.files import read_domains, read_network
from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.geometry.subspace import AffineSubspace
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Network
from relupoly.pieces.count import count_pieces
from relupoly.pieces.notions import NOTIONS
from relupoly.run import Run

CHAIN = ("affine", "closed", "open", "activation")
ABSOLUTE = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
LINEAR = Network.from_rows([([[1, 2]], [3])])
PLUS = Network.from_rows([([[1, 0], [0, 1]], None), ([[1, 1]], None)])
slow = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)


def intervals(*bounds):
    return DomainUnion(tuple(Domain.box([low], [high]) for low, high in bounds))


def squares(*corners, size=1):
    return DomainUnion(tuple(Domain.box([x, y], [x + size, y + size]) for x, y in corners))


def counts(net, union, notion="all"):
    found = count_pieces(net, union, notion)
    assert found.complete
    assert found.cells == found.counts["activation"]
    assert set(found.final) == set(found.counts)
    return found.counts


@st.composite
def unions(draw, dimension, parts):
    """Boxes with small integer bounds, which overlap, touch, lie in each other or are equal; and triangles."""
    found = [draw(boxes(dimension)) for _ in range(draw(st.integers(1, parts)))]
    if dimension == 2 and draw(st.booleans()):
        x, y = draw(ENTRY), draw(ENTRY)
        rows = draw(st.sampled_from([[[-1, 0], [0, -1], [1, 1]], [[1, 0], [0, 1], [-1, -1]], [[-1, 1], [-1, -1], [1, 0]]]))
        bounds = [a * x + b * y + 1 for a, b in rows]
        found.append(Domain(Polyhedron.from_inequalities(rows, bounds)))
    return DomainUnion(tuple(found))


@slow
@given(data=st.data(), net=nets(inputs=1, layers=2, width=3, neurons=6))
def test_unions_of_intervals(data, net):
    union = data.draw(unions(1, 4))
    assert counts(net, union) == count_by_tiles(net, union)


@settings(slow, max_examples=25)
@given(data=st.data(), net=nets(inputs=2, layers=2, width=2, neurons=6, outputs=1).filter(lambda net: net.input_dim == 2))
def test_unions_in_the_plane(data, net):
    union = data.draw(unions(2, 2))
    found = counts(net, union)
    event(f"{len(union.groups())} groups of {len(union.parts)}")
    assert found == count_by_tiles(net, union)
    assert all(found[one] <= found[two] for one, two in itertools.pairwise(CHAIN))
    assert found["strict"] <= found["activation"]


@slow
@given(data=st.data(), net=nets(inputs=3, neurons=8), notion=st.sampled_from([*NOTIONS, "all"]))
def test_a_box_that_is_cut_counts_as_the_box(data, net, notion):
    """By a hyperplane through it, into halves; one half may be cut again, or overlap the other one."""
    n = net.input_dim
    box = data.draw(boxes(n))
    slopes = data.draw(st.lists(ENTRY, min_size=n, max_size=n).filter(any))
    center = box.polyhedron.center
    height = sum((slope * entry for slope, entry in zip(slopes, center, strict=True)), fmpq(0))
    beyond = data.draw(st.sampled_from([fmpq(0), fmpq(1, 8)]))
    halves = []
    for side in (1, -1):
        rows = [*box.polyhedron.matrix.tolist(), [side * slope for slope in slopes]]
        bounds = [*box.polyhedron.bound.entries(), side * height + beyond]
        halves.append(Domain(Polyhedron.from_inequalities(rows, bounds)))
    parts = data.draw(st.permutations([*halves, *[box] * data.draw(st.integers(0, 1))]))
    found = counts(net, DomainUnion(tuple(parts)), notion)
    whole = count_pieces(net, box, "all").counts
    assert found == {name: whole[name] for name in found}


@slow
@given(data=st.data(), net=nets(inputs=2, neurons=6))
def test_half_spaces_make_up_the_space(data, net):
    n = net.input_dim
    slopes = data.draw(st.lists(ENTRY, min_size=n, max_size=n).filter(any))
    height = data.draw(ENTRY)
    halves = [Domain(Polyhedron.from_inequalities([[side * slope for slope in slopes]], [side * height])) for side in (1, -1)]
    assert counts(net, DomainUnion(tuple(halves))) == count_pieces(net, None, "all").counts
    assert counts(net, DomainUnion((Domain(), Domain()))) == count_pieces(net, None, "all").counts


@slow
@given(data=st.data(), net=nets(inputs=2, neurons=6))
def test_the_order_of_parts_and_a_part_twice_do_not_matter(data, net):
    union = data.draw(unions(net.input_dim, 3))
    mixed = data.draw(st.permutations([*union.parts, union.parts[0]]))
    assert counts(net, union) == counts(net, DomainUnion(tuple(mixed)))


@slow
@given(data=st.data(), net=nets(inputs=3, neurons=7))
def test_a_single_part_counts_as_itself(data, net):
    box = data.draw(boxes(net.input_dim))
    for notion in (*NOTIONS, "all"):
        whole = count_pieces(net, box, notion).counts
        found = counts(net, DomainUnion((box,)), notion)
        assert {name: found[name] for name in found} == {name: whole[name] for name in found}


class TestByHand:
    def test_pieces_that_meet_across_the_parts_are_one(self):
        assert counts(ABSOLUTE, intervals((-1, 1), (1, 2)))["open"] == 2

    def test_parts_that_are_apart_have_pieces_of_their_own(self):
        found = counts(ABSOLUTE, intervals((-1, 1), (2, 3)))
        assert found == {"open": 3, "activation": 3, "affine": 2, "closed": 3, "patterns": 3, "strict": 3}

    def test_squares_that_meet_in_a_corner(self):
        """The corner joins nothing but closed pieces."""
        found = counts(LINEAR, squares((0, 0), (1, 1)))
        assert found == {"open": 2, "activation": 2, "affine": 1, "closed": 1, "patterns": 1, "strict": 2}

    def test_squares_that_meet_in_half_a_side(self):
        found = counts(PLUS, squares((1, 1), (2, fmpq(3, 2))))
        assert set(found.values()) == {1}

    def test_a_ring_of_squares_is_one_piece(self):
        ring = squares(*(place for place in itertools.product(range(3), repeat=2) if place != (1, 1)))
        assert set(counts(LINEAR, ring).values()) == {1}

    def test_a_ring_that_is_cut_by_a_line_has_two_cells_on_it(self):
        """Two pieces beside the hole, where x < 3/2 and x > 3/2: each of them hangs together around its half of the ring."""
        net = Network.from_rows([([[1, 0]], ["-3/2"]), ([[1]], None)])
        ring = squares(*(place for place in itertools.product(range(3), repeat=2) if place != (1, 1)))
        assert counts(net, ring)["open"] == 2
        # Without the top row x > 3/2 and x < 3/2 have two components each of y > 3/2 and y < 1/2: cut by y = 3/2 alone.
        across = Network.from_rows([([[0, 1]], ["-3/2"]), ([[1]], None)])
        assert counts(across, squares((0, 0), (0, 1), (2, 1), (2, 0), (1, 0)))["open"] == 1 + 2

    def test_parts_on_one_line_in_two_descriptions(self):
        first, second = (AffineSubspace.through(points) for points in ([[0, 0], [1, 1]], [[3, 3], [1, 1]]))
        net = Network.from_rows([([[1, 1]], [-2]), ([[1]], None)])
        union = DomainUnion((Domain(Polyhedron.box([0], [2]), first), Domain(Polyhedron.box([0], [1]), second)))
        assert counts(net, union)["open"] == 2

    def test_parts_on_parallel_lines(self):
        lines = [AffineSubspace.through([[0, height], [1, height]]) for height in (0, 1)]
        union = DomainUnion(tuple(Domain(Polyhedron.box([-1], [1]), line) for line in lines))
        assert count_pieces(PLUS, union, "open").pieces == 4
        assert count_pieces(PLUS, union, "patterns").pieces == 4
        with pytest.raises(InputError, match="the sets lie in different subspaces"):
            count_pieces(PLUS, union, "affine")

    def test_lines_that_cross_are_refused(self):
        lines = [AffineSubspace.through(points) for points in ([[0, 0], [1, 1]], [[0, 1], [1, 0]])]
        union = DomainUnion(tuple(Domain(Polyhedron.box([-1], [1]), line) for line in lines))
        with pytest.raises(DomainError, match="sets 1 and 2 touch or cross, but lie in different subspaces"):
            count_pieces(PLUS, union, "open")


class TestStops:
    UNION = intervals((-2, 1), (1, 2), (4, 5))

    @pytest.mark.parametrize("limit", range(6))
    def test_a_limit_stops(self, limit):
        found = count_pieces(ABSOLUTE, self.UNION, "all", limit=limit)
        assert found.complete == (limit >= 4)
        assert found.stopped == (None if limit >= 4 else "limit")
        assert found.cells == min(limit, 3 if limit >= 4 else limit)

    def test_a_deadline_that_is_over(self):
        found = count_pieces(ABSOLUTE, self.UNION, run=Run(deadline=0))
        assert (found.complete, found.stopped) == (False, "deadline")

    def test_progress_grows(self):
        told = []
        count_pieces(ABSOLUTE, self.UNION, run=Run(progress=told.append))
        assert told == sorted(told)


@needs_shared
def test_boxes_that_share_a_side():
    [*parts] = read_domains(SHARED / "cases" / "vnnlib" / "v_or_boxes.vnnlib")
    net = read_network(SHARED / "cases" / "nets" / "n2.json")
    assert count_pieces(net, DomainUnion(tuple(parts))).pieces == 3


@settings(deadline=None)
@given(linear_nets(always=True, sparse=True, inputs=2, width=3, neurons=6), st.data())
def test_a_box_in_two_parts_for_nets_with_linear_neurons(net, data):
    box = data.draw(boxes(net.input_dim))
    low, high = list(box.polyhedron.lower), list(box.polyhedron.upper)
    cut = data.draw(st.integers(0, net.input_dim - 1))
    middle = (low[cut] + 2 * high[cut]) / 3
    left = Domain.box(low, [middle if place == cut else end for place, end in enumerate(high)])
    right = Domain.box([middle if place == cut else start for place, start in enumerate(low)], high)
    assert count_pieces(net, DomainUnion((left, right)), "all").counts == count_pieces(net, box, "all").counts
