"""`relupoly represent`."""

import json

import pytest
from command import assert_refused, random_layers, run, save

from relupoly.analysis.equality.equality import difference
from relupoly.constructions.maximum_tree import maximum_network
from relupoly.constructions.representation.piecewise_linear import PiecewiseLinear
from relupoly.constructions.representation.shallow import AUTO, MOST, ROUTES
from relupoly.files import read_network, write_network
from relupoly.networks.composition import compose
from relupoly.networks.network import Network
from relupoly_cli.commands import represent_net


def represent(*arguments, **options):
    return run("represent", *arguments, **options)


def report(*arguments, target, exit_code=0, **options):
    """The report of a command that writes a network, and the network."""
    result = represent(*arguments, "--output", target, "--json", **options)
    assert result.exit_code == exit_code, result.output
    document = json.loads(result.stdout)
    assert (document.pop("schema"), document.pop("output")) == (1, str(target))
    return document


@pytest.fixture
def target(tmp_path):
    return tmp_path / "result.json"


def test_univariate_by_slopes(target):
    answer = report("univariate", "--breakpoints", "0,1", "--slopes", "1,3,-2", "--at", "1/2=7", target=target)
    assert answer == {
        "input_dim": 1,
        "hidden_layers": 1,
        "widths": [3],
        "size": 3,
        "pieces": 3,
        "output_bias": True,
        "minimal": True,
        "proved": True,
        "complete": True,
        "stopped": None,
    }
    network = read_network(target)
    assert difference(network, PiecewiseLinear.from_slopes([0, 1], [1, 3, -2], "1/2", 7).network()) is None
    assert network.metadata["representation"] == "univariate"


def test_univariate_by_points(tmp_path, target):
    (tmp_path / "points.csv").write_text("x,y\n1,1\n0,0\n2,0.5\n")
    answer = report("univariate", tmp_path / "points.csv", "--left-slope", "0", target=target)
    assert (answer["pieces"], answer["size"]) == (3, 2)
    expected = PiecewiseLinear.from_slopes([0, 1], [0, 1, "-1/2"]).network()
    assert difference(read_network(target), expected) is None
    result = represent("univariate", "-", "--left-slope", "0", stdin=(tmp_path / "points.csv").read_text())
    assert result.exit_code == 0
    assert result.stdout == target.read_text()


def test_text_goes_to_stderr_and_the_network_to_stdout(target):
    result = represent("univariate", "--breakpoints", "0", "--slopes=-1,1", "--at", "0=1", "--no-output-bias")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["format"] == "relupoly-network"
    assert result.stderr == (
        "2 pieces: 3 neurons in 1 hidden layer (3); no network with one hidden layer, without output bias, has fewer; "
        "proved equal to the function\n"
    )
    quiet = represent("univariate", "--slopes", "0", "--at", "3=4", "--quiet", "--output", target)
    assert (quiet.exit_code, quiet.output) == (0, "")
    assert read_network(target) == Network.from_rows([([[0]], [4])])


def test_univariate_formats(tmp_path):
    assert represent("univariate", "--slopes", "2", "-o", tmp_path / "a.npz").exit_code == 0
    assert read_network(tmp_path / "a.npz").widths == (2,)
    arguments = ["univariate", "--slopes", "1/3", "--at", "1=1", "-o", tmp_path / "b.npz"]
    unwritten = represent(*arguments)
    assert (unwritten.exit_code, unwritten.stdout.count("pieces")) == (3, 1), "an answer once found is printed"
    assert "1/3" in unwritten.stderr
    assert not (tmp_path / "b.npz").exists()
    assert represent(*arguments, "--round").exit_code == 0


