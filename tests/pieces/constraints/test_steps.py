"""Steps over cells that are held by constraints: what is told of them, and when they stop."""

import random
import time

import pytest
from oracles.hostile import hostile_net, short

from relupoly import Domain, count_pieces
from relupoly.geometry.box_simplex import ENGINE
from relupoly.pieces.constraints import steps
from relupoly.run import Run

INPUTS = 14


def details(**limits):
    """What is told about a count."""
    told = []
    net = hostile_net(random.Random(2), short, INPUTS, [4, 3])
    count_pieces(net, Domain.box([-1] * INPUTS, [1] * INPUTS), run=Run(detail=told.append, **limits))
    return told


def test_how_cells_are_held_is_told():
    assert "by constraints, in one thread: a box with 14 inputs that neurons see" in details()[0]


@pytest.mark.parametrize(
    ("patience", "impossible", "words"),
    [
        (-1, False, "linear programs go on in machine code"),
        (10**9, False, "linear programs were interpreted: that took no longer"),
        (10**9, True, "linear programs were interpreted, since nothing can be compiled here"),
    ],
)
def test_what_solves_linear_programs_is_told(monkeypatch, patience, impossible, words):
    assert ENGINE.wait()
    monkeypatch.setattr(steps, "_PATIENCE", patience)
    monkeypatch.setattr(ENGINE, "is_impossible", impossible)
    [_, told] = details()
    assert words in told


def test_deadlines_are_kept_where_all_is_tied():
    # Weights -2, ..., 2 on 300 inputs: most programs go on in rationals.
    net = hostile_net(random.Random(300), short, 300, [8, 6])
    start = time.perf_counter()
    found = count_pieces(net, Domain.box([0] * 300, [1] * 300), run=Run(deadline=1))
    assert found.stopped == "deadline"
    assert time.perf_counter() - start < 5
