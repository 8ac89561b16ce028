"""Cells come in one order, whenever the walk goes on compiled: so a number means the same cell on every run."""

import random

import pytest
from oracles.hostile import hostile_net
from oracles.listing_cases import LISTED_ENTRIES, listed_case, listed_net

from relupoly import Domain
from relupoly.pieces.forms import homogeneous
from relupoly.pieces.forms.homogeneous import homogenize
from relupoly.pieces.listing import walked
from relupoly.pieces.listing.cells import list_cells
from relupoly.pieces.walk.driver import Walk
from relupoly.pieces.walk.node import Detail

NEVER = 10**9
MIDWAY = (0, 1, 7, 40)
ENTRIES = sorted(set(LISTED_ENTRIES) - {"long_rational"})


def constrained(monkeypatch):
    """Constraints hold cells in boxes of every dimension."""
    monkeypatch.setattr(homogeneous, "MOST_COORDINATES_WITH_RAYS", 0)
    monkeypatch.setattr(homogeneous, "MOST_COORDINATES_OF_ONE_LAYER", 0)


def prepared(source, entry, inputs=3, widths=(5, 4, 3)):
    net = hostile_net(source, LISTED_ENTRIES[entry], inputs, list(widths))
    return homogenize(net, Domain.box([-1] * inputs, [2] * inputs), may_be_constrained=True)


def signs(net, patience):
    """The signs of all hyperplanes on each cell, as the walk finds them."""
    return [tuple(cell.all_signs.tolist()) for cell in Walk(net, patience=patience).cells(Detail.EVERY)]


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("seed", range(3))
def test_with_rays(entry, seed):
    net = prepared(random.Random(f"{entry} {seed}"), entry)
    expected = signs(net, NEVER)
    assert len(set(expected)) == len(expected)
    for patience in MIDWAY:
        assert signs(net, patience) == expected


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("seed", range(3))
def test_with_constraints(monkeypatch, entry, seed):
    """The order is that of the signs, positive ones first: no witness has a say in it."""
    constrained(monkeypatch)
    net = prepared(random.Random(f"{entry} {seed}"), entry)
    assert net.bounds is not None
    expected = sorted(signs(net, NEVER), reverse=True)
    for patience in (NEVER, *MIDWAY):
        assert signs(net, patience) == expected


@pytest.mark.parametrize("seed", range(8))
def test_with_constraints_in_degenerate_nets(monkeypatch, seed):
    """Dead and repeated neurons, linear ones, sparse layers: whatever is listed."""
    constrained(monkeypatch)
    source = random.Random(seed)
    net = listed_net(source, 4, 9, LISTED_ENTRIES[source.choice(["tie", "short", "gaussian"])])
    orders = []
    for patience in (NEVER, *MIDWAY):
        monkeypatch.setattr(walked, "Walk", lambda *args, after=patience, **options: Walk(*args, patience=after, **options))
        orders.append([cell.pattern for cell in list_cells(net, Domain.box([-1] * 4, [1] * 4), ("pattern",))])
    assert all(order == orders[0] for order in orders)


@pytest.mark.parametrize("seed", range(8))
def test_with_rays_in_degenerate_nets_and_domains(monkeypatch, seed):
    net, domain = listed_case(random.Random(seed))
    orders = []
    for patience in (NEVER, *MIDWAY):
        monkeypatch.setattr(walked, "Walk", lambda *args, after=patience, **options: Walk(*args, patience=after, **options))
        orders.append([cell.pattern for cell in list_cells(net, domain, ("pattern",))])
    assert all(order == orders[0] for order in orders)


def test_in_ten_inputs(monkeypatch):
    """Here constraints hold cells of themselves, and witnesses are found by other arithmetic."""
    net = prepared(random.Random(3), "gaussian", 10, (5, 4))
    assert net.bounds is not None
    expected = sorted(signs(net, NEVER), reverse=True)
    assert len(expected) > 100
    for patience in (NEVER, 0, 40):
        assert signs(net, patience) == expected
