"""First layers of low rank: counts on the image of a box are those on the box, under every notion."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.strategies import boxes, matrices

from relupoly import Domain, Network, count_pieces, stable_neurons
from relupoly.pieces.forms import homogeneous, image
from relupoly.pieces.forms.image import on_image
from relupoly.pieces.recount import recount


def wide_net(inner, basis):
    """The net that sees a vector x as basis x."""
    first, *rest = inner.layers
    rows = [(layer.weight.tolist(), layer.bias.entries()) for layer in rest]
    return Network.from_rows([((first.weight * fmpq_mat(basis)).tolist(), first.bias.entries()), *rows])


@settings(max_examples=60)
@given(st.data())
def test_all_notions_on_boxes_and_on_images(data):
    rank = data.draw(st.integers(1, 3))
    inputs = data.draw(st.integers(rank, 4))
    first = data.draw(matrices(data.draw(st.integers(1, 3)), rank))
    second = data.draw(matrices(2, len(first)))
    bias = data.draw(matrices(1, len(first)))[0]
    inner = Network.from_rows([(first, bias), (second, data.draw(matrices(1, 2))[0]), ([[1, -1]], [0])])
    network = wide_net(inner, data.draw(matrices(rank, inputs)))
    box = data.draw(boxes(inputs))
    found = on_image(network, box, 0)
    if found is None:
        return
    narrow, domain = found
    expected = count_pieces(network, box, "all").counts
    assert count_pieces(narrow, domain, "all").counts == expected
    assert stable_neurons(narrow, domain) == stable_neurons(network, box)


@pytest.mark.parametrize(("rank", "inputs"), [(1, 6), (2, 6), (3, 5)])
def test_random_nets_and_the_recount(rank, inputs):
    source = np.random.default_rng(rank)
    inner = Network.from_rows(
        [(source.normal(size=(3, rank)), source.normal(size=3)), (source.normal(size=(2, 3)), [1, 0]), ([[1, 1]], [0])]
    )
    basis = source.integers(-3, 4, (rank, inputs)).tolist()
    network, box = wide_net(inner, basis), Domain.box([-1] * inputs, [Fraction(1, 2)] * inputs)
    narrow, domain = on_image(network, box, 0)
    assert narrow.input_dim == rank
    assert count_pieces(narrow, domain, "open").counts == recount(network, box, ("open", "activation"))


def test_one_neuron_on_784_inputs():
    weights = np.random.default_rng(3).normal(size=(1, 784)) / 28
    network = Network.from_rows([(weights, [0]), ([[1]], [-1]), ([[1]], [0])])
    box = Domain.box([0] * 784, [1] * 784)
    found = count_pieces(network, box, "all")
    assert found.counts["open"] == 2
    assert found.counts["patterns"] == 3


def test_two_directions_of_a_hundred_inputs():
    source = np.random.default_rng(1)
    basis = source.integers(-5, 6, (2, 100)).tolist()
    inner = Network.from_rows([(source.integers(-5, 6, (8, 2)).tolist(), source.integers(-9, 9, 8).tolist()), ([[1] * 8], [0])])
    network, box = wide_net(inner, basis), Domain.box([0] * 100, [1] * 100)
    expected = count_pieces(network, box, "open").counts
    # Another order of the inputs, and one more that nothing sees, change nothing.
    order = source.permutation(100).tolist()
    mixed = wide_net(inner, [[*(row[place] for place in order), 0] for row in basis])
    assert count_pieces(mixed, Domain.box([0] * 101, [1] * 101), "open").counts == expected
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(image, "_MOST_FACETS", {})
        assert count_pieces(network, box, "open").counts == expected


def test_a_sliver_in_the_image():
    # Two directions that doubles cannot tell from each other; each sum may be above 10 where the other is below.
    inputs, tiny = 20, fmpq(1, 10**30)
    first = [fmpq(1)] * inputs
    second = [fmpq(1) + tiny * (2 * place - 19) for place in range(inputs)]
    network = Network.from_rows([([first, second], [-10, -10]), ([[1, 1]], [0])])
    box = Domain.box([0] * inputs, [1] * inputs)
    expected = {"open": 4, "activation": 4}
    assert count_pieces(network, box, "open").counts == expected
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(image, "_MOST_FACETS", {})
        assert count_pieces(network, box, "open").counts == expected


def test_what_is_left_as_it_is():
    source = np.random.default_rng(1)
    full = Network.from_rows([(source.normal(size=(5, 12)), [0] * 5), ([[1] * 5], [0])])
    box = Domain.box([0] * 12, [1] * 12)
    assert on_image(full, box) is None
    assert on_image(Network.from_rows([([[1] * 12], [0])]), box) is None
    assert on_image(Network.from_rows([([[0] * 12], [0]), ([[1]], [0])]), box) is None
    most = homogeneous.MOST_COORDINATES_WITH_RAYS
    few = Network.from_rows([([[1] * most], [0]), ([[1]], [0])])
    assert on_image(few, Domain.box([0] * most, [1] * most)) is None
    assert on_image(few, Domain()) is None
    many = list(itertools.repeat(1, 30))
    three = Network.from_rows([([many, list(range(30)), [x * x for x in range(30)]], [0] * 3), ([[1] * 3], [0])])
    assert on_image(three, Domain.box([0] * 30, many)) is None
