"""Faces of named polytopes: a test is a known fact."""

import itertools

import numpy as np
import pytest
from oracles.cones import POLYTOPES, rank
from oracles.cutting import cone_of, integer_rays

from relupoly.geometry.faces import all_faces, edges, facets, irregular_faces


def f_vector(cone):
    """The numbers of faces of the polytope that the cone stands over, by dimension."""
    dimensions = [face.dimension - 1 for face in all_faces(cone)]
    return [dimensions.count(dimension) for dimension in range(cone.dimension)]


@pytest.mark.parametrize("name", POLYTOPES)
def test_faces_of_named_polytopes(name):
    rows, expected = POLYTOPES[name]
    cone = cone_of(rows)
    assert f_vector(cone) == expected
    assert len(facets(cone)) == expected[-2]
    assert len(edges(cone)) == expected[1]


@pytest.mark.parametrize("name", ["cube-3", "cross-polytope-3", "24-cell", "permutohedron-4"])
def test_walls_that_coincide_or_touch_less_than_a_facet_make_no_face(name):
    rows, expected = POLYTOPES[name]
    doubled = [[2 * entry for entry in row] for row in rows]
    touching = [[a + b for a, b in zip(*pair, strict=True)] for pair in itertools.combinations(rows, 2)]
    cone = cone_of([*rows, *doubled, *touching])
    assert len(cone.walls) > 2 * len(rows)
    assert f_vector(cone) == expected
    assert len(edges(cone)) == expected[1]
    groups = [sorted(cone.walls[group].tolist()) for group in facets(cone)]
    assert sorted(groups) == [[index, index + len(rows)] for index in range(len(rows))]


@pytest.mark.parametrize("name", ["cube-3", "cross-polytope-4", "cyclic-4-7"])
def test_a_face_is_named_by_its_rays_and_by_its_walls(name):
    cone = cone_of(POLYTOPES[name][0])
    rays = integer_rays(cone)
    seen = set()
    for face in all_faces(cone):
        own = [index for index in range(len(rays)) if face.rays >> index & 1]
        walls = [index for index in range(len(cone.walls)) if face.walls >> index & 1]
        assert rank([rays[index] for index in own]) == face.dimension
        assert own == np.flatnonzero(cone.tight[:, walls].all(axis=1)).tolist()
        assert walls == np.flatnonzero(cone.tight[own].all(axis=0)).tolist()
        seen.add(face.rays)
    assert len(seen) == sum(f_vector(cone))


@pytest.mark.parametrize("name", ["cube-2", "cross-polytope-4", "24-cell"])
def test_edges_are_the_faces_of_dimension_two(name):
    cone = cone_of(POLYTOPES[name][0])
    expected = {face.rays for face in all_faces(cone) if face.dimension == 2}
    assert {1 << one | 1 << other for one, other in edges(cone)} == expected


def test_a_half_line():
    ray = cone_of([[1]])
    assert f_vector(ray) == [1]
    assert (facets(ray), edges(ray)) == ([], [])


@pytest.mark.parametrize("name", POLYTOPES)
def test_faces_that_are_not_simple(name):
    cone = cone_of(POLYTOPES[name][0])
    everything = list(all_faces(cone))
    rays = np.arange(len(cone.rays))
    assert irregular_faces(cone, rays, -1) == {face.walls for face in everything}
    expected = {face.walls for face in everything if face.walls.bit_count() > cone.dimension - face.dimension}
    assert irregular_faces(cone, rays, 0) == expected
    assert irregular_faces(cone, rays, 1) == expected | {face.walls for face in everything if face.walls & 1}
    above = {face.walls for face in everything if face.rays & 1}
    assert irregular_faces(cone, rays[:1], -1) == above
    assert irregular_faces(cone, rays[:1], 0) == expected & above
    assert irregular_faces(cone, rays[:0], -1) == set()


@pytest.mark.parametrize("name", ["cube-3", "cross-polytope-3", "permutohedron-4"])
def test_faces_on_further_walls_are_not_simple(name):
    rows = POLYTOPES[name][0]
    touching = [[a + b for a, b in zip(*pair, strict=True)] for pair in itertools.combinations(rows, 2)]
    cone = cone_of([*rows, [2 * entry for entry in rows[0]], *touching])
    faces = [(face.walls, cone.dimension - face.dimension) for face in all_faces(cone)]
    assert irregular_faces(cone, np.arange(len(cone.rays)), 0) == {walls for walls, least in faces if walls.bit_count() > least}
