"""`relupoly convert`."""

import command
import numpy as np
import pytest

from relupoly.files import read_network, write_network
from relupoly.networks.expansion import expand
from relupoly.networks.network import Layer, Network

NETWORK = Network.from_rows([([[1, 0.5], [0, -3]], [0.25, 0]), ([[1, -1]], [7])], {"name": "small"})


def run(*arguments, stdin=None):
    return command.run("convert", *arguments, stdin=stdin)


def test_formats_by_suffix(tmp_path):
    write_network(NETWORK, tmp_path / "a.json")
    for source, target in [("a.json", "b.npz"), ("b.npz", "c.nnet"), ("c.nnet", "d.json")]:
        result = run(tmp_path / source, tmp_path / target)
        assert (result.exit_code, result.output) == (0, "")
    assert (tmp_path / "d.json").read_bytes() == (tmp_path / "a.json").read_bytes()


def test_standard_input_and_output(tmp_path):
    write_network(NETWORK, tmp_path / "a.json")
    text = (tmp_path / "a.json").read_bytes()
    result = run("-", "-", "--to", "nnet", stdin=text)
    assert result.exit_code == 0
    back = run("-", "-", "--from", "nnet", stdin=result.stdout_bytes)
    assert back.exit_code == 0
    assert back.stdout_bytes == text


def test_formats_by_name(tmp_path):
    write_network(NETWORK, tmp_path / "a", "json")
    assert run(tmp_path / "a", tmp_path / "b", "--from", "json", "--to", "npz").exit_code == 0
    assert np.load(tmp_path / "b")["W2"].tolist() == [[1.0, -1.0]]


def test_normalize(shared, tmp_path):
    source = shared / "nets" / "acasxu" / "ACASXU_run2a_1_1_batch_2000.nnet"
    assert run(source, tmp_path / "a.json", "--normalize").exit_code == 0
    assert run(source, tmp_path / "b.json").exit_code == 0
    assert read_network(tmp_path / "a.json") == read_network(source, normalize=True)
    assert read_network(tmp_path / "b.json") == read_network(source)


def failed(result, *parts):
    assert result.exit_code == 3
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("Error: ")
    for part in parts:
        assert part in lines[0]


def test_rounding_needs_leave(tmp_path):
    write_network(Network.from_rows([([["1/3", 1]], [0])]), tmp_path / "a.json")
    result = run(tmp_path / "a.json", tmp_path / "b.npz")
    failed(result, "b.npz: 1 of the 3 weights and biases would be rounded", "layer 1: weight[1][1] = 1/3", "--round")
    assert not (tmp_path / "b.npz").exists()
    assert run(tmp_path / "a.json", tmp_path / "b.npz", "--round").exit_code == 0
    assert read_network(tmp_path / "b.npz") == Network.from_rows([([[1 / 3, 1]], [0])])


def test_overwriting_needs_force(tmp_path):
    write_network(NETWORK, tmp_path / "a.json")
    (tmp_path / "b.npz").write_text("precious")
    failed(run(tmp_path / "a.json", tmp_path / "b.npz"), "b.npz: the file exists", "--force")
    assert (tmp_path / "b.npz").read_text() == "precious"
    assert run(tmp_path / "a.json", tmp_path / "b.npz", "--force").exit_code == 0
    assert read_network(tmp_path / "b.npz") == NETWORK


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["none.json", "b.npz"], "none.json: there is no such file"),
        (["a.json", "b.nppz"], 'b.nppz: unknown suffix ".nppz"; did you mean ".npz"?'),
        (["a.json", "b.npz", "--from", "nett"], 'a.json: unknown format "nett"; did you mean "nnet"?'),
        (["a.json", "b.npz", "--normalize"], "a.json: json files have no normalisation"),
        (["a.json", "nowhere/b.npz"], "b.npz: there is no folder"),
        (["broken.json", "b.npz"], "broken.json: line 1, column 1: not JSON"),
    ],
)
def test_what_is_refused(arguments, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_network(NETWORK, "a.json")
    (tmp_path / "broken.json").write_text("oops")
    failed(run(*arguments), message)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "broken.json"]


def test_help_ends_with_an_example():
    result = run("--help")
    assert result.exit_code == 0
    assert result.output.splitlines()[-1].strip().startswith("relupoly convert ")


def leaky():
    first, last = Network.from_rows([([[1], [1]], None), ([["1/2", "1/2"]], None)]).layers
    return Network((Layer(first.weight, first.bias, linear=(1,)), last))


@pytest.mark.parametrize("name", ["npz", "nnet"])
def test_linear_neurons_need_expand(name, tmp_path):
    write_network(leaky(), tmp_path / "a.json")
    target = tmp_path / f"b.{name}"
    failed(run(tmp_path / "a.json", target), str(target), "layer 1: neuron 2 is linear", "--expand")
    assert not target.exists()
    result = run(tmp_path / "a.json", target, "--expand")
    assert (result.exit_code, result.stdout) == (0, "")
    said = "Written with --expand: 1 linear neuron as relu(z) - relu(-z); the same function, other cells.\n"
    assert result.stderr == said
    assert read_network(target) == expand(leaky())


def test_native_files_keep_linear_neurons(tmp_path):
    write_network(leaky(), tmp_path / "a.json")
    assert run(tmp_path / "a.json", tmp_path / "b.json").output == ""
    assert read_network(tmp_path / "b.json") == leaky()
    assert run(tmp_path / "a.json", tmp_path / "c.json", "--expand").exit_code == 0
    assert read_network(tmp_path / "c.json") == expand(leaky())


def test_expand_says_nothing_where_nothing_is_expanded(tmp_path):
    write_network(NETWORK, tmp_path / "a.json")
    result = run(tmp_path / "a.json", tmp_path / "b.json", "--expand")
    assert (result.exit_code, result.output) == (0, "")
    assert (tmp_path / "b.json").read_bytes() == (tmp_path / "a.json").read_bytes()
