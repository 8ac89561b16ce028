"""Level surfaces: known polyhedra, and random nets whose surface must be closed, exact, and met by lines where the net says."""

import random
from fractions import Fraction
from itertools import permutations

import pytest
from flint import fmpq
from hypothesis import assume, example, given
from hypothesis import strategies as st
from oracles.derivatives import fraction, values
from oracles.hostile import ENTRIES, hostile_net
from oracles.mesh_facts import (
    directed_edges,
    enclosed_volume,
    euler_characteristic,
    hits,
    is_on_a_side,
    is_strictly_convex,
    passes,
    points_of,
    unmatched_edges,
)
from oracles.strategies import nets

from relupoly.analysis.meshes.level_surface import level_surface
from relupoly.analysis.meshes.shapes import MESH_FIELDS
from relupoly.errors import DomainError, NetworkError, NumberError
from relupoly.geometry.domain import Domain
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Network
from relupoly.pieces.listing.cells import list_cells
from relupoly.pieces.listing.records import CellRecord

LOWER, UPPER = [-2, -2, -2], [2, 2, 2]
EYE = [[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]]
NORM = Network.from_rows([(EYE, None), ([[1] * 6], None)])  # |x| + |y| + |z|
# max(|x|, |y|, |z|) by max(a, b) = a + relu(b - a)
ABSOLUTES = ([[1, 1, 0, 0, 0, 0], [-1, -1, 1, 1, 0, 0], [0, 0, 0, 0, 1, 1]], None)
LARGEST = Network.from_rows([(EYE, None), ABSOLUTES, ([[1, 1, 0], [-1, -1, 1]], None), ([[1, 1]], None)])
VALLEY = Network.from_rows([([[1, 0, 0], [-1, 0, 0]], None), ([[1, 1]], None)])  # |x|
CLIPPED = Network.from_rows([([[1, 0, 0], [1, 0, 0]], [0, -1]), ([[1, -1]], None)])  # min(relu(x), 1)
CANCELLED = Network.from_rows([([[1, 0, 0], [0, 1, 0], [0, 1, 0]], None), ([[1, 1, -1]], None)])  # relu(x) + relu(y) - relu(y)
HALF_VALLEY = Network.from_rows([([[1, 0, 0], [-1, 0, 0], [0, -1, 0]], None), ([[1, 1, 1]], None)])  # |x| + relu(-y)
SADDLE = Network.from_rows([(EYE[:4], None), ([[1, 1, -1, -1]], None)])  # |x| - |y|
CONSTANT = Network.from_rows([([[0, 0, 0]], [1]), ([[1]], None)])


def surface(net, level=0, lower=LOWER, upper=UPPER, output=0):
    count = net.input_dim
    return level_surface(list_cells(net, Domain.box(lower[:count], upper[:count]), MESH_FIELDS), level, output)


def check_surface(net, mesh, level, output=0):
    """What holds of every level surface in the box: closed, exact, and its polygons convex, towards larger values."""
    points = points_of(mesh)
    assert unmatched_edges(mesh, LOWER, UPPER) == []
    assert all(values(net, point)[0][output] == level for point in points)
    assert {corner for element in mesh.elements for corner in element} == set(range(len(points)))
    assert len(set(points)) == len(points)
    assert all(is_strictly_convex([points[corner] for corner in element]) for element in mesh.elements)
    assert [[fraction(value) for value in row] for row in mesh.values] == [values(net, point)[0] for point in points]


def check_curve(net, mesh, level, output=0):
    """The same of a curve: as many segments begin at a point inside as end there."""
    points = points_of(mesh)
    assert all(values(net, point)[0][output] == level for point in points)
    for number, point in enumerate(points):
        begin, end = ([element[place] for element in mesh.elements].count(number) for place in (0, 1))
        assert begin + end > 0
        assert begin == end or is_on_a_side([point], LOWER[:2], UPPER[:2])


def check_lines(net, mesh, level, seed, output=0):
    """Lines along the axes meet the mesh where the net passes the level, from the right side."""
    source = random.Random(seed)
    for _ in range(4):
        for axis in range(net.input_dim):
            # Seven digits of a large prime: no edge lies there, but by bad luck once in a million times.
            start = [Fraction(source.randint(-2 * 1000003, 2 * 1000003), 1000003) for _ in range(net.input_dim)]
            start[axis] = Fraction(-2)
            assert hits(mesh, tuple(start), axis) == passes(net, tuple(start), axis, Fraction(2), level, output)


