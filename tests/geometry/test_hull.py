"""Hulls of points, rays and lines: domains, each of its own dimension."""

import itertools

import pytest
from flint import fmpq_mat

from relupoly.errors import DomainError
from relupoly.exact.matrices import rows_of
from relupoly.geometry.hull import hull
from relupoly.geometry.v_representation import VRepresentation


@pytest.mark.parametrize("n", [2, 3])
def test_the_birkhoff_polytope_has_dimension_of_its_own(n):
    """The hull of the permutation matrices: n! vertices in dimension (n - 1)^2, and n^2 facets if n is at least 3."""
    matrices = [
        [int(column == image) for image in permutation for column in range(n)]
        for permutation in itertools.permutations(range(n))
    ]
    domain = hull(VRepresentation.of(matrices), "birkhoff.ext")
    assert domain.name == f"{(n - 1) ** 2}-dimensional polyhedron of birkhoff.ext"
    assert (domain.dimension, domain.polyhedron.matrix.nrows()) == ((n - 1) ** 2, n**2 if n > 2 else 2)
    inside = domain.subspace
    corners = [
        inside.basis * fmpq_mat(inside.dimension, 1, point) + inside.origin
        for point in rows_of(domain.polyhedron.vertices().vertices)
    ]
    assert sorted([int(entry) for entry in corner.entries()] for corner in corners) == sorted(matrices)


def test_half_a_plane_in_space_is_a_domain_of_dimension_two():
    domain = hull(VRepresentation.of([[1, 2, 3]], rays=[[1, 0, 0]], lines=[[0, 1, 1]]), "half.ext")
    assert (domain.name, domain.polyhedron.matrix.nrows()) == ("2-dimensional polyhedron of half.ext", 1)


def test_a_line():
    domain = hull(VRepresentation.of([[1, 2]], lines=[[0, 3]]), "line.ext")
    assert (domain.polyhedron, domain.dimension, domain.subspace.basis.tolist()) == (None, 1, [[0], [1]])


def test_rays_in_both_directions_are_a_line():
    domain = hull(VRepresentation.of([[0, 0]], rays=[[1, 1], [-2, -2]]), "line.ext")
    assert (domain.polyhedron, domain.dimension) == (None, 1)


def test_the_whole_space():
    assert hull(VRepresentation.of([[5, 5]], lines=[[1, 0], [1, 1]]), "all.ext").kind == "space"


def test_a_single_point_is_no_domain():
    with pytest.raises(DomainError, match="its points are one and the same"):
        hull(VRepresentation.of([[1, 2], [1, 2]]), "point.ext")
