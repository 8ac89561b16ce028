"""The region graph of cells and pieces."""

import itertools
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import networkx
import pytest
from flint import fmpq, fmpq_mat, fmpz
from hypothesis import assume, given, settings
from oracles.strategies import boxes, nets, nets_on_domains

from relupoly.constructions.representation.max_affine import affine_forms, max_affine_network
from relupoly.errors import InputError
from relupoly.files import read_network
from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Layer, Network
from relupoly.pieces.count import count_pieces
from relupoly.pieces.enumeration.complex import f_vector
from relupoly.pieces.listing.cells import list_cells
from relupoly.pieces.listing.graph import graph_of, region_graph
from relupoly.pieces.listing.records import CellRecord, Facet, PieceRecord
from relupoly.run import Run, Stopped

FIELDS = ("gradient", "constant", "facets", "neighbours", "point", "vertices", "rays")
ABSOLUTE_SUM = Network.from_rows([([[1, 0], [-1, 0], [0, 1], [0, -1]], None), ([[1, 1, 1, 1]], None)])
FOLDED = Network.from_rows([([[1, 0], [0, 1], [1, 1]], [0, 0, -1]), ([[1, -1, 1], [1, 2, -1]], [1, -1]), ([[1, 1]], None)])


def square(n=2, size=3):
    return Domain.box([-size] * n, [size] * n)


def cells_of(net, domain=None):
    return list(list_cells(net, domain, FIELDS))


def merged(cells):
    """Pieces under "open" by their definition: cells with the same function, joined across facets."""
    by_pattern = {cell.pattern: cell for cell in cells}
    same = networkx.Graph()
    same.add_nodes_from(cell.pattern for cell in cells)
    for cell in cells:
        for pattern in filter(None, cell.neighbours):
            if maps(by_pattern[pattern]) == maps(cell):
                same.add_edge(cell.pattern, pattern)
    for number, group in enumerate(networkx.connected_components(same), 1):
        own = [cell for cell in cells if cell.pattern in group]
        doors = [pair for cell in own for pair in zip(cell.facets, cell.neighbours, strict=True) if pair[1] not in group]
        facets, neighbours = zip(*doors, strict=True) if doors else ((), ())
        yield PieceRecord(number, "open", tuple(own), own[0].gradient, own[0].constant, facets, neighbours)


def maps(cell):
    return cell.gradient, cell.constant


def rectangle(number, pattern, low, high, behind):
    """A cell [low, high] of the plane; `behind` has the patterns behind its sides x >= l, y >= l, x <= h, y <= h."""
    normals = [(-1, 0), (0, -1), (1, 0), (0, 1)]
    offsets = [-low[0], -low[1], *high]
    facets = tuple(Facet(tuple(map(fmpz, n)), fmpz(b), ()) for n, b in zip(normals, offsets, strict=True))
    return CellRecord(number, pattern, facets=facets, neighbours=tuple(behind))


def test_four_quadrants():
    graph = graph_of(cells_of(ABSOLUTE_SUM, square()), square())
    assert graph.graph == {"domain": "box -3 3", "notion": "activation", "inputs": 2}
    assert sorted(degree for _, degree in graph.degree) == [2, 2, 2, 2]
    crossed = {
        frozenset(graph.nodes[node]["pattern"] for node in edge[:2]): edge[2]["neurons"] for edge in graph.edges(data=True)
    }
    assert crossed[frozenset({("+-+-",), ("-++-",)})] == ((1, 1), (1, 2))
    assert crossed[frozenset({("-++-",), ("-+-+",)})] == ((1, 3), (1, 4))
    assert networkx.is_isomorphic(graph, networkx.cycle_graph(4))


def test_nodes_have_the_fields_that_are_known():
    first, *_ = cells = cells_of(FOLDED, square())
    node = graph_of(cells, square()).nodes[first.number]
    assert node["gradient"] == first.gradient
    assert isinstance(node["gradient"][0][0], fmpq)
    assert node["facets"] == first.facets
    assert not {"volume", "piece"} & set(node)


@pytest.mark.parametrize("field", ["gradient", "point", "facets"])
def test_the_number_of_inputs(field):
    [first, *_] = cells_of(FOLDED, square())
    known = CellRecord(1, first.pattern, facets=(), neighbours=())
    assert "inputs" not in graph_of([known]).graph
    told = replace(known, **{field: getattr(first, field)})
    assert graph_of([known, replace(told, number=2, neighbours=(None,) * len(told.facets))]).graph["inputs"] == 2


