"""Counts over cells that are held by constraints: against the walk over rays, the recount, published and enumerated counts."""

import itertools
import json
import random
from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.hostile import ENTRIES, extreme, hostile_net
from oracles.strategies import boxes, linear_nets
from oracles.tables import SHARED, needs_shared

from relupoly import Domain, Network, count_pieces
from relupoly.errors import SizeError
from relupoly.geometry.polyhedron import Box
from relupoly.geometry.subspace import AffineSubspace
from relupoly.networks.composition import restrict
from relupoly.pieces.constraints.steps import ENGINE
from relupoly.pieces.forms import homogeneous
from relupoly.pieces.forms.homogeneous import homogenize
from relupoly.pieces.recount import recount
from relupoly.pieces.walk import driver
from relupoly.run import Run

WITHOUT_PATTERNS = ("activation", "open", "strict", "affine", "closed")


@pytest.fixture(autouse=True)
def always(monkeypatch):
    """Constraints hold cells in boxes of every dimension."""
    monkeypatch.setattr(homogeneous, "MOST_COORDINATES_WITH_RAYS", 0)
    monkeypatch.setattr(homogeneous, "MOST_COORDINATES_OF_ONE_LAYER", 0)


@pytest.fixture(params=["interpreted", "compiled"])
def way(request, monkeypatch):
    """Whether the walk over constraints is interpreted to its end, or compiled from the beginning."""
    if request.param == "interpreted":
        monkeypatch.setattr(driver.Walk, "_impatient", lambda walk: False)
    else:
        assert ENGINE.wait()
        monkeypatch.setattr(driver, "_PATIENCE", -1)
        monkeypatch.setattr(driver, "_FEWEST_STEPS", -1)


def by_rays(network, domain, notion):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(homogeneous, "MOST_COORDINATES_WITH_RAYS", 100)
        patch.setattr(homogeneous, "MOST_COORDINATES_OF_ONE_LAYER", 100)
        assert homogenize(network, domain, True).bounds is None
        return count_pieces(network, domain, notion).counts


def by_constraints(network, domain, notion):
    net = homogenize(network, domain, True)
    assert net.bounds is not None or net.dimension == 1
    found = count_pieces(network, domain, notion)
    assert found.complete
    assert found.certified
    return found.counts


@st.composite
def cases(draw):
    net = draw(linear_nets(inputs=3, neurons=8))
    return net, draw(boxes(net.input_dim))


@settings(max_examples=60)
@given(cases(), st.sampled_from([*WITHOUT_PATTERNS, "all"]))
def test_degenerate_nets_have_the_counts_of_the_walk_over_rays(case, notion):
    # Where no neuron sees an input, it drops out, and with all of them the box.
    net, box = case
    assert count_pieces(net, box, notion).counts == by_rays(net, box, notion)


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("seed", range(12))
def test_hostile_nets_have_the_counts_of_the_walk_over_rays(way, entry, seed):
    source = random.Random(seed)
    inputs = source.randint(1, 3)
    net = hostile_net(source, ENTRIES[entry], inputs, [source.randint(1, 5) for _ in range(source.randint(1, 3))])
    box = Domain.box([-1] * inputs, [source.choice([1, 2, Fraction(1, 3)]) for _ in range(inputs)])
    for notion in WITHOUT_PATTERNS:
        assert by_constraints(net, box, notion) == by_rays(net, box, notion)


def hostile_box(source, inputs):
    """A box whose sides are beyond doubles: huge, next to nothing, or far away for their size."""
    lower, upper = [], []
    for _ in range(inputs):
        far = source.choice([0, Fraction(-1, 3), 1, Fraction(source.gauss(0, 1))]) * Fraction(10) ** source.choice(
            [-300, 0, 17, 40]
        )
        lower.append(far)
        upper.append(far + Fraction(10) ** source.choice([-400, -60, -20, 0, 0, 20, 300, 400]))
    return Domain.box(lower, upper)


