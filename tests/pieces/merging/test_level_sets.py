"""Components of level sets: the graph against disjoint sets, and the compiled collection against whole cells."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.hostile import ENTRIES, hostile_net, random_domain
from oracles.merging import NETS

from relupoly.constructions.hard import hard
from relupoly.geometry.domain import Domain
from relupoly.pieces.count import count_pieces
from relupoly.pieces.merging import closed_pieces, level_sets
from relupoly.pieces.merging.disjoint import DisjointSets
from relupoly.pieces.merging.level_sets import LevelSets, packed
from relupoly.pieces.recount import recount
from relupoly.pieces.walk import face_arrays, level_arrays
from relupoly.pieces.walk.driver import Walk
from relupoly.pieces.walk.node import CERTAIN, DOUBTFUL, WHOLE

CASES = [name for name in NETS if name != "no hidden layer"]
ROW = st.tuples(st.integers(0, 2), st.integers(0, 6), st.sampled_from([CERTAIN, CERTAIN, DOUBTFUL, WHOLE]), st.integers(0, 9))


def components_with_a_whole_cell(rows, function, kinds):
    sets = DisjointSets()
    for own, cell, kind, key in rows:
        if own == function and kind in kinds:
            sets.join(("cell", cell), ("key", key))
    return len({sets.find(("cell", cell)) for own, cell, kind, _ in rows if own == function and kind == WHOLE})


@settings(max_examples=200)
@given(rows=st.lists(ROW, max_size=40), most=st.sampled_from([3, 10, 1000]), batch=st.integers(1, 9))
def test_the_graph_against_disjoint_sets(rows, most, batch):
    sets = LevelSets(3, 40)
    sets._most = most
    for start in range(0, len(rows), batch):
        part = rows[start : start + batch]
        found = np.array([row[:3] for row in part], dtype=np.int64).reshape(len(part), 3)
        sets.add_counted(0, found, np.array([[row[3], 2**60 + row[3] % 3] for row in part], dtype=np.uint64).reshape(-1, 2))
    least, largest = sets.bounds()
    for function in range(3):
        assert least[function] == components_with_a_whole_cell(rows, function, {CERTAIN, DOUBTFUL})
        assert largest[function] == components_with_a_whole_cell(rows, function, {CERTAIN})


def test_keys_are_packed_in_two_bits():
    signs = np.array([[1, 0, -1] * 30, [-1] * 90], dtype=np.int8)
    value = sum((int(sign) + 1) << 2 * place for place, sign in enumerate(signs[0]))
    words = packed(signs).tolist()
    assert sum(word << 64 * place for place, word in enumerate(words[0])) == value
    assert words[1] == [0, 0, 0]


def both_ways(monkeypatch, net, domain=None):
    """The count by the compiled walk, with whatever room there is; it is the same with all vertices for certain."""
    seen = []
    counted = closed_pieces._closed_pieces

    def compared(net, functions, walk):
        count = counted(net, functions, walk)
        seen.append(len(functions))
        assert count == closed_pieces._counted(functions, walk(every_wall=True))
        return count

    monkeypatch.setattr(Walk, "_impatient", lambda self: True)
    monkeypatch.setattr(closed_pieces, "_closed_pieces", compared)
    count = count_pieces(net, domain, "closed").counts["closed"]
    return count, seen


@pytest.mark.parametrize("room", [2, 40, 2**15])
@pytest.mark.parametrize("name", CASES)
def test_nets_with_ties(name, room, monkeypatch):
    monkeypatch.setattr(level_arrays, "_ROOM", room)
    count, _ = both_ways(monkeypatch, NETS[name])
    assert count == recount(NETS[name], notions=("closed",))["closed"]


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("seed", range(10))
def test_hostile_nets(entry, seed, monkeypatch):
    source = random.Random(f"{entry} {seed} level sets")
    widths = [source.randint(2, 4) for _ in range(source.randint(1, 3))]
    net = hostile_net(source, ENTRIES[entry], source.randint(1, 3), widths, source.choice([1, 1, 2]))
    both_ways(monkeypatch, net, random_domain(source, net.input_dim))


@pytest.mark.parametrize(("width", "parameters"), [(3, "1/3,1/2;2/5,3/4;1/7,1/2;1/3,2/3"), (2, "1/2;1/3;1/5;2/7;5/9;1/2")])
def test_doubts_at_the_ends_of_teeth_do_not_matter(width, parameters, monkeypatch):
    """Zero is reached at the end of each tooth, for certain in rationals only; no tooth joins the two flat ends."""
    net = hard("sawtooth", width=width, depth=parameters.count(";") + 1, breakpoints=parameters).network
    exact = []
    monkeypatch.setattr(closed_pieces, "_counted", lambda *_: exact.append(1))
    monkeypatch.setattr(Walk, "_impatient", lambda self: True)
    counts = count_pieces(net, notion="closed").counts
    assert counts["closed"] == counts["open"]
    assert not exact


@pytest.mark.parametrize("jobs", [1, 2])
def test_cells_of_several_threads_are_told_apart(jobs, monkeypatch):
    monkeypatch.setattr(level_sets, "_MOST_ROWS", 50)
    monkeypatch.setattr(Walk, "_impatient", lambda self: True)
    source = random.Random("threads of level sets")
    net = hostile_net(source, ENTRIES["short"], 3, [6, 5], 1)
    expected = recount(net, notions=("closed",))["closed"]
    assert count_pieces(net, notion="closed", jobs=jobs).counts["closed"] == expected


def test_what_is_collected_of_a_cell_is_there_once_it_is_done(monkeypatch):
    """With room for a few patterns, the walk hands over again and again; cells with more faces are left to Python."""
    monkeypatch.setattr(Walk, "_impatient", lambda self: True)
    net = hostile_net(random.Random("room for patterns"), ENTRIES["short"], 3, [5, 4], 1)
    expected = recount(net, notions=("patterns",))["patterns"]
    for room, faces in [(1, 2), (5, 4), (64, 16), (2**14, 2**14)]:
        monkeypatch.setattr(face_arrays, "_ROOM", room)
        monkeypatch.setattr(face_arrays, "_FACES", faces)
        assert count_pieces(net, notion="patterns").pieces == expected
        assert count_pieces(net, Domain(), "all").counts["patterns"] == expected