def test_only_what_is_told():
    graph = graph_of(cells_of(FOLDED, square()), square(), told=["pattern", "volume"])
    assert {name for _, values in graph.nodes(data=True) for name in values} == {"pattern"}


def test_of_a_net():
    assert networkx.utils.graphs_equal(region_graph(FOLDED, square()), graph_of(list_cells(FOLDED, square()), square()))
    graph = region_graph(FOLDED, square(), fields=["volume", "pattern"])
    assert {name for _, values in graph.nodes(data=True) for name in values} == {"pattern", "volume"}
    assert sum(volume for _, volume in graph.nodes(data="volume")) == 36
    with pytest.raises(Stopped):
        region_graph(FOLDED, run=Run(deadline=0))


@pytest.mark.parametrize("notion", ["open", "closed", "affine"])
def test_of_the_pieces_of_a_net(notion):
    graph = region_graph(FOLDED, square(), notion)
    assert len(graph) == count_pieces(FOLDED, square(), notion).counts[notion]
    assert graph.graph["notion"] == notion
    assert networkx.is_connected(graph)
    assert "pattern" not in graph.nodes[1]
    assert all("convex" in values for _, values in graph.nodes(data=True))
    assert sum(volume for _, volume in graph.nodes(data="volume")) == 36


@pytest.mark.slow
def test_a_trained_net():
    graph = region_graph(read_network(Path(__file__).parents[3] / "data" / "iris.json"), fields=["pattern"])
    assert len(graph) == 2220
    assert networkx.is_connected(graph)
    assert 2 * graph.number_of_edges() <= 2 * 4 * len(graph)
    for one, other, neurons in graph.edges(data="neurons"):
        signs = [graph.nodes[node]["pattern"] for node in (one, other)]
        changed = {
            (layer, neuron)
            for layer, texts in enumerate(zip(*signs, strict=True), 1)
            for neuron, (first, second) in enumerate(zip(*texts, strict=True), 1)
            if first != second
        }
        assert changed == set(neurons)


def test_a_notion_that_is_not_listed():
    with pytest.raises(InputError, match="pieces of the notion strict are not listed"):
        region_graph(FOLDED, square(), "strict")


# A square and a bar that overlap, and an interval of them that is apart.
UNION = DomainUnion((Domain.box([-2, -2], [1, 1]), Domain.box([0, 0], [3, 2]), Domain.box([5, 0], [6, 1])))


@pytest.mark.parametrize("notion", ["open", "activation"])
@pytest.mark.parametrize("net", [FOLDED, ABSOLUTE_SUM])
def test_in_a_union(net, notion):
    graph = region_graph(net, UNION, notion)
    assert len(graph) == count_pieces(net, UNION, notion).counts[notion]
    assert networkx.number_connected_components(graph) == len(UNION.groups()) == 2
    assert all(("pattern" in values) is (notion == "activation") for _, values in graph.nodes(data=True))
    fragments = graph_of(list_cells(net, UNION), UNION)
    assert networkx.number_connected_components(fragments) == 2
    for one, other, values in graph.edges(data=True):
        assert values["neurons"], (one, other)


def test_facets_with_the_same_corners_need_no_linear_program(monkeypatch):
    cells = list(list_cells(FOLDED, UNION))
    edges = sorted(graph_of(cells, UNION).edges)
    monkeypatch.setattr("relupoly.pieces.listing.graph.find_point", lambda *forms, **options: None)
    assert sorted(graph_of(cells, UNION).edges) == edges
    # They are asked for where corners are not known.
    for unknown in ("vertices", "rays", "incidence"):
        assert not graph_of([replace(cell, **{unknown: None}) for cell in cells], UNION).edges


def test_a_ray_is_no_vertex():
    # Both facets have the vectors (0, 2) and (0, 1): y >= 2 behind the one, 1 <= y <= 2 behind the other.
    up = ("+",)
    sides = (Facet((fmpz(1), fmpz(0)), fmpz(0), ()), Facet((fmpz(0), fmpz(-1)), fmpz(-2), ()))
    corner, upward, left = ((fmpq(x), fmpq(y)) for x, y in ((0, 2), (0, 1), (-1, 0)))
    quadrant = CellRecord(1, up, None, None, sides, (up, None), (corner,), (upward, left), ((0, 1), (0, 2)))
    box = rectangle(2, up, (0, 1), (1, 2), (up, None, None, None))
    vertices = tuple((fmpq(x), fmpq(y)) for x, y in ((0, 1), (0, 2), (1, 1), (1, 2)))
    box = replace(box, vertices=vertices, rays=(), incidence=((0, 1), (0, 2), (2, 3), (1, 3)))
    union = DomainUnion((Domain.box([-1, 2], [0, 3]), Domain.box([0, 1], [1, 2])))
    assert not graph_of([quadrant, box], union).edges


