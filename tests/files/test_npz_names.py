"""Archives of other programs: which array is which, by its name."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from command import document
from hypothesis import given, settings
from hypothesis import strategies as st
from refusal import check_refused, npz
from sklearn.neural_network import MLPRegressor

from relupoly.files import read_network
from relupoly.files.npz import decode
from relupoly.networks.evaluation import evaluate
from relupoly.networks.network import Network

CASES = Path(__file__).parent / "cases"


def zeros(**shapes):
    return npz(**{key.replace("__", "."): np.zeros(shape) for key, shape in shapes.items()})


# How each program names the arrays of layer k, counted from 0, and whether a matrix is (inputs, outputs).
STYLES = {
    "relupoly": (lambda k: (f"W{k + 1}", f"b{k + 1}"), False),
    "scikit-learn": (lambda k: (f"coefs_{k}", f"intercepts_{k}"), True),
    "PyTorch sequence": (lambda k: (f"{2 * k}.weight", f"{2 * k}.bias"), False),
    "PyTorch module": (lambda k: (f"fc{k + 1}.weight", f"fc{k + 1}.bias"), False),
    "PyTorch nested": (lambda k: (f"module.layers.{3 * k + 1}.weight", f"module.layers.{3 * k + 1}.bias"), False),
    "PyTorch words": (lambda k: (f"{'abcdefghijkl'[11 - k]}.weight", f"{'abcdefghijkl'[11 - k]}.bias"), False),
    "Keras 2": (lambda k: (f"dense{f'_{k}' * (k > 0)}/kernel:0", f"dense{f'_{k}' * (k > 0)}/bias:0"), True),
    "Keras 3": (lambda k: (f"sequential/dense_{k + 4}/kernel", f"sequential/dense_{k + 4}/bias"), True),
    "affinitree": (lambda k: (f"{2 * k:03d}.linear.weights", f"{2 * k:03d}.linear.bias"), False),
}


def written(network, style, order=None):
    names, transposed = STYLES[style]
    arrays = {}
    for k in order or range(len(network)):
        matrix, bias = network[k]
        weight_name, bias_name = names(k)
        arrays[weight_name] = matrix.T if transposed else matrix
        arrays[bias_name] = bias
        if style == "affinitree":
            arrays |= {"000.layers": np.array([2 * len(network) - 1])}
            arrays |= {f"{2 * k + 1:03d}.relu": np.zeros(1)} if k + 1 < len(network) else {}
    return npz(**arrays)


@st.composite
def networks(draw, most=12):
    widths = draw(st.lists(st.integers(1, 4), min_size=2, max_size=most))
    chance = np.random.default_rng(draw(st.integers(0, 99)))
    return [
        (chance.integers(-9, 10, (outputs, inputs)), chance.integers(-9, 10, outputs)) for inputs, outputs in pairwise(widths)
    ]


@pytest.mark.parametrize("style", STYLES)
@given(network=networks())
@settings(max_examples=20)
def test_names_of_every_program(style, network):
    assert decode(written(network, style)) == Network.from_rows(network)


@pytest.mark.parametrize("style", [style for style in STYLES if style != "PyTorch words"])
@given(network=networks(), chance=st.randoms())
@settings(max_examples=20)
def test_numbers_give_the_order(style, network, chance):
    order = list(range(len(network)))
    chance.shuffle(order)
    assert decode(written(network, style, order)) == Network.from_rows(network)


def test_a_bias_may_be_left_out():
    network = decode(npz(**{"fc1.weight": np.eye(2), "fc2.weight": np.ones((1, 2)), "fc2.bias": np.ones(1)}))
    assert network == Network.from_rows([([[1, 0], [0, 1]], None), ([[1, 1]], [1])])
    assert decode(npz(weight=np.ones((1, 2)), bias=np.ones(1))) == Network.from_rows([([[1, 1]], [1])])


def test_a_net_of_pytorch():
    assert document(CASES / "torchnames.npz", "--check")["pieces"] == 2
    assert read_network(CASES / "torchnames.npz").widths == (3,)


def test_a_trained_net_of_scikit_learn_is_the_function_that_it_predicts():
    points = np.random.default_rng(0).normal(size=(40, 3))
    model = MLPRegressor(hidden_layer_sizes=(5, 5), solver="lbfgs", max_iter=20000, tol=1e-2, random_state=0).fit(
        points, points.prod(axis=1)
    )
    pairs = {f"coefs_{k}": matrix for k, matrix in enumerate(model.coefs_)}
    network = decode(npz(**pairs, **{f"intercepts_{k}": bias for k, bias in enumerate(model.intercepts_)}))
    for point in points:
        [value] = evaluate(network, [float(entry) for entry in point])
        assert float(value.p) / float(value.q) == pytest.approx(model.predict([point])[0])


@pytest.mark.parametrize("turned", [False, True])
def test_arrays_without_names_are_read_where_one_orientation_fits(turned):
    network = [(np.arange(6.0).reshape(3, 2), np.ones(3)), (np.arange(3.0).reshape(1, 3), np.ones(1))]
    arrays = [array for matrix, bias in network for array in (matrix.T if turned else matrix, bias)]
    assert decode(npz(*arrays)) == Network.from_rows(network)


REFUSED = {
    "batch normalisation": (
        npz(**{"0.weight": np.eye(2), "1.running_mean": np.ones(2)}),
        'unknown array "1.running_mean"; name the arrays 0.weight, 0.bias, ... (PyTorch): dense layers and nothing else',
    ),
    "convolution": (npz(**{"0.weight": np.ones((2, 2, 3, 3))}), "0.weight has 4 axes; give it 2"),
    "nobody's": (npz(theta=np.eye(2)), 'unknown array "theta"; name the arrays W1, b1, W2, b2, ...; coefs_0'),
    "mixed": (npz(**{"W1": np.eye(2), "b1": np.ones(2), "0.weight": np.eye(2)}), 'unknown array "0.weight"'),
    "bias alone": (zeros(fc1__weight=(2, 2), fc2__bias=(2,)), 'there is no weight for "fc2.bias"'),
    "biases alone": (zeros(fc2__bias=(2,)), 'there is no weight for "fc2.bias"'),
    "twice": (npz(**{"dense/kernel": np.eye(2), "dense/kernel:0": np.eye(2)}), '"dense/kernel" and "dense/kernel:0" name'),
    "no order": (
        zeros(body__weight=(3, 2), eyes__weight=(5, 4)),
        'the layers "body", "eyes" have no order by number, and do not fit in the order of the archive',
    ),
    "all transposed": (
        zeros(fc1__weight=(2, 3), fc1__bias=(3,), fc2__weight=(3, 1)),
        "the transpose of all matrices would fit: under these names they are (outputs, inputs); save them transposed",
    ),
    "all transposed, ours": (zeros(W1=(2, 3), b1=(3,), W2=(3, 1)), "the transpose of all matrices would fit"),
    "all transposed, scikit-learn": (
        zeros(coefs_0=(3, 2), intercepts_0=(3,), coefs_1=(1, 3)),
        "the transpose of all matrices would fit: under these names they are (inputs, outputs)",
    ),
    "alone transposed": (zeros(W1=(2, 3), b1=(3,)), "the transpose of W1 would fit"),
    "one transposed": (
        zeros(W1=(3, 2), b1=(3,), W2=(3, 4), b2=(4,)),
        "W2 is 3 x 4, and its transpose would fit: under this name it is (outputs, inputs); save it transposed",
    ),
    "unnamed squares": (zeros(arr_0=(2, 2), arr_1=(2,)), "the matrices fit both as they stand and transposed, so it is not"),
    "unnamed without bias": (zeros(arr_0=(2, 3), arr_1=(3, 2)), "the matrices fit both as they stand and transposed"),
    "unnamed misfits": (zeros(arr_0=(2, 3), arr_1=(4,)), "the matrices fit neither as they stand nor transposed"),
    "unnamed vector": (zeros(arr_0=(2,), arr_1=(2, 2)), "arr_0 has 1 axes and is neither a matrix nor the bias"),
    "no ReLU between": (
        npz(**{"000.linear.weights": np.eye(2), "001.linear.weights": np.eye(2)}),
        '"001.linear.weights" follows "000.linear.weights"; let linear layers and ReLUs take turns',
    ),
    "a ReLU at the end": (npz(**{"000.linear.weights": np.eye(2), "001.relu": np.zeros(1)}), "it begins or ends with a ReLU"),
    "another activation": (
        npz(**{"000.linear.weights": np.eye(2), "001.hardtanh": np.zeros(1)}),
        'unknown array "001.hardtanh"',
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name, tmp_path):
    data, message = REFUSED[name]
    check_refused(read_network, tmp_path / "net.npz", data, message)
