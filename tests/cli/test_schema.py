"""`relupoly schema`: what commands print fits the schemas that it prints, and little else does."""

import copy
import json

import pytest
from command import lines, run, save
from documents import schema_name, validator

from relupoly_cli.command_tree import every
from relupoly_cli.main import cli
from relupoly_cli.process.unbegun import Unbegun
from relupoly_cli.schema_files import COMMANDS, FOLDER, references, schema_of

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
    for name, bound in (("high", 1), ("low", 3)):
        constants = "(declare-const X_0 Real) (declare-const Y_0 Real)"
        (tmp_path / f"{name}.vnnlib").write_text(f"{constants} (assert (<= -1 X_0 2)) (assert (>= Y_0 {bound}))")
    (tmp_path / "planes.csv").write_text("1,0,0\n0,1,0\n1,1,1\n")
    (tmp_path / "segments.csv").write_text("1,0\n0,1\n1,1\n")
    (tmp_path / "points.csv").write_text("0,0\n1,2\n2,1\n")
    monkeypatch.chdir(tmp_path)
    assert run("train", "xor.csv", "--width", 1, "--output", "trained.json", "--certificate", "right.jsonl").exit_code == 0
    (tmp_path / "forged.jsonl").write_text((tmp_path / "right.jsonl").read_text().replace('"width": 1', '"width": 2'))
    assert run("analyze", "net.json", "--box", -1, 1, "--certificate", "extrema.jsonl").exit_code == 0
    for shard in "12":
        part = run("count-pieces", "net.json", "--shard", f"{shard}/2").stdout
        (tmp_path / f"{shard}.part").write_text(part)
    assert run("hard", "sawtooth", "--width", 2, "--depth", 2, "--output", "saw.json").exit_code == 0
    claims = json.loads((tmp_path / "saw.json").read_text())
    claims["metadata"]["claims"]["pieces"] += 1
    (tmp_path / "lie.json").write_text(json.dumps(claims))
    return tmp_path


def schema(command):
    result = run("schema", *command.split())
    assert result.exit_code == 0
    assert json.loads(result.stdout) == schema_of(command)
    return schema_of(command)


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
    "analyze net.json --box -1 1 --only lipschitz,max,min,moments",
    "analyze net.json --box -1 1 --only distribution --at-values 0,1/3 --quantiles 0,1/7",
    "analyze net.json --box -1 1 --only distribution --at-values 0 --quantiles 1/2 --deadline 0",
    "analyze net.json",
    "analyze net.json --domain left.json --domain right.json --only lipschitz",
    "analyze net.json --only shape",
    "analyze net.json --box 0 1 --only shape",
    "analyze net.json --box 0 1 --only stable --compress small.json",
    "analyze net.json --box -1 1 --certificate proof.jsonl --check",
    "analyze net.json --deadline 0 --certificate late.jsonl",
    "analyze net.json --property high.vnnlib --certificate high.jsonl",
    "analyze net.json --box -1 1 --only boundary,topology,volumes --level 1/2",
    "analyze net.json --only boundary,topology,volumes",
    "analyze net.json --box -1 1 --only boundary,topology,volumes --deadline 0",
    "analyze net.json --deadline 0",
    "analyze net.json --robust 1/3 --level 1/2",
    "analyze net.json --robust 1/3 --norm inf --box -1 1 --level 100",
    "analyze net.json --robust 1/3 --deadline 0",
    "analyze net.json --property high.vnnlib",
    "analyze net.json --property low.vnnlib",
    "analyze net.json --property low.vnnlib --deadline 0",
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
    "arrangement planes.csv --check",
    "arrangement planes.csv --deadline 0",
    "arrangement --family braid --n 4 --no-f-vector --expect 3",
    "check right.jsonl xor.csv",
    "check right.jsonl xor.csv --deadline 0",
    "check forged.jsonl xor.csv",
    "check extrema.jsonl net.json",
    "check extrema.jsonl other.json",
    "check extrema.jsonl net.json --deadline 0",
    "check right.jsonl line.csv",
    "demo examples",
    "gap --width 2 --depth 4",
    "gap --width 3 --depth 2..4 --delta 1/8",
    "hard --list",
    "hard sawtooth --width 2 --depth 2 --output net2.json",
    "hard zonotope --inputs 2 --generators 3 --width 2 --depth 2 --output zono.json",
    "hard random --widths 3,3 --inputs 2 --seed 1 --output random.json",
    "hard maximum --arguments 3 --output max.json",
    "hard sawtooth --width 2 --depth 2 --symbolic",
    "hard sawtooth --grid width=2..3,depth=1..2 --out-dir saws",
    "hard verify saw.json",
    "hard verify saw.json lie.json bad.json",
    "hard verify saw.json --deadline 0",
    "merge 1.part 2.part",
    "merge 1.part",
    "represent univariate --breakpoints 0,1 --slopes 1,3,-2 --output f.json",
    "represent univariate --breakpoints 0,1 --slopes 1,3,-2 --no-output-bias --output f.json",
    "represent max-affine segments.csv --output max2.json",
    "represent max-affine segments.csv --output max3.json --deadline 0",
    "represent net saw.json --output shallow.json",
    "represent net saw.json --output shallow2.json --deadline 0",
    "regions net.json",
    "regions net.json --cells --box -1 1 --limit 1",
    "regions net.json --deadline 0 --fields number",
    "regions deep.json --cells",
    "regions net.json --notion closed --fields point,volume",
    "setup --deadline 0",
    "zonotope segments.csv --list",
    "zonotope segments.csv --deadline 0",
    "zonotope --family permutohedron --n 4",
]