@settings(max_examples=30)
@given(nets(inputs=2, neurons=6), boxes(2), boxes(2))
def test_in_unions(net, first, second):
    assume(net.input_dim == 2)
    union = DomainUnion((first, second))
    cells = list(list_cells(net, union))
    graph = graph_of(cells, union)
    # Parts meet face to face, so that facets decide as corners do.
    inner = sum(pattern is not None for cell in cells for pattern in cell.neighbours)
    assert 2 * graph.number_of_edges() == inner
    without = [replace(cell, vertices=None, rays=None, incidence=None) for cell in cells]
    assert set(graph_of(without, union).edges) == set(graph.edges)
    corners = [set(cell.vertices) for cell in cells]
    for one, other in graph.edges:
        assert len(corners[one - 1] & corners[other - 1]) == 2
    assert len(region_graph(net, union)) == count_pieces(net, union, "activation").counts["activation"]
    assert len(region_graph(net, union, "open")) == count_pieces(net, union, "open").counts["open"]


def test_a_convex_domain_that_is_listed_in_halves():
    # The linear neuron alone sees y, so that the plane is cut in two where it is listed.
    net = Network(
        (
            Layer(fmpq_mat([[1, 0], [0, 1]]), fmpq_mat(2, 1), (1,)),
            Layer(fmpq_mat([[1, 1]]), fmpq_mat(1, 1)),
            Layer(fmpq_mat([[1]]), fmpq_mat(1, 1)),
        )
    )
    for notion in ("activation", "open"):
        graph = region_graph(net, notion=notion)
        assert len(graph) == count_pieces(net, None, notion).counts[notion]
        assert networkx.is_connected(graph)
    cells = list(list_cells(net))
    assert networkx.is_connected(graph_of(cells))


def test_the_common_facet_is_an_inequality_of_the_lower_number():
    cells = cells_of(FOLDED, square())
    for one, other, values in graph_of(cells, square()).edges(data=True):
        [facet] = values["facets"]
        assert facet.slack(cells[min(one, other) - 1].point) > 0 > facet.slack(cells[max(one, other) - 1].point)


def test_what_vanishes_on_one_side_is_crossed_as_well():
    # relu(x) vanishes on the left, so that the second layer's neuron does; the facet is one of it on the right only.
    net = Network.from_rows([([[1]], None), ([[1]], None), ([[1]], None)])
    cells = cells_of(net)
    assert {cell.facets[0].neurons for cell in cells} == {((1, 1),), ((1, 1), (2, 1))}
    [(_, _, values)] = graph_of(cells).edges(data=True)
    assert values["neurons"] == ((1, 1), (2, 1)) == values["facets"][0].neurons


def test_the_whole_space_and_nothing():
    affine = Network.from_rows([([[1, 2]], [3])])
    graph = graph_of(cells_of(affine))
    assert (len(graph), graph.number_of_edges(), graph.graph["domain"]) == (1, 0, "R^n")
    empty = graph_of([])
    assert (len(empty), empty.graph) == (0, {"domain": "R^n", "notion": "activation"})


@settings(max_examples=60)
@given(nets_on_domains(inputs=3, neurons=7))
def test_the_graph_of_cells(case):
    net, domain = case
    cells = cells_of(net, domain)
    graph = graph_of(iter(cells), domain)
    assert len(graph) == count_pieces(net, domain, "activation").counts["activation"]
    assert networkx.is_connected(graph)
    assert 2 * graph.number_of_edges() <= 2 * net.input_dim * len(graph)
    inner = sum(pattern is not None for cell in cells for pattern in cell.neighbours)
    assert 2 * graph.number_of_edges() == inner
    for one, other, values in graph.edges(data=True):
        [facet] = values["facets"]
        mine, theirs = ([(f.normal, f.offset) for f in cells[node - 1].facets] for node in sorted((one, other)))
        assert (facet.normal, facet.offset) in mine
        assert (tuple(-entry for entry in facet.normal), -facet.offset) in theirs
        assert values["neurons"]


