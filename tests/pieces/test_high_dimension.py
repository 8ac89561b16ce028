"""Counting by flats, looking edges up, and building only the idle cell: what many inputs need, forced upon few as well."""

import itertools
import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.arrangements import FAMILIES, net_of
from oracles.hostile import ENTRIES, hostile_net, random_domain
from oracles.strategies import nets_on_domains
from oracles.walks import pieces

from relupoly import Domain, Network, Polyhedron, count_pieces
from relupoly.exact.floats import FloatVectors
from relupoly.exact.integers import IntegerVectors
from relupoly.pieces.forms.homogeneous import homogenize
from relupoly.pieces.notions import NOTIONS
from relupoly.pieces.recount import recount
from relupoly.pieces.walk import driver, tables
from relupoly.pieces.walk.driver import Walk
from relupoly.pieces.walk.node import CountedCells, Detail
from relupoly.run import Run

NEVER = 10**9


@pytest.fixture(autouse=True)
def everywhere(monkeypatch):
    """Flats and tables of edges in every dimension and for every number of rays."""
    monkeypatch.setattr(tables, "_FLATS_FROM", 1)
    monkeypatch.setattr(tables, "_MANY_RAYS", 1)
    monkeypatch.setattr(driver, "_FEWEST_STEPS", 0)
    monkeypatch.setattr(driver, "_PATIENCE", 0)
    # A walk goes on interpreted for as long as there is no compiled one.
    driver.compile_ahead()


def random_net(inputs, widths, seed, outputs=1):
    source = np.random.default_rng(seed)
    sizes = [inputs, *widths, outputs]
    return Network.from_rows(
        [(source.normal(size=(after, before)), source.normal(size=after)) for before, after in itertools.pairwise(sizes)]
    )


def one_layer(rows):
    """A net of one neuron for each form (a, b), all of which the output depends on."""
    return Network.from_rows([([row[:-1] for row in rows], [row[-1] for row in rows]), ([list(range(1, len(rows) + 1))], None)])


def box(inputs, size=10):
    return Domain.box([-size] * inputs, [size] * inputs)


def exact(prepared):
    return pieces(prepared, NEVER, IntegerVectors)


@pytest.mark.parametrize(("inputs", "neurons"), [(1, 9), (2, 12), (3, 14), (4, 12), (5, 12), (6, 11), (7, 10), (8, 10)])
def test_generic_arrangements_have_as_many_regions_as_flats(inputs, neurons):
    regions = sum(math.comb(neurons, size) for size in range(inputs + 1))
    assert pieces(homogenize(random_net(inputs, [neurons], 3), Domain())) == (regions, regions)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("inputs", "neurons"), [(2, 10), (3, 9), (4, 8), (5, 8), (6, 7), (7, 7)])
def test_all_cells_in_a_box_are_counted_in_one_step(inputs, neurons, seed):
    """No doubt in a generic arrangement, and no cell is built."""
    prepared = homogenize(random_net(inputs, [neurons], seed), box(inputs, 1))
    parts = list(Walk(prepared, kind=FloatVectors, patience=0).cells(Detail.COUNT))
    assert parts == [CountedCells(exact(prepared)[0])]


def test_flats_and_sections_agree_where_there_are_many(monkeypatch):
    prepared = homogenize(random_net(5, [24], 1), box(5, 2))
    by_flats = pieces(prepared)
    monkeypatch.setattr(tables, "_FLATS_FROM", 99)
    assert pieces(prepared) == by_flats
    assert by_flats[0] > 20_000


def test_more_rays_than_sections_have_room_for():
    """A cube in R^10 has 1,024 vertices; its section with a hyperplane has more."""
    net = one_layer([[*([1] * 10), "1/3"], *([int(i == j) for j in range(10)] + ["1/7"] for i in range(3))])
    prepared = homogenize(net, box(10, 1))
    assert list(Walk(prepared, kind=FloatVectors, patience=0).cells(Detail.COUNT)) == [CountedCells(16)]