@pytest.mark.parametrize("entry", [*ENTRIES.values(), extreme])
@pytest.mark.parametrize("seed", range(4))
def test_hostile_boxes_have_the_counts_of_the_walk_over_rays(way, entry, seed):
    source = random.Random(seed)
    inputs = source.randint(1, 3)
    net = hostile_net(source, entry, inputs, [source.randint(1, 4) for _ in range(source.randint(1, 3))])
    box = hostile_box(source, inputs)
    assert by_constraints(net, box, "closed") == by_rays(net, box, "closed")


@pytest.mark.parametrize("seed", [96, 150, 173])
def test_forms_that_doubles_have_lost_cut_nevertheless(way, seed):
    # Weights between 1e-300 and 1e300 in one layer: beside the largest ones, whole rows are 0 in doubles.
    source = random.Random(seed)
    net, box = hostile_net(source, extreme, 2, [4, 2]), Domain.box([-1, -1], [1, 2])
    assert by_constraints(net, box, "open") == by_rays(net, box, "open")


def random_net(inputs, widths, seed):
    source = np.random.default_rng(seed)
    sizes = [inputs, *widths, 1]
    return Network.from_rows(
        [(source.normal(size=(after, before)), source.normal(size=after)) for before, after in itertools.pairwise(sizes)]
    )


@pytest.mark.slow
@pytest.mark.parametrize(("inputs", "seed"), [(inputs, seed) for inputs in range(4, 10) for seed in range(4)])
def test_small_nets_on_many_inputs_have_the_counts_of_the_recount(inputs, seed):
    net = random_net(inputs, [4, 3], seed)
    box = Domain.box([-1] * inputs, [1] * inputs)
    expected = recount(net, box, ("open", "activation"))
    assert by_constraints(net, box, "open") == expected


@pytest.mark.parametrize("inputs", [30, 784])
def test_one_neuron(inputs):
    net = random_net(inputs, [1], 3)
    assert by_constraints(net, Domain.box([-2] * inputs, [2] * inputs), "open") == {"open": 2, "activation": 2}


@needs_shared
@pytest.mark.parametrize("name", ["n20_12x8", "n30_16x16", "n64_24x24"])
def test_enumerated_counts(name):
    place = SHARED / "nets" / "many_inputs"
    [row] = [row for row in json.loads((place / "counts.json").read_text()) if row["name"] == name]
    net = Network.from_rows(
        [(one["weight"], one["bias"]) for one in json.loads((place / f"{name}.json").read_text())["layers"]]
    )
    size = Fraction(str(row["box"]))
    box = Domain.box([-size] * net.input_dim, [size] * net.input_dim)
    assert by_constraints(net, box, "activation") == {"activation": row["activation"]}


@needs_shared
@pytest.mark.parametrize(
    ("name", "count"), [("SDnet_10_15_10_3", 12), ("SDnet_10_20_15_10_3", 89), ("SDnet_10_30_30_30_3", 747)]
)
def test_published_nets(name, count):
    document = json.loads((SHARED / "nets" / "many_inputs" / f"{name}.net.json").read_text())
    net = Network.from_rows([(one["weight"], one["bias"]) for one in document["layers"]])
    assert by_constraints(net, Domain.box([0] * 10, ["1/10"] * 10), "activation") == {"activation": count}


def test_counts_do_not_depend_on_coordinates():
    inputs = 12
    net, box = random_net(inputs, [6, 4], 1), Domain.box([-1] * inputs, [1] * inputs)
    expected = by_constraints(net, box, "open")
    order = list(range(inputs))
    random.Random(5).shuffle(order)
    permuted = restrict(net, subspace([0] * inputs, np.eye(inputs, dtype=int)[order].tolist()))
    assert by_constraints(permuted, box, "open") == expected
    scaled = restrict(net, subspace([1] * inputs, (np.eye(inputs, dtype=int) * 3).tolist()))
    moved = Domain.box([Fraction(-2, 3)] * inputs, [0] * inputs)
    assert by_constraints(scaled, moved, "open") == expected
    unseen = Network.from_rows(
        [([[*row, 0] for row in net.layers[0].weight.tolist()], net.layers[0].bias.entries()), *map(rows, net.layers[1:])]
    )
    assert by_constraints(unseen, Domain.box([-1] * (inputs + 1), [1] * (inputs + 1)), "open") == expected


