"""Patterns on faces: which are new, against brute force and the recount; and which cells need no look."""

import itertools
import random

import numpy as np
import pytest
from hypothesis import given, settings
from oracles.brute_force import brute_force
from oracles.hostile import ENTRIES, hostile_net, random_domain
from oracles.merging import NETS
from oracles.strategies import nets_on_domains

from relupoly.geometry.domain import Domain
from relupoly.networks.network import Network
from relupoly.pieces.count import count_pieces
from relupoly.pieces.enumeration.complex import f_vector, finite_faces
from relupoly.pieces.forms.homogeneous import homogenize
from relupoly.pieces.recount import recount
from relupoly.pieces.walk.cell import Cell
from relupoly.pieces.walk.driver import Walk
from relupoly.pieces.walk.node import Detail


def of_all_faces(net):
    """The patterns of all faces of all cells: which neurons are active there."""
    found, first = set(), net.first_label[0]
    for cell in Walk(net, every_wall=True, patience=10**9):
        for _, walls in finite_faces(cell):
            signs = cell.all_signs.copy()
            signs[walls[walls >= first] - first] = 0
            starts = np.cumsum([0, *map(len, cell.signs)])
            parts = [signs[start + planes.of] * planes.side > 0 for start, planes in zip(starts, net.hyperplanes, strict=False)]
            found.add(np.concatenate(parts).tobytes())
    return len(found)


def check(net, domain, expected, monkeypatch):
    for compiled, jobs in [(False, 1), (True, 1), (True, 2)]:
        monkeypatch.setattr(Walk, "_impatient", lambda self, compiled=compiled: compiled)
        for notion in ("patterns", "all"):
            assert count_pieces(net, domain, notion, jobs=jobs).counts["patterns"] == expected


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("seed", range(8))
def test_hostile_nets(entry, seed, monkeypatch):
    source = random.Random(f"{entry} {seed} patterns")
    widths = [source.randint(1, 4) for _ in range(source.randint(1, 3))]
    net = hostile_net(source, ENTRIES[entry], source.randint(1, 3), widths, source.randint(1, 2))
    domain = random_domain(source, net.input_dim)
    check(net, domain, of_all_faces(homogenize(net, domain)), monkeypatch)


@pytest.mark.parametrize("name", [name for name in NETS if name != "no hidden layer"])
def test_nets_with_ties(name, monkeypatch):
    check(NETS[name], None, of_all_faces(homogenize(NETS[name], Domain())), monkeypatch)


@settings(max_examples=60)
@given(nets_on_domains(neurons=8, width=4))
def test_against_the_recount(case):
    assert count_pieces(*case, notion="patterns").pieces == recount(*case, notions=("patterns",))["patterns"]


@pytest.mark.parametrize("seed", range(6))
def test_against_brute_force(seed):
    source = random.Random(f"{seed} brute patterns")
    net = hostile_net(source, ENTRIES["short"], 2, [3, 2], 1)
    assert count_pieces(net, notion="patterns").pieces == brute_force(net)["patterns"]


@pytest.mark.parametrize(("inputs", "widths"), [(1, [9]), (2, [9, 7]), (3, [7, 6]), (4, [6, 5]), (5, [7]), (6, [8])])
@pytest.mark.parametrize("domain", ["space", "box"])
def test_cells_of_generic_nets_need_no_look(inputs, widths, domain):
    source = np.random.default_rng(inputs)
    sizes = [inputs, *widths, 1]
    net = Network.from_rows([(source.normal(size=(b, a)), source.normal(size=b)) for a, b in itertools.pairwise(sizes)])
    net = homogenize(net, Domain.box([-3] * inputs, [3] * inputs) if domain == "box" else Domain())
    parts = list(Walk(net, every_wall=True, patience=0).cells(Detail.SIMPLE))
    assert not any(isinstance(part, Cell) for part in parts)
    assert sum(part.count for part in parts) == sum(1 for _ in Walk(net, patience=10**9))


def test_a_neuron_that_vanishes_where_another_is_active():
    """relu(relu(x) - x) is 0 for x > 0 and bends at 0, where no neuron is active: a pattern that no cell has."""
    net = Network.from_rows([([[1], [1]], None), ([["1/2", "1/2"]], None), ([[1]], None)])
    hinge = Network.from_rows([([[1], [-1]], None), ([[1, 0], [0, 1]], None), ([[1, 1]], None)])
    assert count_pieces(net, notion="patterns").pieces == 2
    assert count_pieces(hinge, notion="patterns").pieces == 3


@pytest.mark.parametrize("kind", ["short", "gaussian", "nearly_short"])
@pytest.mark.parametrize("seed", range(6))
def test_every_wall_of_the_compiled_walk(kind, seed, monkeypatch):
    """The complex has the same faces, whichever walk finds the cells."""
    source = random.Random(f"{kind} {seed} faces")
    net = hostile_net(source, ENTRIES[kind], source.randint(1, 3), [4, 3], 1)
    found = []
    for compiled in (True, False):
        monkeypatch.setattr(Walk, "_impatient", lambda self, compiled=compiled: compiled)
        found.append(f_vector(net))
    assert found[0] == found[1]


def test_nets_without_hidden_layer_have_one_pattern():
    from relupoly import Domain, Network, count_pieces

    network = Network.from_rows([([[1]], None)])
    for domain in (Domain.box([0], [1]), Domain()):
        assert set(count_pieces(network, domain, "all").counts.values()) == {1}