def test_an_octahedron():
    mesh = surface(NORM, 1)
    units = [tuple(sign * (place == axis) for place in range(3)) for axis in range(3) for sign in (1, -1)]
    assert set(points_of(mesh)) == set(units)
    assert (len(mesh.elements), {len(element) for element in mesh.elements}) == (8, {3})
    assert (euler_characteristic(mesh), unmatched_edges(mesh, [9] * 3, [9] * 3)) == (2, [])
    assert enclosed_volume(mesh) == Fraction(4, 3)  # positive: normals point outwards, to larger values
    assert len(set(mesh.numbers)) == 8


def test_a_cube_whose_edges_lie_on_kinks():
    mesh = surface(LARGEST, 1)
    assert enclosed_volume(mesh) == 8
    assert (euler_characteristic(mesh), unmatched_edges(mesh, [9] * 3, [9] * 3)) == (2, [])
    check_surface(LARGEST, mesh, 1)


def test_a_truncated_octahedron_is_cut_by_the_box():
    """|x| + |y| + |z| = 3 in the box with half side 2: hexagons, whose other edges are on the box."""
    mesh = surface(NORM, 3)
    assert set(points_of(mesh)) == {
        tuple(s * x for s, x in zip(signs, order, strict=True))
        for order in permutations((0, 1, 2))
        for signs in [(a, b, c) for a in (1, -1) for b in (1, -1) for c in (1, -1)]
    }
    assert {len(element) for element in mesh.elements} == {6}
    edges = directed_edges(mesh.elements)
    open_edges = [edge for edge in edges if edge[::-1] not in edges]
    points = points_of(mesh)
    assert len(open_edges) == 24
    assert all(is_on_a_side([points[one] for one in edge], LOWER, UPPER) for edge in open_edges)
    assert unmatched_edges(mesh, LOWER, UPPER) == []


def test_in_a_union_of_boxes_the_surface_goes_on():
    boxes = DomainUnion((Domain.box([-2] * 3, [2, 2, 1]), Domain.box([-2, -2, 0], [2] * 3)))
    mesh = level_surface(list_cells(NORM, boxes, MESH_FIELDS), 1)
    assert (enclosed_volume(mesh), unmatched_edges(mesh, [9] * 3, [9] * 3)) == (Fraction(4, 3), [])


def test_rationals_are_exact():
    mesh = surface(NORM, "1/3")
    assert enclosed_volume(mesh) == Fraction(4, 3) / 27
    assert mesh.points[0][2] in (fmpq(1, 3), -fmpq(1, 3), fmpq(0))


@pytest.mark.parametrize(
    ("net", "level"),
    [(VALLEY, 0), (NORM, 0), (NORM, 6), (NORM, 7), (CONSTANT, 1), (CONSTANT, 0), (CLIPPED, 1), (CLIPPED, 2), (VALLEY, 2)],
)
def test_where_the_level_is_touched_only_there_is_no_surface(net, level):
    assert surface(net, level).elements == surface(net, level).points == ()


@pytest.mark.parametrize(("net", "count"), [(CLIPPED, 1), (CANCELLED, 2)])
def test_a_facet_at_the_end_of_a_plateau_appears_once(net, count):
    """relu(x) passes 0 on the square x = 0, which is divided where y = 0 if some neuron bends there."""
    mesh = surface(net, 0)
    check_surface(net, mesh, 0)
    assert len(mesh.elements) == count
    backwards = level_surface(reversed([*list_cells(net, Domain.box(LOWER, UPPER))]), 0)
    assert (sorted(backwards.numbers), backwards.gradients) == (sorted(mesh.numbers), mesh.gradients)
    assert hits(backwards, (Fraction(-2), Fraction(1, 7), Fraction(1, 9)), 0) == [(0, 1)]
    assert {point[0] for point in points_of(mesh)} == {0}
    assert [hits(mesh, (Fraction(-2), Fraction(1, 7), Fraction(1, 9)), 0)] == [[(0, 1)]]
    assert all(row == ((1, 0, 0),) for row in mesh.gradients)


def test_a_half_plane_that_the_level_only_touches_does_not_hang_in_the_air():
    assert surface(HALF_VALLEY, 0).elements == ()


def test_four_polygons_meet_in_an_edge_of_a_saddle():
    mesh = surface(SADDLE, 0)
    check_surface(SADDLE, mesh, 0)
    points = points_of(mesh)
    axis = [edge for edge in directed_edges(mesh.elements) if all(points[one][:2] == (0, 0) for one in edge)]
    assert [directed_edges(mesh.elements)[edge] for edge in axis] == [2, 2]


