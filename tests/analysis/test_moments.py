"""Integrals of nets: published ones, a second formula, and what is refused."""

from __future__ import annotations

from itertools import pairwise

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.polytope_integrals import affine, integral, square
from oracles.small_nets import small_nets

from relupoly.analysis.moments import moments
from relupoly.errors import DomainError
from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.geometry.subspace import AffineSubspace
from relupoly.geometry.union import DomainUnion
from relupoly.networks.composition import restrict
from relupoly.networks.network import Network


def integral_of_squares(net: Network, low: fmpq, high: fmpq, output: int) -> tuple[fmpq, fmpq]:
    """The integrals of an output and of its square over an interval, by Simpson's rule between breakpoints on a fine grid.

    The rule is exact for squares of affine functions, and the nets of these tests have their breakpoints among the points.
    """
    points = sorted({low, high, *breakpoints(net, low, high)})
    total = square = fmpq(0)
    for left, right in pairwise(points):
        a, b, c = (net([x])[output] for x in (left, (left + right) / 2, right))
        total += (right - left) * (a + 4 * b + c) / 6
        square += (right - left) * (a**2 + 4 * b**2 + c**2) / 6
    return total, square


def breakpoints(net: Network, low: fmpq, high: fmpq) -> list[fmpq]:
    """Where preactivations of a net with one input vanish, layer by layer on the intervals between those found so far."""
    found: set[fmpq] = {low, high}
    for depth in range(1, len(net.layers)):
        part = Network(net.layers[:depth])
        points = sorted(found)
        for left, right in pairwise(points):
            for one, other in zip(part([left]), part([right]), strict=True):
                if one * other < 0:
                    found.add(left + (right - left) * one / (one - other))
    return sorted(found)


@settings(deadline=None)
@given(small_nets(outputs=2).filter(lambda net: net.input_dim == 1))
def test_on_an_interval_as_by_simpsons_rule(net):
    found = moments(net, Domain.box([-2], [3]))
    for output in range(2):
        assert (found.integral[output], found.square[output]) == integral_of_squares(net, fmpq(-2), fmpq(3), output)


@settings(deadline=None, max_examples=30)
@given(small_nets().filter(lambda net: net.input_dim == 2))
def test_in_the_plane_as_by_cavalieris_principle(net):
    """The integrals over lines are piecewise cubic in the other coordinate: exact between the corners of cells."""
    from relupoly.pieces.listing.cells import list_cells

    box = Domain.box([-1, -1], [2, 1])
    heights = sorted({vertex[1] for cell in list_cells(net, box) for vertex in cell.vertices})
    total = fmpq(0)
    for low, high in pairwise(heights):
        # Of degree 2 between them: Simpson's rule is exact, with lines at both ends and in the middle.
        parts = []
        for y in (low, (low + high) / 2, high):
            line = restrict(net, AffineSubspace.through([[0, y], [1, y]]))
            parts.append(integral_of_squares(line, fmpq(-1), fmpq(2), 0)[0])
        total += (high - low) * (parts[0] + 4 * parts[1] + parts[2]) / 6
    assert moments(net, box).integral == (total,)


def test_the_divergence_theorem_knows_the_simplex():
    rows = [((fmpq(-1), fmpq(0)), fmpq(0)), ((fmpq(0), fmpq(-1)), fmpq(0)), ((fmpq(1), fmpq(1)), fmpq(1))]
    # The integral of (x + 2 y + 3)^2 over the triangle, by hand.
    assert integral(affine([fmpq(1), fmpq(2)], fmpq(3)), rows) == 2
    assert integral(square([fmpq(1), fmpq(2)], fmpq(3)), rows) == fmpq(97, 12)


@settings(deadline=None, max_examples=40)
@given(small_nets(outputs=2), st.booleans())
def test_as_by_the_divergence_theorem_on_the_facets_of_cells(net, cut):
    from relupoly.pieces.listing.cells import list_cells

    n = net.input_dim
    domain = Domain.box([-1] * n, ["3/2"] * n)
    if cut:
        rows = [[int(side * (place == other)) for other in range(n)] for place in range(n) for side in (1, -1)]
        domain = Domain(Polyhedron.from_inequalities([*rows, [1] * n], [*["3/2", 1] * n, 1]))
    found = moments(net, domain)
    cells = [
        (cell, [(tuple(map(fmpq, facet.normal)), fmpq(facet.offset)) for facet in cell.facets])
        for cell in list_cells(net, domain, ("gradient", "constant", "facets"))
    ]
    assert found.volume == sum(integral(affine([fmpq(0)] * n, fmpq(1)), rows) for _, rows in cells)
    for output in range(2):
        forms = [(cell.gradient[output], cell.constant[output], rows) for cell, rows in cells]
        assert found.integral[output] == sum(integral(affine(slope, start), rows) for slope, start, rows in forms)
        assert found.square[output] == sum(integral(square(slope, start), rows) for slope, start, rows in forms)


def test_a_union_is_the_sum_of_its_parts():
    net = Network.from_rows([([[1, 1], [1, -1]], [0, 1]), ([[1, 2]], None)])
    left, right, both = Domain.box([0, 0], [1, 1]), Domain.box([1, 0], [2, 1]), Domain.box([0, 0], [2, 1])
    union = moments(net, DomainUnion((left, right)))
    assert union == moments(net, both)
    assert union.integral[0] == moments(net, left).integral[0] + moments(net, right).integral[0]
    assert union.volume == 2


def test_mean_and_variance():
    identity = Network.from_rows([([[1], [-1]], None), ([[1, -1]], None)])
    found = moments(identity, Domain.box([0], [1]))
    assert (found.mean, found.variance) == ((fmpq(1, 2),), (fmpq(1, 12),))


def test_an_unbounded_domain_is_refused():
    net = Network.from_rows([([[1]], None), ([[1]], None)])
    with pytest.raises(DomainError, match="unbounded"):
        moments(net, Domain())
