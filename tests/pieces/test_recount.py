"""The recount against the published tables and against brute force."""

import json
from fractions import Fraction
from itertools import combinations, pairwise

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.brute_force import brute_force
from oracles.strategies import linear_nets

from relupoly.errors import DomainError, InputError
from relupoly.geometry.domain import Domain
from relupoly.geometry.linear_programs import find_point
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.geometry.subspace import AffineSubspace
from relupoly.networks.expansion import expand
from relupoly.networks.network import Layer, Network
from relupoly.pieces.recount import NOTIONS, recount
from relupoly.pieces.recount.merging import _components
from relupoly.run import Run

NAMES = {"R1": "patterns", "HR": "strict", "R2": "activation", "R4": "open", "R5": "closed", "R6": "affine"}
WEIGHTS = st.integers(-2, 2)


def net(*layers):
    return Network.from_rows(layers)


def load(shared, name):
    rows = json.loads((shared / "facts" / f"{name}.json").read_text())
    assert rows
    return rows


def named_domain(name, dimension):
    if name == "R^n":
        return Domain()
    _, low, high = name.split()
    return Domain.box([low] * dimension, [high] * dimension)


def test_published_separating_nets(shared):
    rows = load(shared, "region_notions")
    found = {row["name"]: recount(net(*((layer["W"], layer["b"]) for layer in row["layers"])), notions=NOTIONS) for row in rows}
    assert found == {row["name"]: {NAMES[key]: row[key] for key in NAMES} for row in rows}


def test_a_slice_of_lower_dimension_joins_closed_pieces():
    first = ([[1, 0], [1, 0], [1, 0], [0, 1], [0, -1]], [1, 0, -1, 0, 0])
    second = ([[1, -2, 1, 1, -1], [-1, 2, -1, 1, -1], [1, -2, 1, 0, 0]], None)
    clip_between_tents = net(first, second, ([[1, -1, -1]], None))
    assert recount(clip_between_tents, notions=("open", "closed", "affine")) == {"open": 7, "closed": 6, "affine": 6}


def test_degenerate_nets(shared):
    found, expected = {}, {}
    for row in load(shared, "degenerate"):
        network = net(*((layer["weight"], layer["bias"]) for layer in row["network"]["layers"]))
        for name, published in row["counts"].items():
            wanted = {notion: count for notion, count in published.items() if notion in NOTIONS}
            expected[row["name"], name] = wanted
            found[row["name"], name] = recount(network, named_domain(name, network.input_dim), tuple(wanted))
    assert found == expected


@st.composite
def networks(draw, most_inputs=3, hidden_layers=2, least_inputs=1):
    widths = [
        draw(st.integers(least_inputs, most_inputs)),
        *draw(st.lists(st.integers(1, 3), min_size=1, max_size=hidden_layers)),
    ]
    widths.append(draw(st.integers(1, 2)))
    layers = []
    for before, after in pairwise(widths):
        weight = draw(st.lists(st.lists(WEIGHTS, min_size=before, max_size=before), min_size=after, max_size=after))
        layers.append((weight, draw(st.lists(WEIGHTS, min_size=after, max_size=after))))
    return Network.from_rows(layers)


@st.composite
def domains(draw, dimension):
    if draw(st.booleans()):
        return Domain()
    lower = draw(st.lists(st.integers(-2, 1), min_size=dimension, max_size=dimension))
    sizes = draw(st.lists(st.integers(1, 3), min_size=dimension, max_size=dimension))
    return Domain.box(lower, [low + size for low, size in zip(lower, sizes, strict=True)])


def check_against_brute_force(data, network):
    domain = data.draw(domains(network.input_dim))
    assert recount(network, domain, NOTIONS) == brute_force(network, domain)


@settings(max_examples=150, deadline=None)
@given(st.data(), networks())
def test_random_nets_equal_brute_force(data, network):
    check_against_brute_force(data, network)


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(st.data(), networks(most_inputs=2, hidden_layers=3))
def test_random_deep_nets_equal_brute_force(data, network):
    check_against_brute_force(data, network)


@settings(max_examples=60, deadline=None)
@given(networks(least_inputs=3), st.lists(st.lists(WEIGHTS, min_size=3, max_size=3), min_size=2, max_size=3, unique_by=tuple))
def test_random_planes_equal_brute_force(network, points):
    try:
        plane = AffineSubspace.through(points)
    except DomainError:
        return
    domain = Domain.box([-1] * plane.dimension, [2] * plane.dimension).inside(plane)
    assert recount(network, domain, NOTIONS) == brute_force(network, domain)


def test_polyhedron_with_a_row_of_zeros():
    cross = net(([[1, 0], [0, 1]], None), ([[1, 2]], None))
    domain = Domain(Polyhedron.from_inequalities([[-1, 0], [0, -1], [1, 1], [0, 0]], [1, 1, "-1/2", 3]))
    assert recount(cross, domain, NOTIONS) == brute_force(cross, domain)
    assert recount(cross, domain)["open"] == 3


