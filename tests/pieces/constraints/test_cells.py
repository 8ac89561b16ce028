"""Cells that are held by constraints: their facets are those of the same cells with rays."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.hostile import ENTRIES, hostile_net
from oracles.strategies import boxes, nets

from relupoly.geometry.domain import Domain
from relupoly.pieces.constraints.cell import ConstrainedCell
from relupoly.pieces.forms import homogeneous
from relupoly.pieces.forms.homogeneous import homogenize
from relupoly.pieces.walk.cell import Cell
from relupoly.pieces.walk.driver import Walk
from relupoly.pieces.walk.node import Detail


def facets(network, domain, most):
    """For each cell, by its signs: which hyperplanes support which of its facets."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(homogeneous, "MOST_COORDINATES_WITH_RAYS", most)
        patch.setattr(homogeneous, "MOST_COORDINATES_OF_ONE_LAYER", most)
        net = homogenize(network, domain, True)
    kind = Cell if most else ConstrainedCell
    first = net.first_label[0]
    found = {}
    for cell in Walk(net, patience=10**9).cells(Detail.EVERY):
        assert isinstance(cell, kind)
        found[cell.all_signs.tobytes()] = {frozenset((walls - first).tolist()) for walls in cell.crossings()}
    return found


@st.composite
def cases(draw):
    net = draw(nets(inputs=3, neurons=7))
    return net, draw(boxes(net.input_dim))


@settings(max_examples=60)
@given(cases())
def test_facets_are_those_of_cells_with_rays(case):
    network, domain = case
    if any(any(column) for column in network.layers[0].weight.transpose().tolist()):
        assert facets(network, domain, 0) == facets(network, domain, 100)


@pytest.mark.parametrize("entry", ENTRIES)
def test_facets_of_hostile_nets(entry):
    source = random.Random(7)
    for _ in range(4):
        net = hostile_net(source, ENTRIES[entry], 2, [3, 3])
        box = Domain.box([-1, -2], [1, 1])
        assert facets(net, box, 0) == facets(net, box, 100)


def test_only_what_is_wanted_is_looked_for():
    net = hostile_net(random.Random(3), ENTRIES["gaussian"], 2, [4, 3])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(homogeneous, "MOST_COORDINATES_WITH_RAYS", 0)
        patch.setattr(homogeneous, "MOST_COORDINATES_OF_ONE_LAYER", 0)
        prepared = homogenize(net, Domain.box([-1, -1], [1, 1]), True)
    for cell in Walk(prepared).cells(Detail.EVERY):
        every = {tuple(walls) for walls in cell.crossings()}
        for walls in every:
            wanted = cell.all_signs == 9
            wanted[walls[0] - prepared.first_label[0]] = True
            assert tuple(walls) in {tuple(found) for found in cell.crossings(wanted)} <= every
