"""Which rays of cells are at infinity: between parallel walls, too, where infinity is no facet."""

import random

import numpy as np
import pytest

from relupoly import Arrangement, Domain
from relupoly.networks.arrangements import arrangement_net
from relupoly.pieces.listing.cells import list_cells
from relupoly.pieces.listing.parts import Parts
from relupoly.pieces.listing.walked import cell_arrays


def parallel_and_others(seed, dimension):
    chance = random.Random(seed)
    normal = [chance.randint(1, 9), *(chance.randint(-9, 9) for _ in range(dimension - 1))]
    parallel = [[*normal, f"{offset}/7"] for offset in range(3)]
    return parallel + [[chance.randint(1, 9), *(chance.randint(-9, 9) for _ in range(dimension))] for _ in range(dimension)]


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("seed", range(6))
def test_as_many_as_exact_records_have(seed, dimension):
    network, domain = arrangement_net(Arrangement.of(parallel_and_others(seed, dimension))), Domain()
    exact = sum(len(record.rays) for record in list_cells(network, domain, ("rays",)))
    [listed] = Parts.of(network, domain).listed
    found = 0
    for cells in cell_arrays(listed, with_rays=True):
        last = cells.rays.value[:, -1]
        assert np.array_equal(cells.rays.at_infinity, last == 0)
        found += int(cells.rays.at_infinity.sum())
    assert listed.lines or found == exact
