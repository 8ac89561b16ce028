"""`relupoly hard FAMILY`: one net, its formula, many nets; and what is said of questions that make no sense."""

import json

import pytest
from command import assert_refused, run

from relupoly.constructions.catalogue import FAMILIES
from relupoly.constructions.hard import hard
from relupoly.files import read_network
from relupoly.files.json_network import decode

SAW = ["hard", "sawtooth", "--width", 3, "--depth", 2]


def assert_usage(result, text):
    assert (result.exit_code, result.stdout) == (2, "")
    assert text in result.stderr
    assert "Traceback" not in result.stderr


class TestOneNet:
    def test_it_goes_to_stdout(self):
        result = run(*SAW)
        assert result.exit_code == 0
        assert decode(result.stdout_bytes) == hard("sawtooth", width=3, depth=2).network
        assert result.stderr == "sawtooth: 10 pieces, 10 activation cells; hidden layers: 3, 3\n"

    def test_quiet(self):
        assert run(*SAW, "--quiet").stderr == ""

    def test_it_is_counted_at_once(self):
        assert "10 affine pieces" in run("count-pieces", "-", stdin=run(*SAW).stdout_bytes).stdout

    def test_metadata(self, tmp_path):
        assert run(*SAW, "--breakpoints", "1/4,1/2;1/3,2/3", "-o", tmp_path / "a.json").exit_code == 0
        metadata = read_network(tmp_path / "a.json").metadata
        assert list(metadata) == ["family", "parameters", "claims", "shallow_bounds"]
        assert metadata["parameters"] == {
            "width": 3,
            "depth": 2,
            "breakpoints": [["1/4", "1/2"], ["1/3", "2/3"]],
            "height": "1",
        }
        claims = metadata["claims"]
        assert {key: claims[key] for key in ("pieces", "pieces_paper", "activation", "depth", "width", "size")} == {
            "pieces": 10,
            "pieces_paper": 9,
            "activation": 10,
            "depth": 3,
            "width": 3,
            "size": 6,
        }
        assert claims["paper_domain"]["name"] == "box 0 1"
        assert metadata["shallow_bounds"] == [
            {"hidden_layers": 1, "paper": "7/2", "sharp": 9, "paper_formula": "1/2 * 9^(1/1) - 1", "paper_least": 4}
        ]

    def test_metadata_survive_conversion(self, tmp_path):
        saw = ["hard", "sawtooth", "--width", 2, "--depth", 2]
        assert run(*saw, "-o", tmp_path / "a.json").exit_code == 0
        for source, target in (("a.json", "b.npz"), ("b.npz", "c.nnet"), ("c.nnet", "d.json")):
            assert run("convert", tmp_path / source, tmp_path / target).exit_code == 0
        assert (tmp_path / "d.json").read_bytes() == (tmp_path / "a.json").read_bytes()

    @pytest.mark.parametrize("name", ["net.npz", "net.nnet", "net.json"])
    def test_formats(self, tmp_path, name):
        assert run("hard", "telgarsky", "--iterations", 2, "-o", tmp_path / name).exit_code == 0
        assert read_network(tmp_path / name) == hard("telgarsky", iterations=2).network

    def test_formats_by_name(self, tmp_path):
        assert run("hard", "telgarsky", "--iterations", 2, "-o", tmp_path / "net", "--format", "npz").exit_code == 0
        assert read_network(tmp_path / "net", "npz").metadata["family"] == "telgarsky"

    def test_a_format_that_would_round(self, tmp_path):
        assert_refused(run(*SAW, "-o", tmp_path / "a.npz"), "a.npz", "would be rounded", "--round")
        result = run(*SAW, "-o", tmp_path / "a.npz", "--round")
        assert (result.exit_code, result.stderr) == (0, "sawtooth: no count is claimed; hidden layers: 3, 3\n")
        assert read_network(tmp_path / "a.npz").metadata["claims"]["pieces"] is None

    def test_report(self, tmp_path):
        result = run(*SAW, "-o", tmp_path / "a.json", "--json")
        document = json.loads(result.stdout)
        assert list(document) == ["schema", "file", "family", "parameters", "claims", "shallow_bounds"]
        assert {"schema": 1, "file": str(tmp_path / "a.json"), **read_network(tmp_path / "a.json").metadata} == document

    def test_nothing_is_overwritten(self, tmp_path):
        (tmp_path / "a.json").write_text("mine")
        assert_refused(run(*SAW, "-o", tmp_path / "a.json"), "the file exists")
        assert (tmp_path / "a.json").read_text() == "mine"
        assert run(*SAW, "-o", tmp_path / "a.json", "--force").exit_code == 0

    @pytest.mark.parametrize("name", FAMILIES)
    def test_the_example_of_every_family(self, name):
        result = run("hard", name, *FAMILIES[name].example.split())
        assert result.exit_code == 0
        assert decode(result.stdout_bytes).metadata["family"] == name
        assert run("hard", name, *FAMILIES[name].example.split(), "--symbolic").exit_code == 0

    def test_long_numbers_are_short_for_people(self):
        line = run("hard", "sawtooth", "--width", 2, "--depth", 200).stderr
        assert (
            line == "sawtooth: about 1.607e+60 pieces, about 1.607e+60 activation cells; 200 hidden layers of up to 2 neurons\n"
        )

    def test_variables_set_defaults(self):
        env = {"RELUPOLY_HARD_SAWTOOTH_WIDTH": "3", "RELUPOLY_HARD_SAWTOOTH_DEPTH": "2"}
        assert run("hard", "sawtooth", env=env).stdout == run(*SAW).stdout


