"""`relupoly schema`: what commands print fits the schemas that it prints, and little else does."""

import copy
import json

import pytest
from command import lines, run, save

from relupoly_cli.commands.schema import COMMANDS, FOLDER

jsonschema = pytest.importorskip("jsonschema", reason="the package jsonschema is not installed")

ABSOLUTE = [([[1], [-1]], None), ([[1, 1]], None)]
POSITIVE = [([[1]], None), ([[2]], None)]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    save(tmp_path / "net.json", *ABSOLUTE)
    save(tmp_path / "other.json", *POSITIVE)
    leaky = {"weight": {"shape": [2, 1], "rows": [[0, 1], [0, 1]]}, "linear": [1]}
    document = {"format": "relupoly-network", "version": 2, "layers": [leaky, {"weight": [["9/10", "1/10"]]}]}
    (tmp_path / "leaky.json").write_text(json.dumps(document))
    save(tmp_path / "deep.json", ([[str(10**30)]], None), ([[str(10**300)]], None), ([[1]], None))
    (tmp_path / "xor.csv").write_text("a,b,c\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n")
    (tmp_path / "line.csv").write_text("-1,-1\n0,0\n1,1\n")
    (tmp_path / "bad.json").write_text("{}")
    (tmp_path / "left.json").write_text('{"lower": [-2], "upper": [-1]}')
    (tmp_path / "right.json").write_text('{"lower": [1], "upper": [2]}')
    monkeypatch.chdir(tmp_path)
    assert run("train", "xor.csv", "--width", 1, "--output", "trained.json").exit_code == 0
    return tmp_path


def schema(command):
    result = run("schema", command)
    assert result.exit_code == 0
    return json.loads(result.stdout)


ANSWERS = [
    "count-pieces net.json",
    "count-pieces net.json --notion all --check",
    "count-pieces net.json --limit 0",
    "count-pieces net.json --notion closed --limit 0",
    "count-pieces net.json --deadline 0 --check",
    "count-pieces net.json --domain left.json --domain right.json",
    "count-pieces net.json --domain left.json --domain right.json --each",
    "info net.json",
    "info leaky.json --box 0 1",
    "info deep.json",
    "info net.json --box -1 1 --deadline 0",
    "equal net.json net.json",
    "equal net.json other.json",
    "equal net.json net.json --deadline 0",
    "bounds net.json",
    "bounds leaky.json --box 0 1",
    "bounds --widths 3,2,4",
    "bounds --widths 60,60,60",
    "bounds net.json --box 0 1 --deadline 0",
    "evaluate net.json --at 1/3 --show value,float,pattern,gradient",
    "evaluate net.json --at 0 --show gradient",
    "evaluate deep.json --at 1e300 --show float",
    "evaluate trained.json xor.csv",
    "info trained.json",
    "train xor.csv --width 1",
    "train xor.csv --width 1 --method local --loss max",
    "train xor.csv --width 2 --deadline 0 --loss absolute --certificate proof.jsonl --output best.json",
    "train line.csv --width 1 --gap 1/2 --method enumerate --loss absolute",
]


@pytest.mark.parametrize("line", ANSWERS)
def test_what_is_printed_fits(folder, line):
    command, *arguments = line.split()
    result = run(command, *arguments, "--json")
    assert result.exit_code in (0, 4, 5), result.output
    validator = jsonschema.Draft202012Validator(schema(command))
    document = json.loads(result.stdout)
    assert [error.message for error in validator.iter_errors(document)] == []
    for key in document:
        assert_narrow(validator, document, key)


def assert_narrow(validator, document, key):
    """The schema notices a key that is missing or too many, and a value of a wrong kind."""
    wrong = copy.deepcopy(document)
    wrong[key] = {"no": ["such", "value"]} if not isinstance(document[key], dict) else ["no such value"]
    assert not validator.is_valid(wrong), key
    assert not validator.is_valid(document | {"no_such_key": 1})
    if key in required(validator.schema, document):
        assert not validator.is_valid({name: value for name, value in document.items() if name != key}), key


def required(whole, document):
    """The keys that the part of a schema wants which fits a document."""
    parts = [whole] if "properties" in whole else [part for part in whole["$defs"].values() if "properties" in part]
    found = [part["required"] for part in parts if set(part["required"]) <= set(document) <= set(part["properties"])]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    "line",
    [
        "count-pieces net.json bad.json other.json",
        "evaluate net.json --at 1 --at 2 --show value,pattern",
        "train xor.csv --width 1..2",
    ],
)
def test_lines_fit(folder, line):
    command, *arguments = line.split()
    validator = jsonschema.Draft202012Validator(schema(command))
    documents = lines(run(command, *arguments, "--jsonl").stdout)
    assert len(documents) > 1
    for document in documents:
        validator.validate(document)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_is_a_schema_that_explains_every_key(command):
    found = schema(command)
    jsonschema.Draft202012Validator.check_schema(found)
    assert found["title"] == f"relupoly {command} --json"
    for part in [found, *found.get("$defs", {}).values()]:
        if "schema" in part.get("properties", {}) and part is not found.get("$defs", {}).get("each"):
            assert all(value.get("description") for value in part["properties"].values())


def test_there_is_no_other_file():
    assert {path.stem for path in FOLDER.iterdir()} == set(COMMANDS)


@pytest.mark.parametrize(
    ("value", "fits"), [(3, True), ("12345678901234567890", True), ("3/2", False), (1.5, False), ("", False)]
)
def test_whole_numbers_may_be_texts(value, fits):
    whole = {"$defs": schema("bounds")["$defs"], "$ref": "#/$defs/whole"}
    assert jsonschema.Draft202012Validator(whole).is_valid(value) == fits


@pytest.mark.parametrize(("value", "fits"), [("3", True), ("-1/3", True), ("1/0", False), (3, False), ("0.1", False)])
def test_rationals_are_texts(value, fits):
    rational = {"$defs": schema("equal")["$defs"], "$ref": "#/$defs/rational"}
    assert jsonschema.Draft202012Validator(rational).is_valid(value) == fits


def test_other_commands_are_named():
    result = run("schema", "convert")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "'count-pieces'" in result.stderr


def test_a_command_must_be_given():
    result = run("schema")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no COMMAND is given; give one of bounds, count-pieces" in result.stderr