def subspace(origin, basis):
    return AffineSubspace(fmpq_mat(len(origin), 1, origin), fmpq_mat(basis))


def rows(layer):
    return layer.weight.tolist(), layer.bias.entries()


def test_slivers_are_cells_and_touching_hyperplanes_cut_nothing(way):
    tiny = Fraction(1, 10**30)
    inputs = 10
    ones = [1] * inputs
    # sum x = 0, = tiny, = tiny again, and the two planes that only touch the box at corners.
    net = Network.from_rows([([ones] * 5, [0, -tiny, -tiny, -inputs, inputs]), ([[1, 2, 3, 4, 5]], [0])])
    box = Domain.box([-1] * inputs, ones)
    assert by_constraints(net, box, "open") == {"open": 3, "activation": 3}
    beyond = Network.from_rows([([ones] * 2, [-inputs + tiny, inputs - tiny]), ([[1, 1]], [0])])
    assert by_constraints(beyond, box, "open") == {"open": 3, "activation": 3}


def test_a_hyperplane_through_the_center_of_the_box(way):
    inputs = 10
    net = Network.from_rows([([[1, *[0] * (inputs - 1)], [1] * inputs], [0, 0]), ([[1, 1]], [0])])
    assert by_constraints(net, Domain.box([-1] * inputs, [1] * inputs), "activation") == {"activation": 4}


def test_idle_layers_join_cells(way):
    # Where the second layer is idle, the function is constant, whatever the first one does.
    inputs = 10
    first = [[1 if place == number else 0 for place in range(inputs)] for number in range(3)]
    net = Network.from_rows([(first, [0] * 3), ([[1, 1, 1]], [-1]), ([[1]], [0])])
    box = Domain.box([-1] * inputs, [1] * inputs)
    found = by_constraints(net, box, "closed")
    assert found == by_rays(*seen(net, box), "closed")
    assert found["open"] < found["activation"]


def seen(net, box):
    """The same on the coordinates that the first layer sees, which are the first three."""
    layer = net.layers[0]
    narrow = Network.from_rows([([row[:3] for row in layer.weight.tolist()], layer.bias.entries()), *map(rows, net.layers[1:])])
    return narrow, Domain(Box(box.polyhedron.lower[:3], box.polyhedron.upper[:3]))


def test_patterns_ask_for_rays():
    net = random_net(30, [3], 1)
    with pytest.raises(SizeError, match="2\\^30 vertices"):
        count_pieces(net, Domain.box([-1] * 30, [1] * 30), "patterns")


def test_the_choice_is_made_by_inputs_that_are_seen_and_layers(monkeypatch):
    monkeypatch.undo()
    for inputs, widths, constrained in ((8, [3, 3], True), (7, [3, 3], False), (14, [3], False), (15, [3], True)):
        net = random_net(inputs, widths, 1)
        assert (homogenize(net, Domain.box([-1] * inputs, [1] * inputs), True).bounds is not None) == constrained
    for inputs, constrained in ((6, True), (5, False)):  # ties everywhere
        net = Network.from_rows([([[1] * inputs, [-1] * inputs], [1, 0]), ([[1, 1]], [0]), ([[1]], [0])])
        assert (homogenize(net, Domain.box([-1] * inputs, [1] * inputs), True).bounds is not None) == constrained
    unseen = random_net(20, [3, 3], 1)
    first = Network.from_rows(
        [([row[:5] + [0] * 15 for row in unseen.layers[0].weight.tolist()], [0] * 3), *map(rows, unseen.layers[1:])]
    )
    assert homogenize(first, Domain.box([-1] * 20, [1] * 20), True).dimension == 6


def test_limits_deadlines_and_threads():
    net, box = random_net(12, [5, 4], 2), Domain.box([-1] * 12, [1] * 12)
    whole = count_pieces(net, box)
    assert count_pieces(net, box, jobs=2).counts == whole.counts
    part = count_pieces(net, box, limit=5)
    assert (part.cells, part.stopped) == (5, "limit")
    assert count_pieces(net, box, limit=whole.cells).complete
    assert count_pieces(net, box, run=Run(deadline=0)).stopped == "deadline"
