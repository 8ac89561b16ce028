"""Cells and pieces that hold a point: those of the list whose closure does."""

import random

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.listing_cases import listed_case
from oracles.piece_facts import key_of
from oracles.record_facts import Place, facet_keys, random_points

from relupoly import Domain, DomainUnion, Network
from relupoly.errors import DomainError, InputError, NumberError
from relupoly.pieces.listing.at import cells_at, pieces_at
from relupoly.pieces.listing.cells import list_cells
from relupoly.pieces.listing.pieces import LISTED_NOTIONS, list_pieces

CROSS = Network.from_rows([([[1, 0], [0, 1], [1, 0]], [0, 0, -1]), ([[1, 1, 0]], None)])


def members(piece):
    return frozenset(map(key_of, piece.cells))


@settings(max_examples=40)
@given(st.integers(0, 2**32))
def test_they_are_those_of_the_list(seed):
    source = random.Random(seed)
    net, domain = listed_case(source, neurons=4)
    place, cells = Place(net, domain), list(list_cells(net, domain))
    for point in random_points(cells, place.dimension, source, 3):
        found = cells_at(net, point, domain)
        assert [cell.number for cell in found] == list(range(1, len(found) + 1))
        assert {key_of(cell) for cell in found} == {key_of(cell) for cell in cells if cell.contains(point)}
        assert len(found) == sum(cell.contains(point) for cell in cells)
        assert bool(found) == place.holds(point)


@settings(max_examples=30)
@given(st.integers(0, 2**32), st.sampled_from(LISTED_NOTIONS))
def test_pieces_are_those_of_the_list(seed, notion):
    source = random.Random(seed)
    net, domain = listed_case(source, inputs=2, neurons=4)
    cells, pieces = list(list_cells(net, domain)), {members(piece): piece for piece in list_pieces(net, domain, notion)}
    for point in random_points(cells, Place(net, domain).dimension, source, 2):
        found = pieces_at(net, point, domain, notion)
        assert {members(piece) for piece in found} == {own for own, piece in pieces.items() if piece.contains(point)}
        assert [piece.number for piece in found] == list(range(1, len(found) + 1))
        for piece in found:
            other = pieces[members(piece)]
            assert (piece.volume, piece.convex, piece.bounded) == (other.volume, other.convex, other.bounded)
            assert {*zip(piece.facets, piece.neighbours, strict=True)} == {*zip(other.facets, other.neighbours, strict=True)}


def test_inside_on_a_facet_in_a_vertex_and_outside():
    box = Domain.box([-2, -2], [2, 2])
    patterns = [
        {cell.pattern[0] for cell in cells_at(CROSS, point, box)}
        for point in (["1/2", "1/3"], [0, "1/3"], [0, 0], [1, 0], [2, 2], ["2.0001", 0])
    ]
    assert patterns == [
        {"++-"},
        {"++-", "-+-"},
        {"++-", "-+-", "+--", "---"},
        {"++-", "+--", "+++", "+-+"},
        {"+++"},
        set(),
    ]


def test_an_open_piece_is_found_from_facet_to_facet():
    (piece,) = pieces_at(CROSS, [3, 1])
    assert {cell.pattern[0] for cell in piece.cells} == {"+++", "++-"}
    assert all(key for cell in piece.cells for key in facet_keys(cell))
    assert len(pieces_at(CROSS, [0, 0])) == 4


def test_a_piece_on_both_sides_of_a_cut():
    union = DomainUnion((Domain.box([0, 0], [1, 1]), Domain.box([1, 0], [2, 1]), Domain.box([5, 0], [6, 1])))
    (piece,) = pieces_at(Network.from_rows([([[1, 1]], [1]), ([[1]], None)]), ["1/2", "1/2"], union)
    assert (len(piece.cells), piece.volume, piece.convex) == (2, 2, True)
    (piece,) = pieces_at(Network.from_rows([([[1, 1]], [1]), ([[1]], None)]), ["1/2", "1/2"], union, "affine")
    assert (len(piece.cells), piece.volume, piece.convex) == (3, 3, False)


def test_points_that_are_none():
    with pytest.raises(DomainError, match="1 coordinates"):
        cells_at(CROSS, [0])
    with pytest.raises((DomainError, NumberError), match="coordinate 2"):
        cells_at(CROSS, [0, "one"])
    with pytest.raises(InputError, match="not listed"):
        pieces_at(CROSS, [0, 0], notion="patterns")


def test_numbers_of_all_kinds():
    assert cells_at(CROSS, [fmpq(1, 2), 0.25]) == cells_at(CROSS, ["1/2", "0.25"])
