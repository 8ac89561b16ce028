"""Linear neurons and sparse weights in formats that know neither."""

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given
from oracles.strategies import linear_nets, sparsely

from relupoly.errors import FileFormatError, RoundingError
from relupoly.exact.sparse import SparseMatrix
from relupoly.files import read_network, write_network
from relupoly.files.networks import NETWORK_FORMATS
from relupoly.files.nnet import fold_normalization
from relupoly.networks.evaluation import evaluate
from relupoly.networks.expansion import expand
from relupoly.networks.network import Layer, Network

PLAIN = pytest.mark.parametrize("name", ["npz", "nnet"])


def leaky(entry="1/2"):
    """leaky ReLU with a linear neuron; its weights are sparse."""
    first, last = Network.from_rows([([[1], [1]], None), ([[entry, entry]], None)]).layers
    return Network((sparsely(Layer(first.weight, first.bias, linear=(1,))), sparsely(last)))


@PLAIN
def test_linear_neurons_are_refused(name, tmp_path):
    with pytest.raises(FileFormatError) as caught:
        write_network(leaky(), tmp_path / f"net.{name}")
    assert str(caught.value) == (
        f"{tmp_path / f'net.{name}'}: layer 1: neuron 2 is linear, and .{name} files know ReLU alone; give --expand "
        "(expand=True) for relu(z) - relu(-z) in its place, or write a native .json"
    )
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["npz", "nnet", "json"])
def test_linear_neurons_are_expanded_with_leave(name, tmp_path):
    write_network(leaky(), tmp_path / f"net.{name}", expand=True)
    assert read_network(tmp_path / f"net.{name}") == expand(leaky())


@PLAIN
@given(network=linear_nets(sparse=True))
def test_round_trips_of_what_is_expanded(name, network):
    chosen = NETWORK_FORMATS[name]
    again = chosen.decode(chosen.encode(expand(network)))
    assert again == expand(network)
    assert not any(isinstance(layer.weight, SparseMatrix) for layer in again.layers)


@PLAIN
def test_sparse_weights_that_are_huge_with_their_zeros(name):
    size = 3000
    layer = Layer(SparseMatrix.identity(size), fmpq_mat(size, 1))
    with pytest.raises(
        FileFormatError, match=r"^with its zeros, the weight of layer 1 takes more than 64 MiB; if that is meant"
    ):
        NETWORK_FORMATS[name].encode(Network((layer,)))


def test_rounding_looks_at_what_is_kept_and_keeps_linear_neurons():
    from relupoly.exact.rationals import is_double
    from relupoly.files.rounding import entries, rounded

    net = leaky("1/3")
    assert [place for place, _ in entries(net)] == [
        "layer 1: weight[1][1]",
        "layer 1: weight[2][1]",
        "layer 1: bias[1]",
        "layer 1: bias[2]",
        "layer 2: weight[1][1]",
        "layer 2: weight[1][2]",
        "layer 2: bias[1]",
    ]
    with pytest.raises(RoundingError, match=r"^2 of the 7 weights and biases .* layer 2: weight\[1\]\[1\] = 1/3, not"):
        rounded(net, is_double, "a double", False)
    near = rounded(net, is_double, "a double", True)
    assert near == leaky(1 / 3)
    assert all(isinstance(layer.weight, SparseMatrix) for layer in near.layers)


def test_entries_that_round_to_zero_are_not_kept():
    from relupoly.exact.rationals import is_double
    from relupoly.files.rounding import rounded

    weight = SparseMatrix.from_triples((1, 2), [0, 0], [0, 1], [fmpq(1, 10**400), fmpq(1)])
    near = rounded(Network((Layer(weight, fmpq_mat(1, 1)),)), is_double, "a double", True)
    assert near.layers[0].weight == SparseMatrix.from_triples((1, 2), [0], [1], [fmpq(1)])
    assert near.layers[0].weight.count == 1


@given(linear_nets(sparse=True, inputs=2, outputs=2))
def test_normalisation_of_nets_with_linear_neurons(network):
    n = network.input_dim
    kept = {"means": ["1"] * n + ["5"], "ranges": ["2"] * n + ["3"]}
    folded = fold_normalization(Network(network.layers, {"nnet": kept}))
    point = [fmpq(4), fmpq(-7)][:n]
    inner = [(x - 1) / 2 for x in point]
    assert evaluate(folded, point) == [3 * y + 5 for y in evaluate(network, inner)]
    assert [layer.linear for layer in folded.layers] == [layer.linear for layer in network.layers]
