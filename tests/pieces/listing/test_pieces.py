"""Pieces as records: which cells they are made of, their outer facets, and whether they are convex."""

import functools
import itertools
import random

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.brute_force import brute_force
from oracles.listing_cases import listed_case
from oracles.piece_facts import check_pieces
from oracles.stops import AfterItems
from oracles.strategies import boxes, linear_nets, nets
from oracles.tables import table, table_net
from oracles.unions import count_by_tiles

from relupoly import Domain, DomainUnion, Network, count_pieces
from relupoly.errors import InputError
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.pieces.listing import walked
from relupoly.pieces.listing.cells import list_cells
from relupoly.pieces.listing.face_to_face import is_beside
from relupoly.pieces.listing.parts import Parts
from relupoly.pieces.listing.pieces import LISTED_NOTIONS, list_pieces
from relupoly.pieces.walk.driver import Walk
from relupoly.run import Run, Stopped

NET_OF_TWO = Network.from_rows([([[1, 1]], None)])
NAMES = {"activation": "R2", "open": "R4", "closed": "R5", "affine": "R6"}


def checked(net, domain=None, most=14):
    """The number of pieces under each notion; which cells a closed one has is found out where there are not too many."""
    domain = domain or Domain()
    cells, found = list(list_cells(net, domain)), {}
    for notion in LISTED_NOTIONS:
        pieces = list(list_pieces(net, domain, notion))
        if notion != "closed" or len(cells) <= most:
            check_pieces(net, domain, cells, pieces, notion)
        found[notion] = len(pieces)
    return found


@settings(max_examples=25)
@given(st.data(), st.one_of(nets(inputs=2, neurons=5), linear_nets(inputs=2, neurons=5)))
def test_as_many_as_brute_force_finds(data, net):
    domain = data.draw(st.one_of(st.just(Domain()), boxes(net.input_dim)))
    expected = brute_force(net, domain)
    assert checked(net, domain) == {notion: expected[notion] for notion in LISTED_NOTIONS}


@settings(max_examples=10)
@given(st.data(), nets(inputs=2, layers=2, neurons=4))
def test_as_many_as_brute_force_finds_in_unions(data, net):
    union = DomainUnion(tuple(data.draw(boxes(net.input_dim)) for _ in range(2)))
    expected = count_by_tiles(net, union)
    assert checked(net, union, most=10) == {notion: expected[notion] for notion in LISTED_NOTIONS}


@settings(max_examples=30)
@given(st.integers(0, 2**32))
def test_as_many_as_are_counted(seed):
    net, domain = listed_case(random.Random(seed), inputs=2)
    counts = count_pieces(net, domain, "all").counts
    assert checked(net, domain, most=8) == {notion: counts[notion] for notion in LISTED_NOTIONS}


@pytest.mark.parametrize("row", table("region_notions"), ids=lambda row: row.get("name") if isinstance(row, dict) else None)
def test_nets_that_separate_the_notions(row):
    assert checked(table_net(row), most=40) == {notion: row[name] for notion, name in NAMES.items()}


def test_a_piece_of_two_cells():
    """|x| and a neuron that does not count: the right piece is one of two cells, and what lies between them is no facet."""
    net = Network.from_rows([([[1], [-1], [1]], [0, 0, -1]), ([[1, 1, 0]], None)])
    left, right = sorted(list_pieces(net, Domain.box([-1], [3])), key=lambda piece: len(piece.cells))
    assert (left.convex, left.volume, len(left.facets)) == (True, 1, 2)
    assert (right.convex, right.volume, len(right.facets)) == (True, 3, 2)
    assert {facet.normal: neighbour for facet, neighbour in zip(right.facets, right.neighbours, strict=True)} == {
        (1,): None,
        (-1,): ("-+-",),
    }


def test_a_piece_that_is_not_convex():
    """min(0, max(x, y)) = -relu(-(relu(x - y) + y)) vanishes where x or y is positive: on three quadrants."""
    net = Network.from_rows([([[1, -1], [0, 1], [0, -1]], None), ([[-1, -1, 1]], None), ([[-1]], None)])
    pieces = list(list_pieces(net, Domain.box([-1, -1], [1, 1])))
    assert {piece.convex for piece in pieces if not any(piece.gradient[0])} == {False}
    assert sum(piece.volume for piece in pieces) == 4


def test_functions_in_several_places():
    """A tent, and 0 on both sides of it: two open pieces, and one function. No other piece lies between them at height 0."""
    net = Network.from_rows([([[1], [1], [1]], [1, 0, -1]), ([[1, -2, 1]], None)])
    counts = {notion: len(list(list_pieces(net, Domain(), notion))) for notion in LISTED_NOTIONS}
    assert counts == {"open": 4, "activation": 4, "closed": 4, "affine": 3}
    zero = next(piece for piece in list_pieces(net, Domain(), "affine") if len(piece.cells) == 2)
    assert (zero.convex, zero.bounded, zero.volume, len(zero.facets)) == (False, False, None, 2)


