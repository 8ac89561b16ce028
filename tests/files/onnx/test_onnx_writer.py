"""Networks written as ONNX models: onnxruntime computes what they compute, and reading them back gives them again."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from flint import fmpq, fmpq_mat

pytest.importorskip("onnx", reason="the package onnx is not installed")
import onnx
from hypothesis import given
from hypothesis import strategies as st

from relupoly.disk.sizes import size_limit
from relupoly.errors import FileFormatError, RoundingError
from relupoly.exact.sparse import SparseMatrix
from relupoly.files import read_network, write_network
from relupoly.files.onnx.model import decode
from relupoly.files.onnx.writer import encode
from relupoly.networks.evaluation import evaluate, evaluate_floats
from relupoly.networks.network import Layer, Network

ENTRIES = st.integers(-8, 8).map(lambda number: fmpq(number, 4))


@st.composite
def networks(draw, least=0):
    """Nets with linear neurons at any place, and sparse weights."""
    widths = draw(st.lists(st.integers(1, 4), min_size=2, max_size=5))
    layers = []
    for number, (inputs, outputs) in enumerate(pairwise(widths), 2):
        weight = fmpq_mat(outputs, inputs, draw(st.lists(ENTRIES, min_size=inputs * outputs, max_size=inputs * outputs)))
        bias = fmpq_mat(outputs, 1, draw(st.lists(ENTRIES, min_size=outputs, max_size=outputs)))
        linear = draw(st.sets(st.integers(0, outputs - 1))) if number < len(widths) else ()
        kept = SparseMatrix.from_dense(weight) if draw(st.booleans()) else weight
        layers.append(Layer(kept, bias, tuple(sorted(linear))))
    return Network(tuple(layers))


def session(data):
    onnxruntime = pytest.importorskip("onnxruntime", reason="the package onnxruntime is not installed")
    return onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])


@given(networks(), st.integers(0, 1000))
def test_what_is_written_computes_the_same(network, seed):
    points = np.random.default_rng(seed).integers(-8, 9, size=(5, network.input_dim)) / 2
    data = encode(network)
    onnx.checker.check_model(data, full_check=True)
    (found,) = session(data).run(None, {"input": points})
    assert found.tolist() == evaluate_floats(network, points).tolist()


@given(networks(), st.integers(0, 1000))
def test_what_is_written_is_read_as_the_same_function(network, seed):
    again = decode(encode(network))
    for point in np.random.default_rng(seed).integers(-8, 9, size=(5, network.input_dim)):
        assert evaluate(again, [fmpq(int(entry), 2) for entry in point]) == evaluate(
            network, [fmpq(int(entry), 2) for entry in point]
        )


def test_a_dense_net_is_read_as_it_was_written(tmp_path):
    network = Network.from_rows([([[1, 0.1], [3, -4]], [0.5, 2]), ([[1, -1]], [7])], {"name": "small", "claims": {"pieces": 4}})
    write_network(network, tmp_path / "net.onnx")
    again = read_network(tmp_path / "net.onnx")
    assert again == network
    assert {key: value for key, value in again.metadata.items() if key != "onnx"} == network.metadata
    write_network(again, tmp_path / "again.onnx")
    assert (tmp_path / "again.onnx").read_bytes() == (tmp_path / "net.onnx").read_bytes()


def test_linear_neurons_stay_linear():
    layers = (Layer(fmpq_mat([[1, 2], [3, 4], [5, 6]]), fmpq_mat(3, 1), (0, 2)), Layer(fmpq_mat([[1, 2, 3]]), fmpq_mat(1, 1)))
    again = decode(encode(Network(layers)))
    assert again.relus == (1,)
    assert len(again.layers[0].linear) == 1  # what two of them give to the only reader is one number


def test_sparse_weights_stay_sparse():
    size = 80
    weight = SparseMatrix.from_triples((size, size), range(size), range(size), [fmpq(1, 2)] * size)
    network = Network((Layer(weight, fmpq_mat(size, 1)), Layer(fmpq_mat(1, size, [1] * size), fmpq_mat(1, 1))))
    again = decode(encode(network))
    assert again == network
    assert isinstance(again.layers[0].weight, SparseMatrix)
    with (
        size_limit(8 * size * size - 1),
        pytest.raises(FileFormatError, match="with its zeros, the weight of layer 1 takes more"),
    ):
        encode(network)


def test_numbers_that_are_no_doubles_need_leave():
    network = Network.from_rows([([[1, "1/3"]], ["0.1"])])
    with pytest.raises(RoundingError, match="2 of the 3 weights and biases would be rounded"):
        encode(network)
    assert decode(encode(network, round=True)) == Network.from_rows([([[1, 1 / 3]], [0.1])])


def test_numbers_of_nets_with_linear_neurons_are_rounded_when_asked():
    """Each weight is the nearest double, at its place, whatever the order in which the neurons are written."""
    rows, bias = [["1/3", "1/7", 1], ["-2/3", "0.1", 0], ["1/9", 2, "5/7"]], ["1/3", "-1/7", "0.3"]
    last, offset = [["1/11", "-1/3", "0.7"], ["1/13", 0, 3]], ["1/17", 5]
    (first,) = Network.from_rows([(rows, bias)]).layers
    (second,) = Network.from_rows([(last, offset)]).layers
    network = Network((Layer(first.weight, first.bias, (0, 2)), second))
    with pytest.raises(RoundingError, match=r"layer 1: weight\[1\]\[1\] = 1/3"):
        encode(network)
    data = encode(network, round=True)
    onnx.checker.check_model(data, full_check=True)
    again = decode(data)
    assert again.relus == (1,)

    def nearest(texts):
        return [Fraction(int(Fraction(text).numerator) / int(Fraction(text).denominator)) for text in texts]

    for point in ([0, 0, 0], [1, 2, 3], [-3, 1, 1], [5, -7, 2], [-1, -1, -1]):
        sums = [
            sum((w * x for w, x in zip(nearest(row), point, strict=True)), b)
            for row, b in zip(map(str_row, rows), nearest(str_row(bias)), strict=True)
        ]
        hidden = [sums[0], max(sums[1], Fraction(0)), sums[2]]
        expected = [
            sum((w * h for w, h in zip(nearest(str_row(row)), hidden, strict=True)), b)
            for row, b in zip(last, nearest(str_row(offset)), strict=True)
        ]
        assert evaluate(again, [fmpq(x) for x in point]) == [fmpq(one.numerator, one.denominator) for one in expected]


def str_row(row):
    return list(map(str, row))


@pytest.mark.parametrize("property", ['{"name": NaN}', "[1]", "{"])
def test_metadata_that_are_none(property):
    model = onnx.ModelProto.FromString(encode(Network.from_rows([([[1]], None)], {"name": "a"})))
    model.metadata_props[0].value = property
    with pytest.raises(FileFormatError, match="its property relupoly-metadata: "):
        decode(model.SerializeToString())