def test_a_search_without_time_gives_one_neuron_more_at_most(target):
    arguments = ["univariate", "--breakpoints", ",".join(map(str, range(60)))]
    slopes = ",".join(str((3 * 7 ** (5 * index)) % 10**30 + index) for index in range(1, 62))
    answer = report(*arguments, "--slopes", slopes, "--deadline", "0", target=target, exit_code=4)
    assert (answer["size"], answer["minimal"], answer["proved"]) == (61, None, True)
    assert (answer["complete"], answer["stopped"]) == (False, "deadline")
    assert read_network(target).widths == (61,)


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["--breakpoints", "1,0", "--slopes", "1,2,3"], ["breakpoint 2 is 0", "increasing order"]),
        (["--breakpoints", "0", "--slopes", "1,2,3"], ["3 slopes cannot belong to 1 breakpoint"]),
        (["--breakpoints", "0", "--slopes", "1,x"], ['slope 2: "x" is not a number']),
        (["--slopes", "1", "--at", "0=?"], ['its value: "?" is not a number']),
        (["nothing.csv"], ["nothing.csv: there is no such file"]),
    ],
)
def test_bad_functions(arguments, parts):
    assert_refused(represent("univariate", *arguments), *parts)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--breakpoints", "0"],
        ["points.csv", "--slopes", "1"],
        ["--slopes", "1", "--left-slope", "2"],
        ["--slopes", "1", "--at", "2"],
        ["--slopes", "1", "--json"],
        ["--slopes", "1", "--json", "--output", "-"],
    ],
)
def test_usage(arguments):
    result = represent("univariate", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")


def test_points_that_are_no_function(tmp_path):
    (tmp_path / "points.csv").write_text("0,0\n1,2\n0,1\n")
    assert_refused(represent("univariate", tmp_path / "points.csv"), "points.csv: points 1 and 3 have the same x = 0")
    (tmp_path / "points.csv").write_text("0,0\n1,2,3\n")
    assert_refused(represent("univariate", tmp_path / "points.csv"), "points.csv: point 2 has 3 numbers")
    (tmp_path / "points.csv").write_text("")
    assert_refused(represent("univariate", tmp_path / "points.csv"), "points.csv: there is no point")


def test_max_affine(tmp_path, target):
    (tmp_path / "planes.csv").write_text("a,b,c\n1,0,0\n-1,0,0\n0,1,0\n0,-1,0\n1/2,1/2,0\n")
    answer = report("max-affine", tmp_path / "planes.csv", target=target)
    assert (answer["functions"], answer["needed"], answer["hidden_layers"], answer["proved"]) == (5, 4, 2, True)
    rows = [[1, 0], [-1, 0], [0, 1], [0, -1]]
    assert difference(read_network(target), compose(maximum_network(4), Network.from_rows([(rows, None)]))) is None
    answer = report("max-affine", tmp_path / "planes.csv", "--keep-all", "--force", target=target)
    assert (answer["needed"], answer["hidden_layers"]) == (5, 3)
    result = represent("max-affine", tmp_path / "planes.csv")
    assert "the maximum of 5 affine functions, the 4 that are needed: " in result.stderr
    assert result.stderr.endswith("; proved equal\n")


def test_max_affine_errors(tmp_path):
    (tmp_path / "planes.csv").write_text("1,0,0\n1,0\n")
    assert_refused(represent("max-affine", tmp_path / "planes.csv"), "planes.csv: row 2 has 2 entries, but row 1 has 3")
    (tmp_path / "planes.json").write_text("[[1], [2]]")
    assert_refused(represent("max-affine", tmp_path / "planes.json"), "planes.json: row 1 has 1 entries")
    assert represent("max-affine").exit_code == 2


def test_max_affine_without_time(tmp_path, target):
    (tmp_path / "planes.csv").write_text("\n".join(f"{x},{x * x},{-x * x * x * x}" for x in range(30)))
    answer = report("max-affine", tmp_path / "planes.csv", "--deadline", "0", target=target, exit_code=4)
    assert (answer["proved"], answer["complete"], answer["stopped"]) == (None, False, "deadline")
    assert not target.exists()


@pytest.fixture
def norm(tmp_path):
    """The maximum norm max(|x|, |y|), as a tree behind absolute values: three hidden layers."""
    absolute = Network.from_rows([([[1, 0], [-1, 0], [0, 1], [0, -1]], None), ([[1, 1, 0, 0], [0, 0, 1, 1]], None)])
    padded = compose(maximum_network(2), Network.from_rows([([[1], [1]], None)]))
    write_network(compose(padded, compose(maximum_network(2), absolute)), tmp_path / "norm.json")
    return tmp_path / "norm.json"


def test_net(norm, target):
    before = read_network(norm)
    answer = report("net", norm, target=target)
    assert (answer["widths"], answer["routes"], answer["hidden_layers_at_most"]) == ([4], ["lifting"], 2)
    assert (answer["proved"], answer["complete"], answer["refused"], answer["minimal"]) == (True, True, {}, None)
    assert difference(read_network(target), before) is None
    assert len(before.hidden) > 2
    assert read_network(target).metadata["route"] == ["lifting"]


@pytest.mark.parametrize("route", ROUTES)
def test_routes(norm, target, route):
    answer = report("net", norm, "--route", route, target=target)
    assert answer["routes"] == [route]
    assert answer["hidden_layers"] <= 2


def test_routes_are_known_without_loading_them():
    assert (AUTO, tuple(ROUTES)) == (represent_net.AUTO, represent_net.ROUTES)
    option = next(option for option in represent_net.net.params if option.name == "limit")
    assert option.default == MOST


def test_net_without_room_or_time(norm, target):
    assert_refused(
        represent("net", norm, "--route", "tropical", "--limit", "1"), "norm.json: no route is short enough (tropical: "
    )
    answer = report("net", norm, "--deadline", "0", target=target, exit_code=4)
    assert answer == {"proved": None, "complete": False, "stopped": "deadline"}
    assert not target.exists()


def test_a_net_that_would_be_too_large_is_refused(tmp_path, target):
    save(tmp_path / "large.json", *random_layers([4, 12, 12, 12, 12, 1]))
    result = represent("net", tmp_path / "large.json", "--limit", "50", "--output", target, "--quiet")
    assert_refused(result, "lifting: ", "tropical: ", "lattice: ", "more than 50")
    assert not target.exists()


def test_existing_files_stay(norm, target):
    target.write_text("mine")
    assert_refused(represent("net", norm, "--output", target), "the file exists")
    assert target.read_text() == "mine"
    assert represent("net", norm, "--output", target, "--force").exit_code == 0


def test_variables_set_defaults(norm, target):
    answer = report("net", norm, target=target, env={"RELUPOLY_REPRESENT_NET_ROUTE": "tropical"})
    assert answer["routes"] == ["tropical"]


def test_the_list_of_commands_has_whole_questions():
    listed = " ".join(represent("--help").stdout.split())
    assert "Which network with at most ceil(log2(n + 1)) hidden layers is the same function?" in listed
    assert "What is the least network of a piecewise linear function of one variable?" in listed
