"""Pictures of region graphs: nodes, edges and layers against the exact graph."""

import numpy as np
import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from relupoly import AffineSubspace, Domain, DomainUnion, Network, plot_graph, region_graph
from relupoly.errors import DomainError, InputError
from relupoly.plots.region_graph import graph_picture
from relupoly.run import Run, Stopped

BENT = Network.from_rows([([[1, 0], [0, 1]], None), ([[1, -1], [1, 1]], [0, -1]), ([[1, 2], [3, -1]], None)])
SQUARE = Domain.box([-1, -1], [1, 1])
rows = st.lists(st.lists(st.integers(-3, 3), min_size=2, max_size=2), min_size=1, max_size=4)


def net_of(weights):
    return Network.from_rows([(weights, [k % 3 - 1 for k in range(len(weights))]), ([[1] * len(weights)], None)])


def degrees(edges, nodes):
    return sorted(np.bincount(np.asarray(edges).reshape(-1), minlength=nodes).tolist())


def same_graph(found, exact):
    """As many nodes, edges, and degrees, and as many edges across each layer."""
    assert len(found.places) == exact.number_of_nodes()
    assert len(found.edges) == exact.number_of_edges()
    assert degrees(found.edges, len(found.places)) == sorted(degree for _, degree in exact.degree)
    layers = sorted(min(layer for layer, _ in exact.edges[edge]["neurons"]) for edge in exact.edges)
    assert sorted(found.layer.tolist()) == layers


@pytest.mark.parametrize("notion", ["open", "activation", "closed", "affine"])
def test_over_a_plane(notion):
    found = graph_picture(BENT, SQUARE, notion)
    same_graph(found, region_graph(BENT, SQUARE, notion, ["point"]))
    assert found.names == ("x1", "x2")


@settings(max_examples=30)
@given(rows)
def test_random_nets_over_a_plane(weights):
    net = net_of(weights)
    same_graph(graph_picture(net, SQUARE, "activation"), region_graph(net, SQUARE, "activation", ["point"]))


def test_each_node_stands_inside_its_own_region():
    found = graph_picture(BENT, SQUARE, "activation")
    patterns = set()
    for place in found.places.tolist():
        x = [fmpq(*entry.as_integer_ratio()) for entry in place]
        first = [x[0], x[1]]
        active = [max(value, fmpq(0)) for value in first]
        second = [active[0] - active[1], active[0] + active[1] - 1]
        assert all(value != 0 for value in (*first, second[1]))
        patterns.add(tuple(value > 0 for value in (*first, *second)))
    assert len(patterns) == len(found.places) == len(region_graph(BENT, SQUARE))


def test_each_edge_joins_the_regions_that_the_exact_graph_joins():
    found, exact = graph_picture(BENT, SQUARE, "activation"), region_graph(BENT, SQUARE, "activation", ["pattern"])
    patterns = [(signs(place), signs(bent(place))) for place in found.places.tolist()]
    joined = {
        (frozenset((patterns[one], patterns[two])), layer)
        for (one, two), layer in zip(found.edges.tolist(), found.layer.tolist(), strict=True)
    }
    assert joined == {
        (
            frozenset(tuple(exact.nodes[node]["pattern"]) for node in edge),
            min(layer for layer, _ in exact.edges[edge]["neurons"]),
        )
        for edge in exact.edges
    }


def signs(values):
    return "".join("+" if value > 0 else "-" if value < 0 else "0" for value in values)


def bent(place):
    x, y = (max(entry, 0.0) for entry in place)
    return x - y, x + y - 1


@pytest.mark.parametrize("notion", ["open", "activation"])
def test_over_a_line(notion):
    net = Network.from_rows([([[1], [1], [-1]], [0, -1, 2]), ([[1, -2, 1]], None)])
    domain = Domain.box([-3], [3])
    found = graph_picture(net, domain, notion)
    same_graph(found, region_graph(net, domain, notion, ["point"]))
    for x, value in found.places.tolist():
        assert value == pytest.approx(float(net([x])[0]))
    assert found.names == ("x", "value")


