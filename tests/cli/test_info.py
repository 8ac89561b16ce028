"""`relupoly info`."""

import importlib
import json
import time

import command
import pytest
from flint import fmpq, fmpq_mat

from relupoly.exact.matrices import column
from relupoly.exact.sparse import SparseMatrix
from relupoly.files import write_network
from relupoly.networks.network import Layer, Network

NETWORK = Network.from_rows(
    [
        ([[1, 0], [2, 0], [-1, 0], [0, 0], ["1/3", 0.5]], [1, 2, -1, -5, 0]),
        ([[-1, -1, 0, 0, -1], [1, 1, 1, 1, 1], [0, 0, 0, 0, 0]], [-1, 0, 2]),
        ([[1, 1, 0]], [0]),
    ]
)

TEXT = """\
{file}: a ReLU network, 8 neurons in 2 hidden layers
  inputs          2
  outputs         1
  widths          5, 3
  depth           3, the output layer included
  parameters      37
  layer 1         5 ReLU neurons of 2 inputs, 50.0 % of 10 weights not 0
  layer 2         3 ReLU neurons of 5 inputs, 53.3 % of 15 weights not 0
  layer 3         1 output of 3 inputs, 66.7 % of 3 weights not 0
  weights         rationals, not all of them doubles; 3 bits at most in a numerator or denominator
  rank            2: so many directions the first layer sees
  dead            layer 1: 4; layer 2: 1
  constant        layer 2: 3
  duplicate       layer 1: 1, 2
  opposite        layer 1: 1, 3
  unused          layer 2: 3
  regions at most
    trivial       256
    raghu2017     112
    montufar2017  112
    serra2018     112
    hinz2019      112
    histograms    112
"""


@pytest.fixture
def file(tmp_path):
    write_network(NETWORK, tmp_path / "net.json")
    return str(tmp_path / "net.json")


def run(*arguments, stdin=None):
    return command.run("info", *arguments, stdin=stdin)


def document(*arguments, exit_code=0, stdin=None):
    result = run(*arguments, "--json", stdin=stdin)
    assert result.exit_code == exit_code, result.output
    return json.loads(result.stdout)


def test_text(file):
    result = run(file)
    assert (result.exit_code, result.output) == (0, TEXT.format(file=file))


def test_document(file):
    assert document(file) == {
        "schema": 1,
        "file": file,
        "input_dim": 2,
        "output_dim": 1,
        "widths": [5, 3],
        "depth": 3,
        "parameters": 37,
        "layers": [
            {"layer": 1, "inputs": 2, "neurons": 5, "linear": 0, "entries": 10, "nonzeros": 5},
            {"layer": 2, "inputs": 5, "neurons": 3, "linear": 0, "entries": 15, "nonzeros": 8},
            {"layer": 3, "inputs": 3, "neurons": 1, "linear": 1, "entries": 3, "nonzeros": 2},
        ],
        "weights": "rationals",
        "weight_bits": 3,
        "first_layer_rank": 2,
        "dead": [{"layer": 1, "neurons": [4]}, {"layer": 2, "neurons": [1]}],
        "constant": [{"layer": 2, "neurons": [3]}],
        "duplicate": [{"layer": 1, "neurons": [1, 2]}],
        "opposite": [{"layer": 1, "neurons": [1, 3]}],
        "unused": [{"layer": 2, "neurons": [3]}],
        "upper_bounds": {
            "trivial": 256,
            "raghu2017": 112,
            "montufar2017": 112,
            "serra2018": 112,
            "hinz2019": 112,
            "histograms": 112,
            "zaslavsky": None,
        },
    }


def test_stable_neurons_on_a_box(file):
    answer = document(file, "--box", "-1", "1")
    assert (answer["domain"], answer["complete"], answer["stopped"]) == ("box -1 1", True, None)
    assert answer["stable"] == {
        "active": [{"layer": 1, "neurons": [1, 2]}, {"layer": 2, "neurons": [2, 3]}],
        "inactive": [{"layer": 1, "neurons": [3, 4]}, {"layer": 2, "neurons": [1]}],
    }
    assert answer["upper_bounds"]["serra_stable"] == 2
    text = run(file, "--box", "-1", "1").output
    assert "  always active   layer 1: 1, 2; layer 2: 2, 3\n" in text
    assert "  always inactive layer 1: 3, 4; layer 2: 1\n" in text
    assert "serra_stable 2" in " ".join(text.split())


def test_on_a_line_the_bounds_are_those_of_one_input(file, tmp_path):
    points = tmp_path / "line.csv"
    points.write_text("0,0\n1,1\n")
    answer = document(file, "--through", points)
    assert answer["first_layer_rank"] == 1
    assert answer["upper_bounds"]["raghu2017"] == 6 * 4
    assert answer["input_dim"] == 2
    assert answer["stable"]["inactive"] == [{"layer": 1, "neurons": [4]}, {"layer": 2, "neurons": [1]}]


