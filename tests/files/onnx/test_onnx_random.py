"""Random models: the network gives what loops over rationals give, exactly, and what onnxruntime gives, in its precision."""

from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("onnx", reason="the package onnx is not installed")
from oracles import onnx_graphs, onnx_reference

from relupoly.files.onnx.model import decode
from relupoly.networks.evaluation import evaluate


def rational(entry: Fraction) -> fmpq:
    return fmpq(entry.numerator, entry.denominator)


@given(onnx_graphs.models(), st.integers(0, 1000))
def test_a_random_model_is_what_loops_over_rationals_say(model, seed):
    network = decode(model.SerializeToString())
    shape = tuple(network.metadata["onnx"]["input"]["shape"])
    for point in onnx_graphs.points(seed, 3, shape):
        expected = onnx_reference.run(model, onnx_reference.rationals(point))
        assert evaluate(network, [rational(entry) for entry in onnx_graphs.exact(point)]) == list(
            map(rational, expected.ravel())
        )
        assert network.metadata["onnx"]["output"]["shape"] == list(expected.shape)


@given(onnx_graphs.models(), st.integers(0, 1000))
def test_a_random_model_is_what_onnxruntime_says(model, seed):
    onnxruntime = pytest.importorskip("onnxruntime", reason="the package onnxruntime is not installed")
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    network = decode(model.SerializeToString())
    for point in onnx_graphs.points(seed, 3, tuple(network.metadata["onnx"]["input"]["shape"])):
        (found,) = session.run(None, {"x": point})
        ours = [float(entry.p) / float(entry.q) for entry in evaluate(network, [rational(e) for e in onnx_graphs.exact(point)])]
        np.testing.assert_allclose(found.ravel(), ours, rtol=1e-4, atol=1e-3)


@given(onnx_graphs.models())
def test_every_layer_has_a_relu_and_every_linear_neuron_a_reader(model):
    network = decode(model.SerializeToString())
    for layer, after in zip(network.hidden, network.layers[1:], strict=True):
        assert layer.relus
        read = [any(column) for column in zip(*after.weight.tolist(), strict=True)]
        assert all(read)
