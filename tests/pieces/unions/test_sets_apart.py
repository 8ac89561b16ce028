"""Counting in several domains that do not touch."""

import pytest
from flint import fmpq

from relupoly.errors import DomainError
from relupoly.geometry.domain import Domain
from relupoly.geometry.subspace import AffineSubspace
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Network
from relupoly.pieces.count import count_pieces
from relupoly.pieces.notions import ADDITIVE
from relupoly.pieces.recount import recount
from relupoly.run import Run

# On a line: relu(x) + relu(x - 2) - relu(x - 3), with a dead neuron: its breakpoints are 0, 2 and 3.
NET = Network.from_rows([([[1], [1], [1], [0]], [0, -2, -3, -1]), ([[1, 1, -1, 1]], None)])
PARTS = DomainUnion((Domain.box([-1], [1]), Domain.box(["3/2"], [4]), Domain.box([5], [6])))


@pytest.mark.parametrize("notion", ADDITIVE)
def test_counts_add_up(notion):
    found = count_pieces(NET, PARTS, notion)
    assert found.complete
    assert found.domain == PARTS
    assert found.cells == sum(count_pieces(NET, part).cells for part in PARTS.parts)
    assert found.pieces == sum(recount(NET, part, (notion,))[notion] for part in PARTS.parts)


def test_pieces_on_a_line():
    assert count_pieces(NET, PARTS).pieces == 2 + 3 + 1


def test_what_occurs_in_two_sets_is_counted_once():
    """The function is 0, x, 2 x - 2 and x + 1, from left to right; x occurs in the first set and in the second."""
    assert count_pieces(NET, PARTS, "affine").pieces == 4
    assert count_pieces(NET, PARTS, "patterns").pieces == 4


@pytest.mark.parametrize("limit", range(7))
def test_a_limit_is_for_all_domains_together(limit):
    found = count_pieces(NET, PARTS, limit=limit)
    assert found.complete == (limit >= 6)
    assert found.cells == limit
    assert found.stopped == (None if limit >= 6 else "limit")


def test_a_deadline_that_is_over_stops_at_once():
    found = count_pieces(NET, PARTS, run=Run(deadline=0))
    assert (found.complete, found.stopped) == (False, "deadline")


def test_progress_goes_on_from_domain_to_domain():
    told = []
    count_pieces(NET, PARTS, run=Run(progress=told.append))
    assert told == sorted(told)
    assert told[-1] == 6


def test_a_net_without_hidden_layer_has_a_piece_in_each():
    assert count_pieces(Network.from_rows([([[2]], [1])]), PARTS).pieces == 3


def test_domains_of_several_dimensions_are_refused():
    line = Domain.box([0], [1]).inside(AffineSubspace.fixing(2, {1: fmpq(9)}))
    with pytest.raises(DomainError, match="the separate sets have dimensions 1 and 2"):
        DomainUnion((Domain.box([0, 0], [1, 1]), line))
    with pytest.raises(DomainError, match="there is no domain"):
        DomainUnion(())