def test_the_bounds_use_the_rank_of_the_first_layer(tmp_path):
    write_network(
        Network.from_rows([([[1, 1, 1], [2, 2, 2], [3, 3, 3]], [0, 1, 2]), ([[1, 1, 1]], [0])]), tmp_path / "net.json"
    )
    answer = document(tmp_path / "net.json")
    assert answer["first_layer_rank"] == 1
    assert answer["upper_bounds"]["zaslavsky"] == 4


def test_a_deadline_leaves_the_stable_neurons_open(file):
    answer = document(file, "--box", "-1", "1", "--deadline", "0", exit_code=4)
    assert (answer["complete"], answer["stopped"], answer["stable"]) == (False, "deadline", None)
    assert "serra_stable" not in answer["upper_bounds"]
    text = run(file, "--box", "-1", "1", "--deadline", "0")
    assert text.exit_code == 4
    assert "  always active   not known: stopped by the deadline\n" in text.output


def test_an_affine_map(tmp_path):
    write_network(Network.from_rows([([[1, 2]], [0])]), tmp_path / "net.json")
    result = run(tmp_path / "net.json")
    assert result.exit_code == 0
    assert result.output.splitlines()[0].endswith(": an affine map")
    assert "  widths          no hidden layer\n" in result.output
    answer = document(tmp_path / "net.json", "--box", "0", "1")
    assert set(answer["upper_bounds"].values()) == {1}
    assert answer["stable"] == {"active": [], "inactive": []}


def test_bounds_too_long_to_print_in_full(tmp_path):
    wide = Network.from_rows([([[1]] * 20_000, [0] * 20_000), ([[1] * 20_000], [0])])
    write_network(wide, tmp_path / "net.json")
    assert document(tmp_path / "net.json")["upper_bounds"]["trivial"].startswith("39802768403")
    assert "    trivial       3.99e6020\n" in run(tmp_path / "net.json").output


def test_standard_input(file):
    with open(file) as stream:
        answer = document("-", stdin=stream.read())
    assert (answer["file"], answer["parameters"]) == ("-", 37)


def test_output_file(file, tmp_path):
    target = tmp_path / "info.json"
    result = run(file, "--json", "--output", target)
    assert (result.exit_code, result.output) == (0, "")
    assert json.loads(target.read_text())["widths"] == [5, 3]
    assert run(file, "--output", target).exit_code == 3


@pytest.mark.parametrize(
    ("arguments", "exit_code", "message"),
    [
        (["missing.json"], 3, "missing.json"),
        (["{file}", "--box", "1", "0"], 3, ""),
        (["{file}", "--box", "0,0,0", "1"], 3, "--box: LO has 3 numbers, but there are 2 inputs; give 1 number, or 2"),
        (["{file}", "--normalize"], 3, "no normalisation"),
        (["{file}", "--format", "xyz"], 3, "xyz"),
        (["{file}", "--box", "0", "1", "--domain", "p.json"], 2, "exclude each other"),
        ([], 2, "NET"),
    ],
)
def test_errors_are_one_line_with_an_exit_code(file, arguments, exit_code, message):
    result = run(*(argument.format(file=file) for argument in arguments))
    assert result.exit_code == exit_code
    assert message in result.stderr
    assert result.stdout == ""
    if exit_code == 3:
        assert len(result.stderr.splitlines()) == 1


def test_acas_xu(shared):
    folder = shared / "nets" / "acasxu"
    answer = document(folder / "ACASXU_run2a_3_3_batch_2000.nnet")
    assert (answer["input_dim"], answer["widths"], answer["output_dim"]) == (5, [50] * 6, 5)
    assert (answer["parameters"], answer["first_layer_rank"], answer["weights"]) == (13305, 5, "rationals")


def leaky():
    """Two leaky ReLUs, each with a linear neuron, and a sum of both; the first layer is sparse."""
    layers = Network.from_rows([([[1, 0], [1, 0], [0, 1], [0, 1]], None), ([[1, 9, 1, 9]], None)]).layers
    first = SparseMatrix.from_dense(layers[0].weight)
    return Network((Layer(first, layers[0].bias, linear=(0, 2)), layers[1]))


def test_linear_neurons_and_sparse_weights(tmp_path):
    path = tmp_path / "net.json"
    write_network(leaky(), path)
    answer = document(path)
    assert (answer["widths"], answer["linear"]) == ([4], [{"layer": 1, "neurons": [1, 3]}])
    assert (answer["parameters"], answer["sparse"]) == (13, [{"layer": 1, "kept": 4, "entries": 8}])
    assert (answer["first_layer_rank"], answer["duplicate"], answer["opposite"]) == (2, [], [])
    assert set(answer["upper_bounds"].values()) == {4}
    text = run(path).output
    assert text.startswith(f"{path}: a ReLU network, 4 neurons in 1 hidden layer, 2 of them linear\n")
    assert "  widths          4\n  linear          layer 1: 1, 3\n  depth           2," in text
    assert "  layer 1         2 ReLU neurons and 2 linear of 2 inputs, 50.0 % of 8 weights not 0\n" in text
    assert "  layer 2         1 output of 4 inputs, no weight is 0\n" in text


