"""Lipschitz constants: published ones, brute force over patterns at points, and norms by their definitions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.small_nets import small_nets

from relupoly.analysis.analysis import analyze
from relupoly.analysis.branching.steepness import steepest
from relupoly.analysis.lipschitz.lipschitz import lipschitz
from relupoly.errors import DomainError, NumberError
from relupoly.geometry.domain import Domain
from relupoly.geometry.subspace import AffineSubspace
from relupoly.geometry.union import DomainUnion
from relupoly.networks.composition import restrict
from relupoly.networks.network import Network
from relupoly.pieces.listing.cells import list_cells
from relupoly.run import Run

NORMS = [1, 2, math.inf]


def jacobians(net: Network, domain: Domain) -> list[np.ndarray]:
    """Those of all cells, in doubles."""
    return [np.array([[float(entry) for entry in row] for row in cell.gradient]) for cell in list_cells(net, domain)]


@settings(deadline=None)
@given(small_nets(outputs=2))
def test_operator_norms_are_those_of_numpy(net):
    n = net.input_dim
    box = Domain.box([-2] * n, [3] * n)
    for norm in NORMS:
        found = lipschitz(net, box, norm)
        expected = max(np.linalg.norm(one, norm) for one in jacobians(net, box))
        assert math.isclose(float(found), expected, rel_tol=1e-12, abs_tol=1e-12)
        assert found.lower <= found.upper
        assert fmpq(*float(found).as_integer_ratio()) >= found.upper
        assert found.gradient in [cell.gradient for cell in list_cells(net, box) if cell.pattern == found.pattern]


@settings(deadline=None)
@given(small_nets(), st.data())
def test_no_two_points_are_farther_apart_than_it_says(net, data):
    n = net.input_dim
    box = Domain.box([-2] * n, [3] * n)
    grid = st.fractions(-2, 3, max_denominator=5).map(lambda one: fmpq(one.numerator, one.denominator))
    one, other = ([data.draw(grid) for _ in range(n)] for _ in range(2))
    rise = abs(net(one)[0] - net(other)[0])
    steps = [abs(a - b) for a, b in zip(one, other, strict=True)]
    assert rise <= lipschitz(net, box, 1).value * sum(steps)
    assert rise <= lipschitz(net, box, "inf").value * max(steps)
    assert rise**2 <= lipschitz(net, box).squared * sum(step**2 for step in steps)
    # Every norm is at most the sum of the steps' sizes.
    assert rise <= lipschitz(net, box, 3).upper * sum(steps)


@pytest.mark.parametrize("norm", ["3/2", 3, 10])
def test_other_norms_enclose_the_dual_norm(norm):
    net = Network.from_rows([([[3, -4, 1]], [1]), ([[1]], None)])
    found = lipschitz(net, None, norm)
    p = float(fmpq(*map(int, norm.split("/")))) if isinstance(norm, str) else norm
    q = p / (p - 1)
    assert math.isclose(float(found), (3**q + 4**q + 1) ** (1 / q), rel_tol=1e-14)
    assert 0 < found.upper - found.lower < fmpq(1, 2**100)
    assert found.value is None


def test_a_square_root_that_is_rational_is_known():
    net = Network.from_rows([([[3, 4]], None), ([[1]], None)])
    found = lipschitz(net)
    assert (found.value, found.squared) == (5, 25)
    irrational = lipschitz(Network.from_rows([([[1, 1]], None), ([[1]], None)]))
    assert (irrational.value, irrational.squared) == (None, 2)
    assert irrational.lower**2 < 2 < irrational.upper**2


@pytest.mark.parametrize("norm", NORMS)
def test_in_a_subspace_lengths_are_those_of_inputs(norm):
    net = Network.from_rows([([[1, 2, -1], [0, 1, 1]], [0, 1]), ([[2, -3]], None)])
    plane = AffineSubspace.through([[0, 0, 0], [1, 2, 0], [0, 1, -1]])
    found = lipschitz(net, Domain.box([-1, -1], [1, 1]).inside(plane), norm)
    basis = np.array([[float(entry) for entry in row] for row in plane.basis.tolist()])
    # The largest rise along directions t, over the length of basis t: on a fine grid of directions.
    angles = np.linspace(0, math.pi, 200_001)
    directions = np.stack([np.cos(angles), np.sin(angles)])
    lengths = np.linalg.norm(basis @ directions, norm, axis=0)
    gradients = jacobians(restrict(net, plane), Domain.box([-1, -1], [1, 1]))
    expected = max((np.abs(one @ directions)[0] / lengths).max() for one in gradients)
    assert expected <= float(found) <= expected * (1 + 1e-4)


@settings(deadline=None, max_examples=40)
@given(small_nets(outputs=2), st.sampled_from(NORMS))
def test_each_set_of_a_union_has_its_own_constant(net, norm):
    n = net.input_dim
    sets = (Domain.box([-2] * n, [0] * n), Domain.box([-1] * n, [2] * n), Domain.box([3] * n, [4] * n))
    found = lipschitz(net, DomainUnion(sets), norm)
    alone = [lipschitz(net, one, norm) for one in sets]
    assert [(one.lower, one.upper, one.squared, one.pattern) for one in found.parts] == [
        (one.lower, one.upper, one.squared, one.pattern) for one in alone
    ]
    assert [(one.part, one.name) for one in found.parts] == [(number, one.name) for number, one in enumerate(sets, 1)]
    assert (found.lower, found.upper) == (max(one.lower for one in alone), max(one.upper for one in alone))
    assert found.gradient == alone[found.part - 1].gradient
    assert found.complete


def test_of_a_union_that_is_stopped_sets_that_were_not_seen_count_for_the_bound():
    net = fan(20)
    sets = (Domain.box([-2, -2], [3, 3]), Domain.box([-3, -3], [-2, -2]))
    whole, seen = lipschitz(net, DomainUnion(sets)), []
    part = analyze(
        net, DomainUnion(sets), ["lipschitz"], run=Run(interrupted=lambda: bool(seen), progress=seen.append)
    ).lipschitz
    assert [one.part for one in part.parts] == [1]
    assert not part.complete
    assert part.lower <= whole.lower <= whole.upper <= part.upper


def test_sets_of_a_union_may_lie_in_several_subspaces():
    net = Network.from_rows([([[3, 4]], None), ([[1]], None)])
    lines = [Domain(None, AffineSubspace.through([[0, 1], other])) for other in ([1, 1], [0, 2])]
    assert [one.value for one in lipschitz(net, DomainUnion(tuple(one for one in lines))).parts] == [3, 4]


def test_what_is_not_computed_is_refused():
    net = Network.from_rows([([[1]], None), ([[1], [2]], None)])
    for domain, norm, error, message in (
        (Domain.box([0, 0], [1, 1]), 2, DomainError, "dimension"),
        (None, "1/2", NumberError, "below 1"),
        (None, 3, NumberError, "for 2 outputs"),
        (None, "x", NumberError, "norm"),
    ):
        with pytest.raises(error, match=message):
            lipschitz(net, domain, norm)


def fan(lines: int) -> Network:
    """A net with so many lines in general position, the steepest cell of which comes late."""
    rows = [[line, line * line % 11 - 5] for line in range(1, lines + 1)]
    return Network.from_rows([(rows, [line % 7 - 3 for line in range(lines)]), ([[1, -2] * (lines // 2)], None)])


BOXES = {"everywhere": None, "a box": ([-1] * 3, ["1/2"] * 3)}


@settings(deadline=None)
@given(small_nets(outputs=2), st.sampled_from([*BOXES]))
def test_no_derivative_is_steeper_than_is_said(net, where):
    box = BOXES[where] and Domain.box(*(side[: net.input_dim] for side in BOXES[where]))
    most = steepest(net, box)
    for cell in list_cells(net, box, ("gradient",)):
        for row, bounds in zip(cell.gradient, most, strict=True):
            assert all(abs(entry) <= bound for entry, bound in zip(row, bounds, strict=True))


def test_neurons_that_are_never_active_in_the_box_count_for_nothing():
    net = Network.from_rows([([[1], [1]], [0, -5]), ([[1, 100]], None)])
    assert steepest(net)[0][0] >= 101
    assert steepest(net, Domain.box([-1], [1]))[0][0] < fmpq(11, 10)


@pytest.mark.parametrize("exponent", [600, 1500])
def test_numbers_beyond_doubles_are_bounded_too(exponent):
    large = fmpq(2) ** exponent
    assert steepest(Network.from_rows([([[large]], [0]), ([[-large]], [0])])) == ((large**2,),)


@pytest.mark.parametrize(("norm", "text"), [(2, "about 2.23607e+400 (2-norm)"), (1, "about 2.00000e+400 (1-norm)")])
@pytest.mark.parametrize("domain", [None, Domain.box([-1, -1], [1, 1])])
def test_a_constant_beyond_doubles_is_told(norm, text, domain):
    large = fmpq(10) ** 400
    found = lipschitz(Network.from_rows([([[large, 0], [0, large]], None), ([[2, -1]], None)]), domain, norm)
    assert float(found) == math.inf
    assert found.summary.startswith(text)
    assert "rounded up" not in found.summary
    assert float(found.of_part(1, "box").below(fmpq(0))) == math.inf


@pytest.mark.parametrize("norm", [1, 2, "inf", 3])
def test_where_it_is_stopped_the_constant_is_between_bounds(norm):
    net = fan(20)
    box, seen = Domain.box([-3, -3], [3, 3]), []
    whole = lipschitz(net, box, norm)
    part = analyze(net, box, ["lipschitz"], norm=norm, run=Run(interrupted=lambda: len(seen) == 2, progress=seen.append))
    assert part.stopped == "interrupted"
    assert 0 < part.cells < 20
    assert part.lipschitz.lower <= whole.upper
    assert part.lipschitz.upper >= whole.lower
    assert not part.lipschitz.complete
    assert part.lipschitz.squared is None
    assert analyze(net, box, ["lipschitz"], norm=norm).lipschitz == whole


def test_bounds_hold_in_a_subspace_too():
    net = Network.from_rows([([[1, 2], [3, -1], [1, 1]], [0, 1, -1]), ([[1, -2, 1]], None)])
    line, seen = Domain(None, AffineSubspace.through([[0, 0], [3, 4]])), []
    run = Run(interrupted=lambda: len(seen) == 1, progress=seen.append)
    part = analyze(net, line, ["lipschitz"], run=run)
    assert part.lipschitz.upper >= lipschitz(net, line).upper > 0
