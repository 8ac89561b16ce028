"""Networks: shapes, and the faults that are named."""

import numpy as np
import pytest
from flint import fmpq

from relupoly.errors import NetworkError
from relupoly.networks.network import Layer, Network


def test_weights_are_exact():
    net = Network.from_rows([([[0.1, "0.1"], ["-1/3", 2]], [1, "1e-3"]), (np.array([[1.5, -2.0]]), None)])
    first, last = net.layers
    assert first.weight[0, 0] == fmpq(*(0.1).as_integer_ratio()) != first.weight[0, 1] == fmpq(1, 10)
    assert first.bias.entries() == [1, fmpq(1, 1000)]
    assert last.weight.tolist() == [[fmpq(3, 2), -2]]
    assert last.bias.entries() == [0]


def test_shapes():
    net = Network.from_rows([([[1, 2, 3]] * 4, None), ([[1] * 4] * 5, None), ([[1] * 5] * 2, None)])
    assert (net.input_dim, net.widths, net.output_dim) == (3, (4, 5), 2)
    assert [layer.outputs for layer in net.hidden] == [4, 5]
    assert net.parameters == 4 * 4 + 5 * 5 + 2 * 6


def test_arrays_of_single_precision_are_not_rounded_again():
    weight = np.array([[0.1]], dtype=np.float32)
    assert Network.from_rows([(weight, None)]).layers[0].weight[0, 0] == fmpq(*float(weight[0, 0]).as_integer_ratio())


@pytest.mark.parametrize(
    ("layers", "fault"),
    [
        ([], "the network has no layer"),
        ([([], [])], "layer 1: it is empty"),
        ([([[]], [0])], "layer 1: the network has no input"),
        ([([[1]], None), ([], [])], "layer 2: it is empty"),
        ([([[1]], [1, 2])], "layer 1: bias has 2 entries, but weight has 1 rows"),
        ([([[1, 2], [3]], None)], "layer 1: row 2 of weight has 1 entries, but row 1 has 2"),
        ([([[1]], None), ([[1, 2]], None)], "layer 2: weight has 2 columns, but layer 1 has 1 outputs"),
        ([([[1, None]], None)], r"layer 1: weight\[1\]\[2\]: None is not a number"),
        ([([[1]], [float("inf")])], r"layer 1: bias\[1\]: inf is not a finite number"),
        ([([[1]], ["1/0"])], r'layer 1: bias\[1\]: "1/0" has the denominator 0'),
        ([(3, None)], "layer 1: weight is not a list of rows"),
        ([([3], None)], "layer 1: row 1 of weight is not a list of numbers"),
        ([("12", None)], "layer 1: weight is not a list of rows"),
        ([([[1]], 5)], "layer 1: bias is not a list of numbers"),
    ],
)
def test_faults_are_named(layers, fault):
    with pytest.raises(NetworkError, match=fault):
        Network.from_rows(layers)


def test_a_layer_made_by_hand_is_checked_too():
    good = Network.from_rows([([[1], [2]], None)]).layers[0]
    with pytest.raises(NetworkError, match="bias has 1 entries, but weight has 2 rows"):
        Network((Layer(good.weight, good.bias.transpose()),))


def test_metadata_does_not_tell_networks_apart():
    one = Network.from_rows([([[1]], [0])], {"family": "none"})
    assert one == Network.from_rows([([["1"]], None)])
    assert one.metadata == {"family": "none"}
    assert one != Network.from_rows([([[1]], [1])])
