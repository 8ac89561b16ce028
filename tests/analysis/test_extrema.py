"""The largest and least values of nets: published ones, points that have them, and points that never beat them."""

from __future__ import annotations

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.small_nets import small_nets

from relupoly.analysis.extrema import maximum, minimum
from relupoly.errors import NetworkError, NumberError
from relupoly.geometry.domain import Domain
from relupoly.geometry.subspace import AffineSubspace
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Network
from relupoly.pieces.forms import homogeneous


@settings(deadline=None)
@given(small_nets(), st.data())
def test_no_point_of_a_box_beats_the_extrema(net, data):
    n = net.input_dim
    box = Domain.box([-2] * n, [3] * n)
    high, low = maximum(net, box), minimum(net, box)
    assert net(high.point) == [high.value]
    assert net(low.point) == [low.value]
    grid = st.fractions(-2, 3, max_denominator=6).map(lambda one: fmpq(one.numerator, one.denominator))
    for _ in range(10):
        (value,) = net([data.draw(grid) for _ in range(n)])
        assert low.value <= value <= high.value


@settings(deadline=None)
@given(small_nets())
def test_along_a_ray_without_bound_the_net_rises_as_it_says(net):
    found = maximum(net)
    if found.value is not None:
        assert net(found.point) == [found.value]
        return
    values = [net([x + step * d for x, d in zip(found.point, found.ray, strict=True)])[0] for step in (0, 1, 2)]
    assert values[1] - values[0] == values[2] - values[1] > 0


@pytest.mark.parametrize("objective", [[1, 0], [0, 1], [1, -1], ["1/2", 3]])
def test_an_objective_weighs_the_outputs(objective):
    net = Network.from_rows([([[1, 0], [0, 1], [1, 1]], [0, 1, -1]), ([[1, -1, 2], [0, 1, -3]], [1, 0])])
    box = Domain.box([-1, -1], [2, 1])
    found = maximum(net, box, objective)
    weights = [fmpq(1, 2) if entry == "1/2" else fmpq(entry) for entry in objective]
    grid = [net([fmpq(x, 4), fmpq(y, 4)]) for x in range(-4, 9) for y in range(-4, 5)]
    corners = [sum(a * b for a, b in zip(weights, values, strict=True)) for values in grid]
    # All hyperplanes pass through the grid, so that vertices of cells are among its points.
    assert found.value == max(corners)


def test_a_union_and_a_subspace():
    tent = Network.from_rows([([[1], [1], [1]], [1, 0, -1]), ([[1, -2, 1]], None)])
    apart = DomainUnion((Domain.box([-3], [-2]), Domain.box(["1/2"], [2])))
    assert maximum(tent, apart).value == fmpq(1, 2)
    plane = Network.from_rows([([[1, 1], [-1, -1]], None), ([[1, 1]], None)])
    line = AffineSubspace.through([[0, 0], [1, 2]])
    assert maximum(plane, Domain.box([-1], [2]).inside(line)).value == 6


@pytest.mark.parametrize("unbounded", [False, True])
def test_cells_without_vertices_have_the_same_extrema(unbounded, monkeypatch):
    from relupoly.geometry.polyhedron import Polyhedron

    net = Network.from_rows([([[1, 2], [-1, 1], [1, -1]], [0, 1, -1]), ([[1, -1, 2], [0, 1, -3]], [1, 0]), ([[1, -2]], None)])
    quadrant = Domain(Polyhedron.from_inequalities([[-1, 0], [0, -1]], [0, 0]))
    domain = quadrant if unbounded else Domain.box([-1, -1], [2, 1])
    by_vertices = maximum(net, domain), minimum(net, domain)
    monkeypatch.setattr(homogeneous, "MOST_COORDINATES_WITH_RAYS", -9)
    monkeypatch.setattr(homogeneous, "MOST_COORDINATES_OF_ONE_LAYER", -9)
    monkeypatch.setattr(homogeneous, "most_vertices", lambda polyhedron: 10**9)
    by_programs = maximum(net, domain), minimum(net, domain)
    assert [one.value for one in by_programs] == [one.value for one in by_vertices]
    for found in by_programs:
        if found.value is None:
            values = [net([x + step * d for x, d in zip(found.point, found.ray, strict=True)])[0] for step in (1, 2)]
            assert values[1] != values[0]


def test_an_objective_that_does_not_fit_is_refused():
    net = Network.from_rows([([[1]], None), ([[1], [2]], None)])
    with pytest.raises(NetworkError, match="2 outputs; give an objective"):
        maximum(net)
    with pytest.raises(NetworkError, match="1 weight, but the network has 2 outputs"):
        maximum(net, objective=[1])
    with pytest.raises((NetworkError, NumberError), match="weight 2 of the objective"):
        maximum(net, objective=[1, "x"])
