"""`relupoly info` of ONNX models: what was read, and which layers it has become."""

import json

import numpy as np
import pytest
from command import run

pytest.importorskip("onnx", reason="the package onnx is not installed")
import onnx
from onnx import helper
from oracles.onnx_graphs import floats, model

EVIL = "\x1b]0;OWNED\x07\x1b[2J\x9b31m\u202e\u2028\x7f\r\n\tError: forged\x08"

TEXT = """\
{file}: a ReLU network, 20 neurons in 3 hidden layers, 6 of them linear
  read from       ONNX by pytorch 2.1, opset 17, 6 nodes: 1 Conv, 1 Relu, 1 MaxPool, 1 Flatten, 1 Gemm, 1 Add
  constants       1 Constant, 1 Neg: computed while reading
  unread          2 nodes that the output does not need
  left off        Softmax, the last activation
  inputs          16: "image", 1 x 1 x 4 x 4
  outputs         3: "logits", 1 x 3
  widths          8, 8, 4
  linear          layer 2: 5-8; layer 3: 3, 4
"""


def constant(name, values):
    array = np.float32(values)
    return helper.make_node("Constant", [], [name], value=onnx.numpy_helper.from_array(array))


def pooled():
    """A convolution with two channels, a pool over windows of four, a dense layer and a softmax; one node is not needed."""
    nodes = [
        helper.make_node("Conv", ["image", "kernel"], ["maps"], "conv1"),
        helper.make_node("Relu", ["maps"], ["bent"], "relu1"),
        helper.make_node("MaxPool", ["bent"], ["pooled"], "pool1", kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Flatten", ["pooled"], ["flat"], "flat1"),
        helper.make_node("Gemm", ["flat", "W"], ["product"], "dense", transB=1),
        constant("offset", [1, 2, 3]),
        helper.make_node("Neg", ["offset"], ["bias"], "negative"),
        helper.make_node("Add", ["product", "bias"], ["logits"], "bias"),
        helper.make_node("Softmax", ["logits"], ["y"], "softmax"),
        helper.make_node("Relu", ["image"], ["nowhere"], "forgotten"),
    ]
    arrays = {"kernel": np.float32([[[[1, 2], [3, 4]]], [[[0, 0], [1, -1]]]]), "W": np.float32([[1, 2], [0, 1], [1, 0]])}
    proto = model(nodes, [floats("image", ["N", 1, 4, 4])], [floats("y", None)], arrays)
    proto.producer_name, proto.producer_version = "pytorch", "2.1"
    return proto


@pytest.fixture
def file(tmp_path):
    onnx.save(pooled(), tmp_path / "net.onnx")
    return tmp_path / "net.onnx"


def told(*arguments):
    result = run("info", *arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_text(file):
    result = run("info", file, "--drop-last")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.output.startswith(TEXT.format(file=file)), result.output
    lines = [line for line in result.output.splitlines() if line.startswith("  layer")]
    assert lines == [
        "  layer 1         8 ReLU neurons of 16 inputs (Conv, Relu), 18.8 % of 128 weights not 0",
        "  layer 2         4 ReLU neurons and 4 linear of 8 inputs (MaxPool), 18.8 % of 64 weights not 0",
        "  layer 3         2 ReLU neurons and 2 linear of 8 inputs (MaxPool), 37.5 % of 32 weights not 0",
        "  layer 4         3 outputs of 4 inputs (Flatten, Gemm, Add), 66.7 % of 12 weights not 0",
    ]


def test_document(file):
    answer = told(file, "--drop-last")
    found = answer["onnx"]
    assert (found["producer"], found["opset"], found["dropped"], found["unread"]) == ("pytorch 2.1", 17, "Softmax", 2)
    assert (found["input"], found["output"]) == (
        {"name": "image", "shape": [1, 1, 4, 4]},
        {"name": "logits", "shape": [1, 3]},
    )
    assert found["constants"] == {"Constant": 1, "Neg": 1}
    assert [(node["name"], node["layers"]) for node in found["nodes"]] == [
        ("conv1", [1]),
        ("relu1", [1]),
        ("pool1", [2, 3]),
        ("flat1", [4]),
        ("dense", [4]),
        ("bias", [4]),
    ]
    assert [layer["operators"] for layer in answer["layers"]] == [
        ["Conv", "Relu"],
        ["MaxPool"],
        ["MaxPool"],
        ["Flatten", "Gemm", "Add"],
    ]
    assert [(layer["neurons"], layer["linear"]) for layer in answer["layers"]] == [(8, 0), (8, 4), (4, 2), (3, 3)]


def test_a_skip_connection_is_in_the_layer_that_adds_it(tmp_path):
    weights = {name: np.float32([[1, 2], [-1, 1]]) for name in ("A", "B", "S")}
    nodes = [
        helper.make_node("MatMul", ["x", "A"], ["a"], "first"),
        helper.make_node("Relu", ["a"], ["h"], "bend"),
        helper.make_node("MatMul", ["x", "S"], ["s"], "shortcut"),
        helper.make_node("MatMul", ["h", "B"], ["b"], "second"),
        helper.make_node("Add", ["b", "s"], ["c"], "sum"),
        helper.make_node("Relu", ["c"], ["y"], "last"),
    ]
    onnx.save(model(nodes, [floats("x", [1, 2])], [floats("y", [1, 2])], weights), tmp_path / "net.onnx")
    found = {node["name"]: node["layers"] for node in told(tmp_path / "net.onnx")["onnx"]["nodes"]}
    assert found == {"first": [1], "bend": [1], "shortcut": [2], "second": [2], "sum": [2], "last": [2]}


def test_neurons_that_nothing_reads_are_in_no_layer(tmp_path):
    nodes = [
        helper.make_node("Neg", ["x"], ["n"], "negative"),
        helper.make_node("Relu", ["n"], ["h"], "bend"),
        helper.make_node("Mul", ["h", "zero"], ["z"], "times 0"),
        helper.make_node("Add", ["x", "z"], ["y"], "sum"),
    ]
    onnx.save(model(nodes, [floats("x", [2])], [floats("y", [2])], {"zero": np.float32(0)}), tmp_path / "net.onnx")
    answer = told(tmp_path / "net.onnx")
    found = {node["name"]: node["layers"] for node in answer["onnx"]["nodes"]}
    assert (answer["widths"], found) == ([], {"negative": [], "bend": [], "sum": [1]})
    assert answer["onnx"]["constants"] == {"Mul": 1}


def test_what_is_told_survives_conversion(file, tmp_path):
    before = told(file, "--drop-last")
    assert run("convert", file, tmp_path / "net.json", "--drop-last").exit_code == 0
    after = told(tmp_path / "net.json")
    assert after == {**before, "file": str(tmp_path / "net.json")}
    assert run("convert", file, tmp_path / "net.nnet", "--drop-last", "--expand").exit_code == 0
    expanded = told(tmp_path / "net.nnet")
    assert expanded["onnx"] == before["onnx"]
    assert [layer["neurons"] for layer in expanded["layers"]] == [8, 12, 6, 3]
    for name in ("net.json", "net.nnet"):
        assert run("count-pieces", tmp_path / name, "--through", corners(tmp_path), "--box", "0", "1").exit_code == 0
    assert run("convert", tmp_path / "net.json", tmp_path / "again.onnx").exit_code == 0
    again = told(tmp_path / "again.onnx")
    assert again["onnx"]["producer"] == "relupoly"
    assert [layer["neurons"] - layer["linear"] for layer in again["layers"]] == [8, 4, 2, 0]


def corners(folder):
    path = folder / "line.csv"
    path.write_text("\n".join(",".join([entry] * 16) for entry in "01"))
    return path


def test_names_in_a_model_do_nothing_to_a_terminal(tmp_path):
    proto = pooled()
    proto.producer_name = EVIL
    for node in proto.graph.node:
        node.name = EVIL
        for names in (node.input, node.output):
            names[:] = [EVIL if name == "image" else name for name in names]
    proto.graph.input[0].name = EVIL
    onnx.save(proto, tmp_path / "net.onnx")
    assert run("convert", tmp_path / "net.onnx", tmp_path / "net.json", "--drop-last").exit_code == 0
    document = json.loads((tmp_path / "net.json").read_text())
    for operator in ("operator", "name"):
        document["metadata"]["onnx"]["nodes"][0][operator] = EVIL * 99
    document["metadata"]["onnx"] |= {"dropped": EVIL, "constants": {EVIL: 1}, "rounded": [EVIL], "operators": {EVIL: 7}}
    (tmp_path / "evil.json").write_text(json.dumps(document))
    for arguments in (["net.onnx", "--drop-last"], ["net.json"], ["evil.json"], ["evil.json", "--json"]):
        result = run("info", tmp_path / arguments[0], *arguments[1:])
        assert result.exit_code == 0
        assert all(one.isprintable() or one == "\n" for one in result.output), ascii(result.output)
        assert not any(line.lstrip().startswith("Error") for line in result.output.splitlines())
        assert arguments[-1] == "--json" or max(map(len, result.output.splitlines())) < 500


@pytest.mark.parametrize(
    "change",
    [
        lambda found: [],
        lambda found: "text",
        lambda found: {},
        lambda found: {**found, "producer": 7},
        lambda found: {**found, "opset": "17"},
        lambda found: {**found, "opset": True},
        lambda found: {**found, "unread": -1},
        lambda found: {**found, "input": "x"},
        lambda found: {**found, "output": {"name": "y"}},
        lambda found: {**found, "input": {"name": "x", "shape": [1.5]}},
        lambda found: {**found, "nodes": {"a": 1}},
        lambda found: {**found, "nodes": [1]},
        lambda found: {**found, "nodes": [{"operator": "Relu"}]},
        lambda found: {**found, "constants": [1]},
        lambda found: {**found, "constants": {"Neg": None}},
        lambda found: {**found, "dropped": 1},
        lambda found: {**found, "rounded": [1]},
    ],
)
def test_metadata_of_another_form_are_not_told(file, tmp_path, change):
    assert run("convert", file, tmp_path / "net.json", "--drop-last").exit_code == 0
    document = json.loads((tmp_path / "net.json").read_text())
    document["metadata"]["onnx"] = change(document["metadata"]["onnx"])
    (tmp_path / "changed.json").write_text(json.dumps(document))
    answer = told(tmp_path / "changed.json")
    assert "onnx" not in answer
    assert not any("operators" in layer for layer in answer["layers"])
    assert "read from" not in run("info", tmp_path / "changed.json").output


@pytest.mark.parametrize(
    "metadata",
    [{"layers": [9]}, {"layers": [0]}],
)
def test_nodes_of_other_networks_are_in_no_layer_of_this_one(file, tmp_path, metadata):
    """Whoever changes the layers of a file by hand leaves metadata of another network there."""
    assert run("convert", file, tmp_path / "net.json", "--drop-last").exit_code == 0
    document = json.loads((tmp_path / "net.json").read_text())
    document["metadata"]["onnx"]["nodes"][0] |= metadata
    (tmp_path / "changed.json").write_text(json.dumps(document))
    answer = told(tmp_path / "changed.json")
    assert not any("operators" in layer for layer in answer["layers"])
    assert answer["onnx"]["nodes"][0]["layers"] == metadata["layers"]


def test_inputs_of_other_networks_are_not_named(file, tmp_path):
    assert run("convert", file, tmp_path / "net.json", "--drop-last").exit_code == 0
    document = json.loads((tmp_path / "net.json").read_text())
    document["metadata"]["onnx"]["input"]["shape"] = [1, 2, 3]
    (tmp_path / "changed.json").write_text(json.dumps(document))
    assert "  inputs          16\n" in run("info", tmp_path / "changed.json").output
