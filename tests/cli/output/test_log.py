"""`--log` and `--verbose`: what is told on stderr, and where else."""

import json
import os
import re
import time

import pytest
from command import assert_refused, count, run, save

from relupoly_cli.command_tree import every
from relupoly_cli.main import cli
from relupoly_cli.output import log, progress
from relupoly_cli.output.progress import Progress, in_words

TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+-][0-9]{2}:[0-9]{2} "


def entries(file):
    """The lines of a log without their times."""
    lines = file.read_text().splitlines()
    assert all(re.match(TIME, line) for line in lines)
    return [re.sub(TIME, "", line) for line in lines]


@pytest.fixture
def folder(nets, tmp_path, monkeypatch):
    (tmp_path / "net.json").write_bytes((nets / "hat.json").read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path


class TestLog:
    def test_each_command_adds_its_lines(self, folder):
        file = folder / "run.log"
        assert count("net.json", "--log", file, "--check").exit_code == 0
        first = entries(file)
        assert first[0].startswith("relupoly count-pieces net.json --log ")
        assert first[1:] == ["checking by exact linear programs; this is slow", "exit code 0"]
        result = count("net.json", "a b.json", "--log", file)
        assert result.exit_code == 3
        assert entries(file)[len(first) + 1 :] == [*result.stderr.splitlines(), "exit code 3"]

    def test_what_quiet_keeps_from_stderr_is_there(self, folder):
        result = count("net.json", "--check", "--quiet", "--log", "run.log")
        assert result.stderr == ""
        assert "checking by exact linear programs; this is slow" in entries(folder / "run.log")

    def test_a_wrong_command_line(self, folder):
        assert count("net.json", "--log", "run.log", "--notion", "round").exit_code == 2
        found = entries(folder / "run.log")
        assert any("'round' is not one of" in line for line in found)
        assert found[-1] == "exit code 2"

    def test_a_bug(self, folder, monkeypatch):
        def broken(*arguments, **options):
            raise ZeroDivisionError

        monkeypatch.setattr("relupoly.pieces.count.count_pieces", broken)
        assert count("net.json", "--log", "run.log").exit_code == 1
        assert entries(folder / "run.log")[-1] == "ended by ZeroDivisionError"

    def test_the_next_command_has_none(self, folder):
        count("net.json", "--log", "run.log")
        before = (folder / "run.log").read_bytes()
        count("nope.json")
        assert (folder / "run.log").read_bytes() == before

    def test_hostile_names_stay_on_a_line(self, folder):
        count("a\n\x1b[2J.json", "--log", "run.log")
        assert len(entries(folder / "run.log")) == 3
        assert "\x1b" not in (folder / "run.log").read_text()

    def test_nothing_but_a_log_is_written_to(self, folder):
        before = (folder / "net.json").read_bytes()
        assert_refused(count("other.json", "--log", "net.json"), "--log net.json", "no log")
        assert (folder / "net.json").read_bytes() == before
        (folder / "empty.json").touch()
        assert_refused(count("empty.json", "--log", "empty.json"), "--log empty.json", "same file as NET empty.json")
        assert_refused(count("net.json", "-o", "x.txt", "--log", "x.txt"), "--log x.txt", "same file as --output")

    @pytest.mark.parametrize("place", ["-", ""])
    def test_no_file(self, folder, place):
        result = count("net.json", "--log", place)
        assert result.exit_code == 2
        assert "--log wants a file" in result.stderr
        assert not (folder / "-").exists()

    @pytest.mark.parametrize("place", ["nowhere/run.log", "."])
    def test_a_place_that_cannot_be_written(self, folder, place):
        assert_refused(count("net.json", "--log", place), f"--log {place}", "give another place")

    @pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
    def test_a_full_disk_does_not_stop_the_work(self, folder):
        assert count("net.json", "--log", "/dev/full").exit_code == 0

    def test_progress_once_a_minute(self, folder, monkeypatch):
        now = iter(range(0, 1000, 25))
        monkeypatch.setattr(progress.time, "monotonic", lambda: next(now))
        monkeypatch.setattr(log._State, "file", str(folder / "run.log"))
        with Progress("cells", shown=False) as tell:
            for number in (100, 200, 300, 400, 500):
                tell(number)
        assert entries(folder / "run.log") == ["300 cells, 4 a second, 75 s"]


class TestVerbose:
    @pytest.mark.parametrize(
        ("rows", "words"),
        [([[1, 0], [0, 1]], "in integers, since the weights have at most"), ([[1e-9, 1 / 3], [3, 0.7]], "in floats")],
    )
    def test_the_arithmetic(self, folder, rows, words):
        net = save(folder / "two.json", (rows, [0, 1]), ([[1, 1]], None))
        result = count(net, "-v")
        assert words in result.stderr
        # Where an earlier test has loaded the compiled walk, it is there at once.
        assert re.search("the walk (was interpreted to its end|goes on compiled)", result.stderr)
        assert count(net).stderr == ""

    def test_a_thing_is_said_once(self, folder):
        lines = count("net.json", "--each", "--box", "0", "1", "-v").stderr.splitlines()
        assert len(lines) == len(set(lines)) == 2

    def test_training(self, folder):
        (folder / "d.csv").write_text("0,1\n1,2\n2,0\n")
        assert "the search was in rationals to its end" in run("train", "d.csv", "--width", 1, "-v").stderr

    def test_quiet_is_the_opposite(self, folder):
        result = count("net.json", "-q", "-v")
        assert result.exit_code == 2
        assert "--quiet and --verbose exclude each other" in result.stderr


@pytest.mark.parametrize(
    ("count", "total", "line"),
    [
        (20, None, "20 files, 4 a second, 5 s"),
        (20, 100, "20 of 100 files, 4 a second, 5 s, about 20 s left"),
        (1, 1000, "1 of 1000 files, 0.2 a second, 5 s, about 1 h 23 min left"),
        (100, 100, "100 of 100 files, 20 a second, 5 s"),
        (0, 100, "0 of 100 files, 0 a second, 5 s"),
    ],
)
def test_the_rate_and_the_time_that_is_left(count, total, line):
    assert Progress("files", False, total)._line(count, 5.0) == line


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 s"), (89, "89 s"), (91, "2 min"), (3600, "1 h 0 min"), (86400, "24 h 0 min")]
)
def test_times_in_words(seconds, words):
    assert in_words(seconds) == words


