"""Lifting: which hyperplanes there are, and by how much the slope jumps across them."""

import pytest
from flint import fmpq

from relupoly.constructions.representation.lifting import _hyperplanes, _least_jump
from relupoly.errors import SizeError
from relupoly.networks.network import Network
from relupoly.run import UNLIMITED


def test_as_many_cells_as_are_allowed() -> None:
    bend = Network.from_rows([([[2]], [-3]), ([[1]], None)])
    assert _hyperplanes(bend, 2, UNLIMITED) == [(fmpq(2), fmpq(-3))]
    with pytest.raises(SizeError, match="more than 1 cells or hyperplanes"):
        _hyperplanes(bend, 1, UNLIMITED)


def test_the_jump_across_a_plane_in_space() -> None:
    bend = Network.from_rows([([[2, 3, 5]], [-1]), ([[7]], None)])
    assert _least_jump(bend, (fmpq(2), fmpq(3), fmpq(5), fmpq(-1)), UNLIMITED) == 7