class TestSymbolic:
    def test_text(self):
        result = run("hard", "sawtooth", "--width", 3, "--depth", 1, "--symbolic")
        assert (result.exit_code, result.stderr) == (0, "")
        assert result.stdout == (
            "# 0 < a_1_1 < a_1_2 < M\n"
            "y_1 = Piecewise((0, x <= 0), (M*x/a_1_1, x <= a_1_1), (M*(a_1_2 - x)/(-a_1_1 + a_1_2), x <= a_1_2), "
            "(M*(-a_1_2 + x)/(M - a_1_2), True))\n"
        )

    def test_json_into_a_file(self, tmp_path):
        result = run("hard", "maximum", "--arguments", 3, "--symbolic", "--json", "-o", tmp_path / "f.json")
        assert (result.exit_code, result.stdout) == (0, "")
        document = json.loads((tmp_path / "f.json").read_text())
        assert (document["inputs"], document["definitions"]) == (["x_1", "x_2", "x_3"], {"f": "Max(x_1, x_2, x_3)"})


class TestManyNets:
    def test_a_grid(self, tmp_path):
        grid = ["hard", "sawtooth", "--grid", "width=2..3,depth=1..2", "--out-dir", tmp_path / "saws"]
        result = run(*grid)
        assert (result.exit_code, result.stderr) == (0, "")
        assert result.stdout.startswith(f"{tmp_path / 'saws'}: 4 networks of 4, 4 written and 0 kept\n")
        again = json.loads(run(*grid, "--json").stdout)
        assert again | {"folder": ""} == {
            "schema": 1,
            "folder": "",
            "family": "sawtooth",
            "files": 4,
            "written": 0,
            "kept": 4,
            "complete": True,
        }
        names = sorted(path.name for path in (tmp_path / "saws").iterdir())
        assert names[0] == "manifest.jsonl"
        assert names[1:] == [f"sawtooth_width-{w}_depth-{k}.json" for w in (2, 3) for k in (1, 2)]

    def test_a_path(self, tmp_path):
        result = run(*SAW, "--vary", "breakpoint.1.2=1/2:3/4:3", "--out-dir", tmp_path)
        assert result.exit_code == 0
        nets = [read_network(path) for path in sorted(tmp_path.glob("*.json"))]
        assert [net.metadata["parameters"]["breakpoints"][0] for net in nets] == [["1/3", a] for a in ("1/2", "5/8", "3/4")]

    def test_more_than_ten_thousand_files_need_leave(self, tmp_path):
        grid = ["hard", "sawtooth", "--grid", "width=2..101,depth=1..101", "--out-dir", tmp_path / "saws"]
        assert_usage(run(*grid), "the grid has 10,100 networks; give --yes to write more than 10,000 files")
        assert not (tmp_path / "saws").exists()
        huge = run(
            "hard", "sawtooth", "--grid", "width=2..999999999999999999,depth=1..999999999999", "--out-dir", tmp_path / "x"
        )
        assert_usage(huge, "give --yes")

    def test_a_path_with_many_steps_needs_leave(self, tmp_path):
        result = run(*SAW, "--vary", "height=1:2:10001", "--out-dir", tmp_path / "saws")
        assert_usage(result, "the path has 10,001 networks")

    @pytest.mark.parametrize("option", [["--grid", "width=1..3"], ["--grid", "wdth=2..3"], ["--vary", "height=1:0:3"]])
    def test_nothing_is_written_for_a_bad_one(self, tmp_path, option):
        fixed = ["--depth", 2] if option[0] == "--grid" else ["--depth", 2, "--width", 2]
        assert_refused(run("hard", "sawtooth", *fixed, *option, "--out-dir", tmp_path / "saws"))
        assert not (tmp_path / "saws").exists()


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--grid", "width=2..3"], "say where with --out-dir"),
        (["--vary", "height=1:2:3"], "say where with --out-dir"),
        (["--grid", "width=2..3", "--vary", "height=1:2:3"], "--grid and --vary exclude each other"),
        (["--grid", "width=2..3", "--symbolic"], "--symbolic and --grid exclude each other"),
        (["--out-dir", "x"], "--out-dir is for --grid and --vary"),
        (["--grid", "width=2..3", "--out-dir", "x", "-o", "y"], "give --out-dir DIR alone"),
        (["--json"], "--json reports on stdout, where the network goes"),
        (["--teeth", "3"], "No such option"),
    ],
)
def test_options_that_do_not_go_together(arguments, text):
    assert_usage(run("hard", "sawtooth", "--depth", 2, *arguments), text)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ("sawtooth --width 1 --depth 2", "width: 1 is too small; give 2 or more"),
        ("sawtooth --width 2 --depth 2 --height 0", "height: 0 is not positive"),
        ("sawtooth --breakpoints 1/2,1/3", "is not above"),
        ("sawtooth --breakpoints 1/2,1", "the height 1 is not above"),
        ("sawtooth --width x --depth 2", "width: x is not an integer"),
        ("sawtooth --width 2", "depth is missing"),
        ("zonotope --inputs 2 --generators no.csv --width 2 --depth 1", "no.csv: there is no such file"),
        ("serra --inputs 2 --widths 5,5", "serra needs 6 or more"),
        ("maximum --arguments 1", "arguments: 1 is too small"),
        ("random --inputs 2 --widths 4 --integers 5", "is not a range"),
    ],
)
def test_parameters_out_of_range(arguments, text):
    assert_refused(run("hard", *arguments.split()), text)