@pytest.mark.slow
@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize(
    ("inputs", "widths"), [(2, [6, 6]), (3, [6, 5]), (4, [5, 5]), (5, [5, 4]), (6, [4, 4]), (4, [4, 4, 4]), (3, [5, 2, 4])]
)
def test_deep_nets_in_boxes(inputs, widths, jobs, monkeypatch):
    monkeypatch.setattr(driver, "_ALONE", 0)
    for seed in range(3):
        prepared = homogenize(random_net(inputs, widths, seed, outputs=1 + seed % 2), box(inputs, 3))
        assert pieces(prepared, jobs=jobs) == exact(prepared)


DEGENERATE = {
    "one flat too many through a point": [[1, 0, 0], [0, 1, 0], [1, 1, 0]],
    "all through a line of R^3": [[1, 0, 0, 0], [0, 1, 0, 0], [1, 1, 0, 0], [1, -1, 0, 0], [1, 2, 3, 1]],
    "parallel": [[1, 2, 0], [1, 2, 1], [1, 2, -1], [2, -1, 0]],
    "meeting in the boundary of the box": [[1, 1, -1], [1, -2, -1]],
    "touching the box in a corner": [[1, 1, -2], [1, -1, 0]],
    "touching the box in an edge": [[1, 1, 0, -2], [1, -1, 1, 0]],
    "a facet of the box": [[1, 0, -1], [1, 1, 0], [0, 1, 1]],
    "missing a common point by little": [[1, 0, 0], [0, 1, 0], [1, 1, "1e-20"]],
    "missing a common line by little": [[1, 0, 0, 0], [0, 1, 0, 0], [1, 1, 0, "1e-20"], [1, 2, 3, "1/3"]],
    "nearly parallel": [[1, 2, 0], [1, "2.00000000000000000001", 0], [2, -1, 0]],
    "meeting just within the box": [[1, 1, "-0.99999999999999999999"], [1, -2, "-0.99999999999999999999"]],
    "meeting just outside the box": [[1, 1, "-1.00000000000000000001"], [1, -2, "-1.00000000000000000001"]],
    "cutting off a tiny corner": [[1, 1, "-1.99999999999999999999"], [1, -1, "1/3"]],
    "missing a corner by little": [[1, 1, "-2.00000000000000000001"], [1, -1, "1/3"]],
}


@pytest.mark.parametrize("name", DEGENERATE)
def test_degenerate_positions_are_never_miscounted(name):
    rows = DEGENERATE[name]
    for inputs in range(len(rows[0]) - 1, 5):
        # More inputs make prisms of the cells; a generic hyperplane cuts across.
        longer = [[*row[:-1], *[0] * (inputs - len(row) + 1), row[-1]] for row in rows]
        across = [*(f"{i + 3}/7" for i in range(inputs)), "1/11"]
        for forms in (longer, [*longer, across]):
            for domain in (box(inputs, 1), Domain()):
                prepared = homogenize(one_layer(forms), domain)
                assert pieces(prepared) == pieces(prepared, 0, IntegerVectors) == exact(prepared)


@pytest.mark.parametrize(("family", "size", "regions"), [("typeB", 4, 384), ("resonance", 4, 370), ("catalan", 4, 336)])
@pytest.mark.parametrize("kind", [FloatVectors, IntegerVectors])
def test_arrangements_with_many_coincidences(family, size, regions, kind):
    assert pieces(homogenize(net_of(FAMILIES[family](size)), Domain()), 0, kind) == (regions, regions)


def test_cross_polytopes_have_rays_that_are_not_simple():
    """Each vertex lies on 2^(n - 1) of the 2^n facets: so counting walls does not tell which vertices are adjacent."""
    for inputs in (3, 4, 5):
        signs = list(itertools.product((1, -1), repeat=inputs))
        domain = Domain(Polyhedron.from_inequalities(signs, [1] * len(signs)))
        prepared = homogenize(random_net(inputs, [5, 3], inputs), domain)
        assert pieces(prepared) == exact(prepared)


