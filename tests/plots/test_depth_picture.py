"""Pieces against depth: what is drawn is what is counted, claimed, and bounded."""

import itertools
import math

import pytest

import relupoly as rp
from relupoly.bounds.shallow import most_regions
from relupoly.bounds.size import least_size
from relupoly.errors import ConstructionError, NetworkError
from relupoly.plots.charts.depth import pieces_by_depth


def drawn(ax):
    return {line.get_label(): line.get_xydata().tolist() for line in ax.lines}


def test_the_sawtooth(ax):
    rp.plot_depth("sawtooth", range(1, 7), width=3, most_cells=100, ax=ax)
    nets = [rp.hard("sawtooth", width=3, depth=depth) for depth in range(1, 7)]
    curves = drawn(ax)
    assert list(curves) == [
        *[f"at most, with {number} hidden layer{'s' if number > 1 else ''}" for number in (1, 2, 3)],
        "by theorem",
        "counted exactly",
    ]
    assert curves["by theorem"] == [[depth, net.claims.pieces] for depth, net in enumerate(nets, 1)]
    assert curves["counted exactly"] == [[depth, rp.count_pieces(net.network).pieces] for depth, net in enumerate(nets[:4], 1)]
    assert curves["at most, with 1 hidden layer"] == [[depth, 3 * depth + 1] for depth in range(2, 7)]
    assert curves["at most, with 2 hidden layers"] == [
        [depth, (math.floor(3 * depth / 2) + 1) * (math.ceil(3 * depth / 2) + 1)] for depth in range(3, 7)
    ]
    assert ax.get_yscale() == "log"
    assert ax.get_title(loc="left") == "sawtooth, width 3: pieces against depth\n4 of 6 nets counted exactly"
    assert [tick.get_text() for tick in ax.get_xticklabels()] == [f"{depth}\n({3 * depth})" for depth in range(1, 7)]
    assert {text.get_text() for text in ax.get_legend().get_texts()} == set(curves)


def test_bounds_are_those_that_bounds_knows():
    """With one hidden layer Zaslavsky's; no division of the neurons has a larger product, nor a larger best bound."""
    for inputs, neurons in itertools.product((1, 2, 3), range(3, 12)):
        assert most_regions(inputs, neurons, 1) == rp.upper_bounds(inputs, [neurons])["zaslavsky"]
        for layers in (2, 3):
            widths = [one for one in itertools.product(range(1, neurons), repeat=layers) if sum(one) == neurons]
            every = [rp.upper_bounds(inputs, one) for one in widths]
            most = most_regions(inputs, neurons, layers)
            assert max(one["raghu2017"] for one in every) == most
            assert max(min(value for value in one.values() if value is not None) for one in every) <= most


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_the_inverse_of_the_least_size(layers):
    for neurons in range(layers, 25):
        most = most_regions(1, neurons, layers)
        assert least_size(most, layers) <= neurons < least_size(most + 1, layers)


@pytest.mark.parametrize(("neurons", "layers"), [(2, 3), (3, 0)])
def test_layers_without_neurons(neurons, layers):
    with pytest.raises(NetworkError, match="a neuron for each"):
        most_regions(1, neurons, layers)


@pytest.mark.parametrize(
    ("family", "depths", "parameters"),
    [
        ("telgarsky", range(1, 5), {}),
        ("montufar", range(1, 4), {"inputs": 2, "width": 4}),
        ("pascanu", range(1, 4), {"inputs": 2, "width": 4}),
        ("serra", range(1, 3), {"inputs": 2, "width": 6}),
        ("zonotope", range(1, 4), {"inputs": 2, "generators": 3, "width": 2}),
        ("random", range(1, 4), {"inputs": 2, "width": 5, "seed": 1}),
    ],
)
def test_every_family_with_a_depth(ax, family, depths, parameters):
    found = pieces_by_depth(family, depths, **parameters)
    for net in found.nets:
        assert net.counted is not None
        if net.proved is not None:
            assert net.counted >= net.proved if net.relation == "at least" else net.counted == net.proved
        same = net.most_of(net.hidden_layers - 1) if net.hidden_layers > 1 else None
        assert same is None or same > 0
        assert net.counted <= most_regions(net.inputs, net.neurons, net.hidden_layers)
    found.draw(ax)
    assert all(number > 0 for _, number in drawn(ax)["counted exactly"])


def test_one_net(ax):
    rp.plot_depth("sawtooth", [3, 3], width=2, ax=ax)
    assert drawn(ax)["counted exactly"] == [[3, 10]]
    assert ax.get_ylim() == (1, 100)


def test_nothing_that_is_known(ax):
    rp.plot_depth("random", [2], inputs=2, width=8, most_cells=3, shallow=[5], ax=ax)
    assert drawn(ax) == {}


def test_numbers_beyond_doubles(ax):
    rp.plot_depth("sawtooth", [2, 700], width=3, most_cells=50, ax=ax)
    (_, low), (_, high) = drawn(ax)["by theorem"]
    assert (10**low, high) == (pytest.approx(10), pytest.approx(700 * math.log10(3)))
    ax.figure.canvas.draw()
    assert any(tick.get_text() == "$10^{300}$" for tick in ax.get_yticklabels())


@pytest.mark.parametrize(
    ("family", "depths", "parameters", "told"),
    [
        ("maximum", [1], {}, "does not grow with its depth"),
        ("sawtooth", [], {"width": 2}, "depth is missing"),
        ("sawtooth", [-1], {"width": 2}, "-1 is too small"),
        ("serra", [1], {"inputs": 2, "widths": [6]}, "give width instead"),
        ("serra", [1], {"inputs": 2}, "width is missing"),
        ("sawtooth", [1], {"width": 2, "color": 3}, 'no parameter "color"'),
    ],
)
def test_what_is_refused(family, depths, parameters, told):
    with pytest.raises(ConstructionError) as caught:
        rp.plot_depth(family, depths, **parameters)
    assert told in str(caught.value)
