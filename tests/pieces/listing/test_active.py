"""Cells with active neurons: those among all listed cells."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles.strategies import boxes, linear_nets

from relupoly.geometry.domain import Domain
from relupoly.networks.network import Network
from relupoly.pieces.listing.active import list_active_cells
from relupoly.pieces.listing.cells import list_cells
from relupoly.run import Run

FIELDS = ("pattern", "gradient", "constant", "facets", "vertices", "point")


@given(linear_nets(inputs=2, layers=2, neurons=6), st.data())
def test_they_are_those_of_the_list(net, data):
    # The outputs become a hidden layer without linear neurons.
    deeper = Network((*net.layers, *Network.from_rows([([[1] * net.output_dim], None)]).layers))
    domain = data.draw(st.one_of(st.just(Domain()), boxes(net.input_dim)))
    neurons = data.draw(st.lists(st.integers(0, net.output_dim - 1), unique=True))
    seen = []
    found = list(list_active_cells(deeper, domain, neurons, FIELDS, run=Run(progress=seen.append)))
    every = list(list_cells(deeper, domain, FIELDS))
    wanted = [cell for cell in every if all(cell.pattern[-1][neuron] == "+" for neuron in neurons)]
    # Walks may take cells in another order.
    assert {replace(cell, number=0) for cell in found} == {replace(cell, number=0) for cell in wanted}
    assert len(found) == len(wanted)
    assert seen[-1] == len(every)


@pytest.mark.parametrize("size", [3, 16])
def test_cells_that_are_held_by_constraints(size):
    # Of 16 inputs, boxes have too many vertices.
    net = Network.from_rows(
        [([[1] * size, [1, -1] * (size // 2) + [1] * (size % 2)], None), ([[1, 1], [1, -1]], [1, 0]), ([[1, 1]], None)]
    )
    box = Domain.box([-1] * size, [2] * size)
    found = list(list_active_cells(net, box, [1], ("pattern", "point")))
    wanted = [cell.pattern for cell in list_cells(net, box, ("pattern",)) if cell.pattern[-1][1] == "+"]
    assert sorted(cell.pattern for cell in found) == sorted(wanted) != []
    assert all(min(box.polyhedron.slacks(cell.point)) > 0 for cell in found)
