"""Cells that reach infinity in one direction: their only wall there may be missing among those that the walk tells."""

import pytest

from relupoly.networks.network import Network
from relupoly.pieces.listing.cells import list_cells

# Strips 0 <= x <= 1, on both sides of y = 0.
NETS = {
    "one layer": [([[1, 0], [1, 0], [0, 1]], [0, -1, 0]), ([[1, 1, 1]], None)],
    "two layers": [([[0, 1], [1, 0]], None), ([[0, 1]], [-1]), ([[1]], None)],
    "a neuron that vanishes": [([[0, 0], [0, 1], [1, 0]], None), ([[0, 0, 1]], [-1]), ([[0]], None)],
}


@pytest.mark.parametrize("name", NETS)
def test_strips(name):
    cells = list(list_cells(Network.from_rows(NETS[name])))
    strips = [cell for cell in cells if len(cell.vertices) == 2]
    assert sorted((sorted(cell.vertices), cell.rays) for cell in strips) == [
        ([(0, 0), (1, 0)], ((0, -1),)),
        ([(0, 0), (1, 0)], ((0, 1),)),
    ]
    patterns = {cell.pattern for cell in cells}
    for cell in cells:
        assert not cell.bounded
        assert all(facet.slack(cell.point) > 0 for facet in cell.facets)
        assert set(cell.neighbours) <= patterns