@settings(max_examples=40)
@given(nets(inputs=3, neurons=7))
def test_facets_of_the_complex(net):
    # Euler's relation on the box, and that of the oracle's facets, of which those inside are the edges.
    assume(net.input_dim >= 2)
    domain = square(net.input_dim)
    cells = cells_of(net, domain)
    graph = graph_of(cells, domain)
    faces = f_vector(net, domain)
    assert sum((-1) ** dimension * count for dimension, count in enumerate(faces)) == 1
    outer = sum(pattern is None for cell in cells for pattern in cell.neighbours)
    if len(faces) == net.input_dim + 1:
        assert faces[-2] == graph.number_of_edges() + outer
        assert faces[-1] == len(graph)


@settings(max_examples=40)
@given(nets_on_domains(inputs=2, neurons=7))
def test_the_graph_of_pieces_is_a_quotient_of_that_of_cells(case):
    net, domain = case
    cells = cells_of(net, domain)
    pieces = list(merged(cells))
    graph = graph_of(pieces, domain)
    assert len(graph) == count_pieces(net, domain, "open").counts["open"]
    assert graph.graph["notion"] == "open"
    home = {cell.number: piece.number for piece in pieces for cell in piece.cells}
    between = {}
    for one, other, values in graph_of(cells, domain).edges(data=True):
        if home[one] != home[other]:
            between.setdefault(frozenset({home[one], home[other]}), set()).update(values["neurons"])
    assert {frozenset(edge[:2]): set(edge[2]["neurons"]) for edge in graph.edges(data=True)} == between
    for piece in pieces:
        assert graph.nodes[piece.number]["patterns"] == tuple(cell.pattern for cell in piece.cells)
        assert graph.nodes[piece.number]["cells"] == tuple(cell.number for cell in piece.cells)


def test_several_facets_make_one_edge():
    # max(x, y, 0) - max(x, y, 0) twice over: what matters is a piece with a corner, {x <= 0, y <= 0} against the rest.
    net = Network.from_rows([([[1, 0], [0, 1]], None), ([[1, 1]], None), ([[0]], [1])])
    cells = {cell.pattern: cell for cell in cells_of(net)}
    corner = cells.pop(("--", "0"))
    others = tuple(cells.values())
    rest = tuple(
        door for cell in others for door in zip(cell.facets, cell.neighbours, strict=True) if door[1] == corner.pattern
    )
    facets, neighbours = zip(*rest, strict=True)
    pieces = [
        PieceRecord(1, "open", (corner,), facets=corner.facets, neighbours=corner.neighbours),
        PieceRecord(2, "open", others, facets=facets, neighbours=neighbours),
    ]
    [(_, _, values)] = graph_of(pieces).edges(data=True)
    assert {(facet.normal, facet.offset) for facet in values["facets"]} == {((1, 0), 0), ((0, 1), 0)}
    assert values["neurons"] == ((1, 1), (1, 2), (2, 1))


def test_pieces_have_a_larger_degree_than_cells():
    # The largest of <p, x> - q(p) for points p of a lattice: its pieces are the Voronoi cells, six neighbours to each inside.
    points = [(a, b) for a, b in itertools.product(range(-2, 3), repeat=2) if abs(a + b) <= 2]
    forms = affine_forms([[a, b, -(a * a + a * b + b * b)] for a, b in points])
    cells = cells_of(max_affine_network(forms).network)
    graph = graph_of(merged(cells))
    assert len(graph) == len(points) == 19
    assert Fraction(2 * graph.number_of_edges(), len(graph)) == Fraction(84, 19) > 2 * 2
    of_cells = graph_of(cells)
    assert Fraction(2 * of_cells.number_of_edges(), len(of_cells)) <= 2 * 2


def test_a_list_that_is_not_whole():
    cells = cells_of(FOLDED, square())
    whole = graph_of(cells, square())
    assert networkx.utils.graphs_equal(graph_of(cells[1:4], square()), whole.subgraph([2, 3, 4]))


def test_a_pattern_with_several_cells():
    # Three rectangles in a row of which the outer ones have the same pattern; the middle one touches both, they do not meet.
    up, down = ("+",), ("-",)
    parts = DomainUnion((Domain.box([0, 0], [9, 1]), Domain.box([20, 0], [21, 1])))
    row = [
        rectangle(1, up, (0, 0), (1, 1), (None, None, down, None)),
        rectangle(2, down, (1, 0), (2, 1), (up, None, up, None)),
        rectangle(3, up, (2, 0), (3, 1), (down, None, None, None)),
        rectangle(4, up, (20, 0), (21, 1), (None, None, None, None)),
    ]
    assert sorted(graph_of(row, parts).edges) == [(1, 2), (2, 3)]
    # Without the word that it is a union, too: two cells of a pattern are looked at by their facets.
    assert sorted(graph_of(row).edges) == [(1, 2), (2, 3)]


