"""The small parts of which records are made: incidences, points inside, neighbours, inner facets."""

import random

import pytest
from flint import fmpq, fmpz
from hypothesis import assume, given
from hypothesis import strategies as st
from oracles.hostile import ENTRIES
from oracles.listing_cases import listed_net
from oracles.record_facts import behind

from relupoly import Domain, Network
from relupoly.pieces.forms.homogeneous import INFINITY
from relupoly.pieces.listing.cells import list_cells
from relupoly.pieces.listing.corner import Corner
from relupoly.pieces.listing.face_to_face import hyperplane
from relupoly.pieces.listing.incidence import Incidence
from relupoly.pieces.listing.inside import exact_middle, point_inside
from relupoly.pieces.listing.neighbours import Neighbours
from relupoly.pieces.listing.parts import Parts
from relupoly.pieces.listing.records import CellRecord, Facet
from relupoly.pieces.listing.same_function import SameFunction


def test_facets_of_a_simple_cone():
    """A triangle in the plane, homogenised, each of whose rays is on two walls."""
    shape = Incidence([5, 3, 9], [0b011, 0b110, 0b101])
    assert shape.facets(2) == [((3,), 0b011), ((5,), 0b101), ((9,), 0b110)]
    assert shape.walls(0) == (3, 5)


def test_facets_that_several_walls_support():
    """Walls 7 and 4 are the same; wall 2 touches in one vertex alone, wall 8 nowhere."""
    shape = Incidence([7, 4, 5, 9, 2, 8], [0b010111, 0b001011, 0b001100])
    assert shape.facets(2) == [((4, 7), 0b011), ((5,), 0b101), ((9,), 0b110)]


def test_infinity_is_no_facet():
    shape = Incidence([INFINITY, 3, 4], [0b011, 0b101, 0b110])
    assert shape.facets(2) == [((3,), 0b101), ((4,), 0b110)]
    shape = Incidence([INFINITY, 1, 3, 4], [0b0111, 0b1011, 0b1100])
    assert shape.facets(2) == [((3,), 0b101), ((4,), 0b110)], "a wall at infinity is no facet either"


def box_facets(lower, upper):
    """Of x_i >= lower_i and x_i <= upper_i, rationals."""
    found = []
    for axis, (low, high) in enumerate(zip(lower, upper, strict=True)):
        for sign, bound in ((-1, -low), (1, high)):
            normal = [fmpz(0)] * len(lower)
            normal[axis] = fmpz(sign) * bound.q
            found.append(Facet(tuple(normal), bound.p, ()))
    return found


SIZES = st.sampled_from([fmpq(1), fmpq(1, 3), fmpq(1, 10**30), fmpq(1, 10**400), fmpq(10**30), fmpq(10**400), fmpq(7, 10**320)])


@given(st.lists(st.tuples(st.integers(-3, 3), SIZES, SIZES), min_size=1, max_size=3))
def test_a_point_inside_boxes_of_all_sizes(entries):
    """Also where doubles are 0 or infinite."""
    lower = [shift * scale for shift, scale, _ in entries]
    upper = [low + size for low, (_, _, size) in zip(lower, entries, strict=True)]
    corners = [[]]
    for low, high in zip(lower, upper, strict=True):
        corners = [[*corner, end] for corner in corners for end in (low, high)]
    homogeneous = []
    for corner in corners:
        scale = fmpz(1)
        for entry in corner:
            scale *= entry.q
        homogeneous.append(Corner.of([*((entry * scale).p for entry in corner), scale]))
    facets = box_facets(lower, upper)
    point = point_inside(homogeneous, [], facets)
    assert all(facet.slack(point) > 0 for facet in facets)


@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=2), st.sampled_from([1, 10**40, 10**400]))
def test_a_point_inside_an_unbounded_set(direction, scale):
    ray = tuple(fmpq(entry * scale + 1) for entry in direction)
    facets = box_facets([fmpq(0), fmpq(0)], [fmpq(1), fmpq(1)])[::2]
    point = point_inside([Corner.of([fmpz(0), fmpz(0), fmpz(1)])], [ray], facets)
    assert all(facet.slack(point) > 0 for facet in facets)


def test_points_are_short_where_they_can_be():
    corners = [Corner.of([fmpz(3**50 + place), fmpz(7**30)]) for place in (0, 10**25)]
    (point,) = point_inside(corners, [], box_facets([corners[0].point[0]], [corners[1].point[0]]))
    assert point.q <= 64
    assert exact_middle([(fmpq(1), fmpq(2)), (fmpq(2), fmpq(2))], [(fmpq(0), fmpq(5))]) == (fmpq(3, 2), fmpq(7))


@pytest.mark.parametrize("entry", ["short", "gaussian"])
def test_neighbours_and_inner_facets(entry):
    """By flipping neurons, by the germ, and by who has the same facet; the function is the same where the maps are."""
    source = random.Random(13)
    for _ in range(6):
        net = listed_net(source, 2, 6, ENTRIES[entry])
        cells = list(list_cells(net, Domain.box([-2, -2], [2, 2])))
        (listed,) = Parts.of(net, Domain.box([-2, -2], [2, 2])).listed
        rule, around = SameFunction(listed), Neighbours(listed)
        for cell, others in zip(cells, behind(cells), strict=True):
            flags = rule.behind(cell)
            assert len(flags) == len(cell.facets)
            for place, (flag, other) in enumerate(zip(flags, others, strict=True)):
                if other is None:
                    assert not flag
                    continue
                same = (cells[other].gradient, cells[other].constant) == (cell.gradient, cell.constant)
                assert flag == same
                ends = [cell.vertices[one] for one in cell.incidence[place]]
                assert around.at(exact_middle(ends, []), cell.facets[place].normal) == cells[other].pattern


@given(st.lists(st.integers(-5, 5), min_size=2, max_size=4))
def test_a_hyperplane_has_one_name(row):
    assume(any(row))
    exact = [fmpz(entry) for entry in row]
    assert hyperplane(exact) == hyperplane([-entry for entry in exact])
    assert next(entry for entry in hyperplane(exact) if entry) > 0


def test_slack_value_contains_and_polyhedron():
    facet = Facet((fmpz(2), fmpz(-1)), fmpz(3), ())
    assert facet.slack([fmpq(1, 2), fmpq(1)]) == 3
    cell = CellRecord(1, ("+",), ((fmpq(1), fmpq(2)),), (fmpq(5),), (facet,))
    assert cell.value([fmpq(1), fmpq(1)]) == [8]
    assert cell.contains([fmpq(1), fmpq(-1)])
    assert not cell.contains([fmpq(2), fmpq(0)])
    assert cell.polyhedron.slacks([fmpq(0), fmpq(0)]) == [3]


def test_tables_for_notebooks():
    net = Network.from_rows([([[1]], [0]), ([["1/2"]], None)])
    shown = [cell._repr_html_() for cell in list_cells(net, Domain.box([-1], [1]))]
    assert all("<table>" in one for one in shown)
    assert any("1/2" in one for one in shown)
    assert "<th>volume</th><td>infinite</td>" in next(list_cells(net))._repr_html_()
    assert "volume" not in next(list_cells(net, None, ("pattern",)))._repr_html_()
