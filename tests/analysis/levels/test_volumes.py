"""Volumes of cells: their sum, brute force, decades, and what is unbounded."""

from __future__ import annotations

import pytest
from flint import fmpq
from hypothesis import given, settings
from oracles.half_spaces import volume
from oracles.level_sets import box_rows, states
from oracles.small_nets import small_nets

from relupoly.analysis.analysis import analyze
from relupoly.analysis.levels.volumes import CellVolumes, cell_volumes, decade
from relupoly.errors import DomainError, InputError, SizeError
from relupoly.geometry.domain import Domain
from relupoly.networks.network import Network
from relupoly.run import Run


@settings(deadline=None, max_examples=40)
@given(small_nets())
def test_as_by_brute_force(net):
    n = net.input_dim
    found = cell_volumes(net, Domain.box([-2] * n, [2] * n))
    assert list(found.volumes) == sorted(volume(rows) for rows, _ in states(net, box_rows([-2] * n, [2] * n)))
    assert sum(found.volumes, fmpq(0)) == 4**n
    assert found.unbounded == 0
    assert sum(found.decades.values()) == len(found.volumes)


def test_unbounded_cells_are_counted():
    net = Network.from_rows([([[1], [1], [1]], [0, -1, -4]), ([[1, 1, 1]], None)])
    found = cell_volumes(net)
    assert (found.volumes, found.unbounded, found.median) == ((1, 3), 2, 2)
    assert found.summary == "from 1 to 3, median 2; 2 cells unbounded"


def test_volumes_that_are_one_double_are_in_order():
    """Intervals of length 1 + k / 2^80, for k = 2, 0, 1."""
    tiny = fmpq(1, 2**80)
    places = [0, 1 + 2 * tiny, 2 + 2 * tiny, 3 + 3 * tiny]
    net = Network.from_rows([([[1]] * 4, [-place for place in places]), ([[1] * 4], None)])
    assert cell_volumes(net).volumes == (1, 1 + tiny, 1 + 2 * tiny)


def test_quantiles_and_decades():
    found = CellVolumes(tuple(map(fmpq, (1, 2, 3, 40, 500))), unbounded=0)
    assert [found.quantile(share) for share in (0, "1/5", "21/100", "1/2", "4/5", 1)] == [1, 1, 2, 3, 40, 500]
    assert found.median == 3
    assert found.decades == {0: 3, 1: 1, 2: 1}


@pytest.mark.parametrize("exponent", [-30, -2, -1, 0, 1, 25])
def test_decades_have_sharp_ends(exponent):
    ten = fmpq(10) ** exponent
    tiny = ten / 10**40
    assert [decade(ten - tiny), decade(ten), decade(ten + tiny)] == [exponent - 1, exponent, exponent]


def test_what_is_refused():
    nothing = CellVolumes((), unbounded=1)
    assert nothing.summary == "1 cell unbounded"
    assert CellVolumes((), unbounded=0).summary == "no cell was seen"
    for use in (lambda: nothing.median, lambda: nothing.quantile(0)):
        with pytest.raises(DomainError, match="give a box"):
            use()
    with pytest.raises(InputError, match="from 0 to 1"):
        CellVolumes((fmpq(1),), unbounded=0).quantile(2)
    wide = Network.from_rows([([[1] * 30, [-1] * 30], None), ([[1, 1]], None)])
    with pytest.raises(SizeError, match="volumes need"):
        cell_volumes(wide, Domain.box([-1] * 30, [1] * 30))


def test_what_was_seen_when_it_stops():
    net = Network.from_rows([([[1], [1], [1]], [0, -1, -4]), ([[1, 1, 1]], None)])
    found = analyze(net, Domain.box([-1], [5]), ["volumes"], run=Run(deadline=0)).volumes
    assert found == CellVolumes((), 0, complete=False)