def test_a_union_of_intervals_is_not_joined():
    net = Network.from_rows([([[1]], None), ([[1]], None)])
    union = DomainUnion((Domain.box([-2], [-1]), Domain.box([1], [2])))
    found = graph_picture(net, union, "activation")
    same_graph(found, region_graph(net, union, "activation", ["point"]))
    assert len(found.edges) == 0


@pytest.mark.parametrize("inputs", [3, 4])
def test_in_more_dimensions_there_is_a_layout(ax, inputs):
    net = net_of([[int(i == j) for j in range(inputs)] for i in range(inputs)])
    found = graph_picture(net, Domain.box([-2] * inputs, [2] * inputs), "activation")
    assert (len(found.places), len(found.edges)) == (2**inputs, inputs * 2 ** (inputs - 1))
    assert found.names == ()
    same_graph(found, region_graph(net, Domain.box([-2] * inputs, [2] * inputs), "activation", ["point"]))
    again = graph_picture(net, Domain.box([-2] * inputs, [2] * inputs), "activation")
    assert found.places.tolist() == again.places.tolist()
    assert len({tuple(place) for place in found.places.tolist()}) == 2**inputs
    found.draw(ax)
    assert not ax.axison


def test_many_nodes_are_seen_along_two_directions():
    net = net_of([[int(i == j) for j in range(9)] for i in range(9)])
    found = graph_picture(net, Domain.box([-2] * 9, [2] * 9), "activation")
    assert len({tuple(place) for place in found.places.round(9).tolist()}) == len(found.places) == 512
    assert np.abs(found.places).max() == 1


def test_what_is_drawn(ax):
    assert plot_graph(BENT, SQUARE, ax=ax) is ax
    found = graph_picture(BENT, SQUARE)
    drawn = {one.get_label(): one for one in ax.collections}
    for layer in (1, 2):
        assert len(drawn[f"across layer {layer}"].get_segments()) == (found.layer == layer).sum()
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["across layer 1", "across layer 2"]
    assert len(ax.collections[-1].get_offsets()) == len(found.places)
    nodes, edges = len(found.places), len(found.edges)
    title = f"network: {nodes} nodes, {edges} edges, average degree {2 * edges / nodes:.3g}\nopen, on box -1 1"
    assert ax.get_title(loc="left") == title
    assert (ax.get_xlim(), ax.get_ylim()) == ((-1, 1), (-1, 1))


def test_a_single_region(ax):
    plot_graph(Network.from_rows([([[1, 0]], [5]), ([[1]], None)]), SQUARE, ax=ax)
    assert ax.get_title(loc="left").startswith("network: 1 node, 0 edges, average degree 0")
    assert ax.get_legend() is None


def test_on_all_of_the_plane(ax):
    plot_graph(BENT, ax=ax)
    assert "R^n in the window" in ax.get_title(loc="left")


def test_on_a_plane_of_a_larger_space(ax):
    net = net_of([[1, 2], [0, 1]])
    wide = Network.from_rows([([[1, 0, 0], [0, 1, 1]], None), ([[1, 1]], None)])
    plane = Domain.box([-1, -1], [1, 1]).inside(AffineSubspace.through([[0, 0, 0], [1, 0, 0], [0, 1, 0]]))
    plot_graph(wide, plane, ax=ax)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("t1", "t2")
    with pytest.raises(DomainError):
        plot_graph(net, Domain.box([0], [1]), ax=ax)


def test_what_is_refused(ax):
    with pytest.raises(InputError, match="not listed"):
        plot_graph(BENT, SQUARE, notion="other", ax=ax)
    with pytest.raises(Stopped):
        plot_graph(net_of([[1, 2, 3]]), ax=ax, run=Run(deadline=0))