@pytest.mark.parametrize("seed", range(12))
def test_the_idle_cell_is_merged_like_any_other(seed):
    """Narrow last layers are idle on much of the space; some neurons do not matter to the output at all."""
    source = np.random.default_rng(seed)
    inputs, widths = 2 + seed % 3, [5, 3]
    layers = []
    for before, after in itertools.pairwise([inputs, *widths, 1]):
        bias = source.normal(size=after) - (1 if len(layers) == 1 else 0)
        layers.append([source.normal(size=(after, before)), bias])
    if seed % 2:
        layers[-1][0][0, 0] = 0
    prepared = homogenize(Network.from_rows(layers), box(inputs, 4))
    found = pieces(prepared)
    assert found == exact(prepared)
    assert found[1] <= found[0]


FEW_NEURONS = [(3, [3, 4]), (4, [3, 5]), (5, [5, 4]), (6, [5, 4]), (6, [7, 4]), (4, [4, 3, 3]), (7, [6, 5])]


@pytest.mark.slow
@pytest.mark.parametrize("flats_from", [1, 99])
@pytest.mark.parametrize(("inputs", "widths"), FEW_NEURONS, ids=str)
def test_few_neurons_on_many_inputs(inputs, widths, flats_from, monkeypatch):
    """Where few neurons are active, the forms of the next layer vanish on faces at infinity: nothing is in doubt."""
    monkeypatch.setattr(tables, "_FLATS_FROM", flats_from)
    prepared = homogenize(random_net(inputs, widths, 5), Domain())
    walk = Walk(prepared, kind=FloatVectors, patience=0)
    parts = list(walk.cells(Detail.COUNT))
    assert (sum(part.count for part in parts), walk.exact_predicates) == (exact(prepared)[0], 0)
    assert pieces(prepared) == exact(prepared)


@pytest.mark.parametrize("seed", range(4))
def test_few_neurons_on_many_inputs_under_all_notions(seed):
    net = random_net(3 + seed % 2, [3, 4], seed)
    expected = recount(net, Domain(), NOTIONS)
    assert count_pieces(net, notion="all", jobs=2).counts == expected
    for notion in NOTIONS:
        assert count_pieces(net, notion=notion, jobs=2).counts[notion] == expected[notion]


@settings(max_examples=60)
@given(nets_on_domains(neurons=10, width=5), st.integers(0, 12))
def test_ties_everywhere(case, patience):
    prepared = homogenize(*case)
    assert pieces(prepared, patience) == pieces(prepared, patience, IntegerVectors) == exact(prepared)


@pytest.mark.parametrize("name", ENTRIES)
def test_nets_made_to_defeat_floats(name):
    source = random.Random(f"flats {name}")
    for _ in range(12):
        inputs, widths = source.randint(1, 5), [source.randint(1, 5) for _ in range(source.randint(1, 2))]
        prepared = homogenize(hostile_net(source, ENTRIES[name], inputs, widths), random_domain(source, inputs))
        assert pieces(prepared) == pieces(prepared, 0, IntegerVectors) == exact(prepared)


@pytest.mark.parametrize("seed", range(8))
def test_whole_first_layers_do_not_make_later_ones_whole(seed):
    """Without biases, a first layer of doubles is one of short enough integers, up to scaling; the next ones are not."""
    source = np.random.default_rng(seed)
    layers = [(source.normal(size=(after, before)), np.zeros(after)) for before, after in itertools.pairwise([2, 2, 3, 8, 1])]
    prepared = homogenize(Network.from_rows(layers), Domain())
    assert pieces(prepared, 0, IntegerVectors) == exact(prepared)


def test_a_deadline_is_kept_where_single_steps_are_long(monkeypatch):
    monkeypatch.setattr(driver, "_PATIENCE", 0)
    driver.compile_ahead()
    count = count_pieces(random_net(10, [12, 10], 1), box(10), jobs=2, run=Run(deadline=0.5))
    assert not count.complete
    assert count.seconds < 5
