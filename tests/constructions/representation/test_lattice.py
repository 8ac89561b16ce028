"""The sets of the lattice form: how many cells may be looked at."""

import pytest
from flint import fmpq

from relupoly.constructions.representation.lattice import _minima, lattice_sets
from relupoly.errors import SizeError
from relupoly.networks.network import Network
from relupoly.run import UNLIMITED

CROSS = Network.from_rows([([[1, 0], [0, 1]], None), ([[1, -1]], None)])


def test_as_many_cells_as_are_allowed() -> None:
    assert lattice_sets(CROSS, 4, UNLIMITED)


def test_more_cells_than_are_allowed() -> None:
    with pytest.raises(SizeError, match="look at more than 3 cells"):
        lattice_sets(CROSS, 3, UNLIMITED)


def test_minima_that_cancel_are_dropped() -> None:
    one, two = (fmpq(1), fmpq(0)), (fmpq(2), fmpq(0))
    assert _minima([frozenset([one]), frozenset([one, two])], 10, UNLIMITED) == {frozenset([one]): 1}
