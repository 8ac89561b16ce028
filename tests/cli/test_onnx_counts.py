"""ONNX models on planes through three points: their pieces are those of dense nets that were written by hand.

How a function is written as a net decides about its activation cells, but not about its pieces: so open, affine and closed ones
are compared.
"""

import json

import numpy as np
import pytest
from command import run

pytest.importorskip("onnx", reason="the package onnx is not installed")
import onnx
from onnx import helper
from oracles.dense_lowerings import DenseNet, combined, convolved, largest, leaky, plus, windows
from oracles.onnx_graphs import floats, model

SIDE = 4
SHAPE = (1, SIDE, SIDE)


def eighths(source, *shape):
    return (source.integers(-12, 13, size=shape) / 8).astype(np.float32)


def convolutional(source):
    """Two convolutions, the second one padded, and a dense layer."""
    kernel, bias, second, offset = (eighths(source, *shape) for shape in ((2, 1, 3, 3), (2,), (1, 2, 2, 2), (1,)))
    last = eighths(source, 2, 9)
    nodes = [
        helper.make_node("Conv", ["x", "K", "k"], ["a"]),
        helper.make_node("Relu", ["a"], ["b"]),
        helper.make_node("Conv", ["b", "L", "l"], ["c"], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["c"], ["d"]),
        helper.make_node("Flatten", ["d"], ["e"]),
        helper.make_node("Gemm", ["e", "W"], ["y"], transB=1),
    ]
    net = DenseNet(SIDE * SIDE)
    forms, shape = convolved(net.inputs(), SHAPE, kernel, bias)
    forms, _ = net.bent(forms, [])
    forms, shape = convolved(forms, shape, second, offset, pad=1)
    forms, _ = net.bent(forms, [])
    return nodes, {"K": kernel, "k": bias, "L": second, "l": offset, "W": last}, net, [combined(row, forms) for row in last]


