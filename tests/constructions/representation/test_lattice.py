"""The sets of the lattice form: how many cells may be looked at."""

import pytest

from relupoly.constructions.representation.lattice import lattice_sets
from relupoly.errors import SizeError
from relupoly.networks.network import Network
from relupoly.run import UNLIMITED

CROSS = Network.from_rows([([[1, 0], [0, 1]], None), ([[1, -1]], None)])


def test_as_many_cells_as_are_allowed() -> None:
    assert lattice_sets(CROSS, 4, UNLIMITED)


def test_more_cells_than_are_allowed() -> None:
    with pytest.raises(SizeError, match="look at more than 3 cells"):
        lattice_sets(CROSS, 3, UNLIMITED)
