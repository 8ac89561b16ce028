"""The division of a walk: whole, disjoint, and the same whatever the arithmetic."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.hostile import ENTRIES, hostile_net, random_domain
from oracles.merging import NETS
from oracles.strategies import nets_on_domains

from relupoly.exact.floats import FloatVectors
from relupoly.exact.integers import IntegerVectors
from relupoly.geometry.domain import Domain
from relupoly.networks.network import Network
from relupoly.pieces.counting.tasks import divide
from relupoly.pieces.forms.homogeneous import homogenize
from relupoly.pieces.walk.driver import Walk
from relupoly.pieces.walk.node import Detail


def signs(cells):
    return sorted(cell.neuron_signs().tobytes() for cell in cells)


def of_tasks(walk, tasks):
    return signs(cell for nodes in tasks.nodes for cell in walk.below(nodes(walk), Detail.EVERY))


@settings(max_examples=60)
@given(nets_on_domains(neurons=10, width=5), st.sampled_from([1, 2, 5, 30, 1000]))
def test_the_tasks_together_are_the_walk(case, wanted):
    prepared = homogenize(*case)
    tasks = divide(Walk(prepared), wanted)
    cells = signs(Walk(prepared))
    assert of_tasks(Walk(prepared), tasks) == cells
    assert len(tasks) <= max(wanted, len(cells))


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("seed", range(8))
def test_neither_arithmetic_nor_walls_nor_time_matter(entry, seed):
    source = random.Random(f"{entry} {seed} tasks")
    net = hostile_net(source, ENTRIES[entry], source.randint(1, 4), [source.randint(1, 5), 3], 1)
    prepared = homogenize(net, random_domain(source, net.input_dim))
    for wanted in (3, 20):
        digests, lists = set(), []
        for kind in (FloatVectors, IntegerVectors):
            for every_wall in (False, True):
                walk = Walk(prepared, every_wall, kind=kind, patience=0 if every_wall else 10**9)
                tasks = divide(walk, wanted)
                digests.add(tasks.digest)
                lists.append([signs(walk.below(nodes(walk), Detail.EVERY)) for nodes in tasks.nodes])
        assert len(digests) == 1
        assert lists[1:] == lists[:-1], "each task holds the same cells, not only all of them together"


def test_other_tasks_have_another_digest():
    digests = {
        divide(Walk(homogenize(net, domain)), wanted).digest
        for net in (NETS["hill"], NETS["trap"])
        for domain in (Domain(), Domain.box([-1, -1], [1, 1]))
        for wanted in (2, 9)
    }
    assert len(digests) == 8


def test_more_starting_cones_than_tasks():
    rows = [[int(row == column) for column in range(9)] for row in range(9)]
    prepared = homogenize(Network.from_rows([([*rows, [1] * 9], [0] * 9 + [1]), ([[1] * 10], None)]), Domain())
    tasks = divide(Walk(prepared), 100)
    assert len(tasks) == 100
    assert of_tasks(Walk(prepared), tasks) == signs(Walk(prepared))


def test_no_starting_cone_is_built_before_its_task_is_due():
    """With 2^50 of them nothing else would ever happen."""
    rows = [[int(row == column) for column in range(50)] for row in range(50)]
    prepared = homogenize(Network.from_rows([(rows, None), ([[1] * 50], None)]), Domain())
    tasks = divide(Walk(prepared), 256)
    first = next(iter(tasks.nodes[255](Walk(prepared))))
    assert (len(tasks), first.cone.sides.tolist()) == (256, [1] * 42 + [-1] * 8 + [1])