def pooled(source, kind):
    """A convolution, a pool over its four quarters, and two dense layers."""
    kernel, bias, first, last = (eighths(source, *shape) for shape in ((2, 1, 1, 1), (2,), (7, 8), (1, 7)))
    nodes = [
        helper.make_node("Conv", ["x", "K", "k"], ["a"]),
        helper.make_node(kind, ["a"], ["b"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Flatten", ["b"], ["c"]),
        helper.make_node("Gemm", ["c", "V"], ["d"], transB=1),
        helper.make_node("Relu", ["d"], ["e"]),
        helper.make_node("Gemm", ["e", "W"], ["y"], transB=1),
    ]
    net = DenseNet(SIDE * SIDE)
    forms, shape = convolved(net.inputs(), SHAPE, kernel, bias)
    groups = windows(forms, shape)
    forms = largest(net, groups) if kind == "MaxPool" else [combined([0.25] * 4, group) for group in groups]
    forms, _ = net.bent([combined(row, forms) for row in first], [])
    return nodes, {"K": kernel, "k": bias, "V": first, "W": last}, net, [combined(row, forms) for row in last]


def residual(source):
    """Two convolutions that keep the size, around which the input goes."""
    kernel, bias, second, offset, last = (
        eighths(source, *shape) for shape in ((1, 1, 3, 3), (1,), (1, 1, 3, 3), (1,), (1, 16))
    )
    nodes = [
        helper.make_node("Conv", ["x", "K", "k"], ["a"], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["a"], ["b"]),
        helper.make_node("Conv", ["b", "L", "l"], ["c"], pads=[1, 1, 1, 1]),
        helper.make_node("Add", ["c", "x"], ["d"]),
        helper.make_node("Relu", ["d"], ["e"]),
        helper.make_node("Flatten", ["e"], ["f"]),
        helper.make_node("Gemm", ["f", "W"], ["y"], transB=1),
    ]
    net = DenseNet(SIDE * SIDE)
    forms, shape = convolved(net.inputs(), SHAPE, kernel, bias, pad=1)
    bent, kept = net.bent(forms, net.inputs())
    forms, _ = convolved(bent, shape, second, offset, pad=1)
    forms, _ = net.bent([plus(*pair) for pair in zip(forms, kept, strict=True)], [])
    return nodes, {"K": kernel, "k": bias, "L": second, "l": offset, "W": last}, net, [combined(row, forms) for row in last]


def leaking(source):
    """A convolution and a dense layer, each with a leaky ReLU behind it."""
    kernel, bias, first, last = (eighths(source, *shape) for shape in ((1, 1, 2, 2), (1,), (5, 9), (2, 5)))
    nodes = [
        helper.make_node("Conv", ["x", "K", "k"], ["a"]),
        helper.make_node("LeakyRelu", ["a"], ["b"], alpha=0.25),
        helper.make_node("Flatten", ["b"], ["c"]),
        helper.make_node("Gemm", ["c", "V"], ["d"], transB=1),
        helper.make_node("LeakyRelu", ["d"], ["e"], alpha=-0.5),
        helper.make_node("Gemm", ["e", "W"], ["y"], transB=1),
    ]
    net = DenseNet(SIDE * SIDE)
    forms, _ = convolved(net.inputs(), SHAPE, kernel, bias)
    forms = leaky(net, forms, 0.25)
    forms = leaky(net, [combined(row, forms) for row in first], -0.5)
    return nodes, {"K": kernel, "k": bias, "V": first, "W": last}, net, [combined(row, forms) for row in last]


KINDS = {
    "convolutional": convolutional,
    "maximum pool": lambda source: pooled(source, "MaxPool"),
    "average pool": lambda source: pooled(source, "AveragePool"),
    "residual": residual,
    "leaky": leaking,
}


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("kind", KINDS)
def test_pieces_are_those_of_a_dense_net_written_by_hand(kind, seed, tmp_path):
    source = np.random.default_rng(seed)
    nodes, arrays, dense, outputs = KINDS[kind](source)
    onnx.save(model(nodes, [floats("x", ["N", *SHAPE])], [floats("y", None)], arrays), tmp_path / "net.onnx")
    (tmp_path / "dense.json").write_text(json.dumps(dense.document(outputs)))
    points = eighths(source, 3, SIDE * SIDE).tolist()
    (tmp_path / "plane.csv").write_text("\n".join(",".join(map(str, point)) for point in points))
    where = ("--through", tmp_path / "plane.csv")
    counts = {}
    for notion in ("open", "affine", "closed"):
        result = run("count-pieces", tmp_path / "net.onnx", tmp_path / "dense.json", *where, "--notion", notion, "--jsonl")
        assert result.exit_code == 0, result.output
        ours, theirs = (json.loads(line) for line in result.stdout.splitlines())
        assert (ours["certified"], ours["complete"]) == (True, True)
        assert ours["pieces"] == theirs["pieces"], notion
        counts[notion] = ours["pieces"]
    assert counts["open"] >= counts["closed"] >= counts["affine"] > 8
    result = run("equal", tmp_path / "net.onnx", tmp_path / "dense.json", *where)
    assert result.exit_code == 0, result.output


@pytest.fixture(scope="module")
def acas(shared, tmp_path_factory):
    """The net 3_3 of ACAS Xu as .onnx, as .nnet, and as the latter with each number rounded to single precision."""
    from relupoly.files import read_network

    source = shared / "nets" / "acasxu" / "ACASXU_run2a_3_3_batch_2000"
    exact = read_network(f"{source}.nnet")
    layers = [
        {"weight": [list(map(_single, row)) for row in layer.weight.tolist()], "bias": list(map(_single, layer.bias.entries()))}
        for layer in exact.layers
    ]
    rounded = tmp_path_factory.mktemp("acas") / "rounded.json"
    rounded.write_text(json.dumps({"format": "relupoly-network", "version": 1, "layers": layers}))
    return f"{source}.onnx", f"{source}.nnet", rounded


def _single(entry):
    return float(np.float32(int(entry.p) / int(entry.q)))


CENTRE = (0.3, 0.1, 0.0, 0.3, 0.3)
SMALL = ("--box", *(",".join(f"{entry + shift:.3f}" for entry in CENTRE) for shift in (-0.012, 0.012)))


@pytest.mark.parametrize("notion", ["open", "activation"])
def test_acas_xu_has_one_count_in_either_form(acas, notion):
    result = run("count-pieces", *acas, *SMALL, "--notion", notion, "--jsonl")
    assert result.exit_code == 0, result.output
    counts = [json.loads(line)["pieces"] for line in result.stdout.splitlines()]
    assert counts[0] > 30
    assert counts == [counts[0]] * 3


def test_acas_xu_is_the_same_function_once_its_numbers_are_rounded(acas):
    model, exact, rounded = acas
    assert run("equal", model, rounded, *SMALL).exit_code == 0
    assert run("equal", model, exact, *SMALL).exit_code == 5
