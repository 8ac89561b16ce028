"""The reference of the command line: what `--help` says, all of it, and up to date."""

import inspect
import json
import re
import runpy
from importlib.metadata import version
from pathlib import Path

import click
import pytest
from command import document, run, save

from relupoly.files.networks import NETWORK_FORMATS
from relupoly.pieces.listing.records import FIELDS
from relupoly_cli.arguments.options import FORMATS, NETWORK_FILE
from relupoly_cli.main import COMMANDS, cli
from relupoly_cli.schema_files import COMMANDS as SCHEMAS

SCRIPT = Path(__file__).resolve().parents[1] / "docs" / "make_cli_reference.py"


@pytest.fixture(scope="module")
def script():
    return runpy.run_path(str(SCRIPT))


@pytest.fixture(scope="module")
def page(script):
    return script["TARGET"].read_text(encoding="utf-8")


def command(name):
    return cli.get_command(click.Context(cli), name)


# Help says [COMMAND] for COMMAND, for example, since version 8.2.
NEW_CLICK = pytest.mark.skipif(
    tuple(map(int, version("click").split(".")[:2])) < (8, 2), reason="the page has the words of a newer click"
)


@NEW_CLICK
def test_it_is_up_to_date(script, page):
    assert script["reference"]() == page, "run make docs"


