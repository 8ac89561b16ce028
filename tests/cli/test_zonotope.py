"""`relupoly zonotope`."""

import json

import pytest
from command import assert_refused, run

from relupoly.files import read_network
from relupoly.pieces.count import count_pieces

TEXT = """\
permutohedron, n = 3: zonotope of dimension 2 in R^3, 3 generators
  vertices  6
  facets    6
  f-vector  6, 6
  volume    0
  relative  12: the volume in its span, in unit cells of the integer points there

-2,0,2
-2,2,0
0,-2,2
0,2,-2
2,-2,0
2,0,-2
"""


def document(*arguments, exit_code=0, **options):
    result = run("zonotope", *arguments, "--json", **options)
    assert result.exit_code == exit_code, result.output
    return json.loads(result.stdout)


def test_text():
    result = run("zonotope", "--family", "permutohedron", "--n", 3, "--list")
    assert (result.exit_code, result.output) == (0, TEXT)


def test_document(tmp_path):
    (tmp_path / "z.csv").write_text("1,0,0\n0,1,0\n0,0,1/2\n0,0,0\n0,0,-1\n")
    assert document(tmp_path / "z.csv") == {
        "schema": 1,
        "name": str(tmp_path / "z.csv"),
        "ambient_dimension": 3,
        "generators": 5,
        "distinct_generators": 3,
        "dimension": 3,
        "vertices": 8,
        "facets": 6,
        "f_vector": [8, 12, 6],
        "volume": 12,
        "relative_volume": 12,
        "complete": True,
        "stopped": None,
    }
    assert "5 generators (3 directions)" in run("zonotope", tmp_path / "z.csv").output


def test_a_list_of_rational_vertices():
    answer = document("-", "--list", stdin="1/2,0\n1/3,1\n")
    assert answer["name"] == "standard input"
    assert answer["vertex_list"] == [["-5/6", -1], ["-1/6", 1], ["1/6", -1], ["5/6", 1]]
    assert answer["volume"] == 2


@pytest.mark.parametrize(
    ("arguments", "vertices", "volume"),
    [
        (["--family", "cube", "--n", 5], 32, 32),
        (["--family", "typeB", "--n", 3], 48, 696),
        (["--family", "white-whale", "--n", 4], 370, 16800),
        (["--family", "cyclic", "--n", 3, "--generators", 5], 22, 560),
    ],
)
def test_families(arguments, vertices, volume):
    answer = document(*arguments)
    assert (answer["vertices"], answer["volume"]) == (vertices, volume)


def test_random_generators_come_from_their_seed():
    arguments = ("--family", "random", "--n", 3, "--generators", 6)
    assert document(*arguments, "--seed", 3) == document(*arguments, "--seed", 3)
    assert document(*arguments, "--seed", 3)["volume"] != document(*arguments)["volume"]
    assert document(*arguments, "--range", 0, 0)["dimension"] == 0


def test_a_point():
    answer = document("-", "--list", stdin="0,0\n")
    assert (answer["vertices"], answer["facets"], answer["f_vector"], answer["volume"]) == (1, 0, [1], 0)
    assert (answer["relative_volume"], answer["vertex_list"]) == (1, [[0, 0]])


def test_large_numbers_are_strings():
    assert document("-", stdin=f"{10**9},0\n0,{10**9}\n")["volume"] == str(4 * 10**18)


@pytest.mark.parametrize(("options", "width"), [([], 8), (["--small"], 6)])
def test_the_support_function_as_a_network(tmp_path, options, width):
    target = tmp_path / "support.json"
    answer = document("--family", "moment", "--n", 3, "--generators", 4, "--net", target, *options)
    network = read_network(target)
    assert network.widths == (width,)
    assert count_pieces(network).pieces == answer["vertices"] == 14
    assert_refused(run("zonotope", "--family", "cube", "--n", 2, "--net", target), "the file exists")


def test_the_network_on_standard_output(tmp_path):
    target = tmp_path / "answer.json"
    result = run("zonotope", "--family", "cube", "--n", 1, "--net", "-", "--json", "--output", target)
    assert json.loads(result.stdout)["format"] == "relupoly-network"
    assert json.loads(target.read_text())["vertices"] == 2


def test_expectations():
    assert run("zonotope", "--family", "cube", "--n", 3, "--expect", 8).exit_code == 0
    result = run("zonotope", "--family", "cube", "--n", 3, "--expect", 9)
    assert result.exit_code == 5
    assert result.stderr == "Error: cube, n = 3: expected 9 vertices, but there are 8\n"


def test_a_deadline_leaves_what_is_not_known():
    answer = document("--family", "resonance", "--n", 9, "--list", "--deadline", 0, exit_code=4)
    assert (answer["complete"], answer["stopped"], answer["vertices"], answer["vertex_list"]) == (False, "deadline", None, [])
    text = run("zonotope", "--family", "resonance", "--n", 9, "--deadline", 0)
    assert text.exit_code == 4
    assert "  vertices  not known: stopped by the deadline\n" in text.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "give either FILE or --family"),
        (["z.csv", "--family", "cube"], "give either FILE or --family"),
        (["z.csv", "--n", 3], "--n, --generators, --seed and --range go with --family"),
        (["--family", "cube"], "--family needs --n"),
        (["--family", "cub", "--n", 2], 'no family "cub"; did you mean "cube"? Known are cube, permutohedron'),
        (["--family", "xyz", "--n", 2], 'no family "xyz"; known are cube'),
        (["--family", "cube", "--n", 2, "--seed", 1], "--seed and --range go with --family random"),
        (["--family", "random", "--n", 2], "--family random needs --generators"),
        (["--family", "random", "--n", 2, "--generators", 2, "--range", 3, 1], "--range 3 1 is empty"),
        (["--family", "random", "--n", 2, "--generators", 2, "--range", 0, 2**40], "each below 2^31"),
        (["--family", "cube", "--n", 2, "--format", "csv"], "--format goes with FILE"),
        (["--family", "cube", "--n", 2, "--small"], "--small goes with --net"),
        (["--family", "cube", "--n", 2, "--net", "-"], "standard output holds the answer"),
    ],
)
def test_usage(arguments, message):
    result = run("zonotope", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


def test_bad_files(tmp_path):
    (tmp_path / "z.csv").write_text("1,0\n1\n")
    assert_refused(run("zonotope", tmp_path / "z.csv"), "generator 2 has 1 entries, but 2 are needed; give all generators")
    assert_refused(run("zonotope", tmp_path / "missing.csv"), "there is no such file")
    assert_refused(run("zonotope", "--family", "moment", "--n", 3), "give the number of generators")
    assert_refused(run("zonotope", "--family", "random", "--n", 3, "--generators", 2, "--seed", 2**40), "seed: ")


def test_defaults_are_told_in_words():
    told = " ".join(run("zonotope", "--help").stdout.split())
    assert "The seed, for --family random; by default 0." in told
    assert "default: (" not in told