WITHOUT = {
    "relupoly": "its options are about all commands",
    "relupoly completion": "prints a text that is always the same",
    "relupoly hard": "a group; --list prints what is always the same",
    "relupoly help": "prints a text that is always the same",
    "relupoly man": "writes texts that are always the same, in a tenth of a second",
    "relupoly plot": "a group; each kind of picture tells of its own",
    "relupoly represent": "a group",
    "relupoly schema": "prints a text that is always the same",
}
"""The commands that have nothing to tell beside their answer, and why."""

TOLD = {"--verbose", "--quiet", "--no-progress", "--log"}


def test_every_command_that_reads_or_computes_tells_of_it_in_the_same_way():
    found = {
        context.command_path: {text for parameter in context.command.params for text in parameter.opts} & TOLD
        for context in every(cli.make_context("relupoly", [], resilient_parsing=True))
    }
    assert {path for path, options in found.items() if not options} == set(WITHOUT)
    assert {path for path, options in found.items() if options == TOLD} == set(found) - set(WITHOUT)


def test_what_is_converted_is_told_and_logged(folder):
    result = run("convert", "net.json", "net.npz", "-v", "--log", "run.log")
    assert result.exit_code == 0
    read, written = result.stderr.splitlines()
    assert read.startswith("net.json: 1 input, ")
    assert written == f"net.npz: {(folder / 'net.npz').stat().st_size} bytes, as npz"
    first, *told, last = entries(folder / "run.log")
    assert first == "relupoly convert net.json net.npz -v --log run.log"
    assert told == [read, written]
    assert last == "exit code 0"
    assert run("convert", "net.json", "two.npz").stderr == ""


def test_what_the_expansion_says_can_be_kept_quiet(folder):
    weight = {"shape": [2, 1], "rows": [[0, 1], [0, 1]]}
    layers = [{"weight": weight, "linear": [1]}, {"weight": [["9/10", "1/10"]]}]
    (folder / "leaky.json").write_text(json.dumps({"format": "relupoly-network", "version": 2, "layers": layers}))
    said = "Written with --expand: 1 linear neuron as relu(z) - relu(-z); the same function, other cells."
    assert run("convert", "leaky.json", "a.npz", "--expand", "--round").stderr.strip() == said
    assert run("convert", "leaky.json", "b.npz", "--expand", "--round", "--quiet", "--log", "run.log").stderr == ""
    assert said in entries(folder / "run.log")


def test_a_conversion_ends_at_the_deadline(folder, monkeypatch):
    monkeypatch.setattr("relupoly.files.encode_network", lambda *arguments: time.sleep(60))
    result = run("convert", "net.json", "late.npz", "--deadline", "0.1")
    assert_refused(result, "net.json: the deadline struck while", exit_code=4)
    assert not (folder / "late.npz").exists()