def test_nets_without_them_say_nothing_of_them(file):
    assert not {"linear", "sparse"} & set(document(file))


def test_lists_are_ranges_and_end_somewhere(tmp_path):
    """2000 neurons, of which the second half is dead and every third of the first one unused; 700 pairs are opposite."""
    half, size = 1000, 2000
    weight = SparseMatrix.from_triples((size, size), range(half), range(half), [fmpq(1)] * half)
    bias = column([fmpq(0)] * half + [fmpq(-1)] * half)
    read = [place for place in range(half) if place % 3 != 2]
    last = SparseMatrix.from_triples((1, size), [0] * len(read), read, [fmpq(1)] * len(read))
    path = tmp_path / "net.json"
    write_network(Network((Layer(weight, bias), Layer(last, column([fmpq(0)])))), path)
    text = run(path).output
    assert "  dead            layer 1: 1001-2000\n" in text
    shown = ", ".join(str(3 * number) for number in range(1, 13))
    assert f"  unused          layer 1: {shown}, and 1321 more with --json\n" in text
    assert len(text) < 2000
    answer = document(path)
    assert answer["dead"] == [{"layer": 1, "neurons": list(range(1001, 2001))}]
    assert len(answer["unused"][0]["neurons"]) == 1333


def test_many_pairs_and_layers_end_somewhere(tmp_path):
    pairs = [row for place in range(20) for row in ([1, place], [-1, -place])]
    middle = [([[1] * 40] * 40, None)] + [([[1] * 40] * 40, None)] * 28
    write_network(Network.from_rows([(pairs, None), *middle, ([[1] * 40], None)]), tmp_path / "net.json")
    text = run(tmp_path / "net.json").output
    assert "layer 1: 23, 24; and 8 more with --json\n" in text
    assert f"  widths          {'40, ' * 12}and 18 more with --json\n" in text
    lines = [line for line in text.splitlines() if line.startswith(("  layer", "  ..."))]
    assert lines[-2] == "  ...             19 more with --json"
    assert lines[-1].startswith("  layer 31        1 output of 40 inputs")
    assert len(lines) == 13


def test_a_net_on_thousands_of_inputs_is_told_in_a_screen(tmp_path):
    size = 5000
    weight = SparseMatrix.from_triples((3, size), [0, 1, 2], [0, 4000, 4999], [fmpq(1)] * 3)
    layers = (Layer(weight, column([fmpq(0)] * 3)), Layer(fmpq_mat([[1, 1, 1]]), column([fmpq(0)])))
    write_network(Network(layers), tmp_path / "net.json")
    text = run(tmp_path / "net.json").output
    assert "  layer 1         3 ReLU neurons of 5000 inputs, 0.1 % of 15000 weights not 0\n" in text
    assert len(text.splitlines()) < 30
    assert max(map(len, text.splitlines())) < 150


def test_what_a_deadline_leaves_open_is_named(tmp_path, monkeypatch):
    from relupoly.pieces.enumeration import stable
    from relupoly.pieces.enumeration.stable import StableNeurons

    known = StableNeurons(((0,), ()), ((2, 3), ()), ((), (1,)), "deadline")
    monkeypatch.setattr(stable, "known_stable_neurons", lambda *_, **__: known)
    net = tmp_path / "net.json"
    rows = [([[1]] * 4, [0] * 4), ([[1] * 4] * 2, [0, 0]), ([[1, 1]], [0])]
    write_network(Network.from_rows(rows), net)
    answer = document(net, "--box", "-1", "1", exit_code=4)
    assert answer["stable"]["undecided"] == [{"layer": 2, "neurons": [2]}]
    assert answer["stable"]["inactive"] == [{"layer": 1, "neurons": [3, 4]}]
    assert "  not decided     layer 2: 2 (stopped by the deadline)\n" in run(net, "--box", "-1", "1").output
    result = command.run("bounds", net, "--box", "-1", "1")
    assert "3 of 6 neurons; 1 not decided: stopped by the deadline" in result.output


def test_what_a_stopped_search_has_found_is_told_however_long_that_takes(tmp_path, monkeypatch):
    module = importlib.import_module("relupoly_cli.commands.info")
    search, document = module.find_stable, module.info_document

    def stopped(*arguments):
        time.sleep(0.3)  # the deadline passes
        return search(*arguments)[0], "deadline"

    def slow(*arguments):
        time.sleep(0.3)
        return document(*arguments)

    monkeypatch.setattr("relupoly_cli.process.time_limit._GRACE", 0.1)
    monkeypatch.setattr(module, "find_stable", stopped)
    monkeypatch.setattr(module, "info_document", slow)
    net = command.save(tmp_path / "net.json", *command.random_layers([2, 3, 1]))
    answer = command.run("info", net, "--box", "-1", "1", "--deadline", "0.2")
    assert "hidden layer" in answer.stdout
