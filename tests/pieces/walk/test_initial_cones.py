"""The starting cones tile the domain's independent half-spaces."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles.cones import dot, rank
from oracles.strategies import nets_on_domains

from relupoly.errors import SizeError
from relupoly.exact.integers import IntegerVectors
from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.networks.network import Network
from relupoly.pieces.forms.homogeneous import INFINITY, homogenize
from relupoly.pieces.forms.layer_map import LayerMap
from relupoly.pieces.walk.initial_cones import initial_cones


@given(nets_on_domains(), st.data())
def test_each_point_of_the_domain_is_inside_one_cone_or_on_walls(case, data):
    prepared = homogenize(*case)
    beginning = initial_cones(prepared)
    forms = {label: LayerMap(prepared, 0).form(label) for label in beginning.labels}
    coordinates = st.lists(st.integers(-50, 50), min_size=prepared.dimension - 1, max_size=prepared.dimension - 1)
    point = [*data.draw(coordinates), data.draw(st.integers(1, 9))]
    inside = []
    for cone in beginning.cones(IntegerVectors):
        sides = dict(zip(cone.walls.tolist(), cone.sides.tolist(), strict=True))
        values = [dot(forms[label], point) * side for label, side in sides.items()]
        inside.append((all(value > 0 for value in values), all(value >= 0 for value in values)))
        rays = [[int(entry) for entry in ray] for ray in cone.rays.data]
        assert rank(rays) == prepared.dimension
        for ray, on in zip(rays, cone.tight, strict=True):
            assert [dot(forms[label], ray) == 0 for label in sides] == on.tolist()
            assert all(dot(forms[label], ray) * side >= 0 for label, side in sides.items())
    if all(dot(row, point) >= 0 for row in prepared.domain.tolist()):
        assert sum(interior for interior, _ in inside) == (0 if any(dot(form, point) == 0 for form in forms.values()) else 1)
        assert any(closed for _, closed in inside)


def test_inequalities_come_first_and_have_one_side():
    network = Network.from_rows([([[1, 0, 0], [0, 1, 0], [0, 0, 1]], None), ([[1, 1, 1]], None)])
    half_space = Domain(Polyhedron.from_inequalities([[1, 1, 0], [2, 2, 0]], [1, 5]))
    beginning = initial_cones(homogenize(network, half_space))
    assert (beginning.labels[0], beginning.labels[-1], beginning.inequalities) == (1, INFINITY, 1)
    assert len(list(beginning.cones(IntegerVectors))) == 4
    box = initial_cones(homogenize(network, Domain.box([0] * 3, [1] * 3)))
    assert (box.inequalities, len(list(box.cones(IntegerVectors)))) == (3, 1)


def test_hyperplanes_that_meet_far_away():
    rows = [[1, 0], [1, Fraction(1, 10**60)]]
    beginning = initial_cones(homogenize(Network.from_rows([(rows, [0, 1]), ([[1, 1]], None)]), Domain()))
    assert [0, -(10**60), 1] in [[int(entry) for entry in ray] for ray in beginning.rays.tolist()]


def test_the_number_of_cones_is_bounded():
    assert len(initial_cones(homogenize(unit_net(60), Domain())).labels) == 61
    with pytest.raises(SizeError, match=r"2\^61"):
        homogenize(unit_net(61), Domain())


@pytest.mark.parametrize(("inputs", "fits"), [(61, True), (62, False)])
def test_the_number_of_cones_is_bounded_in_a_half_space(inputs, fits):
    """One inequality may stand for one of 61 hyperplanes, or for a coordinate of its own: only the cones tell."""
    domain = Domain(Polyhedron.from_inequalities([[0] * (inputs - 1) + [1]], [1]))
    prepared = homogenize(unit_net(61, inputs), domain)
    if fits:
        assert initial_cones(prepared).count == 2**60
    else:
        with pytest.raises(SizeError, match=r"2\^61"):
            initial_cones(prepared)


def unit_net(neurons, inputs=None):
    """Relu of each of the first coordinates, added up."""
    weight = [[int(i == j) for j in range(inputs or neurons)] for i in range(neurons)]
    return Network.from_rows([(weight, None), ([[1] * neurons], None)])
