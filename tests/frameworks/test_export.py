"""Networks as models of other programs: these compute the same, and read back they are the same function."""

import subprocess
import sys
from fractions import Fraction
from importlib.util import find_spec

import numpy as np
import pytest
from flint import fmpq
from hypothesis import given
from oracles.strategies import linear_nets

from relupoly import (
    Layer,
    Network,
    difference,
    evaluate,
    evaluate_floats,
    expand,
    from_sklearn,
    from_torch,
    read_network,
    to_onnx,
    to_sklearn,
    to_torch,
    write_network,
)
from relupoly.errors import ModelError, RoundingError

needs_sklearn = pytest.mark.skipif(find_spec("sklearn") is None, reason="the package scikit-learn is not installed")
needs_torch = pytest.mark.skipif(find_spec("torch") is None, reason="the package torch is not installed")
needs_onnx = pytest.mark.skipif(find_spec("onnx") is None, reason="the package onnx is not installed")

PLAIN = Network.from_rows(
    [([[1, 0.5], [-2, 3], [0.1, 0]], [0, 1, -1]), ([[1, -1, 2], [0, 0.25, 1]], [0.5, 3]), ([[1, -1]], None)]
)
first, *rest = PLAIN.layers
MIXED = Network((Layer(first.weight, first.bias, (1,)), *rest))
THIRDS = Network.from_rows([([["1/3"]], None)])
POINTS = np.random.default_rng(2).integers(-20, 21, size=(30, 2)) / 4


def exactly(network, points=POINTS):
    return [
        [Fraction(int(v.p), int(v.q)) for v in evaluate(network, [fmpq(*x.as_integer_ratio()) for x in p])]
        for p in points.tolist()
    ]


@needs_sklearn
def test_sklearn_predicts_what_the_net_computes():
    model = to_sklearn(PLAIN)
    assert np.allclose(model.predict(POINTS), np.ravel(evaluate_floats(PLAIN, POINTS)), rtol=1e-12, atol=1e-12)
    assert from_sklearn(model) == PLAIN
    assert (model.n_features_in_, model.n_outputs_, model.hidden_layer_sizes) == (2, 1, (3, 2))


@needs_sklearn
def test_sklearn_with_several_outputs_or_no_hidden_layer():
    network = Network.from_rows([([[1, 2], [0, "-1/4"]], [1, 2])])
    assert np.allclose(to_sklearn(network).predict(POINTS), evaluate_floats(network, POINTS))
    assert from_sklearn(to_sklearn(network)) == network


@needs_sklearn
def test_sklearn_knows_no_linear_neurons():
    with pytest.raises(ModelError) as caught:
        to_sklearn(MIXED)
    assert str(caught.value) == (
        "layer 1: neuron 2 is linear, and scikit-learn knows ReLU alone; give expand(network), "
        "which has relu(z) - relu(-z) in its place"
    )
    assert difference(from_sklearn(to_sklearn(expand(MIXED))), MIXED) is None


@needs_sklearn
def test_sklearn_clones_and_pickles():
    import pickle

    model = pickle.loads(pickle.dumps(to_sklearn(PLAIN)))
    assert from_sklearn(model) == PLAIN


@needs_torch
def test_a_sequential_computes_what_the_net_computes():
    import torch

    module = to_torch(PLAIN)
    assert [type(one).__name__ for one in module] == ["Linear", "ReLU", "Linear", "ReLU", "Linear"]
    found = module(torch.tensor(POINTS)).detach().numpy()
    assert np.allclose(found, evaluate_floats(PLAIN, POINTS), rtol=1e-12, atol=1e-12)
    assert from_torch(module) == PLAIN


@needs_torch
def test_linear_neurons_have_slope_one():
    import torch

    module = to_torch(MIXED)
    assert [type(one).__name__ for one in module] == ["Linear", "PReLU", "Linear", "ReLU", "Linear"]
    assert [one.requires_grad for one in module[1].parameters()] == [False]
    found = module(torch.tensor(POINTS)).detach().numpy()
    assert np.allclose(found, evaluate_floats(MIXED, POINTS), rtol=1e-12, atol=1e-12)
    assert difference(from_torch(module), MIXED) is None


