"""The list is the same however it comes about: interpreted or compiled, in whatever portions, with whatever fields."""

import functools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.listing_cases import LISTED_ENTRIES, listed_case, listed_net
from oracles.record_facts import check_cells

from relupoly import Domain
from relupoly.exact.floats import FloatVectors
from relupoly.exact.integers import IntegerVectors
from relupoly.pieces.listing import walked
from relupoly.pieces.listing.cells import list_cells
from relupoly.pieces.listing.records import CELL_FIELDS
from relupoly.pieces.walk import cell_arrays
from relupoly.pieces.walk.driver import Walk

NEVER = 10**9


def listed(net, domain, fields=CELL_FIELDS, **options):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(walked, "Walk", functools.partial(Walk, **options))
        return list(list_cells(net, domain, fields))


@settings(max_examples=30)
@given(st.integers(0, 2**32), st.integers(1, 12))
def test_whenever_the_walk_goes_on_compiled(seed, patience):
    net, domain = listed_case(random.Random(seed))
    expected = listed(net, domain, patience=NEVER)
    for steps in (0, patience):
        assert listed(net, domain, patience=steps) == expected


@pytest.mark.parametrize("kind", [FloatVectors, IntegerVectors])
def test_in_floats_and_in_integers(kind):
    source = random.Random(2)
    for entry in ("short", "gaussian", "nearly_short"):
        net = listed_net(source, 2, 8, LISTED_ENTRIES[entry])
        box = Domain.box([-2, -2], [2, 2])
        expected = listed(net, box)
        for patience in (0, NEVER):
            assert listed(net, box, kind=kind, patience=patience) == expected


@pytest.mark.parametrize(("cells", "rays"), [(1, 1000), (2, 1000), (1000, 7), (1000, 3)])
def test_with_little_room(monkeypatch, cells, rays):
    """What there is no room for is handed over before it is written; a cell that never fits comes by itself."""
    source = random.Random(4)
    nets = [listed_net(source, n, 8, LISTED_ENTRIES[entry]) for n, entry in ((2, "gaussian"), (2, "short"), (3, "gaussian"))]
    domains = [Domain.box([-2] * net.input_dim, [2] * net.input_dim) for net in nets]
    expected = [listed(net, domain, patience=NEVER) for net, domain in zip(nets, domains, strict=True)]
    monkeypatch.setattr(cell_arrays, "_ROOM", cells)
    monkeypatch.setattr(cell_arrays, "_RAYS", rays)
    assert [listed(net, domain, patience=0) for net, domain in zip(nets, domains, strict=True)] == expected


def test_many_cells_in_several_portions(monkeypatch):
    source = random.Random(8)
    net = listed_net(source, 2, 0)
    while len(net.layers) < 2 or net.layers[0].linear:
        net = listed_net(source, 2, 12, LISTED_ENTRIES["gaussian"])
    monkeypatch.setattr(walked, "_MOST", 9)
    box = Domain.box([-1, -1], [1, 1])
    cells = listed(net, box, patience=0)
    assert cells == listed(net, box, patience=NEVER)
    check_cells(net, box, cells)


@settings(max_examples=30)
@given(st.integers(0, 2**32), st.sets(st.sampled_from(CELL_FIELDS)))
def test_with_any_fields(seed, fields):
    net, domain = listed_case(random.Random(seed), neurons=4)
    every = listed(net, domain)
    for found, cell in zip(listed(net, domain, fields), every, strict=True):
        assert (found.number, found.pattern) == (cell.number, cell.pattern)
        for field in CELL_FIELDS:
            value = getattr(found, field)
            # What had to be computed on the way may be there.
            assert value == getattr(cell, field) or (field not in fields and value is None), field


def test_what_costs_much_is_not_there_unasked():
    net, box = listed_net(random.Random(6), 2, 5, LISTED_ENTRIES["short"]), Domain.box([-1, -1], [1, 1])
    for cell in list_cells(net, box, ("pattern", "gradient")):
        assert (cell.facets, cell.neighbours, cell.vertices, cell.rays, cell.volume, cell.point) == (None,) * 6
        with pytest.raises(ValueError, match="no facets"):
            cell.contains([0, 0])
    for cell in list_cells(net, box, ("facets",)):
        assert (cell.gradient, cell.neighbours, cell.vertices, cell.volume, cell.point) == (None,) * 5
        with pytest.raises(ValueError, match="no affine map"):
            cell.value([0, 0])
    for cell in list_cells(net, box, ("vertices",)):
        assert (cell.gradient, cell.facets, cell.neighbours, cell.volume, cell.point) == (None,) * 5


def test_pieces_of_cells():
    """Where it is asked for, each cell knows its piece under each notion."""
    from relupoly.pieces.listing.pieces import list_pieces

    net, box = listed_net(random.Random(9), 2, 6, LISTED_ENTRIES["tie"]), Domain.box([-1, -1], [1, 1])
    cells = list(list_cells(net, box, ("piece", "gradient")))
    for notion in ("open", "closed", "affine"):
        members = {cell.number: piece.number for piece in list_pieces(net, box, notion) for cell in piece.cells}
        assert {cell.number: cell.piece[notion] for cell in cells} == members