@NEW_CLICK
def test_the_terminal_does_not_matter(script, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("RELUPOLY_COUNT_PIECES_NOTION", "closed")
    test_it_is_up_to_date(script, script["TARGET"].read_text(encoding="utf-8"))


def metavar_of(argument, of):
    """What help calls an argument."""
    given = [click.Context(of)] if "ctx" in inspect.signature(argument.make_metavar).parameters else []
    return argument.make_metavar(*given)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_in_it(page, name):
    section = page.partition(f"\n## relupoly {name}\n")[2].partition("\n## ")[0]
    assert section
    for option in command(name).params:
        for text in option.opts if isinstance(option, click.Option) else [metavar_of(option, command(name))]:
            assert text in section


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_explained(name):
    for option in command(name).params:
        if isinstance(option, click.Option):
            assert option.help, option.name
            assert option.help.rstrip().endswith("."), option.help


@pytest.mark.parametrize("name", COMMANDS)
def test_help_begins_with_a_question_and_ends_with_an_example(name):
    assert command(name).help.splitlines()[0].endswith("?")
    assert command(name).help.splitlines()[1] == ""
    example = command(name).epilog.strip().splitlines()
    assert example[1].startswith("Example")
    assert all(f"{line} ".startswith(f"  relupoly {name} ") for line in example[2:])
    assert len(example) > 2


def test_help_names_every_format_of_networks(page):
    assert re.split(", | or ", FORMATS) == list(NETWORK_FORMATS)
    assert "{" + "network_file" not in page
    for name in ("count-pieces", "bounds", "info", "equal", "evaluate", "represent"):
        section = page.partition(f"\n## relupoly {name}\n")[2].partition("\n## ")[0]
        assert NETWORK_FILE in " ".join(section.split())
        assert f"Format of NET, whatever its suffix: {FORMATS}." in " ".join(section.split())


def families():
    group = command("hard")
    context = click.Context(group)
    return {name: group.get_command(context, name) for name in group.list_commands(context)}


@pytest.mark.parametrize("name", families())
def test_every_family_is_in_it(page, name):
    section = page.partition(f"\n### relupoly hard {name}\n")[2].partition("\n## ")[0].partition("\n### ")[0]
    family = families()[name]
    assert family.help.splitlines()[0].endswith("?")
    assert "\nExample" in family.epilog
    for option in family.params:
        if isinstance(option, click.Option):
            assert all(text in section for text in option.opts)
            assert option.help.endswith("."), option.help


def told(script, title):
    """What the table with a title explains, by the keys."""
    [table] = [table for tables in script["TABLES"].values() for table in tables if table.title == title]
    return table.meanings()


def test_every_schema_has_a_table(script):
    assert {table.command for tables in script["TABLES"].values() for table in tables} == set(SCHEMAS)
    assert {table.command.split()[0]: name for name, tables in script["TABLES"].items() for table in tables} == {
        name: name for name in script["TABLES"]
    }


def test_every_table_is_on_the_page(page, script):
    for name, tables in script["TABLES"].items():
        section = page.partition(f"\n## relupoly {name}\n")[2].partition("\n## ")[0]
        for table in tables:
            assert table.text() in section + "\n"


def test_every_key_of_hard_is_explained(script, tmp_path):
    file = tmp_path / "net.json"
    made = run("hard", "telgarsky", "--iterations", 1, "-o", file, "--json")
    assert [key for key in told(script, "The JSON of hard FAMILY") if key != "network"] == list(json.loads(made.stdout))
    [row] = json.loads(run("hard", "verify", file, "--json").stdout)["files"]
    assert list(told(script, "The JSON of hard verify")) == list(row)
    claims = told(script, "What hard claims of a network")
    assert set(claims) >= set(json.loads(file.read_text())["metadata"]["claims"])
    formulas = run("hard", "telgarsky", "--iterations", 1, "--symbolic", "--json")
    assert list(told(script, "The JSON of hard FAMILY --symbolic")) == list(json.loads(formulas.stdout))
    grid = run("hard", "telgarsky", "--grid", "iterations=1..2", "--out-dir", tmp_path / "many", "--json")
    assert list(told(script, "The JSON of hard FAMILY --grid and --vary")) == list(json.loads(grid.stdout))
    listed = json.loads(run("hard", "--list", "--json").stdout)
    assert list(told(script, "The JSON of hard --list")) == [*listed, *listed["families"][0]]


def test_every_key_of_count_pieces_is_explained(script, tmp_path):
    net = save(tmp_path / "net.json", ([[1]], None), ([[1]], None))
    assert list(told(script, "The JSON of count-pieces")) == list(document(net, "--check"))


def test_every_key_of_merge_is_explained(script, tmp_path):
    net = save(tmp_path / "net.json", ([[1]], None), ([[1]], None))
    (tmp_path / "a.part").write_text(run("count-pieces", net, "--shard", "1/1").stdout)
    answer = json.loads(run("merge", tmp_path / "a.part", "--json").stdout)
    others = {key: value for key, value in answer.items() if key not in document(net)}
    assert list(told(script, "The JSON of merge")) == ["file", "stopped", *others]


@pytest.mark.parametrize(
    "arguments",
    [
        ["arrangement", "--family", "boolean", "--n", "2", "--check"],
        ["bounds", "NET", "--box", "0", "1"],
        ["demo", "DIR"],
        ["evaluate", "NET", "--at", "1", "--show", "value,float,pattern,gradient"],
        ["gap", "--square", "2", "--delta", "1/8"],
        ["setup"],
        ["zonotope", "--family", "cube", "--n", "2", "--list"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_the_keys_of_other_answers_are_explained(script, tmp_path, arguments):
    net = save(tmp_path / "net.json", ([[1]], None), ([[1]], None))
    places = {"NET": net, "DIR": tmp_path / "new"}
    answer = json.loads(run(*(places.get(word, word) for word in arguments), "--json").stdout)
    rows = [key for row in answer.get("rows", []) for key in row]
    assert set(told(script, f"The JSON of {arguments[0]}")) - {"linear", "row", "columns"} == {*answer, *rows}


def test_every_key_of_a_region_is_explained(script):
    region = run("arrangement", "--family", "boolean", "--n", "1", "--cells").stdout.splitlines()[0]
    assert list(told(script, "The lines of arrangement --cells")) == list(json.loads(region))


def test_every_key_of_regions_is_explained(script, tmp_path):
    save(tmp_path / "net.json", ([[1], [-1]], None), ([[1, 1]], None))
    (tmp_path / "line.csv").write_text("0\n1\n")
    found = set()
    for more in (["--json"], ["--json", "--cells", "--fields", ",".join(FIELDS)], ["--json", "--at", "1"]):
        answer = json.loads(run("regions", tmp_path / "net.json", "--through", tmp_path / "line.csv", *more).stdout)
        found |= {*answer, *(key for record in answer["records"] for key in record)}
    save(tmp_path / "plane.json", ([[1, 0]], None), ([[1]], None))
    for height in (0, 1):
        (tmp_path / f"{height}.json").write_text(json.dumps({"C": [[0, 1]], "d": [height]}))
    lines = [word for height in (0, 1) for word in ("--domain", tmp_path / f"{height}.json")]
    answer = json.loads(run("regions", tmp_path / "plane.json", *lines, "--json", "--fields", "coordinates").stdout)
    found |= {key for record in answer["records"] for key in record}
    assert set(told(script, "The JSON of regions")) == found


def test_every_key_of_batch_is_explained(script, tmp_path):
    net = save(tmp_path / "net.json", ([[1]], None), ([[1]], None))
    jobs = [["count-pieces", str(net), "--check"], ["info", "--help"], ["convert", str(net), "-", "--to", "npz"]]
    answer = run("batch", "-", "-q", stdin="".join(json.dumps({"argv": job}) + "\n" for job in jobs)).stdout
    assert {key for line in answer.splitlines() for key in json.loads(line)} == set(told(script, "The results of batch"))


def test_every_key_of_info_is_explained(script, tmp_path):
    net = save(tmp_path / "net.json", ([[1]], None), ([[1]], None))
    answer = json.loads(run("info", net, "--box", "0", "1", "--json").stdout)
    keys = told(script, "The JSON of info")
    assert [key for key in keys if key not in ("onnx", "training", "linear", "sparse")] == list(answer)
    assert all(f"`{key}`" in keys["layers"] for key in answer["layers"][0])


def test_every_key_of_equal_is_explained(script, tmp_path):
    net = save(tmp_path / "net.json", ([[1]], None), ([[1]], None))
    assert list(told(script, "The JSON of equal")) == list(json.loads(run("equal", net, net, "--json").stdout))


def test_every_key_of_represent_is_explained(script, tmp_path):
    (tmp_path / "rows.csv").write_text("1,0\n-1,0\n")
    net = save(tmp_path / "net.json", ([[1]], None), ([[1]], None))
    target = ["--output", tmp_path / "result.json", "--force", "--json"]
    for command in (["univariate", "--slopes", "1"], ["max-affine", tmp_path / "rows.csv"], ["net", net]):
        answer = json.loads(run("represent", *command, *target).stdout)
        assert set(told(script, f"The JSON of represent {command[0]}")) - {"network"} == set(answer)


def test_every_key_of_training_is_explained(script, tmp_path):
    data, proof = tmp_path / "a.csv", tmp_path / "proof.jsonl"
    data.write_text("0,1\n1,2\n")
    trained = run("train", data, "--width", 1, "--certificate", proof, "--json")
    assert list(told(script, "The JSON of train")) == list(json.loads(trained.stdout))
    assert list(told(script, "The JSON of check")) == list(json.loads(run("check", proof, data, "--json").stdout))