@given(st.integers(0, 10**6), st.sampled_from(["gaussian", "nearly_short", "long_integer"]))
@example(0, "gaussian")
def test_random_nets_in_space(seed, kind):
    source = random.Random(seed)
    net = hostile_net(source, ENTRIES[kind], 3, [4, 3])
    level = values(net, [Fraction(source.randint(-20, 20), 11) for _ in range(3)])[0][0]
    mesh = surface(net, fmpq(level.numerator, level.denominator))
    check_surface(net, mesh, level)
    check_lines(net, mesh, level, seed)


def test_in_general_position_two_polygons_share_each_edge_inside():
    source = random.Random(7)
    net = hostile_net(source, ENTRIES["gaussian"], 3, [6, 5])
    level = values(net, [Fraction(1, 7), Fraction(1, 5), Fraction(-1, 3)])[0][0]
    mesh = surface(net, fmpq(level.numerator, level.denominator))
    points, edges = points_of(mesh), directed_edges(mesh.elements)
    inner = [edge for edge in edges if not is_on_a_side([points[one] for one in edge], LOWER, UPPER)]
    assert len(inner) > 20
    assert all(edges[edge] == edges[edge[::-1]] == 1 for edge in inner)
    assert len(set(mesh.numbers)) == len(mesh.elements)


@given(nets(inputs=3, layers=3, width=3, outputs=2), st.integers(-2, 2), st.integers(0, 1), st.integers(0, 10**6))
@example(SADDLE, 0, 0, 1)
@example(HALF_VALLEY, 0, 0, 1)
def test_degenerate_nets(net, level, output, seed):
    assume(net.input_dim > 1)
    output %= net.output_dim
    mesh = surface(net, level, output=output)
    (check_surface if net.input_dim == 3 else check_curve)(net, mesh, level, output)
    check_lines(net, mesh, level, seed, output)


def test_a_curve_in_the_plane_has_larger_values_on_its_left():
    net = Network.from_rows([([[1, 0], [-1, 0], [0, 1], [0, -1]], None), ([[1] * 4], None)])
    mesh = surface(net, 1)
    points = points_of(mesh)
    assert (mesh.dimension, len(points), len(mesh.elements)) == (1, 4, 4)
    check_curve(net, mesh, 1)
    # Around the diamond clockwise: its outside is on the left.
    assert all(points[a][0] * points[b][1] - points[a][1] * points[b][0] == -1 for a, b in mesh.elements)


def test_pieces_are_told_where_all_cells_know_them():
    cells = [*list_cells(NORM, Domain.box(LOWER, UPPER))]
    known = [CellRecord(**{key: getattr(cell, key) for key in CellRecord.__slots__} | {"piece": {"open": 7}}) for cell in cells]
    assert level_surface(cells, 1).pieces == {}
    assert level_surface(known, 1).pieces == {"open": (7,) * 8}
    assert level_surface([*known[:-1], cells[-1]], 1).pieces == {}


def test_what_cannot_be_drawn():
    with pytest.raises(DomainError, match=r"cell 1 is unbounded.*give a box"):
        level_surface(list_cells(NORM), 1)
    line = Network.from_rows([([[1]], None), ([[1]], None)])
    with pytest.raises(NetworkError, match=r"have 1 coordinate, and such a mesh is made of 2 or 3; .*--through"):
        surface(line)
    wide = Network.from_rows([([[1, 1, 1, 1]], None), ([[1]], None)])
    with pytest.raises(NetworkError, match="have 4 coordinates"):
        level_surface(list_cells(wide, Domain.box([0] * 4, [1] * 4)), 0)
    with pytest.raises(NetworkError, match="no output 2; it has output 1 alone"):
        surface(NORM, output=1)
    with pytest.raises(NetworkError, match="no output 0; it has output 1 alone"):
        surface(NORM, output=-1)
    with pytest.raises(NumberError, match='the level: "x" is not a number'):
        surface(NORM, "x")
    with pytest.raises(ValueError, match="gradient, constant and vertices"):
        level_surface(list_cells(NORM, Domain.box(LOWER, UPPER), ["pattern"]), 1)


def test_the_cells_are_gone_through_once_and_no_two_lists_differ():
    cells = list(list_cells(LARGEST, Domain.box(LOWER, UPPER)))
    assert level_surface(iter(cells), 1) == level_surface(cells, 1)