def test_pieces_that_touch_at_infinity_stay_apart():
    trapezoid = net(([[1, 0], [1, 0], [1, 0]], [0, -1, -2]), ([[1, -2, 1]], None))
    assert recount(trapezoid, notions=("closed", "affine")) == {"closed": 4, "affine": 3}


def test_no_hidden_layer_is_one_piece_under_every_notion():
    assert recount(net(([[1, 2]], [3])), notions=NOTIONS) == dict.fromkeys(NOTIONS, 1)


def test_a_long_net_needs_no_recursion():
    layer = ([[1]], [0])
    assert recount(net(*[layer] * 1500), notions=("activation", "strict")) == {"activation": 2, "strict": 1}


def test_progress_and_stop_are_called():
    cross = net(([[1, 0], [0, 1]], None), ([[1, 2]], None))
    seen = []

    class Stopped(Exception):
        pass

    def stop():
        if seen:
            raise Stopped

    assert recount(cross, run=Run(progress=seen.append)) == {"open": 4}
    assert seen == [1, 2, 3, 4]
    seen.clear()
    with pytest.raises(Stopped):
        recount(cross, run=Run(progress=seen.append).also(stop))
    assert seen == [1]


def test_unknown_notion_is_named():
    with pytest.raises(InputError, match='"convex" is no notion of region; choose among open, activation'):
        recount(net(([[1]], [0])), notions=("convex",))


def test_domain_of_the_wrong_dimension():
    with pytest.raises(DomainError, match="make them equal"):
        recount(net(([[1]], [0])), Domain.box([0, 0], [1, 1]))


@pytest.mark.parametrize(
    ("groups", "feasible"),
    [
        ({}, True),
        ({"strict": [(0, 1, 0)], "weak": [(0, -1, 0)]}, False),
        ({"strict": [(1, 1, 0)], "weak": [(0, -1, 0)], "zero": [(0, 0, 1)]}, True),
        ({"zero": [(1, 0, 0)]}, False),
        ({"strict": [(0, 0, 0)]}, False),
    ],
)
def test_find_point(groups, feasible):
    exact = {name: [tuple(map(Fraction, form)) for form in forms] for name, forms in groups.items()}
    point = find_point(2, **exact)
    assert (point is not None) is feasible
    if point is not None:
        values = {name: [form[0] + form[1] * point[0] + form[2] * point[1] for form in forms] for name, forms in exact.items()}
        assert all(value > 0 for value in values.get("strict", []))
        assert all(value >= 0 for value in values.get("weak", []))
        assert all(value == 0 for value in values.get("zero", []))


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 4), st.integers(0, 4), st.data())
def test_components_are_those_of_the_whole_graph(own, others, data):
    """Some questions are not asked; the answer is the same."""
    nodes = [str(node) for node in range(own + others)]
    edges = data.draw(st.sets(st.sampled_from(list(combinations(nodes, 2))))) if len(nodes) > 1 else set()
    asked = []

    def joined(*pair):
        asked.append(frozenset(pair))
        return pair in edges or pair[::-1] in edges

    found = _components(nodes[:own], nodes[own:], joined)
    whole = networkx.Graph()
    whole.add_nodes_from(nodes)
    whole.add_edges_from(edges)
    assert found == sum(not component.isdisjoint(nodes[:own]) for component in networkx.connected_components(whole))
    assert len(asked) == len(set(asked))


@settings(max_examples=100, deadline=None)
@given(st.data(), linear_nets(inputs=2, neurons=6, sparse=True))
def test_nets_with_linear_neurons_equal_brute_force(data, network):
    check_against_brute_force(data, network)


@settings(max_examples=60, deadline=None)
@given(st.data(), linear_nets(inputs=2, neurons=4, layers=2, always=True))
def test_pieces_do_not_depend_on_how_a_function_is_written(data, network):
    """With linear neurons z, or with relu(z) - relu(-z): the same function, and so the same pieces, in more cells."""
    domain = data.draw(domains(network.input_dim))
    notions = ("open", "closed", "affine", "activation")
    one, two = recount(network, domain, notions), recount(expand(network), domain, notions)
    assert one.pop("activation") <= two.pop("activation")
    assert one == two


def test_leaky_relu():
    """In each variable a leaky ReLU with its linear neuron: four quadrants, where the pairs relu(z), relu(-z) have no more."""
    whole = net(([[1, 0], [1, 0], [0, 1], [0, 1]], None), ([["1/10", "9/10", "1/10", "9/10"]], None))
    leaky = Network((Layer(whole.layers[0].weight, whole.layers[0].bias, linear=(0, 2)), whole.layers[1]))
    assert recount(leaky, notions=NOTIONS) == dict.fromkeys(NOTIONS, 4)
    assert recount(expand(leaky), notions=NOTIONS) == {**dict.fromkeys(NOTIONS, 4), "patterns": 9}


def test_linear_neurons_alone_make_one_cell():
    whole = net(([[1, 0], [0, 1]], [1, 2]), ([[1, 1], [1, -1]], None), ([[1, 3]], None))
    linear = Network(tuple(Layer(one.weight, one.bias, (0, 1)) for one in whole.hidden) + whole.layers[-1:])
    assert recount(linear, notions=NOTIONS) == dict.fromkeys(NOTIONS, 1)