@pytest.mark.parametrize(
    ("low", "high", "edges"),
    [
        ((1, 0), (2, 1), [(1, 2)]),
        ((1, 1), (2, 2), []),  # a corner is no facet
        ((1, -5), (2, 9), [(1, 2)]),  # not face to face
        ((2, 0), (3, 1), []),  # parallel, but apart
        ((1, 3), (2, 4), []),  # in the same hyperplane, but apart
    ],
)
def test_in_a_union_facets_decide(low, high, edges):
    up = ("+",)
    cells = [
        rectangle(1, up, (0, 0), (1, 1), (None, None, up, None)),
        rectangle(2, up, low, high, (up, None, None, None)),
    ]
    union = DomainUnion((Domain.box([0, 0], [1, 1]), Domain.box(low, high)))
    assert sorted(graph_of(cells, union).edges) == edges
    pieces = [PieceRecord(cell.number, "open", (cell,), facets=cell.facets, neighbours=cell.neighbours) for cell in cells]
    assert sorted(graph_of(pieces, union).edges) == edges
    # One piece of both has no edge to itself.
    both = PieceRecord(1, "open", tuple(cells), facets=cells[0].facets, neighbours=cells[0].neighbours)
    assert sorted(graph_of([both], union).edges) == []


def test_a_piece_meets_others_with_any_of_its_cells():
    up, mixed, down = ("++",), ("+-",), ("--",)
    first = rectangle(1, down, (0, 0), (1, 1), (None, None, mixed, None))
    second = rectangle(2, mixed, (1, 0), (2, 1), (down, None, up, None))
    outer = (second.facets[2],), (up,)
    pieces = [PieceRecord(1, "open", (first, second), facets=outer[0], neighbours=outer[1])]
    for number, low in ((2, (2, 0)), (3, (2, 7))):
        cell = rectangle(number + 1, up, low, (3, low[1] + 1), (mixed, None, None, None))
        pieces.append(PieceRecord(number, "open", (cell,), facets=cell.facets, neighbours=(None,) * 4))
    assert sorted(graph_of(pieces).edges) == [(1, 2)]
    # On a convex domain, where patterns tell all, cells need no facets.
    bare = [replace(piece, cells=tuple(replace(cell, facets=None) for cell in piece.cells)) for piece in pieces[:2]]
    assert sorted(graph_of(bare).edges) == [(1, 2)]


def test_a_wedge_is_no_neighbour_where_its_facet_only_ends():
    # The triangle y <= 1 - x, y >= x - 1, x >= 0 touches the square [1, 2] x [0, 1] in a vertex of both.
    up = ("+",)
    sides = [((-1, 0), 0), ((1, 1), 1), ((1, -1), 1)]
    wedge = CellRecord(1, up, facets=tuple(Facet(tuple(map(fmpz, n)), fmpz(b), ()) for n, b in sides), neighbours=(up, up, up))
    union = DomainUnion((Domain(Polyhedron.from_inequalities([n for n, _ in sides], [b for _, b in sides])), square()))
    assert not graph_of([wedge, rectangle(2, up, (1, 0), (2, 1), (up, None, None, None))], union).edges
    assert graph_of([wedge, rectangle(2, up, (-1, 0), (0, 3), (None, None, up, None))], union).edges


def test_fields_that_are_missing():
    cell = CellRecord(7, ("+",))
    for record in (cell, replace(cell, facets=()), replace(cell, neighbours=())):
        with pytest.raises(ValueError, match="record 7 has no facets or no neighbours; list the fields facets and neighbours"):
            graph_of([record])
    union = DomainUnion((Domain.box([0], [1]), Domain.box([1], [2])))
    known = rectangle(1, ("+",), (0, 0), (1, 1), (None, None, ("+",), None))
    bare = [PieceRecord(n, "open", (cell,), facets=known.facets, neighbours=known.neighbours) for n in (1, 2)]
    with pytest.raises(ValueError, match="cell 7 has no facets; in a union of sets cells need them"):
        graph_of(bare, union)


def test_it_stops():
    with pytest.raises(Stopped):
        graph_of(cells_of(FOLDED, square()), square(), run=Run(deadline=0))


def test_records_are_left_as_they_are():
    cells = cells_of(FOLDED, square())
    before = [replace(cell) for cell in cells]
    graph_of(cells, square())
    assert cells == before
