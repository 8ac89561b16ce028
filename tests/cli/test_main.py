"""`relupoly` itself: its table of commands, and the one place that turns errors into exit codes."""

import json
import os
import re
from pathlib import Path

import pytest
from command import count, run, start

from relupoly_cli import main
from relupoly_cli.exit_codes import NO_READER
from relupoly_cli.main import COMMANDS
from relupoly_cli.suggestions import MEANT, TOLD


def test_alone_it_shows_its_help():
    result = run()
    assert result.output == run("--help").output
    assert result.output.startswith("Usage: relupoly [OPTIONS] COMMAND [ARGS]...\n")


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help(option):
    result = run(option)
    assert (result.exit_code, result.stderr) == (0, "")
    commands = result.stdout.partition("Commands:\n")[2]
    for name in COMMANDS:
        [line] = [line for line in commands.splitlines() if line.split()[:1] == [name]]
        assert line.endswith("?"), "the question that a command answers fits on its line"
    for code in (0, 1, 2, 3, 4, 5, 130, 141):
        assert f"\n    {code:<3}  " in result.stdout


@pytest.mark.parametrize("option", ["-V", "--version"])
def test_version(option):
    from importlib.metadata import version

    assert run(option).stdout == f"relupoly {version('relupoly')}\n"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("conut-pieces", 'no command "conut-pieces"; did you mean "count-pieces"?'),
        ("count", 'no command "count"; did you mean "count-pieces"?'),
        ("inof", 'did you mean "info"?'),
        ("predict", 'did you mean "evaluate"?'),
        ("eval", 'did you mean "evaluate"?'),
        ("Count_Pieces", 'did you mean "count-pieces"?'),
        ("verify", "relupoly analyze NET --property FILE decides a property of a network, and relupoly check"),
        ("draw", 'did you mean "plot"?'),
        ("lipschitz", 'did you mean "analyze --only lipschitz"?'),
        ("max", 'did you mean "analyze --only max"?'),
        ("xyzzy", f'no command "xyzzy"; give one of {", ".join(sorted(COMMANDS))}'),
    ],
)
def test_an_unknown_command_suggests_the_nearest(name, hint):
    result = run(name)
    assert (result.exit_code, result.stdout) == (2, "")
    assert hint in result.stderr