@pytest.mark.parametrize("line", ANSWERS)
def test_what_is_printed_fits(folder, line):
    words = line.split()
    result = run(*words, "--json")
    assert result.exit_code in (0, 3, 4, 5), result.output
    validator_of_command = jsonschema.Draft202012Validator(schema(schema_name(words)))
    document = json.loads(result.stdout)
    assert [error.message for error in validator_of_command.iter_errors(document)] == []
    for key in document:
        assert_narrow(validator_of_command, document, key)


def test_every_command_with_json_has_a_schema_and_an_answer_here():
    with_json = {
        context.command_path.removeprefix("relupoly ")
        for context in every(cli.make_context("relupoly", [], resilient_parsing=True))
        if any("--json" in parameter.opts for parameter in context.command.params)
    }
    assert {schema_name(path.split()) for path in with_json} | {"batch"} == set(COMMANDS)
    assert {schema_name(line.split()) for line in ANSWERS} == set(COMMANDS) - {"batch"}


def assert_narrow(validator, document, key):
    """The schema notices a key that is missing or too many, and a value of a wrong kind."""
    if (key in ("family", "parameters") and "sha256" in document) or (key == "result" and "argv" in document):
        return  # what a file says of itself may be anything, and what a job answers has a schema of its own
    wrong = copy.deepcopy(document)
    wrong[key] = {"no": ["such", "value"]} if not isinstance(document[key], dict) else ["no such value"]
    assert not validator.is_valid(wrong), key
    assert not validator.is_valid(document | {"no_such_key": 1})
    if key in required(validator.schema, document):
        assert not validator.is_valid({name: value for name, value in document.items() if name != key}), key


def required(whole, document):
    """The keys that the one part of a schema wants which fits a document, but for those that conditions ask for."""
    parts = [whole["$defs"][part["$ref"].removeprefix("#/$defs/")] for part in whole["oneOf"]]
    [found] = [part for part in parts if set(part["required"]) <= set(document) <= set(part["properties"])]
    return found["required"]


@pytest.mark.parametrize(
    "line",
    [
        "count-pieces net.json bad.json other.json",
        "evaluate net.json --at 1 --at 2 --show value,pattern",
        "regions net.json --cells",
        "regions net.json --fields gradient",
        "train xor.csv --width 1..2",
    ],
)
def test_lines_fit(folder, line):
    words = line.split()
    documents = lines(run(*words, "--jsonl").stdout)
    assert len(documents) > 1
    for document in documents:
        validator(schema_name(words)).validate(document)


def test_the_regions_of_an_arrangement_fit(folder):
    documents = lines(run("arrangement", "planes.csv", "--cells").stdout)
    assert len(documents) == 7
    for document in documents:
        validator("arrangement").validate(document)
        assert not validator("arrangement").is_valid(document | {"no_such_key": 1})