def test_generators_of_unequal_length(tmp_path):
    (tmp_path / "b.csv").write_text("1,2\n3\n")
    result = run("hard", "zonotope", "--generators", tmp_path / "b.csv", "--width", 2, "--depth", 1)
    assert_refused(result, "b.csv: row 2 has 1 entries, but row 1 has 2")


class TestTheGroup:
    def test_alone_it_shows_its_help(self):
        assert run("hard").stdout == run("hard", "--help").stdout

    def test_list(self):
        text = run("hard", "--list").stdout
        for name, family in FAMILIES.items():
            assert f"{name}: {family.question}\n" in text
            for parameter in family.parameters:
                assert f"\n  --{parameter.name.replace('_', '-')}" in text

    def test_list_as_json(self):
        families = json.loads(run("hard", "--list", "--json").stdout)["families"]
        assert [family["name"] for family in families] == list(FAMILIES)
        assert families[0]["parameters"] == [
            {
                "name": "arguments",
                "kind": "integer",
                "description": "The number q of arguments.",
                "default": None,
                "least": 2,
            }
        ]

    @pytest.mark.parametrize(
        ("name", "hint"),
        [
            ("sawtoth", 'no family "sawtoth"; did you mean "sawtooth"?'),
            ("zono", 'did you mean "zonotope"?'),
            ("xyzzy", "give one of maximum, montufar, pascanu, random, sawtooth, serra, telgarsky, verify, zonotope"),
        ],
    )
    def test_an_unknown_family_suggests_the_nearest(self, name, hint):
        assert_usage(run("hard", name), hint)

    def test_list_stands_alone(self):
        assert_usage(run("hard", "--list", "sawtooth"), "--list and sawtooth exclude each other")
        assert_usage(run("hard", "--json"), "--json is for --list here")