def test_closed_pieces_of_a_tent_in_two_layers():
    """Of a sum of functions of a tent, which vanish on some cells and at single points."""
    net = Network.from_rows([([[1], [1], [1]], [1, 0, -1]), ([[-1, 2, -1], [1, -2, 1]], [0, 0]), ([[1, 1]], None)])
    expected = count_pieces(net, notion="all").counts
    assert checked(net) == {notion: expected[notion] for notion in LISTED_NOTIONS}


def test_a_closed_piece_that_hangs_together_by_a_segment():
    """f = max(0, |y| - max(0, |x| - 1)) vanishes on two cones and on the segment between their apexes, a side of cells."""
    first = [[1, 0], [-1, 0], [0, 1], [0, -1]]
    net = Network.from_rows([(first, None), ([[1, 1, 0, 0], [0, 0, 1, 1]], [-1, 0]), ([[-1, 1]], None), ([[1]], None)])
    for domain in (Domain(), Domain.box([-3, -3], [3, 3])):
        zero = {
            notion: [piece for piece in list_pieces(net, domain, notion) if not any(piece.gradient[0])]
            for notion in ("open", "closed", "affine")
        }
        assert {notion: len(pieces) for notion, pieces in zero.items()} == {"open": 2, "closed": 1, "affine": 1}
        (piece,) = zero["closed"]
        assert len(piece.cells) == 4
        assert not piece.convex


def test_what_is_known_comes_early(monkeypatch):
    """Pieces of one cell are given out while the walk goes on, which stops when it is asked to."""
    monkeypatch.setattr(walked, "Walk", functools.partial(Walk, patience=10**9))
    net = Network.from_rows([([[1]] * 20, list(range(20))), ([[1] * 20], None)])
    stop = AfterItems(1)
    with pytest.raises(Stopped):
        stop.take_all(list_pieces(net, run=Run(interrupted=stop)))
    assert 1 <= len(stop.seen) < 21


def test_a_list_is_left_early():
    for notion in LISTED_NOTIONS:
        pieces = list_pieces(Network.from_rows([([[1], [2]], [0, 1]), ([[1, 1]], None)]), notion=notion)
        assert next(pieces).number == 1
        pieces.close()


def test_only_fields_that_are_asked_for():
    net = Network.from_rows([([[1], [-1], [1]], [0, 0, -1]), ([[1, 1, 0]], None)])
    box = Domain.box([-1], [3])
    for notion in LISTED_NOTIONS:
        every = list(list_pieces(net, box, notion))
        for field in ("volume", "convex", "facets", "neighbours", "bounded", "point"):
            found = list(list_pieces(net, box, notion, (field,)))
            assert [getattr(piece, field) for piece in found] == [getattr(piece, field) for piece in every]
            others = {"volume", "convex", "facets", "neighbours"} - {field}
            assert all(getattr(piece, other) is None for piece in found for other in others)


def test_unknown_notions():
    with pytest.raises(InputError, match="strict are not listed"):
        next(list_pieces(Network.from_rows([([[1]], None)]), notion="strict"))


def test_right_beside_a_point():
    """A box is asked in its own way: for the same answers as its inequalities."""
    box = Polyhedron.box([0, -1], [2, 1])
    one, other = box, Polyhedron(box.matrix, box.bound)
    found = set()
    for point in itertools.product([-1, 0, 1, 2, 3], [-2, -1, 0, 1, 2]):
        for direction in itertools.product([-1, 0, 1], repeat=2):
            answers = {is_beside(each, [fmpq(entry) for entry in point], direction) for each in (one, other)}
            assert len(answers) == 1
            found |= answers
    assert found == {True, False}


def test_parts_of_a_union_are_disjoint():
    """Their volumes add up; the domain goes on across sides between them alone."""
    union = DomainUnion((Domain.box([0, 0], [2, 2]), Domain.box([1, 1], [3, 3]), Domain.box([0, 0], [1, 1])))
    (parts,) = Parts.of(Network.from_rows([([[1, 1]], None)]), union).frames
    assert sum((one.upper[0] - one.lower[0]) * (one.upper[1] - one.lower[1]) for one in parts.polyhedra) == 7
    assert parts.goes_on([fmpq(2), fmpq(3, 2)], [1, 0])
    assert not parts.goes_on([fmpq(2), fmpq(1, 2)], [1, 0])
    assert list(parts.at([fmpq(3), fmpq(3)]))
    assert not list(parts.at([fmpq(3), fmpq(0)]))
