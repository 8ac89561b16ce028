"""Several quantities by one look at the cells: the same as one by one, and what is known when it is stopped."""

from __future__ import annotations

import itertools
from types import SimpleNamespace

import pytest
from flint import fmpq
from hypothesis import given, settings
from oracles.small_nets import small_nets

from relupoly.analysis import analysis
from relupoly.analysis.analysis import QUANTITIES, analyze
from relupoly.analysis.branching import search
from relupoly.analysis.extrema import maximum, minimum
from relupoly.analysis.lipschitz.lipschitz import lipschitz
from relupoly.analysis.moments import moments
from relupoly.errors import DomainError, InputError
from relupoly.geometry.domain import Domain
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Network
from relupoly.run import Run
from relupoly.run import run as clock


@settings(deadline=None, max_examples=40)
@given(small_nets(outputs=2))
def test_all_at_once_is_one_by_one(net):
    box = Domain.box([-2] * net.input_dim, [1] * net.input_dim)
    found = analyze(net, box, QUANTITIES, norm=1)
    units = ([1, 0], [0, 1])
    assert found.lipschitz == lipschitz(net, box, 1)
    assert found.maximum == tuple(maximum(net, box, unit) for unit in units)
    assert found.minimum == tuple(minimum(net, box, unit) for unit in units)
    assert found.moments == moments(net, box)
    assert found.complete
    assert analyze(net, box, ["max"], objective=[2, -1]).maximum == (maximum(net, box, [2, -1]),)


def test_what_is_known_when_it_is_stopped():
    net = Network.from_rows([([[1], [1], [1]], [1, 0, -1]), ([[1, -2, 1]], None)])
    seen: list[int] = []
    run = Run(interrupted=lambda: len(seen) == 2, progress=seen.append)
    part = analyze(net, Domain.box([-3], [3]), ["lipschitz", "moments"], run=run)
    assert (part.stopped, part.complete, part.cells) == ("interrupted", False, 2)
    assert 0 < part.moments.volume < 6
    nothing = analyze(net, None, run=Run(deadline=0))
    assert (nothing.stopped, nothing.cells, nothing.lipschitz, nothing.maximum) == ("deadline", 0, None, ())


def test_extrema_on_a_box_that_are_stopped_have_bounds(monkeypatch):
    monkeypatch.setattr(search, "_FEW_CELLS", 1)
    monkeypatch.setattr(search, "_BATCH", 1)
    net = Network.from_rows([([[1], [1], [1]], [1, 0, -1]), ([[1, -2, 1]], None)])
    box, asked = Domain.box([-3], ["7/2"]), []
    run = Run(interrupted=lambda: asked.append(1) or len(asked) > 3)
    part = analyze(net, box, ["max", "min"], run=run)
    assert (part.stopped, part.complete) == ("interrupted", False)
    high, low = part.maximum[0], part.minimum[0]
    assert net(high.point) == [high.value]
    assert high.value <= 1 <= high.bound
    assert low.value >= 0
    assert low.bound is None  # its search had not begun
    assert (high.complete, low.complete) == (False, False)
    whole = analyze(net, box, ["max", "min"])
    assert [one.bound for one in (*whole.maximum, *whole.minimum)] == [None, None]


def test_each_search_has_its_share_of_the_time(monkeypatch):
    """The first one, which does not end, leaves some for the others; on a clock that goes on by 1 whenever it is looked at."""
    now, deadlines = itertools.count(), []
    monkeypatch.setattr(clock, "time", SimpleNamespace(perf_counter=lambda: float(next(now))))

    def endless(run):
        deadlines.append(run.deadline)
        while True:
            run.tick()

    def short(run):
        deadlines.append(run.deadline)

    assert analysis._in_turn([endless, endless, short], Run(deadline=300)) == "deadline"
    first, second, third = deadlines
    assert 99 < first < 100
    assert 95 < second <= 100
    assert 90 < third < 110


def test_an_unbounded_net_needs_few_cells():
    net = Network.from_rows([([[1], [1], [1]], [1, 0, -1]), ([[1, 1, 1]], None)])
    found = analyze(net, None, ["max"])
    assert found.maximum[0].value is None
    assert found.maximum[0].ray == (fmpq(1),)


def test_what_does_not_fit_is_refused():
    net = Network.from_rows([([[1]], None), ([[1]], None)])
    with pytest.raises(InputError, match="no quantity area"):
        analyze(net, None, ["area"])
    with pytest.raises(DomainError, match="dimension"):
        analyze(net, DomainUnion((Domain.box([0, 0], [1, 1]), Domain.box([2, 2], [3, 3]))))
