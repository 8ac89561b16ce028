"""Steps over cells that are held by constraints: what is told of them, and when they stop."""

import random
import time

from oracles.hostile import hostile_net, short

from relupoly import Domain, count_pieces
from relupoly.pieces.constraints.steps import ENGINE
from relupoly.pieces.walk import driver
from relupoly.run import Run

INPUTS = 14


def details(**limits):
    """What is told about a count."""
    told = []
    net = hostile_net(random.Random(2), short, INPUTS, [6, 3])
    count_pieces(net, Domain.box([-1] * INPUTS, [1] * INPUTS), run=Run(detail=told.append, **limits))
    return told


def test_how_cells_are_held_is_told():
    assert "by constraints: a box with 14 inputs that neurons see" in details()[0]


def test_the_walk_goes_on_compiled(monkeypatch):
    assert ENGINE.wait()
    monkeypatch.setattr(driver, "_PATIENCE", -1)
    monkeypatch.setattr(driver, "_FEWEST_STEPS", -1)
    [_, told] = details()
    assert "the walk goes on compiled" in told


def test_where_nothing_can_be_compiled_it_is_interpreted(monkeypatch):
    monkeypatch.setattr(driver.Walk, "_impatient", lambda walk: False)
    monkeypatch.setattr(ENGINE, "is_impossible", True)
    [_, told] = details()
    assert "interpreted to its end, since nothing can be compiled here" in told


def test_deadlines_are_kept_where_all_is_tied():
    # Weights -2, ..., 2 on 300 inputs: most programs go on in rationals.
    net = hostile_net(random.Random(300), short, 300, [8, 6])
    start = time.perf_counter()
    found = count_pieces(net, Domain.box([0] * 300, [1] * 300), run=Run(deadline=1))
    assert found.stopped == "deadline"
    assert time.perf_counter() - start < 5