JOBS = """{"argv": ["count-pieces", "net.json"]}
{"argv": ["count-pieces", "net.json", "other.json", "--jsonl"]}
{"argv": ["count-pieces", "absent.json"]}
{"argv": ["convert", "net.json", "net.npz"]}
{"argv": ["hard", "sawtooth", "--width", "2", "--depth", "1", "--symbolic"]}
{"argv": ["convert", "net.json", "-", "--to", "npz"]}
{"argv": ["no-such-command"]}
{"nothing": 1}
{"argv": ["completion", "bash"]}
"""


def test_the_results_of_batch_fit(folder):
    (folder / "jobs.jsonl").write_text(JOBS)
    documents = lines(run("batch", "jobs.jsonl", "--workers", 1, "--quiet").stdout)
    assert len(documents) == JOBS.count("\n")
    assert {key for document in documents for key in document} >= {"output", "output_base64"}
    for document in documents:
        validator("batch").validate(document)
        for key in document:
            assert_narrow(validator("batch"), document, key)
        if isinstance(document["result"], dict):
            validator(schema_name(document["argv"])).validate(document["result"])


STOPPED = [
    "count-pieces",
    "info",
    "analyze",
    "equal",
    "bounds",
    "evaluate",
    "check",
    "zonotope",
    "arrangement",
    "merge",
    "regions",
    "represent net",
]


@pytest.mark.parametrize("command", STOPPED)
def test_what_is_said_where_nothing_was_begun_fits(command):
    document = Unbegun("net.json: the time was over before it was read", "net.json", "deadline").document()
    validator(command).validate(document)
    assert not validator(command).is_valid(document | {"no_such_key": 1})
    assert not validator(command).is_valid(document | {"stopped": None})


@pytest.mark.parametrize("command", COMMANDS)
def test_each_is_a_schema_that_explains_every_key(command):
    found = schema(command)
    jsonschema.Draft202012Validator.check_schema(found)
    assert found["title"] == ("relupoly batch --results" if command == "batch" else f"relupoly {command} --json")
    for part in found["oneOf"]:
        definition = found["$defs"][part["$ref"].removeprefix("#/$defs/")]
        assert definition["additionalProperties"] is False
        assert definition is found["$defs"].get("each") or all(
            value.get("description") for value in definition["properties"].values()
        )


@pytest.mark.parametrize("command", COMMANDS)
def test_no_definition_is_in_vain(command):
    found = schema(command)
    assert {*references(found)} == {*found["$defs"]}


def test_there_is_no_other_file():
    assert {path.stem for path in FOLDER.iterdir()} == {command.replace(" ", "-") for command in COMMANDS} | {"shared"}


def test_the_keys_of_merge_are_those_of_count_pieces():
    count, merge = schema_of("count-pieces")["$defs"]["count"], schema_of("merge")["$defs"]["count"]
    both = {*count["properties"]} - {"check"}
    assert {*merge["properties"]} == both | {"parts", "missing"}
    assert [key for key in both if merge["properties"][key] != count["properties"][key]] in (
        ["file", "stopped"],
        ["stopped", "file"],
    )


@pytest.mark.parametrize("words", [["hard-verify"], ["hard", "verify"]])
def test_a_command_of_two_words_may_be_written_with_a_hyphen(words):
    assert json.loads(run("schema", *words).stdout) == schema_of("hard verify")


def test_each_family_has_the_schema_of_hard():
    assert json.loads(run("schema", "hard", "sawtooth").stdout) == schema_of("hard")


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


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["convert"], "convert prints no JSON; give one of analyze, arrangement, batch, bounds, check, count-pieces"),
        (["represent"], "represent prints no JSON itself; give one of represent max-affine, represent net"),
        (["nosuch"], 'no command "nosuch"'),
        (["hard", "nosuch"], 'no family "nosuch"'),
        (["equal", "more"], 'equal has no commands, so no "more"'),
    ],
)
def test_other_commands_are_named(words, told):
    result = run("schema", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr


def test_a_command_must_be_given():
    result = run("schema")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no COMMAND is given; give one of analyze, arrangement, batch, bounds" in result.stderr
