"""Cells in doubles against the exact records: as many, with the same neighbours, pieces, maps and areas."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.strategies import boxes, linear_nets, nets

from relupoly import Domain, DomainUnion, Network, count_pieces
from relupoly.errors import DomainError
from relupoly.pieces.listing.cells import list_cells
from relupoly.pieces.listing.parts import Parts
from relupoly.plots.plane.from_records import cells_of_records
from relupoly.plots.plane.listing import plane_cells
from relupoly.plots.plane.plane_cells import OUTSIDE
from relupoly.run import UNLIMITED

NOTIONS = ("open", "activation", "closed", "affine")
PLANE_NETS = nets(inputs=2, neurons=6).filter(lambda net: net.input_dim == 2)
LINEAR_NETS = linear_nets(sparse=True, inputs=2, neurons=6).filter(lambda net: net.input_dim == 2)
SQUARE = Domain.box([-1, -1], [1, 1])


def adjacency(cells):
    """Pairs of patterns of cells with a common edge, and how many edges each has at the boundary."""
    text = ["".join("-0+"[sign + 1] for sign in row) for row in cells.signs.tolist()]
    inner = {
        frozenset((text[one], text[other])) for one, other in zip(cells.edges.one, cells.edges.other, strict=True) if other >= 0
    }
    outer = sorted(text[one] for one in cells.edges.one[cells.edges.other == OUTSIDE])
    return inner, outer


def exact_adjacency(records):
    pairs = {
        frozenset(("".join(one.pattern), "".join(other))) for one in records for other in one.neighbours if other is not None
    }
    outer = sorted("".join(one.pattern) for one in records for other in one.neighbours if other is None)
    return pairs, outer


@settings(max_examples=60)
@given(st.data(), st.one_of(PLANE_NETS, LINEAR_NETS), st.sampled_from(NOTIONS))
def test_cells_are_those_of_the_records(data, net, notion):
    domain = data.draw(boxes(2))
    cells, records = plane_cells(net, domain, notion), list(list_cells(net, domain))
    assert len(cells) == len(records)
    assert cells.pieces == count_pieces(net, domain, notion).counts[notion]
    assert adjacency(cells) == exact_adjacency(records)
    for place, record in enumerate(records):
        assert cells.area[place] == pytest.approx(float(record.volume), rel=1e-9, abs=1e-12)
        assert cells.gradient[place] == pytest.approx(np.array(record.gradient, dtype=float), rel=1e-9, abs=1e-12)
        assert cells.constant[place] == pytest.approx(np.array(record.constant, dtype=float), rel=1e-9, abs=1e-9)
        assert len(cells.polygons()[place]) == len(record.vertices)
    assert cells.area.sum() == pytest.approx(float(sum(Fraction(str(one.volume)) for one in records)), rel=1e-9)


@settings(max_examples=40)
@given(st.data(), PLANE_NETS, st.sampled_from(NOTIONS))
def test_arrays_and_records_tell_the_same(data, net, notion):
    domain = data.draw(boxes(2))
    quick = plane_cells(net, domain, notion)
    slow = cells_of_records(Parts.of(net, domain), notion, UNLIMITED)
    assert adjacency(quick) == adjacency(slow)
    assert quick.piece.tolist() == slow.piece.tolist()
    assert sorted(quick.edges.layer.tolist()) == sorted(slow.edges.layer.tolist())
    assert quick.edges.is_border.sum() == slow.edges.is_border.sum()
    assert quick.corners == pytest.approx(slow.corners, rel=1e-9, abs=1e-12)


def test_pieces_of_several_cells_have_no_border_inside():
    folded_twice = Network.from_rows([([[1, 0], [-1, 0], [1, 0]], [0, 0, 1]), ([[1, 1, 0]], None)])
    cells = plane_cells(folded_twice, Domain.box([-2, -2], [2, 2]))
    assert (len(cells), cells.pieces) == (3, 2)
    inner = cells.edges.inner
    assert cells.edges.is_border[inner].tolist().count(True) == 1
    assert cells.edges.is_border[~inner].all()


def test_unions_are_one_set():
    """A fold across two squares that meet: no border where they do."""
    fold = Network.from_rows([([[0, 1]], None), ([[1]], None)])
    union = DomainUnion((Domain.box([-1, -1], [0, 1]), Domain.box([0, -1], [1, 1])))
    cells = plane_cells(fold, union)
    assert (len(cells), cells.pieces) == (4, 2)
    assert cells.area.sum() == pytest.approx(4)
    assert sorted(cells.edges.layer[cells.edges.inner & cells.edges.is_border]) == [1, 1]


@pytest.mark.parametrize(
    ("domain", "told"),
    [
        (Domain(), "no end"),
        (Domain.box([0], [1]), "dimension"),
    ],
)
def test_what_is_not_drawn(domain, told):
    fold = Network.from_rows([([[1, 0], [0, 1]], None), ([[1, 1]], None)])
    with pytest.raises(DomainError, match=told):
        plane_cells(fold, domain)


def test_nets_without_hidden_layer_are_one_piece():
    plane = Network.from_rows([([[2, 3]], [1])])
    cells = plane_cells(plane, SQUARE)
    assert (len(cells), cells.gradient.tolist(), cells.constant.tolist()) == (1, [[[2, 3]]], [[1]])


def test_huge_weights_are_drawn_from_records():
    """Doubles do not hold the products of these."""
    net = Network.from_rows([([[10**300, 0], [0, 1]], None), ([[1, 10**200]], None), ([[1]], None)])
    cells = plane_cells(net, SQUARE)
    assert cells.area.sum() == pytest.approx(4)
