"""Polyhedra as boxes and rows: against exact linear programs."""

from fractions import Fraction

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from relupoly.errors import DomainError
from relupoly.geometry.bounded_set import BoundedSet, most_vertices
from relupoly.geometry.linear_programs import maximize
from relupoly.geometry.polyhedron import Polyhedron


def extreme(polyhedron, objective):
    rows = [[Fraction(int(entry.p), int(entry.q)) for entry in row] for row in polyhedron.matrix.tolist()]
    bounds = [Fraction(int(entry.p), int(entry.q)) for entry in polyhedron.bound.entries()]
    return maximize(objective, rows, bounds)


@settings(max_examples=100)
@given(st.data())
def test_the_box_holds_the_polyhedron_and_rows_cut_it_out(data):
    size = data.draw(st.integers(1, 3))
    entry = st.integers(-3, 3)
    rows = data.draw(st.lists(st.lists(entry, min_size=size, max_size=size), min_size=1, max_size=7))
    bounds = data.draw(st.lists(st.integers(-1, 4), min_size=len(rows), max_size=len(rows)))
    try:
        polyhedron = Polyhedron.from_inequalities(rows, bounds)
    except DomainError:
        return
    found = BoundedSet.of(polyhedron)
    ends = []
    for place in range(size):
        unit = [Fraction(index == place) for index in range(size)]
        ends.append((extreme(polyhedron, [-one for one in unit]).value, extreme(polyhedron, unit).value))
    if any(end is None for pair in ends for end in pair):
        assert found is None
        return
    for (low, high), lower, upper in zip(ends, found.lower, found.upper, strict=True):
        assert lower <= fmpq(-low.numerator, low.denominator)
        assert upper >= fmpq(high.numerator, high.denominator)
    # Box and rows have the same points: each says what the other does.
    units = [[Fraction(sign * (index == place)) for index in range(size)] for place in range(size) for sign in (-1, 1)]
    sides = [[*(Fraction(int(x.p), int(x.q)) for x in row)] for row in found.rows]
    box = [Fraction(int(x.p), int(x.q)) for pair in zip([-one for one in found.lower], found.upper, strict=True) for x in pair]
    matrix, offsets = [*units, *(row[:-1] for row in sides)], [*box, *(row[-1] for row in sides)]
    for row, bound in zip(polyhedron.matrix.tolist(), polyhedron.bound.entries(), strict=True):
        most = maximize([Fraction(int(x.p), int(x.q)) for x in row], matrix, offsets).value
        assert most <= Fraction(int(bound.p), int(bound.q))


def test_what_neurons_see_and_what_is_tied_to_it():
    region = BoundedSet((fmpq(0),) * 4, (fmpq(1),) * 4, ((fmpq(1), fmpq(1), 0, 0, fmpq(1)), (0, 0, fmpq(1), fmpq(1), fmpq(1))))
    places, part = region.seen([0])
    assert (places, part.rows) == ([0, 1], ((1, 1, 1),))
    assert region.seen([])[0] == []


@pytest.mark.parametrize(("size", "facets"), [(2, 5), (3, 6), (4, 7)])
def test_the_cyclic_polytopes_dual_has_most_vertices(size, facets):
    # The polar of a cyclic polytope about the mean of its points.
    points = [[fmpq(t) ** power for power in range(1, size + 1)] for t in range(facets)]
    mean = [sum(column, fmpq(0)) / facets for column in zip(*points, strict=True)]
    polar = Polyhedron.from_inequalities([[x - y for x, y in zip(point, mean, strict=True)] for point in points], [1] * facets)
    found = polar.vertices().vertices.nrows()
    # The homogenised set has t >= 0, which is no facet of a bounded one.
    wider = Polyhedron(polar.matrix, polar.bound)
    assert found <= most_vertices(wider)
    assert most_vertices(Polyhedron.from_inequalities([[1] * size], [1])) == 1


def test_long_bounds_are_rounded_outward():
    third = fmpq(10**40, 3 * 10**40 + 1)
    polyhedron = Polyhedron.from_inequalities([[-1, 0], [0, -1], [third, 1]], [0, 0, third])
    found = BoundedSet.of(polyhedron)
    assert found.upper[1] > third
    assert int(found.upper[1].q).bit_length() < 80
