"""Stable neurons against brute force over cells."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.brute_force import _candidates, _sides
from oracles.strategies import boxes, linear_nets, nets_on_domains

from relupoly import activation_pattern
from relupoly.geometry.domain import Domain
from relupoly.networks.network import Network
from relupoly.pieces.enumeration import bounded_stability
from relupoly.pieces.enumeration.stable import known_stable_neurons, stable_neurons
from relupoly.pieces.forms import homogeneous
from relupoly.run import Run, Stopped


@settings(max_examples=60)
@given(nets_on_domains(inputs=2, neurons=6))
def test_equals_brute_force(case):
    network, domain = case
    cells = [cell for cell in _candidates(network, domain) if cell.is_full(_sides(domain))]
    bits = list(zip(*(cell.bits for cell in cells), strict=True))
    zeros = list(zip(*([not any(form) for form in cell.forms] for cell in cells), strict=True))
    active, inactive, start = [], [], 0
    for width in network.widths:
        layer = range(start, start + width)
        inactive.append(tuple(i - start for i in layer if not any(bits[i])))
        never_negative = [i for i in layer if all(bit or zero for bit, zero in zip(bits[i], zeros[i], strict=True))]
        active.append(tuple(i - start for i in never_negative if any(bits[i])))
        start += width
    found = stable_neurons(network, domain)
    assert (found.active, found.inactive) == (tuple(active), tuple(inactive))


@settings(max_examples=60)
@given(nets_on_domains(inputs=3, neurons=7))
def test_it_does_not_matter_how_cells_are_held(case):
    network, domain = case
    expected = stable_neurons(network, domain)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(homogeneous, "MOST_COORDINATES_WITH_RAYS", 0)
        patch.setattr(homogeneous, "MOST_COORDINATES_OF_ONE_LAYER", 0)
        assert stable_neurons(network, domain) == expected


def test_boxes_of_many_inputs():
    # The sum of 30 coordinates of [-1, 1]^30 is -30 to 30; the second layer sees it where it is positive.
    ones = [1] * 30
    network = Network.from_rows([([ones] * 4, [0, 30, -30, 29]), ([[1, 0, 0, 0], [-1, 0, 0, 0]], [1, 31]), ([[1, 1]], [0])])
    found = stable_neurons(network, Domain.box([-1] * 30, ones))
    assert (found.active, found.inactive) == (((1,), (0, 1)), ((2,), ()))


def random_net(inputs, widths, seed):
    source = np.random.default_rng(seed)
    sizes = [inputs, *widths, 1]
    return Network.from_rows(
        [(source.normal(size=(after, before)), source.normal(size=after)) for before, after in itertools.pairwise(sizes)]
    )


@pytest.mark.parametrize("attempts", [0, 6])
@pytest.mark.parametrize("seed", range(6))
def test_random_nets_by_constraints_and_by_rays(monkeypatch, seed, attempts):
    monkeypatch.setattr(bounded_stability, "_CLIMBS", attempts)  # without points everything is left to linear programs
    inputs = 2 + seed % 3
    network, domain = random_net(inputs, [5, 4, 4], seed), Domain.box([0] * inputs, ["1/2"] * inputs)
    expected = stable_neurons(network, domain)
    monkeypatch.setattr(homogeneous, "MOST_COORDINATES_WITH_RAYS", 0)
    monkeypatch.setattr(homogeneous, "MOST_COORDINATES_OF_ONE_LAYER", 0)
    assert homogeneous.homogenize(network, domain, True).bounds
    assert stable_neurons(network, domain) == expected


@settings(max_examples=60)
@given(linear_nets(inputs=3, neurons=9), st.data())
def test_linear_neurons_and_idle_layers_by_constraints(network, data):
    domain = data.draw(boxes(network.input_dim))
    expected = stable_neurons(network, domain)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(homogeneous, "MOST_COORDINATES_WITH_RAYS", 0)
        patch.setattr(homogeneous, "MOST_COORDINATES_OF_ONE_LAYER", 0)
        patch.setattr(bounded_stability, "_CLIMBS", 0)
        assert stable_neurons(network, domain) == expected


def test_the_first_layer_of_3072_inputs_is_exact():
    inputs = 3072
    weights = np.random.default_rng(1).integers(-3, 4, size=(12, inputs))
    # Half of the neurons are moved so that they touch 0 at a vertex of [0, 1]^n, or pass it by 10^-30.
    least, most = np.minimum(weights, 0).sum(axis=1), np.maximum(weights, 0).sum(axis=1)
    sliver = Fraction(1, 10**30)
    bias = [-int(least[0]), -int(most[1]), -int(least[2]) - sliver, -int(most[3]) + sliver, -int(least[4]) + sliver]
    bias += [-int(most[5]) - sliver, *(0 for _ in range(6))]
    network = Network.from_rows([(weights.tolist(), bias), ([[1] * 12], [0])])
    found = stable_neurons(network, Domain.box([0] * inputs, [1] * inputs))
    assert (found.active, found.inactive) == (((0, 4),), ((1, 5),))


def test_what_is_known_when_a_search_is_stopped():
    network, domain = random_net(30, [20, 20, 20], 2), Domain.box([0] * 30, ["1/20"] * 30)
    ticks = itertools.count()

    def stop():
        if next(ticks) > 40:
            raise Stopped("interrupted")

    found = known_stable_neurons(network, domain, run=Run().also(stop))
    assert found.stopped == "interrupted"
    assert found.undecided[0] == () != found.undecided[2]
    for layer in range(3):
        # What is told is true: no value at a point contradicts it.
        for seed in range(30):
            point = [Fraction(x) for x in np.random.default_rng(seed).uniform(0, 0.05, 30)]
            pattern = [sign > 0 for sign in activation_pattern(network, point)[layer]]
            assert all(pattern[neuron] for neuron in found.active[layer])
            assert not any(pattern[neuron] for neuron in found.inactive[layer])
    with pytest.raises(Stopped):
        stable_neurons(network, domain, run=Run().also(stop))


def test_nothing_is_looked_at_any_more_when_every_neuron_has_both_signs():
    told = []
    network = Network.from_rows([([[1, 0], [0, 1], [1, 1], [1, -1]], [0] * 4), ([[1, 1, 1, 1]], None)])
    assert stable_neurons(network, run=Run(progress=told.append)).active == ((),)
    assert len(told) < 8  # cells


def test_a_neuron_that_only_touches_zero_is_stable():
    network = Network.from_rows([([[1], [1], [-1]], [1, "0.9999999999999999999", -1]), ([[1, 1, 1]], None)])
    found = stable_neurons(network, Domain.box([-1], [1]))
    assert (found.active, found.inactive) == (((0,),), ((2,),))


def test_no_hidden_layer_and_progress_and_stop():
    line = Network.from_rows([([[1]], None)])
    assert (stable_neurons(line).active, stable_neurons(line).inactive) == ((), ())
    bend = Network.from_rows([([[1]], None), ([[1]], None)])
    told = []
    stable_neurons(bend, run=Run(progress=told.append))
    assert told == [1, 2]

    def stop():
        raise Stopped("interrupted")

    with pytest.raises(Stopped):
        stable_neurons(bend, run=Run().also(stop))
