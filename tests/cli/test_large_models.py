"""Convolutional models of thousands of inputs: each command answers, or says in a line what would do, with little memory."""

import subprocess
import sys

import pytest
from command import PROGRAM

pytest.importorskip("onnx", reason="the package onnx is not installed")

MEMORY = 2**30  # the models take 350 MB; their first layers with all zeros would take gigabytes
SECONDS = 120  # a busy machine; on a free one it is a tenth of that
LIMITED = f"""
import resource
def tell():
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 < {MEMORY}, "it took a gigabyte"
import atexit
atexit.register(tell)
{PROGRAM}"""

HYPERPLANES = "256 hyperplanes of the first layer are independent"
VERTICES = "2^784 vertices"


def outcome(*arguments):
    command = [sys.executable, "-c", LIMITED, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert "it took a gigabyte" not in done.stderr
    return done


@pytest.fixture
def model(shared):
    return shared / "nets" / "onnx" / "mnist_0.1.onnx"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "options", "said"),
    [
        ("count-pieces", [], HYPERPLANES),
        ("count-pieces", ["--limit", "10", "--notion", "all"], HYPERPLANES),
        ("count-pieces", ["--limit", "10", "--check"], "784 coordinates, 500 are the most"),
        ("count-pieces", ["--shard", "1/2"], HYPERPLANES),
        ("count-pieces", ["--box", "0", "1"], VERTICES),
        ("info", ["--box", "0", "1"], VERTICES),
        ("represent net", ["--output", "-"], "more than 2^60 cells; take a smaller network"),
    ],
)
def test_what_is_refused(model, command, options, said):
    done = outcome(*command.split(), model, *options)
    assert done.returncode == 3, done.stderr
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.slow
def test_a_model_is_equal_to_itself(model):
    done = outcome("equal", model, model)
    assert (done.returncode, done.stderr) == (0, "")
    assert "equal on R^n" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("name", ["mnist_0.1", "resnet_2b"])
def test_info(shared, name):
    done = outcome("info", shared / "nets" / "onnx" / f"{name}.onnx", "--json")
    assert done.returncode == 0, done.stderr
    assert f'"first_layer_rank": {2048 if name == "resnet_2b" else 784}' in done.stdout
