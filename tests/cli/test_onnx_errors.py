"""ONNX models that cannot be read: one line that names the place, exit code 3, and nothing on stdout."""

import numpy as np
import pytest
from command import assert_refused, run, start

pytest.importorskip("onnx", reason="the package onnx is not installed")
import onnx
from onnx import helper
from oracles.onnx_graphs import floats, model, single

WITHOUT_ONNX = """
import sys
sys.modules["onnx"] = None
sys.argv[0] = "relupoly"
from relupoly_cli.entry import main
sys.exit(main())
"""


def dense(shape, **changes):
    """Two dense layers on an input of this shape, of which some nodes or tensors are others."""
    nodes = [
        helper.make_node("Gemm", ["x", "W1", "b1"], ["h1"], "first"),
        helper.make_node(changes.get("operator", "Relu"), ["h1"], ["h2"], "bend"),
        helper.make_node("Gemm", changes.get("inputs", ["h2", "W2", "b2"]), ["y"], "second"),
    ]
    arrays = {name: np.ones(size, dtype=np.float32) for name, size in {"W1": (3, 4), "b1": 4, "W2": (4, 2), "b2": 2}.items()}
    arrays |= changes.get("arrays", {})
    return model(nodes, [floats("x", shape)], [floats("y", None)], arrays, changes.get("opset", 17))


CASES = {
    "a width that does not fit": (dense([1, 2]), 'node "first" (Gemm): inputs of the shapes [1, 2], [3, 4], [4] do not fit'),
    "an inner width that does not fit": (
        dense([1, 3], arrays={"W2": np.ones((5, 2), dtype=np.float32)}),
        'node "second" (Gemm): inputs of the shapes [1, 4], [5, 2], [2] do not fit',
    ),
    "a bias that does not fit": (
        dense([1, 3], arrays={"b1": np.ones(3, dtype=np.float32)}),
        'node "first" (Gemm): inputs of the shapes [1, 3], [3, 4], [3] do not fit',
    ),
    "a cycle": (dense([1, 3], inputs=["y", "W2", "b2"]), 'node "second" (Gemm) needs what it gives: a cycle; cut it'),
    "an unknown operator": (dense([1, 3], operator="Wobble"), 'node "bend" (Wobble): the operator is not supported; '),
    "an operator that is not piecewise linear": (
        dense([1, 3], operator="Tanh"),
        'node "bend" (Tanh): its function is not piecewise linear; --output-node NAME',
    ),
    "a missing initializer": (
        dense([1, 3], inputs=["h2", "W9", "b2"]),
        'node "second" (Gemm) needs "W9", which nothing gives; add the node or the initializer',
    ),
    "an opset of the future": (
        dense([1, 3], opset=1000),
        "it uses version 1000 of the ONNX operators; export it for a version from 1 to ",
    ),
}


@pytest.mark.parametrize("command", ["count-pieces", "info"])
@pytest.mark.parametrize("name", CASES)
def test_one_line_names_the_node(name, command, tmp_path):
    proto, message = CASES[name]
    path = tmp_path / "net.onnx"
    onnx.save(proto, path)
    assert_refused(run(command, path), f"Error: {path}: {message}")


def test_a_truncated_model(tmp_path):
    """Wherever the file ends, one line says that it is damaged, or what of it is missing."""
    data = dense([1, 3]).SerializeToString()
    assert run("info", written(tmp_path, data)).exit_code == 0
    for length in range(0, len(data), 7):
        result = run("info", written(tmp_path, data[:length]))
        assert_refused(result, f"Error: {tmp_path / 'net.onnx'}: ")


def written(folder, data):
    path = folder / "net.onnx"
    path.write_bytes(data)
    return path


def test_what_is_no_model(tmp_path):
    for data in (b"", b"\x00" * 50, b"PK\x03\x04", b"<html></html>"):
        assert_refused(run("count-pieces", written(tmp_path, data)), "net.onnx: it ")


def test_the_package_is_missing(tmp_path):
    onnx.save(single("Relu", [2]), tmp_path / "net.onnx")
    for command in (["count-pieces", tmp_path / "net.onnx"], ["info", tmp_path / "net.onnx"]):
        process = start(*command, program=WITHOUT_ONNX)
        output, errors = process.communicate(timeout=100)
        assert (process.returncode, output) == (3, "")
        assert errors == f"Error: {tmp_path / 'net.onnx'}: ONNX files need the package onnx: pip install relupoly[onnx]\n"
