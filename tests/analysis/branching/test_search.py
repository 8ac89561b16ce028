"""Branch and bound finds what a look at all cells finds, however boxes are divided, and tells bounds when it is stopped."""

from __future__ import annotations

import contextlib
import itertools

import numpy as np
import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.small_nets import small_nets

from relupoly.analysis.branching import search as module
from relupoly.analysis.branching.answers import HighestOnBox, OnBox, PointOnBox
from relupoly.analysis.extrema import maximum
from relupoly.analysis.largest import Largest
from relupoly.analysis.over_cells import over_cells
from relupoly.analysis.verification.by_cells import decide_alternative
from relupoly.geometry.domain import Domain
from relupoly.geometry.subspace import AffineSubspace
from relupoly.networks.network import Network
from relupoly.run import Run, Stopped

WAYS = {
    "as it is": {},
    "boxes first": {"_FEW_CELLS": 4, "_LOOK": 1, "_THINNEST": 2.0**-5},
    "looks at all": {"_ALL_AT": {False: 3, True: 3}, "_FEW_CELLS": 1},
}


@contextlib.contextmanager
def divided(way):
    """While open, boxes are divided in another way."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in WAYS[way].items():
            patch.setattr(module, name, value)
        yield


def by_cells(net, domain, weights):
    """The largest value, by a look at all cells."""
    found = Largest(weights)
    over_cells(net, domain, [found])
    return found.found.value


WEIGHTS = st.lists(st.integers(-2, 2).map(fmpq), min_size=2, max_size=2)


@settings(deadline=None, max_examples=30)
@given(small_nets(outputs=2), WEIGHTS, st.sampled_from([*WAYS]))
def test_the_largest_value_is_that_of_all_cells(net, weights, way):
    box = Domain.box([-1] * net.input_dim, [2] * net.input_dim)
    with divided(way):
        search = HighestOnBox(OnBox.of(net, box), weights)
        search.run()
    found = search.found
    assert found.value == by_cells(net, box, weights)
    assert sum(one * other for one, other in zip(weights, net(found.point), strict=True)) == found.value
    assert all(-1 <= entry <= 2 for entry in found.point)
    assert found.bound is None


ROWS = st.lists(st.lists(st.integers(-2, 2).map(fmpq), min_size=2, max_size=2), min_size=1, max_size=3)


@settings(deadline=None, max_examples=80)
@given(small_nets(outputs=2), ROWS, st.data(), st.sampled_from([*WAYS]))
def test_inequalities_hold_somewhere_or_nowhere(net, rows, data, way):
    box = Domain.box([-1] * net.input_dim, [2] * net.input_dim)
    bounds = data.draw(st.lists(st.integers(-3, 2).map(fmpq), min_size=len(rows), max_size=len(rows)))
    strict = data.draw(st.sets(st.integers(0, len(rows) - 1)))
    with divided(way):
        found = PointOnBox(OnBox.of(net, box), rows, bounds, strict).run()
    assert (found is None) is (decide_alternative(net, box, rows, bounds, strict) is None)
    if found is not None:
        outputs = net(found)
        for number, (row, bound) in enumerate(zip(rows, bounds, strict=True)):
            slack = bound - sum(one * other for one, other in zip(row, outputs, strict=True))
            assert slack > 0 or (slack == 0 and number not in strict)


def random_net(seed, widths):
    rng = np.random.default_rng(seed)
    layers = [
        (rng.normal(size=(after, before)) / before**0.5, rng.normal(size=after) / 2)
        for before, after in itertools.pairwise(widths)
    ]
    return Network.from_rows([(weight.tolist(), bias.tolist()) for weight, bias in layers])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("seed", range(3))
def test_float_nets(seed, way):
    net = random_net(seed, [3, 8, 8, 1])
    box = Domain.box(["-1/3"] * 3, ["2/7", 1, 1])
    with divided(way):
        found = maximum(net, box).value
    assert found == by_cells(net, box, [fmpq(1)])


def test_a_largest_value_that_is_attained_everywhere():
    """No bound in doubles is below it; with boxes alone the search would never end."""
    net = Network.from_rows([([[1, 0], [-1, 0], [0, 1]], [0, 0, 0]), ([[-1, -1, 0], [1, 1, 0]], [0, 0]), ([[1, 0]], [0])])
    assert maximum(net, Domain.box([-1, -1], [1, 1])).value == 0


def test_a_subspace():
    net = Network.from_rows([([[1, 0], [-1, 0], [0, 1], [0, -1]], None), ([[1, 1, 1, 1]], [0])])
    diagonal = Domain.box([-1], [3]).inside(AffineSubspace.through([[0, 0], [1, 2]]))
    found = maximum(net, diagonal)
    assert (found.value, found.point) == (9, (3,))


@pytest.mark.parametrize(
    "domain",
    [
        None,
        Domain(),
        Domain.box([-1, -1], [1, 1]).inside(AffineSubspace.through([[0, 0], [1, 0], [0, 1]])),
    ],
    ids=["none", "space", "plane"],
)
def test_which_domains_are_boxes(domain):
    net = random_net(0, [2, 3, 1])
    found = OnBox.of(net, domain)
    assert (found is not None) is (domain is not None and domain.subspace is not None)


def test_a_search_that_is_stopped_tells_bounds_and_goes_on(monkeypatch):
    monkeypatch.setattr(module, "_FEW_CELLS", 4)
    monkeypatch.setattr(module, "_BATCH", 2)
    net, box = random_net(5, [2, 9, 9, 1]), Domain.box([-3, -3], [3, 3])
    best = by_cells(net, box, [fmpq(1)])
    search = HighestOnBox(OnBox.of(net, box), [fmpq(1)])
    last, rounds = None, 0
    while True:
        # Longer and longer, so that looks come to an end.
        asked = iter([False] * 2 ** (1 + rounds))
        try:
            search.run(Run(interrupted=lambda asked=asked: next(asked, True)))
        except Stopped:
            rounds += 1
        else:
            break
        found = search.found
        assert found.value <= best
        assert found.bound is None or found.bound >= best
        if found.bound is not None and last is not None:
            assert found.bound <= last
        last = found.bound if found.bound is not None else last
    assert rounds > 2
    assert last is not None
    assert search.found.value == best
    assert search.found.bound is None


def test_a_box_is_not_lost_when_a_look_is_stopped(monkeypatch):
    net, box = random_net(2, [2, 6, 1]), Domain.box([-3, -3], [3, 3])
    where = OnBox.of(net, box)
    search = HighestOnBox(where, [fmpq(1)])
    look = search._goal.look

    def stopped(*arguments):
        monkeypatch.setattr(search._goal, "look", look)
        raise Stopped("interrupted")

    monkeypatch.setattr(search._goal, "look", stopped)
    with pytest.raises(Stopped):
        search.run()
    search.run()
    assert search.found.value == by_cells(net, box, [fmpq(1)])


def test_a_look_at_all_ends_in_time(monkeypatch):
    """It takes as long as the boxes before it at most; then boxes go on."""
    monkeypatch.setattr(module, "_ALL_AT", {False: 1, True: 1})
    monkeypatch.setattr(module, "_FEW_CELLS", 4)
    net, box = random_net(4, [2, 7, 7, 1]), Domain.box([-3, -3], [3, 3])
    search = HighestOnBox(OnBox.of(net, box), [fmpq(1)])
    whole, seen = box.polyhedron, []
    look = search._goal.look

    def limited(where, run):
        if where is whole:
            seen.append(run.deadline)
            raise Stopped("deadline")
        look(where, run)

    monkeypatch.setattr(search._goal, "look", limited)
    search.run(Run(deadline=1000))
    assert seen
    assert all(0 < one < 1000 for one in seen)
    assert search.found.value == by_cells(net, box, [fmpq(1)])


def test_numbers_beyond_doubles_lose_no_box(monkeypatch):
    """Bounds are infinite, and a value is no number: only looks at cells, of the whole or of thin boxes, tell anything."""
    monkeypatch.setattr(module, "_LOOK", 10)
    large, far = fmpq(2) ** 300, fmpq(2) ** 500
    net = Network.from_rows([([[large, 0], [0, large], [1, 1]], [0, 0, 0]), ([[large, -large, 1]], [0])])
    box = Domain.box([-far, -far], [far, far])
    search = HighestOnBox(OnBox.of(net, box), [fmpq(1)])
    search.run()
    assert search.found.value == by_cells(net, box, [fmpq(1)])


def test_a_box_without_length_in_doubles_is_not_halved_for_ever(monkeypatch):
    """One coordinate is so steep that it alone is smeared, until it is too thin."""
    monkeypatch.setattr(module, "_FEW_CELLS", 0)
    monkeypatch.setattr(module, "_THINNEST", 2.0**-7)
    net = Network.from_rows([([[fmpq(10) ** 12, 1], [0, 1]], [0, 0]), ([[-1, 1]], [0])])
    box = Domain.box([0, -1], [1, 1])
    search = HighestOnBox(OnBox.of(net, box), [fmpq(1)])
    search.run()
    assert search.found.value == by_cells(net, box, [fmpq(1)])


@pytest.mark.parametrize("weights", [*itertools.permutations([10**300, "1e-200", "1e-200"])])
def test_products_of_weights_that_no_double_holds(weights):
    """Underflow took the bound of a box to 0, and 3/4 of the largest value was said to be all."""
    net = Network.from_rows([([[weight]], None) for weight in weights])
    assert maximum(net, Domain.box(["1/2"], [1])).value == fmpq(1, 10**100)


def test_weights_that_are_smaller_than_all_doubles():
    net = Network.from_rows([([["1e-400"], [1]], None), ([[10**200, "1e-400"]], None), ([[10**200]], None)])
    assert maximum(net, Domain.box([0], [1])).value == 1 + fmpq(1, 10**200)
