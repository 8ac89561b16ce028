"""Files of weights alone on the command line: options, conversions, and files that mean harm."""

import pickle

import numpy as np
import pytest
from command import assert_refused, run
from oracles.tensor_files import Tensor, safetensors, state_dict, with_pickle

from relupoly.files import read_network

NAMED = {
    "0.weight": np.array([[1, 0.5], [-2, 3], [0.25, 0]]),
    "0.bias": np.array([1.0, 0, -1]),
    "2.weight": np.array([[1, -1, 2.0]]),
}


def test_an_option_is_for_the_files_that_take_it(tmp_path):
    (tmp_path / "net.pt").write_bytes(state_dict(NAMED))
    (tmp_path / "net.safetensors").write_bytes(safetensors(NAMED))
    run("convert", tmp_path / "net.pt", tmp_path / "leaky.json", "--activation", "leaky_relu:0.1")
    both = run("equal", tmp_path / "leaky.json", tmp_path / "net.safetensors", "--activation", "leaky_relu:0.1")
    assert (both.exit_code, both.stdout.splitlines()[0].rpartition(":")[2]) == (0, " equal on R^n")
    assert run("equal", tmp_path / "leaky.json", tmp_path / "net.safetensors").exit_code == 5
    assert run("equal", tmp_path / "net.pt", tmp_path / "net.safetensors", "--activation", "relu").exit_code == 0


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["--activation", "tanh"], 2, "Invalid value for '--activation': the activation \"tanh\" is not piecewise linear"),
        (["--input-shape", "1,x"], 2, "Invalid value for '--input-shape': give whole numbers from 1"),
        (["--input-shape", "0,3"], 2, "Invalid value for '--input-shape': give whole numbers from 1"),
        (["--convolutions", "1"], 2, "Invalid value for '--convolutions': give STRIDE:PADDING of each convolution"),
        (["--convolutions", "0:1"], 2, "Invalid value for '--convolutions': give STRIDE:PADDING of each convolution"),
        (["--convolutions", "1:0", "--input-shape", "1,2"], 3, "it has no convolution; leave out --input-shape"),
    ],
)
def test_options_that_are_refused(options, code, message, tmp_path):
    (tmp_path / "net.pt").write_bytes(state_dict(NAMED))
    result = run("info", tmp_path / "net.pt", *options)
    assert (result.exit_code, result.stdout) == (code, "")
    assert message in result.stderr


def test_formats_that_know_their_activations(tmp_path):
    (tmp_path / "net.json").write_text('{"format": "relupoly-network", "version": 1, "layers": [{"weight": [[1]]}]}')
    result = run("info", tmp_path / "net.json", "--activation", "relu")
    assert result.exit_code == 3
    assert result.stderr.endswith(
        "json files have no free choice of what stands between their layers; only .npz, .safetensors, .pt, .pth files do\n"
    )


def test_convolutions_on_the_command_line(tmp_path):
    (tmp_path / "net.pt").write_bytes(state_dict({"0.weight": np.ones((1, 1, 2)), "1.weight": np.ones((1, 3))}))
    result = run("info", tmp_path / "net.pt", "--input-shape", "1,4", "--convolutions", "2:1")
    assert result.exit_code == 0, result.stderr
    assert "4" in result.stdout


def test_conversions_keep_the_function(tmp_path):
    (tmp_path / "a.pt").write_bytes(state_dict(NAMED))
    for source, target in (("a.pt", "b.safetensors"), ("b.safetensors", "c.pth"), ("c.pth", "d.json"), ("d.json", "e.pt")):
        result = run("convert", tmp_path / source, tmp_path / target)
        assert (result.exit_code, result.output) == (0, "")
    assert (tmp_path / "e.pt").read_bytes() == (tmp_path / "c.pth").read_bytes()
    assert read_network(tmp_path / "e.pt") == read_network(tmp_path / "a.pt")
    assert run("equal", tmp_path / "a.pt", tmp_path / "b.safetensors").exit_code == 0


def test_linear_neurons_are_expanded_with_leave(tmp_path):
    (tmp_path / "a.pt").write_bytes(state_dict(NAMED))
    options = ["--activation", "leaky_relu:1/4"]
    assert_refused(run("convert", tmp_path / "a.pt", tmp_path / "b.pt", *options), ".pt files know ReLU alone; give --expand")
    assert run("convert", tmp_path / "a.pt", tmp_path / "b.pt", *options, "--expand").exit_code == 0
    assert run("convert", tmp_path / "a.pt", tmp_path / "c.json", *options).exit_code == 0
    assert run("equal", tmp_path / "b.pt", tmp_path / "c.json").exit_code == 0


def test_standard_input(tmp_path):
    result = run("count-pieces", "-", "--format", "pt", "--json", stdin=state_dict(NAMED))
    assert result.exit_code == 0
    assert '"pieces": 7' in result.stdout


class System:
    def __reduce__(self):
        import os

        return os.system, ("touch relupoly-was-here",)


HARM = {
    "code": ("net.pt", with_pickle(pickle.dumps({"a": System()}, 2)), "not only tensors, and no code is run"),
    "cut off": ("net.pt", state_dict(NAMED)[:-30], "it is no zip archive"),
    "strides": (
        "net.pt",
        state_dict({"weight": Tensor(np.ones(4), (2, 2), (9, 1))}),
        "by its strides, it reaches to",
    ),
    "overlap": (
        "net.safetensors",
        safetensors(NAMED, **{"2.weight": {"data_offsets": [64, 88]}}),
        'the tensors "0.weight" and "2.weight" overlap',
    ),
    "header": ("net.safetensors", (2**62).to_bytes(8, "little") + b"{}", "its header would have"),
}


@pytest.mark.parametrize("name", HARM)
def test_harm_is_refused_in_one_line(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file, data, message = HARM[name]
    (tmp_path / file).write_bytes(data)
    for command in ("info", "count-pieces"):
        assert_refused(run(command, file), file, message)
    assert [one.name for one in tmp_path.iterdir()] == [file]
