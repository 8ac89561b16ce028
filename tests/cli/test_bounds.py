"""`relupoly bounds`."""

import json

import pytest
from command import assert_refused, run, save

from relupoly.files import write_network
from relupoly.networks.network import Layer, Network

TEXT = """\
widths 2,8,2,8: 2 inputs, hidden layers: 8, 2, 8
  regions at most
     trivial       262144  every notion                       2^N activation patterns of N neurons
     raghu2017       5476  every notion                       Raghu, Poole, Kleinberg, Ganguli, Sohl-Dickstein 2017, Thm 1
     montufar2017    5476  every notion                       Montúfar 2017
  *  serra2018       2072  every notion                       Serra, Tjandraatmadja, Ramalingam 2018, Thm 1
     hinz2019        2072  every notion                       Hinz, van de Geer 2019, binomial histogram
     histograms      2072  every notion                       Hinz, van de Geer 2019 with a sharper histogram, proved here
     zaslavsky          -  every notion  if one hidden layer  Zaslavsky 1975
"""

LAYERS = [([[1, 0], [0, 1], [1, 1], [1, -1]], [0, 0, 5, 1]), ([[1, 1, 1, -1]] * 3, [0, -1, -9]), ([[1, 1, 1]], [0])]


def document(*arguments, exit_code=0):
    result = run("bounds", *arguments, "--json")
    assert result.exit_code == exit_code, result.output
    return json.loads(result.stdout)


def test_text():
    result = run("bounds", "--widths", "2,8,2,8")
    assert result.exit_code == 0
    assert result.output.startswith(TEXT)
    assert result.output.endswith("  * best for activation: at least 592 (montufar2014), at most 2072 (serra2018)\n")


def test_document():
    answer = document("--widths", "2, 4,4")
    assert answer == document("--widths", "2x4x4")
    assert list(answer)[:6] == ["schema", "input_dim", "widths", "upper", "lower", "best"]
    assert answer["upper"] == {
        "trivial": 256,
        "raghu2017": 121,
        "montufar2017": 121,
        "serra2018": 121,
        "hinz2019": 121,
        "histograms": 115,
        "zaslavsky": None,
    }
    assert answer["lower"] == {"pascanu2013": 22, "montufar2014": 44, "serra2018": None, "arora2018": 16, "zaslavsky": 11}
    assert answer["best"] == {
        "notion": "activation",
        "upper": {"name": "histograms", "value": 115},
        "lower": {"name": "montufar2014", "value": 44},
    }
    assert answer["notions"]["lower"]["montufar2014"] == ["activation", "patterns", "strict"]
    assert answer["preconditions"]["lower"]["serra2018"] == "n_l >= 3 n_0"
    assert answer["references"]["upper"]["montufar2017"] == "Montúfar 2017"


def test_the_best_pair_for_another_notion():
    assert document("--widths", "2,4,4", "--notion", "open")["best"]["lower"] == {"name": "arora2018", "value": 16}
    assert document("--widths", "2,5,4", "--notion", "open")["best"]["lower"] is None
    assert "no lower bound" in run("bounds", "--widths", "2,5,4", "--notion", "open").output


def test_large_numbers_are_strings_or_shortened():
    assert document("--widths", "784,11,11")["upper"]["serra2018"] == 2449868
    assert document("--widths", "2,64,64")["upper"]["trivial"] == str(2**128)
    assert "trivial       3.41e38" in run("bounds", "--widths", "2,64,64").output


def test_an_affine_map():
    answer = document("--widths", "3")
    assert set(answer["upper"].values()) == {1}
    assert answer["best"]["lower"] == {"name": "zaslavsky", "value": 1}


def test_a_network_on_a_domain(tmp_path):
    net = save(tmp_path / "net.json", *LAYERS)
    whole = document(net)
    assert (whole["file"], whole["input_dim"], whole["first_layer_rank"], whole["widths"]) == (str(net), 2, 2, [4, 3])
    assert "serra_stable" not in whole["upper"]
    box = document(net, "--box", "-1", "1")
    assert (box["stable_neurons"], box["complete"], box["stopped"], box["domain"]) == (4, True, None, "box -1 1")
    assert box["upper"]["histograms_stable"] <= box["upper"]["serra_stable"] < whole["upper"]["serra2018"]
    assert box["best"]["upper"]["name"] == "serra_stable"
    assert "patterns" not in box["notions"]["upper"]["serra_stable"]
    text = run("bounds", net, "--box", "-1", "1").output
    assert "  stable  4 of 7 neurons\n" in text
    assert "; some network of these widths has at least 28 (montufar2014)\n" in text


