"""The polygons that bound zonotopes, against counts of faces, exact volumes and listed vertices."""

import itertools

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from relupoly.errors import ZonotopeError
from relupoly.geometry.volume import relative_volume
from relupoly.geometry.zonotope import Zonotope, faces
from relupoly.geometry.zonotope_boundary import boundary_polygons
from relupoly.geometry.zonotope_families import cube, moment_curve, permutohedron, type_b
from relupoly.pieces.enumeration.vertices import list_vertices
from relupoly.run import Run, Stopped


def rows(dimension, most):
    return st.lists(st.lists(st.integers(-2, 2), min_size=dimension, max_size=dimension), min_size=1, max_size=most)


def check(zonotope):
    """As many polygons, sides and corners as there are faces, and the corners are the vertices."""
    polygons = boundary_polygons(zonotope)
    corners = [corner for polygon in polygons for corner in polygon]
    assert {tuple(map(fmpq, vertex)) for vertex in list_vertices(zonotope)} == set(corners)
    counts = faces(zonotope)
    if zonotope.dimension == 3:
        assert (len(set(corners)), len(corners) // 2, len(polygons)) == counts
    else:
        assert len(polygons) == 1
        assert len(set(corners)) == len(corners) == counts[0]
    for polygon in polygons:
        assert tuple(map(sum, zip(*polygon, strict=True))) == tuple(
            len(polygon) * (one + two) / 2 for one, two in zip(polygon[0], polygon[len(polygon) // 2], strict=True)
        )


@pytest.mark.parametrize(
    "generators", [cube(2), cube(3), permutohedron(3), permutohedron(4), type_b(3), moment_curve(2, 7), moment_curve(3, 8)]
)
def test_families(generators):
    check(Zonotope.of(generators))


@settings(max_examples=60)
@given(st.integers(1, 5).flatmap(lambda dimension: rows(dimension, 5)))
def test_random_ones_with_parallel_and_zero_generators(generators):
    zonotope = Zonotope.of(generators)
    if zonotope.dimension <= 3:
        check(zonotope)
    else:
        with pytest.raises(ZonotopeError, match="at most 3"):
            boundary_polygons(zonotope)


@settings(max_examples=40)
@given(rows(2, 6))
def test_the_area_of_a_polygon(generators):
    zonotope = Zonotope.of(generators)
    if zonotope.dimension == 2:
        [polygon] = boundary_polygons(zonotope)
        twice = sum(one[0] * two[1] - one[1] * two[0] for one, two in zip(polygon, (*polygon[1:], polygon[0]), strict=True))
        assert abs(twice) / 2 == relative_volume(zonotope)


@settings(max_examples=40)
@given(rows(3, 6))
def test_the_volume_of_a_solid_is_that_of_the_pyramids_over_its_facets(generators):
    zonotope = Zonotope.of(generators)
    if zonotope.dimension != 3:
        return
    six = 0
    for first, *others in boundary_polygons(zonotope):
        for two, three in itertools.pairwise(others):
            (a, b, c), (x, y, z), (u, v, w) = first, two, three
            six += abs(a * (y * w - z * v) - b * (x * w - z * u) + c * (x * v - y * u))
    assert six / 6 == relative_volume(zonotope)


def test_it_can_be_stopped():
    with pytest.raises(Stopped):
        boundary_polygons(Zonotope.of(moment_curve(3, 60)), Run(deadline=0))