@needs_torch
def test_the_state_dictionary_of_a_sequential_is_what_is_written(tmp_path):
    import torch

    torch.save(to_torch(PLAIN).state_dict(), tmp_path / "torch.pt")
    write_network(PLAIN, tmp_path / "own.pt")
    assert read_network(tmp_path / "torch.pt") == read_network(tmp_path / "own.pt") == PLAIN
    relu = torch.nn.ReLU()
    module = torch.nn.Sequential(torch.nn.Linear(2, 3), relu, torch.nn.Linear(3, 2), relu, torch.nn.Linear(2, 1))
    module.double().load_state_dict(torch.load(tmp_path / "own.pt", weights_only=True))
    assert from_torch(module) == PLAIN


@needs_torch
@given(linear_nets())
def test_every_net_comes_back_from_torch(network):
    again = from_torch(to_torch(network, round=True), (network.input_dim,))
    points = np.random.default_rng(0).integers(-8, 9, size=(4, network.input_dim)) / 2
    assert exactly(again, points) == exactly(network, points)


@needs_onnx
@pytest.mark.parametrize("network", [PLAIN, MIXED], ids=["plain", "with linear neurons"])
def test_onnx_is_what_is_written(network, tmp_path):
    model = to_onnx(network)
    assert type(model).__name__ == "ModelProto"
    (tmp_path / "net.onnx").write_bytes(model.SerializeToString())
    assert difference(read_network(tmp_path / "net.onnx"), network) is None


@pytest.mark.parametrize(
    "convert",
    [
        pytest.param(to_sklearn, marks=needs_sklearn),
        pytest.param(to_torch, marks=needs_torch),
        pytest.param(to_onnx, marks=needs_onnx),
    ],
)
def test_rounding_needs_leave(convert):
    with pytest.raises(
        RoundingError, match=r"1 of the 2 weights and biases would be rounded, the first is layer 1: weight\[1\]"
    ):
        convert(THIRDS)
    assert convert(THIRDS, round=True) is not None


@needs_torch
@needs_sklearn
@needs_onnx
def test_one_function_in_every_form(tmp_path):
    for suffix in ("json", "npz", "nnet", "onnx", "safetensors", "pt", "pth"):
        network = PLAIN if suffix != "nnet" else read_network(tmp_path / "net.json")
        write_network(network, tmp_path / f"net.{suffix}")
        assert difference(read_network(tmp_path / f"net.{suffix}"), PLAIN) is None
    assert difference(from_torch(to_torch(from_sklearn(to_sklearn(PLAIN)))), PLAIN) is None


@needs_torch
def test_a_module_and_its_state_dictionary_are_one_function(tmp_path):
    import torch

    torch.manual_seed(1)
    module = torch.nn.Sequential(torch.nn.Linear(2, 4), torch.nn.LeakyReLU(0.1), torch.nn.Linear(4, 1))
    torch.save(module.state_dict(), tmp_path / "net.pt")
    assert difference(read_network(tmp_path / "net.pt", activation="leaky_relu:0.1"), from_torch(module)) is None


WITHOUT = """
import sys
sys.modules[sys.argv[1]] = None
import relupoly
network = relupoly.Network.from_rows([([[1]], None)])
try:
    getattr(relupoly, sys.argv[2])(network)
except relupoly.errors.MissingPackageError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("package", "name", "message"),
    [
        ("torch", "to_torch", "modules of PyTorch need the package torch: pip install relupoly[torch]"),
        ("torch", "from_torch", "modules of PyTorch need the package torch: pip install relupoly[torch]"),
        ("sklearn", "to_sklearn", "models of scikit-learn need the package scikit-learn: pip install relupoly[sklearn]"),
        ("onnx", "to_onnx", "ONNX files need the package onnx: pip install relupoly[onnx]"),
    ],
)
def test_without_the_package(package, name, message):
    program = WITHOUT.replace("import relupoly\n", "import relupoly, relupoly.errors\n", 1)
    done = subprocess.run([sys.executable, "-c", program, package, name], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, message), done.stderr