def test_the_bounds_are_those_of_info(tmp_path):
    net = save(tmp_path / "net.json", *LAYERS)
    info = json.loads(run("info", net, "--box", "-1", "1", "--json").stdout)
    assert info["upper_bounds"] == document(net, "--box", "-1", "1")["upper"]


def test_on_a_line_the_bounds_are_those_of_one_input(tmp_path):
    net = save(tmp_path / "net.json", *LAYERS)
    (tmp_path / "line.csv").write_text("0,0\n1,1\n")
    answer = document(net, "--through", tmp_path / "line.csv")
    assert (answer["input_dim"], answer["upper"]["raghu2017"]) == (1, 20)


def test_a_deadline_leaves_the_stable_neurons_open(tmp_path):
    net = save(tmp_path / "net.json", *LAYERS)
    answer = document(net, "--box", "-1", "1", "--deadline", "0", exit_code=4)
    assert (answer["complete"], answer["stopped"], answer["stable_neurons"]) == (False, "deadline", None)
    assert "serra_stable" not in answer["upper"]


def test_output_file(tmp_path):
    target = tmp_path / "bounds.json"
    assert run("bounds", "--widths", "2,4", "--json", "--output", target).exit_code == 0
    assert json.loads(target.read_text())["best"]["upper"] == {"name": "raghu2017", "value": 11}
    assert_refused(run("bounds", "--widths", "2,4", "--output", target), "the file exists")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "give either NET or --widths"),
        (["net.json", "--widths", "2,3"], "give either NET or --widths"),
        (["--widths", "2,0"], "entry 2 is '0'; write whole numbers from 1 on"),
        (["--widths", "2,,3"], "entry 2 is missing; write whole numbers from 1 on"),
        (["--widths", "2xx3"], "entry 2 is missing"),
        (["--widths", ""], "entry 1 is missing"),
        (["--widths", "2,x,8"], "entry 2 is 'x'; write whole numbers from 1 on"),
        (["--widths", "2,8x,8"], "entry 2 is '8x'"),
        (["--widths", "2x0x8"], "entry 2 is '0'"),
        (["--widths", "2,-3"], "entry 2 is '-3'"),
        (["--widths", "2,1.5"], "entry 2 is '1.5'"),
        (["--widths", "2,99999,2"], "100001 neurons are too many; give at most 100000"),
        (["--widths", "2,3", "--box", "0", "1"], "give a NET to go with options about a network or domain"),
    ],
)
def test_usage(arguments, message):
    result = run("bounds", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


def test_a_missing_file():
    assert_refused(run("bounds", "missing.json"), "missing.json", "no such file")


def test_a_network_with_linear_neurons(tmp_path):
    """In the first layer, two of four neurons are linear."""
    path = tmp_path / "net.json"
    first, last = Network.from_rows([([[1, 0], [1, 0], [0, 1], [0, 1]], None), ([[1, 9, 1, 9]], None)]).layers
    write_network(Network((Layer(first.weight, first.bias, linear=(0, 2)), last)), path)
    answer = document(path)
    assert (answer["widths"], answer["linear"]) == ([4], [2])
    assert set(answer["upper"].values()) == {4}
    assert answer["lower"]["zaslavsky"] == 4
    assert run("bounds", path).output.startswith(f"{path}: 2 inputs, hidden layers: 4, of which linear: 2\n")


def test_networks_without_linear_neurons_say_nothing_of_them(tmp_path):
    assert "linear" not in document(save(tmp_path / "net.json", *LAYERS))


@pytest.mark.parametrize("text", ["2,8,8", "2x8x8"])
def test_widths_in_the_place_of_a_file(text):
    result = run("bounds", text)
    assert result.exit_code == 2
    assert f"{text} is no file; for widths give --widths {text}" in result.stderr
