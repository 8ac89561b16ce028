"""Distributions of nets: worked out by hand, by volumes of sublevel sets, by samples; quantiles; what is refused."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import pairwise, product
from math import comb, factorial, sqrt

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.half_spaces import cube
from oracles.small_nets import small_nets
from oracles.sublevel_sets import sublevel_volume

from relupoly.analysis.analysis import analyze
from relupoly.analysis.distribution.distribution import Distribution
from relupoly.analysis.distribution.spread import distribution
from relupoly.analysis.moments import moments
from relupoly.errors import DomainError, InputError, NetworkError, SizeError
from relupoly.geometry.domain import Domain
from relupoly.geometry.polyhedron import Polyhedron
from relupoly.geometry.subspace import AffineSubspace
from relupoly.geometry.union import DomainUnion
from relupoly.networks.network import Network
from relupoly.run import Run, Stopped

ABSOLUTE = Network.from_rows([([[1], [-1]], None), ([[1, 1]], None)])
DEAD = Network.from_rows([([[1]], None), ([[1]], None)])
HAT = Network.from_rows([([[1], [1], [1]], [1, 0, -1]), ([[1, -2, 1]], None)])
# f(x, y) = max(x, 0) + 2 max(y, 0), and 3 x - y
TWO = Network.from_rows([([[1, 0], [0, 1], [-1, 0], [0, -1]], None), ([[1, 2, 0, 0], [3, -1, -3, 1]], None)])


def relus(n: int) -> Network:
    """The sum of max(x_i, 0)."""
    return Network.from_rows([([[int(i == j) for j in range(n)] for i in range(n)], None), ([[1] * n], None)])


class TestByHand:
    def test_the_absolute_value(self):
        found = distribution(ABSOLUTE, Domain.box([-1], [2]))
        assert found.volume == 3
        assert found.breakpoints == (0, 1, 2)
        assert found.jumps == ((0, 2), (0, -1), (0, -1))
        assert found.atoms == {}
        expected = {-1: 0, 0: 0, "1/2": fmpq(1, 3), 1: fmpq(2, 3), "3/2": fmpq(5, 6), 2: 1, 3: 1}
        assert {value: found.probability(value) for value in expected} == expected
        assert [str(polynomial) for _, _, polynomial in found.pieces()] == ["2/3*x", "1/3*x + 1/3"]

    def test_a_hat_is_0_with_positive_probability(self):
        found = distribution(HAT, Domain.box([-2], [3]))
        assert found.atoms == {0: fmpq(3, 5)}
        assert (found.below(0), found.probability(0), found.probability("1/2"), found.below(1)) == (
            0,
            fmpq(3, 5),
            fmpq(4, 5),
            1,
        )
        # A tent of the same slope on both sides is uniform over its heights: nothing happens between.
        assert found.breakpoints == (0, 1)

    @pytest.mark.parametrize("n", [1, 2, 3, 4])
    def test_a_sum_of_uniform_inputs_has_the_law_of_irwin_and_hall(self, n):
        found = distribution(relus(n), Domain.box([0] * n, [1] * n))
        assert found.breakpoints == tuple(range(n + 1))
        for numerator in range(-1, 3 * n + 2):
            x = fmpq(numerator, 3)
            law = sum(((-1) ** k * comb(n, k) * (x - k) ** n for k in range(n + 1) if k <= x), fmpq(0)) / factorial(n)
            assert found.probability(x) == law
            assert found.below(x) == law

    def test_parts_of_relus_that_are_off(self):
        # On [-1, 1]^2 max(x, 0) + max(y, 0) is 0 on a quarter, uniform on two, and a sum of two uniform ones on the last.
        found = distribution(relus(2), Domain.box([-1, -1], [1, 1]))
        assert found.atoms == {0: fmpq(1, 4)}
        assert found.probability("1/2") == fmpq(1, 4) + fmpq(1, 2) * fmpq(1, 2) + fmpq(1, 4) * fmpq(1, 8)

    def test_a_constant_is_one_atom(self):
        constant = Network.from_rows([([[0, 0]], [1]), ([[0]], ["-1/3"])])
        found = distribution(constant, Domain.box([0, 0], [2, 1]))
        assert found == Distribution(fmpq(2), (fmpq(-1, 3),), ((fmpq(2), fmpq(0), fmpq(0)),))
        assert found.atoms == {fmpq(-1, 3): 1}
        assert (found.below("-1/3"), found.probability("-1/3"), found.mean) == (0, 1, fmpq(-1, 3))
        assert found.quantile(0) == found.quantile("1/2") == found.quantile(1) == (fmpq(-1, 3), fmpq(-1, 3))
        assert list(found.pieces()) == []

    def test_atoms_of_several_cells_are_added(self):
        # 0 on both sides of a strip, and 1 far away.
        steps = Network.from_rows([([[1], [1], [1], [1]], [1, 0, -2, -3]), ([[1, -1, 0, 0]], None)])
        assert distribution(steps, Domain.box([-3], [2])).atoms == {0: fmpq(2, 5), 1: fmpq(2, 5)}

    def test_combinations_of_outputs(self):
        box = Domain.box([0, 0], [1, 1])
        assert distribution(TWO, box, [1, 0]).probability(1) == fmpq(1, 4)
        assert distribution(TWO, box, [0, 1]).probability(0) == fmpq(1, 6)
        # x + 2 y - (3 x - y) / 3 = 7 y / 3
        assert distribution(TWO, box, [1, "-1/3"]).probability(1) == fmpq(3, 7)

    def test_a_triangle(self):
        # On x, y >= 0, x + y <= 1 the sum is at most c on c^2 of it.
        triangle = Domain(Polyhedron.from_inequalities([[-1, 0], [0, -1], [1, 1]], [0, 0, 1]))
        found = distribution(relus(2), triangle)
        assert found.volume == fmpq(1, 2)
        assert found.probability("1/3") == fmpq(1, 9)
        assert found.density("1/3") == fmpq(2, 3)

    def test_an_octahedron_whose_apexes_are_on_four_facets(self):
        # A section at height x has the area 2 (1 - x)^2, so that above c there is (1 - c)^3 / 2 of the whole.
        signs = list(product([-1, 1], repeat=3))
        octahedron = Domain(Polyhedron.from_inequalities(signs, [1] * len(signs)))
        first = Network.from_rows([([[1, 0, 0]], None), ([[1]], None)])
        found = distribution(first, octahedron)
        assert found.atoms == {0: fmpq(1, 2)}
        assert [str(polynomial) for *_, polynomial in found.pieces()] == ["1/2*x^3 + (-3/2)*x^2 + 3/2*x + 1/2"]

    def test_unions_count_what_is_covered_twice_once(self):
        left, right = Domain.box([-1], [1]), Domain.box([0], [2])
        assert distribution(ABSOLUTE, DomainUnion((left, right))) == distribution(ABSOLUTE, Domain.box([-1], [2]))
        apart = distribution(ABSOLUTE, DomainUnion((Domain.box([0], [1]), Domain.box([3], [4]))))
        assert (apart.probability(1), apart.probability(2), apart.probability(3)) == (fmpq(1, 2),) * 3
        assert apart.quantile("1/2") == (1, 1)
        assert apart.density(2) == 0

    def test_a_subspace_has_its_own_parameters(self):
        line = Domain.box([-1], [1]).inside(AffineSubspace.through([[0, 0], [1, 1]]))
        assert distribution(relus(2), line).probability(1) == fmpq(3, 4)  # 2 t on one half, 0 on the other


def box_of(net: Network) -> Domain:
    return Domain.box([-2] * net.input_dim, [2] * net.input_dim)


LEVELS = st.fractions(-9, 9, max_denominator=4)


@settings(deadline=None)
@given(small_nets(outputs=2).filter(lambda net: net.input_dim < 3), LEVELS, st.integers(-2, 2))
def test_as_by_volumes_of_sublevel_sets(net, level, weight):
    check_sublevel_sets(net, level, weight)


@pytest.mark.slow
@settings(deadline=None)
@given(small_nets(outputs=2), LEVELS, st.integers(-2, 2))
def test_as_by_volumes_of_sublevel_sets_in_space(net, level, weight):
    check_sublevel_sets(net, level, weight)


def check_sublevel_sets(net: Network, level: Fraction, weight: int) -> None:
    weights, box = [fmpq(1), fmpq(weight)], box_of(net)
    found = distribution(net, box, weights)
    levels = [
        fmpq(level.numerator, level.denominator),
        *random.Random(1).sample(found.breakpoints, min(2, len(found.breakpoints))),
    ]
    for one in levels:
        inside = sublevel_volume(net, cube(net.input_dim, fmpq(2)), weights, one)
        assert found.probability(one) == inside / 4**net.input_dim
        above = sublevel_volume(net, cube(net.input_dim, fmpq(2)), [-entry for entry in weights], -one)
        assert found.below(one) == 1 - above / 4**net.input_dim


@settings(deadline=None)
@given(small_nets())
def test_what_every_distribution_is(net):
    box = box_of(net)
    found = distribution(net, box)
    assert found.volume == 4**net.input_dim
    assert list(found.breakpoints) == sorted(set(found.breakpoints))
    assert all(any(jump) and len(jump) == net.input_dim + 1 for jump in found.jumps)
    assert found.polynomial(len(found.breakpoints) - 1) == 1
    extrema = analyze(net, box, ["max", "min"])
    assert (found.breakpoints[0], found.breakpoints[-1]) == (extrema.minimum[0].value, extrema.maximum[0].value)
    assert found.mean == moments(net, box).mean[0]
    before = fmpq(0)
    for value in found.breakpoints:
        assert before <= found.below(value) <= found.probability(value)
        assert found.probability(value) - found.below(value) == found.atoms.get(value, 0)
        before = found.probability(value)
    for low, high, polynomial in found.pieces():
        middle = (2 * low + high) / 3
        assert polynomial(low) == found.probability(low)
        assert polynomial(high) == found.below(high)
        assert polynomial(middle) == found.probability(middle)
        assert polynomial.derivative()(middle) == found.density(middle) >= 0


@settings(deadline=None)
@given(small_nets(), st.fractions(0, 1, max_denominator=50))
def test_quantiles_are_enclosed(net, share):
    wanted = fmpq(share.numerator, share.denominator)
    found = distribution(net, box_of(net))
    width = found.breakpoints[-1] - found.breakpoints[0]
    for most in (fmpq(1, 10), fmpq(1, 10**9)):
        lower, upper = found.quantile(share, most)
        assert 0 <= upper - lower <= most * width
        assert found.below(lower) <= wanted <= found.probability(upper)
        if lower == upper:
            # No smaller value has the share: just below it there is less, unless it is the least one.
            gaps = [high - low for low, high in pairwise(found.breakpoints)]
            step = min(gaps, default=fmpq(1)) / 10**9
            assert lower == found.breakpoints[0] or found.probability(lower - step) < wanted
        else:
            assert found.probability(lower) < wanted < found.below(upper)


def test_quantiles_that_are_no_rationals():
    # P(x + y <= c) = c^2 / 2 for c <= 1
    found = distribution(relus(2), Domain.box([0, 0], [1, 1]))
    lower, upper = found.quantile("1/4")
    assert lower**2 < fmpq(1, 2) < upper**2
    assert upper - lower <= fmpq(2, 2**53)


def test_shares_that_balls_cannot_tell_from_a_breakpoint():
    # P(f <= 1) is 1/2 on the unit square; so close to it only exact numbers tell.
    found = distribution(relus(2), Domain.box([0, 0], [1, 1]))
    small = fmpq(1, 2**300)
    assert found.quantile(fmpq(1, 2)) == (1, 1)
    lower, upper = found.quantile(fmpq(1, 2) - small)
    assert 0 < lower < upper <= 1
    lower, upper = found.quantile(fmpq(1, 2) + small)
    assert 1 <= lower < upper < 2


def test_samples_are_distributed_like_that():
    """The largest distance from the empirical distribution (Kolmogorov, Smirnov): beyond 1.95 / sqrt(m) once in 1,000 times."""
    source = random.Random(7)
    rows = [
        ([[source.gauss(0, 1) for _ in range(before)] for _ in range(after)], [source.gauss(0, 1) for _ in range(after)])
        for before, after in ((2, 6), (6, 5), (5, 1))
    ]
    net = Network.from_rows(rows)
    found = distribution(net, Domain.box([-1, 0], [1, 3]))
    values = sorted(float(net([source.uniform(-1, 1), source.uniform(0, 3)])[0]) for _ in range(2000))
    distance = max(
        max(abs(float(found.probability(value)) - place / 2000), abs(float(found.below(value)) - (place + 1) / 2000))
        for place, value in enumerate(values)
        if found.below(value) == found.probability(value)
    )
    assert distance < 1.95 / sqrt(2000)


class TestRefusals:
    def test_an_unbounded_domain(self):
        with pytest.raises(DomainError, match="unbounded, so no input is uniform"):
            distribution(DEAD, Domain())

    def test_several_outputs_without_an_objective(self):
        with pytest.raises(NetworkError, match="2 outputs; give an objective"):
            distribution(TWO, Domain.box([0, 0], [1, 1]))

    def test_many_inputs(self):
        wide = Network.from_rows([([[1] * 30, [-1] * 30], None), ([[1, 1]], None)])
        with pytest.raises(SizeError, match="needs the vertices of cells"):
            distribution(wide, Domain.box([0] * 30, [1] * 30))

    @pytest.mark.parametrize("share", [-1, "101/100", "x", float("nan")])
    def test_shares(self, share):
        with pytest.raises(InputError, match="share"):
            distribution(DEAD, Domain.box([-1], [1])).quantile(share)

    def test_widths_and_thresholds(self):
        found = distribution(DEAD, Domain.box([-1], [1]))
        with pytest.raises(InputError, match="width 0 is not positive"):
            found.quantile("1/2", 0)
        with pytest.raises(InputError, match="the threshold"):
            found.probability("x")

    def test_breakpoints_that_there_are_not(self):
        found = distribution(ABSOLUTE, Domain.box([-1], [2]))
        for place in (-1, 3):
            with pytest.raises(IndexError, match="there are 3"):
                found.polynomial(place)


class TestStops:
    def test_a_run_is_asked_at_every_simplex(self):
        with pytest.raises(Stopped):
            distribution(ABSOLUTE, Domain.box([-1], [2]), run=Run(deadline=0))

    def test_what_was_seen_is_told(self):
        seen: list[int] = []
        run = Run(interrupted=lambda: len(seen) == 1, progress=seen.append)
        (part,) = analyze(ABSOLUTE, Domain.box([-1], [2]), ["distribution"], run=run).distribution
        assert part.volume in (1, 2)
        assert part.probability(2) == 1

    def test_nothing_is_known_where_nothing_was_seen(self):
        found = analyze(ABSOLUTE, Domain.box([-1], [2]), ["distribution"], run=Run(deadline=0))
        (nothing,) = found.distribution
        assert nothing == Distribution(fmpq(0), (), ())
        assert "nothing was seen" in nothing._repr_html_()
        assert "nothing was seen" in found._repr_html_()
        assert nothing.atoms == {}
        for ask in (nothing.probability, nothing.below, nothing.density, nothing.quantile):
            with pytest.raises(DomainError, match="nothing was seen"):
                ask(0)
        with pytest.raises(DomainError, match="nothing was seen"):
            assert nothing.mean


def test_tables_for_notebooks():
    box = Domain.box([-2], [3])
    shown = distribution(HAT, box)._repr_html_()
    assert "<th>values</th><td>from 0 to 1, 2 breakpoints, 1 atom: 0 (3/5)</td>" in shown
    assert "<th>mean</th><td>1/5</td>" in shown
    assert (
        "<th>distribution</th><td>from 0 to 1, 2 breakpoints, 1 atom: 0 (3/5)</td>"
        in analyze(HAT, box, ["distribution"])._repr_html_()
    )
