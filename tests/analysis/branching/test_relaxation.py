"""Bounds on boxes: they bound what the net is in rationals, and mixtures bound what is common to several outputs."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.small_nets import small_nets

from relupoly.analysis.branching.doubles_net import DoublesNet
from relupoly.analysis.branching.mixing import best_mixture
from relupoly.analysis.branching.relaxation import Boxes, Relaxation
from relupoly.exact.doubles import UNIT_ROUNDOFF
from relupoly.exact.matrices import column, from_rows
from relupoly.networks.evaluation import preactivations
from relupoly.networks.network import Layer, Network


def exact(value):
    return fmpq(*float(value).as_integer_ratio())


def relaxed(net, low, high, cuts=0):
    """The bounds of a box, and of its halves, which know what was found of the box."""
    boxes = Boxes.one(net, np.array(low, dtype=float), np.array(high, dtype=float))
    found = [Relaxation(net, boxes)]
    for cut in range(cuts):
        boxes = found[-1].boxes
        found.append(Relaxation(net, boxes.halves(np.full(len(boxes), cut % len(low)))))
    return found


def check(net, relaxation, share):
    """No neuron and no output is beyond its bounds at a point of each box, in rationals."""
    rows = np.concatenate([np.eye(net.output_dim), -np.eye(net.output_dim)])
    bounds, _ = relaxation.upper(rows, np.arange(len(rows)) / 8)
    boxes = relaxation.boxes
    for place in range(len(boxes)):
        low, high = [[exact(entry) for entry in side[place]] for side in (boxes.low, boxes.high)]
        point = [a + (b - a) * one for a, b, one in zip(low, high, share, strict=True)]
        for layer, values in enumerate(preactivations(net, point)[:-1]):
            for neuron, value in enumerate(values.entries()):
                assert exact(boxes.least[layer][place, neuron]) <= value <= exact(boxes.most[layer][place, neuron])
        outputs = net(point)
        for number, value in enumerate([*outputs, *(-value for value in outputs)]):
            assert value + fmpq(number, 8) <= exact(bounds[place, number])


SHARES = st.lists(st.sampled_from([fmpq(0), fmpq(1, 3), fmpq(1, 2), fmpq(1)]), min_size=3, max_size=3)


@settings(deadline=None)
@given(small_nets(outputs=2), SHARES, st.integers(0, 4))
def test_nothing_is_beyond_its_bounds(net, shares, cuts):
    n = net.input_dim
    for relaxation in relaxed(DoublesNet.of(net), [-1] * n, [2] * n, cuts):
        check(net, relaxation, shares[:n])


@pytest.mark.parametrize("seed", range(20))
def test_rounding_is_allowed_for(seed):
    """On boxes of nearly no size bounds are as wide as rounding alone; weights are no doubles, and large ones cancel."""
    rng = np.random.default_rng(seed)

    def layer(after, before):
        rows = [
            [fmpq(entry, 10**6 + 3) for entry in row] for row in rng.integers(-(10**18), 10**18, (after, before + 1)).tolist()
        ]
        return [row[:-1] for row in rows], [row[-1] for row in rows]

    net = Network.from_rows([layer(6, 3), layer(6, 6), layer(2, 6)])
    doubles = DoublesNet.of(net)
    center = rng.normal(size=3)
    for radius in (0.0, 1e-16, 1e-9):
        for relaxation in relaxed(doubles, center - radius, center + radius, 2):
            check(net, relaxation, [fmpq(1, 3), fmpq(1, 2), fmpq(1)])


def matrices(weight, bias):
    return from_rows([[fmpq(entry) for entry in row] for row in weight], len(weight[0])), column([fmpq(one) for one in bias])


def test_a_linear_neuron_is_passed_on():
    first = Layer(*matrices([[1], [1]], [0, 0]), linear=(1,))
    net = Network((first, Layer(*matrices([[1, -1]], [0]))))
    (relaxation,) = relaxed(DoublesNet.of(net), [-1], [1])
    bounds, _ = relaxation.upper(np.array([[1.0], [-1.0]]), np.zeros(2))
    # relu(x) - x is between 0 and 1; relu(x) <= (x + 1) / 2, and relu(x) >= 0, since that is as near as x.
    assert 1 <= bounds[0, 0] < 1.01
    assert 1 <= bounds[0, 1] < 1.01
    assert relaxation.unsettled.tolist() == [1]


def test_bounds_become_exact_where_no_neuron_changes_sign():
    net = Network.from_rows([([[1], [-1]], [5, 5]), ([[2, 1]], [1])])
    (relaxation,) = relaxed(DoublesNet.of(net), [-1], [1])
    bounds, slopes = relaxation.upper(np.array([[1.0]]), np.zeros(1))
    assert abs(bounds[0, 0] - 17) < 1e-12
    assert slopes.tolist() == [[[1.0]]]
    assert relaxation.unsettled.tolist() == [0]


def test_numbers_beyond_doubles_bound_nothing():
    net = Network.from_rows([([[fmpq(2) ** 300]], [0]), ([[fmpq(2) ** 300]], [0])])
    (relaxation,) = relaxed(DoublesNet.of(net), [-(10**200)], [10**200])
    bounds, _ = relaxation.upper(np.array([[1.0]]), np.zeros(1))
    assert bounds.tolist() == [[np.inf]]
    for weight in (fmpq(2) ** 2000, fmpq(2) ** 1000, fmpq(1, 2) ** 1000, fmpq(1, 2) ** 2000):
        assert DoublesNet.of(Network.from_rows([([[weight]], [0]), ([[1]], [0])])) is None
    assert DoublesNet.of(Network.from_rows([([[1]], [fmpq(1, 2) ** 1050]), ([[1]], [0])])) is None


FORM = st.lists(st.integers(-4, 4), min_size=3, max_size=3)


@given(st.lists(FORM, min_size=1, max_size=4), st.lists(st.integers(1, 3), min_size=2, max_size=2))
def test_a_mixture_is_above_the_least_function_everywhere(forms, radius):
    slopes = np.array([[form[:2] for form in forms]], dtype=float)
    starts = np.array([[form[2] for form in forms]], dtype=float)
    reach = np.array([radius], dtype=float)
    bounds = starts + np.abs(slopes) @ reach[0]
    found, weights = best_mixture(bounds, slopes, reach)
    assert found[0] <= bounds.min()
    assert weights.min() >= 0
    assert abs(weights.sum() - 1) < 1e-9
    steps = np.linspace(-1, 1, 5)
    grid = np.array([(x * radius[0], y * radius[1]) for x in steps for y in steps])
    least = (grid @ slopes[0].T + starts[0]).min(axis=1)
    assert least.max() <= found[0]


def test_a_mixture_proves_what_no_function_alone_does():
    """x and -x are at most 1, but not at least 1/10 at the same point."""
    found, _ = best_mixture(np.array([[0.9, 0.9]]), np.array([[[1.0], [-1.0]]]), np.array([[1.0]]))
    assert -0.11 < found[0] < -0.09


@pytest.mark.parametrize("widths", [(1, 1, 300), (300, 1, 1), (1, 300, 1)])
def test_long_sums_have_larger_errors(widths):
    """Over inputs, neurons, or outputs: of 300 products each is rounded, and each sum."""
    layers = [([[1] * before] * after, [0] * after) for before, after in itertools.pairwise(widths)]
    assert DoublesNet.of(Network.from_rows(layers)).roundoff >= 2 * 300 * UNIT_ROUNDOFF
