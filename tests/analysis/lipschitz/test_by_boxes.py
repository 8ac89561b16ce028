"""Steepest gradients by branch and bound, against all cells one by one; also where a walk hardly ever looks at boxes."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from relupoly.analysis.branching.answers import OnBox
from relupoly.analysis.branching.doubles_gradients import DoublesGradients
from relupoly.analysis.branching.steepness import steepest
from relupoly.analysis.lipschitz import by_boxes, search
from relupoly.analysis.lipschitz.answer import Lipschitz
from relupoly.analysis.lipschitz.by_boxes import SteepestOnBox
from relupoly.analysis.lipschitz.largest_gradient import LargestGradient
from relupoly.analysis.lipschitz.lipschitz import lipschitz
from relupoly.analysis.lipschitz.norms import GradientNorm
from relupoly.analysis.lipschitz.search import LipschitzSearch
from relupoly.geometry.domain import Domain
from relupoly.networks.network import Network
from relupoly.pieces.listing.cells import list_cells
from relupoly.run import Run, Stopped

KINDS = ("integers", "normal", "no biases")


def random_net(source: np.random.Generator, kind: str) -> Network:
    """A net with up to 3 inputs, outputs and hidden layers; often with a neuron twice, or one that is 0."""
    sizes = [
        int(size) for size in (source.integers(1, 4), *source.integers(1, 7, source.integers(1, 4)), source.integers(1, 4))
    ]
    layers = []
    for before, after in itertools.pairwise(sizes):
        if kind == "normal":
            weight, bias = source.normal(size=(after, before)), source.normal(size=after)
        else:
            weight = source.integers(-2, 3, size=(after, before))
            bias = source.integers(-2, 3, size=after) * (kind == "integers")
        if after > 1 and source.random() < 0.3:
            weight[1], bias[1] = weight[0], bias[0]
        layers.append((weight.tolist(), bias.tolist()))
    return Network.from_rows(layers)


def by_branching(net: Network, box: Domain, norm: object, looks: int = 0) -> tuple[Lipschitz, SteepestOnBox]:
    """The constant by branch and bound alone, as if there had been so many looks at boxes before."""
    found = LargestGradient(GradientNorm(norm, net.output_dim))
    boxes = SteepestOnBox(OnBox.of(net, box), DoublesGradients.of(net), found)
    boxes.looks = looks
    while not boxes.is_done:
        boxes.step()
    return found.found, boxes


def by_cells(net: Network, box: Domain, norm: object) -> Lipschitz:
    """The constant by exact gradients of all cells."""
    found = LargestGradient(GradientNorm(norm, net.output_dim))
    for cell in list_cells(net, box, ("pattern", "gradient")):
        found.add(cell)
    return found.found


@pytest.mark.parametrize(("kind", "looks"), [*((kind, 0) for kind in KINDS), ("normal", 1)])
@pytest.mark.parametrize("seed", range(20))
def test_the_same_as_by_all_cells(seed, kind, looks, monkeypatch):
    monkeypatch.setattr(by_boxes, "_LOOK", 60)
    source = np.random.default_rng(seed)
    for norm in (1, 2, "inf", "3/2"):
        net = random_net(source, kind)
        if norm == "3/2" and net.output_dim > 1:
            continue
        n = net.input_dim
        box = Domain.box([-2] * n, [3] * n)
        found, _ = by_branching(net, box, norm, looks)
        expected = by_cells(net, box, norm)
        assert (found.lower, found.upper, found.squared) == (expected.lower, expected.upper, expected.squared)
        cells = {cell.pattern: cell.gradient for cell in list_cells(net, box, ("pattern", "gradient"))}
        assert cells[found.pattern] == found.gradient


def test_a_norm_that_is_attained_everywhere_is_closed_without_a_look(monkeypatch):
    # A sawtooth: its slopes are 8 or -8 on 8 cells.
    tooth = ([[1], [1]], [0, "-1/2"])
    both = [[2, -4], [2, -4]]
    net = Network.from_rows([tooth, (both, [0, "-1/2"]), (both, [0, "-1/2"]), ([[2, -4]], None)])
    monkeypatch.setattr(by_boxes, "_FEW_CELLS", 0)
    found, boxes = by_branching(net, Domain.box([0], [1]), 2)
    assert found.value == 8
    assert boxes.looks == 0
    assert boxes.boxes < 100


def wide_net(inputs: int, width: int) -> Network:
    source = np.random.default_rng(7)
    return Network.from_rows([
        (source.normal(size=(width, inputs)), source.normal(size=width)),
        (source.normal(size=(width, width)) / 5, source.normal(size=width)),
        (source.normal(size=(1, width)), source.normal(size=1)),
    ])  # fmt: skip


def test_branching_beside_a_look_at_all_cells_changes_nothing(monkeypatch):
    net = wide_net(2, 20)
    box = Domain.box([-3, -3], [3, 3])
    expected = lipschitz(net, box)
    monkeypatch.setattr(search, "_ALONE", 0.0)
    both = LipschitzSearch(net, box, 2)
    both.run()
    assert both.boxes > 0
    assert (both.found.lower, both.found.upper, both.found.squared) == (expected.lower, expected.upper, expected.squared)


def test_when_it_is_stopped_bounds_of_boxes_count(monkeypatch):
    net = wide_net(3, 40)
    box = Domain.box([-5] * 3, [5] * 3)
    monkeypatch.setattr(search, "_ALONE", 0.0)
    whole = lipschitz(net, box)
    paths = sum(entry**2 for entry in steepest(net, box)[0])
    for steps in (20, 80):
        some, asked = LipschitzSearch(net, box, 2), []
        with pytest.raises(Stopped):
            some.run(Run(interrupted=lambda asked=asked, steps=steps: asked.append(1) or len(asked) > steps))
        assert not some.found.complete
        assert some.found.lower <= whole.lower <= whole.upper <= some.found.upper
        assert some.found.upper**2 < paths / 2


def test_no_box_is_lost_where_a_look_is_stopped(monkeypatch):
    net = wide_net(2, 12)
    box = Domain.box([-3, -3], [3, 3])
    expected = by_cells(net, box, 2)
    found = LargestGradient(GradientNorm(2, 1))
    boxes = SteepestOnBox(OnBox.of(net, box), DoublesGradients.of(net), found)
    stops: list[int] = []
    while not boxes.is_done:
        asked: list[int] = []
        try:
            boxes.step(Run(interrupted=lambda asked=asked: asked.append(1) or len(asked) > 2 + len(stops) // 4))
        except Stopped:
            stops.append(1)
    assert stops
    assert found.found.squared == expected.squared
