"""Stable neurons against brute force over cells."""

import pytest
from hypothesis import given, settings
from oracles.brute_force import _candidates, _sides
from oracles.strategies import nets_on_domains

from relupoly.geometry.domain import Domain
from relupoly.networks.network import Network
from relupoly.pieces.enumeration.stable import stable_neurons
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