def test_a_file_in_the_place_of_a_command(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my net.json").touch()
    hint = """no command "my net.json"; that is a file: a command stands before it, such as relupoly info 'my net.json'"""
    assert hint in run("my net.json").stderr
    assert "give one of analyze, arrangement" in run("your net.json").stderr


@pytest.mark.parametrize("text", ["1h", "", "nan", "soon"])
def test_a_deadline_that_is_no_time(text):
    result = run("info", "net.json", "--deadline", text)
    assert result.exit_code == 2
    assert f"{text!r} is not a number of seconds; give one such as 90" in result.stderr


@pytest.mark.parametrize(
    "words", ["info D", "evaluate D D", "convert D a.npz", "arrangement D", "zonotope D", "train D --width 1"]
)
def test_a_folder_in_the_place_of_a_file(tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "D").mkdir()
    told = "there is no network in this folder" if words == "info D" else "D: it is a directory; give a file"
    result = run(*words.split())
    assert result.exit_code == 3
    assert told in result.stderr


@pytest.mark.parametrize("meant", sorted({one for one in MEANT.values() if " --only " in one}))
def test_quantities_that_are_suggested_are_there(meant, nets):
    assert run(*meant.split(), "missing.json").exit_code == 3, "the options are right, and the file is missing"


def test_names_of_other_programs_lead_to_commands_that_are_there():
    assert {meant.split()[0] for meant in MEANT.values()} <= set(COMMANDS)
    assert set(MEANT).isdisjoint(TOLD)
    for name in {**MEANT, **TOLD}:
        for words in re.findall(r"relupoly ([a-z-]+(?: verify)?)", run(name).stderr.splitlines()[-1]):
            assert run(*words.split(), "--help").exit_code == 0
    assert "give one of" in run("hard", "predict").stderr, "they are names of commands, not of families"


class TestHelp:
    def test_alone_it_is_that_of_the_program(self):
        assert run("help").stdout == run("--help").stdout

    @pytest.mark.parametrize(
        "words", [["count-pieces"], ["hard"], ["hard", "sawtooth"], ["hard", "verify"], ["represent", "net"]]
    )
    def test_of_a_command(self, words):
        result = run("help", *words)
        assert (result.exit_code, result.stdout) == (0, run(*words, "--help").stdout)

    @pytest.mark.parametrize(
        ("words", "hint"),
        [
            (["conut-pieces"], 'no command "conut-pieces"; did you mean "count-pieces"?'),
            (["hard", "sawtoth"], 'no family "sawtoth"; did you mean "sawtooth"?'),
            (["info", "x"], 'relupoly info has no commands, so no "x"'),
        ],
    )
    def test_of_nothing(self, words, hint):
        result = run("help", *words)
        assert (result.exit_code, result.stdout) == (2, "")
        assert hint in result.stderr


@pytest.mark.parametrize(
    "arguments", [["--frobnicate"], ["count-pieces"], ["count-pieces", "a.json", "--notoin", "all"], ["convert", "a.json"]]
)
def test_usage(arguments):
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Try 'relupoly" in result.stderr


@pytest.mark.parametrize(
    ("words", "right"),
    [
        (["--json", "count-pieces", "x.json"], "relupoly count-pieces --json ..."),
        (["-q", "count-pieces", "x.json"], "relupoly count-pieces -q ..."),
        (["--no-header", "train", "x.csv"], "relupoly train --no-header ..."),
        (["--box", "-1", "1", "count-pieces", "x.json"], "relupoly count-pieces --box ..."),
        (["--json", "hard", "sawtooth"], "relupoly hard sawtooth --json ..."),
        (["represent", "--slopes", "1,2", "univariate"], "relupoly represent univariate --slopes ..."),
    ],
)
def test_an_option_before_its_command(words, right):
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines()[-1].endswith(f"; it stands after the command: {right}")


def test_an_option_of_commands_where_none_is_named():
    result = run("--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines()[-1] == (
        "Error: --json is an option of analyze, for example, and no command is named; "
        "it stands after the command: relupoly analyze ... --json"
    )


@pytest.mark.parametrize("words", [["--box", "-1"], ["--box"]])
def test_an_option_of_several_values_that_has_fewer(words):
    result = run("count-pieces", "x.json", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines()[-1] == "Error: --box takes 2 values: --box LO HI"


@pytest.mark.parametrize(
    "words", [["--frobnicate", "count-pieces"], ["--widths", "2,2", "count-pieces", "x.json"], ["--frobnicate"]]
)
def test_an_option_that_no_command_after_it_has(words):
    line = run(*words).stderr.splitlines()[-1]
    assert line.startswith("Error: No such option")
    assert "stands after" not in line


@pytest.mark.parametrize("words", [["count-pieces", "x.json"], ["hard", "sawtooth"], ["evaluate"]])
def test_an_option_of_the_program_after_a_command(words):
    result = run(*words, "--max-size", "5MB")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines()[-1] == "Error: --max-size is an option of relupoly itself; it stands before the command"


def test_an_unknown_option_suggests_the_nearest(nets):
    assert "--notion" in count(nets / "hat.json", "--notoin", "all").stderr


def test_commands_are_listed_in_order_and_exist():
    assert list(COMMANDS) == sorted(COMMANDS)
    for name, module in COMMANDS.items():
        assert (Path(main.__file__).parent / "commands" / f"{module}.py").is_file()
        assert run(name, "--help").exit_code == 0


def test_a_bug_is_not_dressed_up(nets, monkeypatch):
    def broken(*arguments, **options):
        raise ZeroDivisionError

    monkeypatch.setattr("relupoly.pieces.count.count_pieces", broken)
    result = count(nets / "hat.json")
    assert (result.exit_code, type(result.exception)) == (1, ZeroDivisionError)


class TestEnvironment:
    @pytest.mark.parametrize(
        ("name", "value", "exit_code", "text"),
        [
            ("NOTION", "activation", 0, "2 activation cells"),
            ("JSON", "1", 0, '"pieces": 1'),
            ("JSONL", "true", 0, '"pieces": 1'),
            ("BOX", "-1 1/3", 0, "box -1 1/3"),
            ("LIMIT", "1", 4, "so far"),
            ("CHECK", "yes", 0, "agrees"),
            ("EXPECT", "2", 5, "1 affine piece"),
        ],
    )
    def test_variables_set_defaults(self, nets, name, value, exit_code, text):
        result = count(nets / "identity.json", env={f"RELUPOLY_COUNT_PIECES_{name}": value})
        assert result.exit_code == exit_code
        assert text in result.stdout
        assert text not in count(nets / "identity.json").stdout or name == "EXPECT"

    def test_they_are_named_after_options_not_parameters(self, nets, tmp_path):
        odd = tmp_path / "net.odd"
        odd.write_bytes((nets / "hat.json").read_bytes())
        assert run("convert", odd, tmp_path / "hat.npz", env={"RELUPOLY_CONVERT_FROM": "json"}).exit_code == 0
        env = {"RELUPOLY_INFO_FORMAT": "json", "RELUPOLY_INFO_JSON": "1"}
        assert json.loads(run("info", odd, env=env).stdout)["widths"] == [3]

    def test_they_concern_one_command(self, nets):
        assert count(nets / "hat.json", env={"RELUPOLY_INFO_JSON": "1"}).stdout.startswith(str(nets))

    def test_options_go_before_variables(self, nets):
        result = count(nets / "identity.json", "--notion", "open", env={"RELUPOLY_COUNT_PIECES_NOTION": "activation"})
        assert "1 affine piece" in result.stdout

    def test_a_wrong_value(self, nets):
        result = count(nets / "identity.json", env={"RELUPOLY_COUNT_PIECES_NOTION": "round"})
        assert (result.exit_code, result.stdout) == (2, "")
        assert "'round' is not one of" in result.stderr

    def test_no_color(self, nets):
        plain, without = (count(nets / "hat.json", "--json", env=env).stdout for env in ({}, {"NO_COLOR": "1"}))
        assert json.loads(plain)["pieces"] == json.loads(without)["pieces"] == 4
        assert "\x1b" not in plain + without + run("--help", env={"NO_COLOR": "1"}).stdout


class TestStandardOutput:
    def test_a_reader_that_goes_away(self, nets):
        reader, writer = os.pipe()
        os.close(reader)
        process = start("count-pieces", nets / "hat.json", stdout=writer)
        os.close(writer)
        assert process.communicate()[1] == ""
        assert process.returncode == NO_READER

    def test_a_reader_of_one_line(self, nets):
        files = [nets / "hat.json"] * 50
        process = start("count-pieces", *files, "--jsonl")
        assert json.loads(process.stdout.readline())["pieces"] == 4
        process.stdout.close()
        assert process.stderr.read() == ""
        process.stderr.close()
        assert process.wait() in (0, NO_READER)

    @pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
    @pytest.mark.parametrize("arguments", [["count-pieces", "hat.json"], ["info", "hat.json"], ["convert", "hat.json", "-"]])
    def test_a_full_disk(self, nets, arguments):
        with open("/dev/full", "w") as full:
            process = start(*arguments, stdout=full, cwd=nets)
            stderr = process.communicate()[1]
        assert (process.returncode, stderr) == (
            3,
            "Error: standard output cannot be written (No space left on device); send it elsewhere\n",
        )

    @pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
    def test_an_output_file_on_a_full_disk(self, nets):
        result = count(nets / "hat.json", "--output", "/dev/full")
        assert (result.exit_code, result.stdout.splitlines()[0]) == (3, f"{nets / 'hat.json'}: 4 affine pieces")
        assert result.stderr == "Error: /dev/full: it cannot be written (No space left on device); give another place\n"
