"""Graphs: their shadows fill the box exactly, their edges are shared, their heights are those of the net."""

import random
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from oracles.derivatives import fraction, values
from oracles.hostile import ENTRIES, hostile_net
from oracles.mesh_facts import directed_edges, euler_characteristic, is_on_a_side, is_strictly_convex, plane_area, points_of
from oracles.strategies import nets

from relupoly.analysis.meshes.graph_surface import graph_surface
from relupoly.errors import DomainError, NetworkError
from relupoly.geometry.domain import Domain
from relupoly.networks.network import Network
from relupoly.pieces.listing.cells import list_cells

LOWER, UPPER = [-1, -2], [3, 2]
ABSOLUTE = Network.from_rows([([[1], [-1]], None), ([[1, 1], [2, 0]], None)])  # |x| and 2 relu(x)
CANCELLED = Network.from_rows([([[1, 0], [0, 1], [0, 1]], None), ([[1, 1, -1]], None)])  # relu(x) + relu(y) - relu(y)
CONSTANT = Network.from_rows([([[0, 0]], [1]), ([[3]], None)])


def graph(net, output=0):
    return graph_surface(list_cells(net, Domain.box(LOWER[: net.input_dim], UPPER[: net.input_dim])), output)


def check_graph(net, mesh, output=0):
    points, edges = points_of(mesh), directed_edges(mesh.elements)
    corners = [[points[one] for one in element] for element in mesh.elements]
    areas = [plane_area(polygon) for polygon in corners]
    assert all(area > 0 for area in areas)
    assert sum(areas) == 16
    assert all(is_strictly_convex(polygon) for polygon in corners)
    assert all(point[2] == values(net, point[:2])[0][output] for point in points)
    assert [[fraction(value) for value in row] for row in mesh.values] == [values(net, point[:2])[0] for point in points]
    assert euler_characteristic(mesh) == 1
    assert {corner for element in mesh.elements for corner in element} == set(range(len(points)))
    inside = [edge for edge in edges if not is_on_a_side([points[one][:2] for one in edge], LOWER, UPPER)]
    assert all(edges[edge] == edges[edge[::-1]] == 1 for edge in inside)
    assert sorted(set(mesh.numbers)) == list(range(1, len(mesh.elements) + 1))


@given(nets(inputs=2, layers=3, width=4, outputs=2), st.integers(0, 1))
@example(CANCELLED, 0)
@example(CONSTANT, 0)
def test_degenerate_nets(net, output):
    assume(net.input_dim == 2)
    check_graph(net, graph(net, output % net.output_dim), output % net.output_dim)


@given(st.integers(0, 10**6), st.sampled_from(["gaussian", "scattered", "nearly_short"]))
def test_random_nets(seed, kind):
    net = hostile_net(random.Random(seed), ENTRIES[kind], 2, [5, 3])
    check_graph(net, graph(net))


def test_cells_whose_functions_agree_stay_apart():
    mesh = graph(CANCELLED)
    assert (len(mesh.points), len(mesh.elements)) == (9, 4)


def test_in_one_input_the_graph_is_a_line():
    mesh = graph(ABSOLUTE)
    points = points_of(mesh)
    assert mesh.dimension == 1
    assert {tuple(points[one] for one in element) for element in mesh.elements} == {((-1, 1), (0, 0)), ((0, 0), (3, 3))}
    assert set(points_of(graph(ABSOLUTE, 1))) == {(-1, 0), (0, 0), (3, 6)}


@given(nets(inputs=1, layers=3, width=4, outputs=1))
def test_lines_go_from_end_to_end(net):
    mesh = graph(net)
    pieces = sorted(tuple(points_of(mesh)[one] for one in element) for element in mesh.elements)
    assert [pieces[0][0][0], pieces[-1][1][0]] == [-1, 3]
    assert all(one[1] == other[0] for one, other in pairwise(pieces))
    assert all(point[1] == values(net, [point[0]])[0][0] for piece in pieces for point in piece)
    assert all(start[0] < end[0] for start, end in pieces)
    middles = [Fraction(start[0] + end[0]) / 2 for start, end in pieces]
    assert all(
        values(net, [middle])[0][0] == (start[1] + end[1]) / 2 for middle, (start, end) in zip(middles, pieces, strict=True)
    )


def test_what_cannot_be_drawn():
    with pytest.raises(DomainError, match="cell 1 is unbounded"):
        graph_surface(list_cells(CANCELLED))
    space = Network.from_rows([([[1, 1, 1]], None), ([[1]], None)])
    with pytest.raises(NetworkError, match="have 3 coordinates, and such a mesh is made of 1 or 2"):
        graph_surface(list_cells(space, Domain.box([0] * 3, [1] * 3)))
    with pytest.raises(NetworkError, match="no output 3; it has outputs 1 to 2"):
        graph(ABSOLUTE, 2)
