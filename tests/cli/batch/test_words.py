"""What words mean: as click reads them, whatever stands where."""

import doctest
import importlib
import shlex

import click
import pytest
from command import run
from hypothesis import given, strategies

from relupoly.errors import InputError
from relupoly_cli.batch.words import called, check_command, completed, positions
from relupoly_cli.main import COMMANDS

MODULES = ["batch", "job", "jobs", "record", "settings", "table", "templates", "words"]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    failures, tried = doctest.testmod(importlib.import_module(f"relupoly_cli.batch.{name}"))
    assert (failures, tried > 0) == (0, True)


PIECES = [
    ["a.json"], ["-"], ["b.json"], ["--box", "-1", "1"], ["--notion", "all"], ["--notion=all"], ["-j", "2"], ["-j2"],
    ["--check"], ["--domain", "-"], ["-q"], ["-o", "out"], ["-oout"], ["--json"],
]  # fmt: skip


@given(strategies.lists(strategies.sampled_from(PIECES), max_size=8), strategies.booleans())
def test_arguments_are_those_that_click_finds(pieces, ahead):
    words = ["count-pieces", *(word for piece in pieces for word in piece)]
    words += ["--", "--check", "-x"] if ahead else []
    found = called(words)
    # A command keeps the option for help that it makes for the first context that asks.
    parser = found.command.make_parser(click.Context(found.command, help_option_names=["-h", "--help"]))
    values, _, _ = parser.parse_args(words[1:])
    # click has nothing, or a mark of its own, where no argument is given.
    nets = values["nets"] if isinstance(values["nets"], tuple) else ()
    assert tuple(words[place] for place in positions(found, words)) == nets


@pytest.mark.parametrize(
    ("words", "added"),
    [
        ("count-pieces a", "--json --jobs 1 --deadline 9"),
        ("count-pieces a b", "--jsonl --jobs 1 --deadline 9"),
        ("count-pieces a --json", "--jobs 1 --deadline 9"),
        ("count-pieces a --jsonl -j3", "--deadline 9"),
        ("count-pieces a --deadline=1 --jobs=2", "--json"),
        ("count-pieces a --scheduler tcp://x", "--json --deadline 9"),
        ("count-pieces a --shard 1/2", "--jobs 1 --deadline 9"),
        ("count-pieces a -o out", "--jobs 1 --deadline 9"),
        ("count-pieces a -o -", "--json --jobs 1 --deadline 9"),
        ("--max-size 1GB count-pieces a", "--json --jobs 1 --deadline 9"),
        ("merge a b", "--json --deadline 9"),
        ("merge a b --part", "--deadline 9"),
        ("train a -w 2", "--json --jobs 1 --deadline 9"),
        ("train a -w 1..3", "--jsonl --jobs 1 --deadline 9"),
        ("train a --width=1..3", "--jsonl --jobs 1 --deadline 9"),
        ("gap --width 2 --depth 2 --csv", ""),
        ("gap --width 2 --depth 2", "--json"),
        ("arrangement a --cells", "--jobs 1 --deadline 9"),
        ("arrangement a --net -", "--jobs 1 --deadline 9"),
        ("hard sawtooth --width 2", ""),
        ("hard sawtooth --width 2 -o a", "--json"),
        ("hard sawtooth --grid width=2..3 --out-dir d", "--json"),
        ("hard verify d", "--json --jobs 1 --deadline 9"),
        ("hard --list", "--json"),
        ("hard", ""),
        ("regions a --cells", "--json --jobs 1 --deadline 9"),
        ("regions a --at 1 --explain", "--jobs 1 --deadline 9"),
        ("regions a --formula text", "--jobs 1 --deadline 9"),
        ("represent net a", "--deadline 9"),
        ("represent net a -o b", "--json --deadline 9"),
        ("convert a b", "--deadline 9"),
        ("info --help", "--json --deadline 9"),
    ],
)
def test_what_is_added(words, added):
    """After the name of the command, so that no -- hides it."""
    before, after = words.split(), completed(words.split(), 9)
    head = called(before).head
    assert after == [*before[:head], *added.split(), *before[head:]]


def test_variables_decide_as_words_do(monkeypatch):
    monkeypatch.setenv("RELUPOLY_COUNT_PIECES_JOBS", "3")
    monkeypatch.setenv("RELUPOLY_COUNT_PIECES_JSONL", "1")
    assert completed(["count-pieces", "a"]) == ["count-pieces", "a"]


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["nothing"], []])
def test_what_is_no_command_is_left_as_it_is(words):
    assert called(words) is None
    assert completed(words, 9) == words


@pytest.mark.parametrize("words", [[], ["nothing"], ["batch", "a"], ["--max-size", "1", "batch"], ["--help"]])
def test_what_no_job_can_be(words):
    with pytest.raises(InputError):
        check_command(words)


# Those about the program itself are no work for a batch: one of them writes to the folders of the system.
@pytest.mark.parametrize("name", sorted(set(COMMANDS) - {"batch", "completion", "help", "man"}))
def test_examples_of_every_command_take_what_is_added(name, tmp_path, monkeypatch):
    """No example in a help text is refused for what a batch adds: it fails for its files alone."""
    monkeypatch.chdir(tmp_path)
    import relupoly_cli.main as main

    command = main.cli.get_command(click.Context(main.cli), name)
    for line in command.epilog.splitlines():
        if not line.startswith(f"  relupoly {name}") or set(line) & set("|;>"):
            continue
        words = completed(shlex.split(line)[1:], 0)
        if name == "hard":
            continue
        result = run(*words)
        assert result.exit_code != 2 or "no such" in result.stderr, (words, result.stderr)
