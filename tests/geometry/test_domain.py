"""Domains: names, dimensions, and nesting."""

import pytest

from relupoly.errors import DomainError
from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.geometry.subspace import AffineSubspace

LINE = AffineSubspace.through([[0, 0, 1], [1, 2, 1]])
PLANE = AffineSubspace.through([[0] * 3, [1, 0, 0], [0, 1, 0]])


def test_kinds_and_names():
    assert (Domain().kind, Domain().name) == ("space", "R^n")
    box = Domain.box(["-1/2", 0], [1, 1])
    assert (box.kind, box.name) == ("polyhedron", "box -0.5,0 1")
    inside = Domain.box([0], [1]).inside(LINE)
    assert (inside.kind, inside.name) == ("subspace", "box 0 1 on a 1-dimensional subspace of R^3")
    assert Domain().inside(LINE).name == "1-dimensional subspace of R^3"


def test_a_subspace_of_a_subspace():
    line = AffineSubspace.through([[0, 0], [1, 1]])
    nested = Domain().inside(line).inside(PLANE)
    assert nested.subspace == PLANE.compose(line)
    assert nested.subspace.ambient_dimension == 3


@pytest.mark.parametrize("domain", [Domain.box([0, 0], [1, 1]), Domain(subspace=AffineSubspace.through([[0, 0], [1, 1]]))])
def test_the_dimension_must_be_that_of_the_inputs(domain):
    domain.check_dimension(2)
    with pytest.raises(DomainError, match="but there are 3 inputs; make them equal"):
        domain.check_dimension(3)


def test_all_of_space_fits_every_dimension():
    Domain().check_dimension(7)


def test_a_polyhedron_on_a_subspace_is_on_its_parameters():
    with pytest.raises(DomainError, match="dimension 3, but it is on the 1 parameters"):
        Domain(Polyhedron.box([0] * 3, [1] * 3), LINE)
    assert Domain(Polyhedron.box([0], [1]), LINE).polyhedron.dimension == 1
