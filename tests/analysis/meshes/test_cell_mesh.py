"""Cells as meshes: tetrahedra fill the box exactly and meet in common triangles."""

import random
from collections import Counter
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from oracles.derivatives import fraction, values
from oracles.hostile import ENTRIES, hostile_net
from oracles.mesh_facts import det, is_on_a_side, minus, plane_area, points_of
from oracles.strategies import nets

from relupoly.analysis.meshes.cell_mesh import cell_mesh
from relupoly.analysis.meshes.mesh import Mesh
from relupoly.errors import DomainError, NetworkError
from relupoly.geometry.domain import Domain
from relupoly.networks.network import Network
from relupoly.pieces.listing.cells import list_cells

LOWER, UPPER = [-1, -2, 0], [3, 2, 2]
VOLUME = 4 * 4 * 2
CANCELLED = Network.from_rows([([[1, 0, 0], [0, 1, 0], [0, 1, 0]], None), ([[1, 1, -1]], None)])
CONSTANT = Network.from_rows([([[0, 0, 0]], [1]), ([[3]], None)])
# Cells with many facets: hyperplanes that are nearly tangent to a ball around (1, 0, 1).
ROUND = Network.from_rows(
    [([[1, 2, 2], [2, 1, -2], [2, -2, 1], [-2, 2, 1], [-1, -2, -2], [2, 2, -1]], [-4, -1, -4, 0, 2, -2]), ([[1] * 6], None)]
)


def listed(net):
    return list(list_cells(net, Domain.box(LOWER[: net.input_dim], UPPER[: net.input_dim])))


def check_tetrahedra(net, cells, mesh):
    points = points_of(mesh)
    volumes = Counter()
    for number, element in zip(mesh.numbers, mesh.elements, strict=True):
        first, *others = (points[one] for one in element)
        volume = det([minus(other, first) for other in others]) / 6
        assert volume > 0
        volumes[number] += volume
    assert volumes == {cell.number: fraction(cell.volume) for cell in cells}
    assert sum(volumes.values()) == VOLUME
    triangles = Counter(frozenset(triangle) for element in mesh.elements for triangle in combinations(element, 3))
    for triangle, count in triangles.items():
        assert count == (1 if is_on_a_side([points[one] for one in triangle], LOWER, UPPER) else 2)
    corners = {tuple(map(fraction, vertex)) for cell in cells for vertex in cell.vertices}
    assert set(points) == corners
    assert len(points) == len(corners)
    assert [[fraction(value) for value in row] for row in mesh.values] == [values(net, point)[0] for point in points]


@given(nets(inputs=3, layers=2, width=4, outputs=2))
@example(CANCELLED)
@example(CONSTANT)
@example(ROUND)
def test_degenerate_nets(net):
    assume(net.input_dim == 3)
    cells = listed(net)
    check_tetrahedra(net, cells, cell_mesh(cells))


@given(st.integers(0, 10**6), st.sampled_from(["gaussian", "scattered", "long_integer"]))
def test_random_nets(seed, kind):
    net = hostile_net(random.Random(seed), ENTRIES[kind], 3, [4, 3])
    cells = listed(net)
    check_tetrahedra(net, cells, cell_mesh(cells))


@given(st.permutations(range(1, 9)))
def test_cells_in_any_order_make_a_conforming_mesh(order):
    net = Network.from_rows([([[1, 0, 0], [1, 1, 0], [0, 1, 1]], [-1, 0, -1]), ([[1, 2, 3]], None)])
    cells = sorted(listed(net), key=lambda cell: order[cell.number % 8])
    check_tetrahedra(net, cells, cell_mesh(cells))


def test_gradients_are_those_of_the_cells():
    cells = listed(ROUND)
    mesh = cell_mesh(cells)
    maps = {cell.number: cell.gradient for cell in cells}
    assert list(mesh.gradients) == [maps[number] for number in mesh.numbers]


def test_in_the_plane_a_cell_is_a_polygon():
    net = Network.from_rows([([[1, 0], [0, 1], [1, 1]], None), ([[1, 1, 1]], None)])
    cells = listed(net)
    mesh = cell_mesh(cells)
    points = points_of(mesh)
    areas = [plane_area([points[one] for one in element]) for element in mesh.elements]
    assert areas == [fraction(cell.volume) for cell in cells]
    assert (mesh.dimension, sum(areas)) == (2, 16)


def test_on_a_line_a_cell_is_a_segment():
    net = Network.from_rows([([[1], [2]], [0, -1]), ([[1, 1]], None)])
    mesh = cell_mesh(listed(net))
    ends = sorted([points_of(mesh)[one][0] for one in element] for element in mesh.elements)
    assert (mesh.dimension, ends) == (1, [[-1, 0], [0, Fraction(1, 2)], [Fraction(1, 2), 3]])


def test_data_have_names():
    net = Network.from_rows([([[1], [2]], [0, -1]), ([[1, 1], [1, 0]], None)])
    mesh = cell_mesh(listed(net))
    assert list(mesh.point_data) == ["value_1", "value_2"]
    assert list(mesh.element_data) == ["cell", "gradient_1", "gradient_2"]
    assert sorted(zip(mesh.points, mesh.point_data["value_1"], mesh.point_data["value_2"], strict=True))[-1] == ((3,), 8, 3)
    assert sorted(mesh.element_data["gradient_2"]) == [(0,), (1,), (1,)]


def test_a_mesh_whose_data_do_not_fit():
    with pytest.raises(ValueError, match="a number and a gradient for each element"):
        Mesh(1, ((), ()), ((0, 1),), (), (((),),), ((), ()))
    with pytest.raises(ValueError, match="values for each point"):
        Mesh(1, ((), ()), ((0, 1),), (1,), (((),),), ((),))


def test_what_cannot_be_drawn():
    with pytest.raises(DomainError, match="cell 1 is unbounded"):
        cell_mesh(list_cells(CANCELLED))
    wide = Network.from_rows([([[1, 1, 1, 1]], None), ([[1]], None)])
    with pytest.raises(NetworkError, match="have 4 coordinates, and such a mesh is made of 1, 2 or 3"):
        cell_mesh(list_cells(wide, Domain.box([0] * 4, [1] * 4)))
