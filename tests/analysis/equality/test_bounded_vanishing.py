"""Equality on boxes by constraints: against the walk over rays, values at random points, and changes that keep the function."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from analysis.equality.test_equality import check, reordered
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.strategies import boxes, linear_nets

from relupoly import Domain, Network, difference, evaluate
from relupoly.analysis.equality import vanishing
from relupoly.analysis.equality.vanishing import _walked, nonzero_point
from relupoly.networks.composition import subtract
from relupoly.pieces.forms import homogeneous
from relupoly.pieces.forms.homogeneous import by_constraints, relu_first
from relupoly.run import UNLIMITED, Run, Stopped


@pytest.fixture
def always(monkeypatch):
    """Constraints hold cells in boxes of every dimension."""
    monkeypatch.setattr(homogeneous, "MOST_COORDINATES_WITH_RAYS", 0)
    monkeypatch.setattr(homogeneous, "MOST_COORDINATES_OF_ONE_LAYER", 0)


@pytest.fixture
def no_luck(monkeypatch):
    """No point is tried before the walk."""
    monkeypatch.setattr(vanishing, "_sampled", lambda *_: None)


def random_net(inputs, widths, seed):
    source = np.random.default_rng(seed)
    sizes = [inputs, *widths, 2]
    return Network.from_rows(
        [(source.normal(size=(after, before)), source.normal(size=after)) for before, after in itertools.pairwise(sizes)]
    )


@settings(max_examples=100)
@given(linear_nets(inputs=3, neurons=7), st.data())
def test_the_walk_over_rays_gives_the_same_answer(network, data):
    domain, simple = data.draw(boxes(network.input_dim)), relu_first(network)
    if not simple.hidden:
        return
    expected = _walked(simple, domain, UNLIMITED)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(homogeneous, "MOST_COORDINATES_WITH_RAYS", 0)
        patch.setattr(homogeneous, "MOST_COORDINATES_OF_ONE_LAYER", 0)
        found = _walked(simple, domain, UNLIMITED)
    assert (found is None) == (expected is None)
    if found is not None:
        assert any(evaluate(network, found))
        assert all(slack >= 0 for slack in domain.polyhedron.slacks(found))


def test_a_constant_behind_neurons_that_see_nothing_is_found():
    """Then there are no coordinates."""
    net = Network.from_rows([([[0]], [0]), ([[0]], [0]), ([[0]], [1])])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(homogeneous, "MOST_COORDINATES_WITH_RAYS", 0)
        patch.setattr(homogeneous, "MOST_COORDINATES_OF_ONE_LAYER", 0)
        assert _walked(net, Domain.box([0], [1]), UNLIMITED) is not None


@settings(max_examples=60)
@given(linear_nets(inputs=2, neurons=5), st.integers(0, 100), st.data())
def test_nets_that_vanish_do(network, seed, data):
    domain = data.draw(boxes(network.input_dim))
    zero = subtract(network, reordered(network, seed)) if not any(layer.linear for layer in network.hidden) else None
    simple = relu_first(zero) if zero else None
    if simple is None or not simple.hidden:
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(homogeneous, "MOST_COORDINATES_WITH_RAYS", 0)
        patch.setattr(homogeneous, "MOST_COORDINATES_OF_ONE_LAYER", 0)
        assert _walked(simple, domain, UNLIMITED) is None


def dead_corner(inputs, widths, seed, depth):
    """A net, and the same with a neuron that wakes up in a corner of [0, 1]^n of this depth alone."""
    network = random_net(inputs, widths, seed)
    layers = [(layer.weight.tolist(), layer.bias.entries()) for layer in network.layers]
    (weight, bias), *rest = layers
    more = [[*weight, [fmpq(1)] * inputs], [*bias, fmpq(-inputs) + depth]]
    changed = [more]
    for number, (matrix, offset) in enumerate(rest):
        is_last = number == len(rest) - 1
        extended = [[*row, fmpq(is_last)] for row in matrix]
        if not is_last:
            extended, offset = [*extended, [fmpq(0)] * len(matrix[0]) + [fmpq(1)]], [*offset, fmpq(0)]
        changed.append([extended, offset])
    return network, Network.from_rows(changed)


@pytest.mark.parametrize(("inputs", "widths"), [(12, [4, 3]), (20, [3]), (40, [3, 2])])
@pytest.mark.parametrize("power", [3, 30])
def test_many_inputs(inputs, widths, power):
    depth = fmpq(1, 10**power)
    network, changed = dead_corner(inputs, widths, 1, depth)
    box = Domain.box([0] * inputs, [1] * inputs)
    witness = difference(network, changed, box)
    check(witness, network, changed)
    assert all(0 <= x <= 1 for x in witness.point)
    assert sum(witness.point) > inputs - depth
    smaller = Domain.box([0] * inputs, [1] * (inputs - 1) + [1 - depth])
    assert difference(network, changed, smaller) is None
    assert difference(network, reordered(network, 3), box) is None


def test_boxes_that_are_small_and_far_away(always, no_luck):
    # Coordinates are moved and scaled; those that no neuron sees stay in the box.
    network, changed = dead_corner(3, [2, 2], 2, fmpq(1, 100))
    far = fmpq(10**20)

    def moved(net):
        first, *rest = [(layer.weight.tolist(), layer.bias.entries()) for layer in net.layers]
        weight = [[*row, fmpq(0)] for row in first[0]]
        return Network.from_rows([(weight, [b - sum(row) * far for row, b in zip(*first, strict=True)]), *rest])

    box = Domain.box([far] * 3 + [7], [far + 1] * 3 + [Fraction(15, 2)])
    witness = difference(moved(network), moved(changed), box)
    check(witness, moved(network), moved(changed))
    assert all(low <= x <= high for low, x, high in zip(box.polyhedron.lower, witness.point, box.polyhedron.upper, strict=True))


def test_kinks_that_cancel_outside_alone(always, no_luck):
    # |x| on both sides, in two ways; and the same where one slope differs.
    one = Network.from_rows([([[1, 0, 0], [-1, 0, 0]], [0, 0]), ([[1, 1]], [0])])
    two = Network.from_rows([([[2, 0, 0], [1, 0, 0]], [0, 0]), ([[1, 0]], [0])])
    box = Domain.box([-1] * 3, [1] * 3)
    assert nonzero_point(subtract(one, one), box) is None
    point = nonzero_point(subtract(one, two), box)
    assert evaluate(one, point) != evaluate(two, point)


def test_progress_and_deadlines():
    network, changed = dead_corner(14, [4, 4], 5, fmpq(1, 10**12))
    told = []
    box = Domain.box([0] * 14, [1] * 14)
    assert by_constraints(network, box)
    difference(network, changed, box, run=Run(progress=told.append))
    with pytest.raises(Stopped):
        difference(network, changed, box, run=Run(deadline=0))
