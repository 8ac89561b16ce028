"""Progress: on stderr, where somebody watches a terminal; silence elsewhere."""

import contextlib
import io
import itertools
import json
import re
import sys

import numpy as np
import pytest
from command import all_shown, on_terminal, random_layers, run, save, start
from refusal import npy, npz

from relupoly_cli.output import progress
from relupoly_cli.output.progress import Progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


@contextlib.contextmanager
def terminal():
    """A terminal as stderr; within a test, since pytest puts streams of its own there before it."""
    with contextlib.redirect_stderr(Terminal()) as stream:
        yield stream


@pytest.fixture
def clock(monkeypatch):
    """A clock that goes one second at each look."""
    now = itertools.count()
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(now))


def test_what_is_drawn(clock):
    with terminal() as screen, Progress("cells", shown=True) as tell:
        tell(10)
        tell(4)
    first, second, blank, rest = screen.getvalue().split("\r")[1:]
    assert first == "10 cells, 10 a second, 1 s"
    assert second == "4 cells, 2 a second, 2 s  ", "it covers what stood there"
    assert blank == " " * len("4 cells, 2 a second, 2 s")
    assert rest == ""


def test_a_line_fits_the_terminal(clock, monkeypatch):
    monkeypatch.setenv("COLUMNS", "12")
    with terminal() as screen, Progress("cells", shown=True) as tell:
        tell(1000)
    assert screen.getvalue().split("\r")[1:] == ["1000 cells,", " " * 11, ""]


def test_seldom(monkeypatch):
    now = itertools.count()
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(now) / 1000)
    with terminal() as screen, Progress("cells", shown=True) as tell:
        for number in range(1000):
            tell(number)
    assert screen.getvalue().count("cells") == 4


def test_not_if_it_is_not_to_be_shown(clock):
    with terminal() as screen, Progress("cells", shown=False) as tell:
        tell(10)
    assert screen.getvalue() == ""


@pytest.mark.parametrize("stream", [io.StringIO(), None])
def test_not_where_stderr_is_no_terminal(stream, clock, monkeypatch):
    monkeypatch.setattr(sys, "stderr", stream)
    with Progress("cells", shown=True) as tell:
        tell(10)
    assert stream is None or stream.getvalue() == ""


def screen(*arguments):
    """What a command writes on stdout, and what on a terminal at its stderr."""
    process, terminal = on_terminal(*arguments, streams=["stderr"])
    shown = all_shown(terminal).decode()
    stdout, _ = process.communicate()
    return stdout, shown


def test_on_a_terminal(nets):
    stdout, shown = screen("count-pieces", nets / "huge.json", "--deadline", "5", "--json")
    assert json.loads(stdout)["stopped"] == "deadline"
    assert "cells, " in shown
    assert " a second, " in shown
    assert shown.endswith(" \r")
    # Progress is drawn over, and over again; only notices, such as that something is compiled once, end a line.
    assert all("once" in line for line in shown.split("\n")[:-1])


@pytest.mark.parametrize("option", ["--quiet", "--no-progress"])
def test_silence_on_a_terminal(nets, option):
    stdout, shown = screen("count-pieces", nets / "huge.json", "--deadline", "5", "--json", option)
    assert json.loads(stdout)["stopped"] == "deadline"
    assert shown == ""


def test_silence_where_stderr_is_closed(nets):
    program = "import os; os.close(2); import sys; sys.stderr = None\nfrom relupoly_cli.main import cli\ncli()"
    process = start("count-pieces", nets / "hat.json", "--check", "--json", program=program)
    stdout, _ = process.communicate()
    assert process.returncode == 0
    assert json.loads(stdout)["pieces"] == 4


def test_a_line_that_is_left_stands_and_what_follows_begins_a_new_one(clock):
    with terminal() as screen, Progress("cells", shown=True) as tell:
        tell(10)
        tell.leave()
    assert screen.getvalue() == "\r10 cells, 10 a second, 1 s\n"


def test_a_line_that_is_cleared_leaves_room_for_an_answer(clock):
    with terminal() as screen, Progress("cells", shown=True) as tell:
        tell(10)
        tell.clear()
        before = screen.getvalue()
    assert before.endswith(" \r")
    assert screen.getvalue() == before


def test_nothing_is_left_where_nobody_watches():
    with contextlib.redirect_stderr(io.StringIO()) as stream, Progress("cells", shown=True) as tell:
        tell.leave()
    assert stream.getvalue() == ""


def test_an_estimated_total_says_so():
    line = Progress("points", False, 100, roughly=True)._line(20, 5.0)
    assert line == "20 of about 100 points, 4 a second, 5 s, about 20 s left"


def test_tasks_tell_the_time_that_is_left():
    tell = Progress("cells", False)
    tell.portion(10, 40)
    assert tell._line(900, 5.0) == "900 cells, 180 a second, 5 s, 10 of 40 tasks"
    tell.portion(20, 40)
    # Ten of them were there before: ten more took five seconds.
    assert tell._line(1800, 5.0) == "1800 cells, 360 a second, 5 s, 20 of 40 tasks, about 10 s left"
    tell.portion(40, 40)
    assert tell._line(3600, 9.0) == "3600 cells, 400 a second, 9 s, 40 of 40 tasks"


def test_what_begins_anew_is_counted_from_its_beginning(clock):
    with terminal() as screen, Progress("nodes", shown=True) as tell:
        tell.portion(1, 2)
        tell(10)
        tell.begin("nodes of width 2", 100)
        tell(10)
    lines = [line.strip() for line in screen.getvalue().split("\r") if line.strip()]
    assert lines[0] == "10 nodes, 10 a second, 1 s, 1 of 2 tasks"
    assert lines[1] == "10 of 100 nodes of width 2, 10 a second, 1 s, about 9 s left"


def test_few_long_things_tell_the_time_that_is_left(clock):
    with terminal() as screen, Progress("kinds compiled", shown=True, total=4) as tell:
        tell.wait(1, ", counts")
    assert "1 of 4 kinds compiled, 1 s, about 3 s left, counts" in screen.getvalue()


@pytest.fixture
def told(monkeypatch):
    """What commands tell of their progress: the lines that would be drawn if somebody watched."""
    lines = []

    def keep(self, line):
        lines.append(line(2.0))

    monkeypatch.setattr(Progress, "_tell", keep)
    return lines


@pytest.fixture
def folder(tmp_path, monkeypatch):
    save(tmp_path / "a.json", ([[1], [1], [1]], [1, 0, -1]), ([[1, -2, 1]], None))
    save(tmp_path / "b.json", ([[1], [-1]], None), ([[1, 1]], None))
    (tmp_path / "points.csv").write_text("x\n0\n1\n2\n3\n")
    (tmp_path / "xor.csv").write_text("0,0,0\n0,1,1\n1,0,1\n1,1,0\n")
    for name, low in (("left", -2), ("right", 1)):
        (tmp_path / f"{name}.json").write_text(json.dumps({"lower": [low], "upper": [low + 1]}))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_each_of_several_nets_is_named(folder, told):
    assert run("count-pieces", "a.json", "b.json").exit_code == 0
    assert any("cells of a.json, 1 of 2, " in line for line in told)
    assert any("cells of b.json, 2 of 2, " in line for line in told)
    assert run("info", "a.json", "b.json", "--box", "0", "1").exit_code == 0
    told.clear()
    assert run("count-pieces", "a.json").exit_code == 0
    assert told
    assert not any(" of " in line for line in told)


def test_each_of_several_input_sets_is_named(folder, told):
    assert run("count-pieces", "a.json", "--domain", "left.json", "--domain", "right.json", "--each").exit_code == 0
    assert any("cells in input set 2 of 2" in line for line in told)


def test_the_tasks_of_a_count_in_parts(folder, told):
    save("deep.json", *random_layers([2, 12, 12, 1]))
    assert run("count-pieces", "deep.json", "--checkpoint", "deep.part", "-j", "1").exit_code == 0
    found = {re.search(r"(\d+) of (\d+) tasks", line)[0] for line in told if "tasks" in line}
    assert len(found) > 1
    assert len({text.partition(" of ")[2] for text in found}) == 1


def test_the_parts_of_a_merge(folder, told):
    for shard in (1, 2, 3):
        (folder / f"{shard}.part").write_text(run("count-pieces", "a.json", "--shard", f"{shard}/3").stdout)
    told.clear()
    assert run("merge", "1.part", "2.part", "3.part").exit_code == 0
    assert told[:2] == ["2 of 3 parts read, 1 a second, 2 s, about 1 s left", "3 of 3 parts read, 1.5 a second, 2 s"]


def test_the_points_of_a_table(folder, told):
    assert run("evaluate", "a.json", "points.csv").exit_code == 0
    assert told[0] == "1 of about 5 points, 0.5 a second, 2 s, about 8 s left"
    told.clear()
    assert run("evaluate", "a.json", "-", stdin="0\n1\n").exit_code == 0
    assert told[0] == "1 points, 0.5 a second, 2 s"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("list.json", "[[0],\n[1]]"),
        ("points.json", '{"points": [[0], [1]]}'),
        ("records.json", '[{"x": 0}, {"x": 1}]'),
        ("samples.json", '{"X": [[0], [1]], "y": [0, 1]}'),
        ("array.npy", npy(np.array([[0.0], [1.0]]))),
        ("samples.npz", npz(X=np.array([[0.0], [1.0]]))),
    ],
)
def test_the_points_of_a_file_that_is_read_first(folder, told, name, text):
    (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    assert run("evaluate", "a.json", name).exit_code == 0
    assert told == ["1 of 2 points, 0.5 a second, 2 s, about 2 s left", "2 of 2 points, 1 a second, 2 s"]


def test_the_points_of_the_command_line_and_those_of_which_some_may_be_left_out(folder, told):
    assert run("evaluate", "a.json", "--at", "0", "--at", "1").exit_code == 0
    assert told[0] == "1 of 2 points, 0.5 a second, 2 s, about 2 s left"
    told.clear()
    (folder / "holes.json").write_text('[{"x": 0}, {"x": null}]')
    assert run("evaluate", "a.json", "holes.json", "--dropna").exit_code == 0
    assert told == ["1 of about 2 points, 0.5 a second, 2 s, about 2 s left"]


def test_the_leaves_of_a_certificate(folder, told):
    assert run("train", "xor.csv", "--width", "1", "--certificate", "proof.jsonl").exit_code == 0
    told.clear()
    assert run("check", "proof.jsonl", "xor.csv").exit_code == 0
    assert re.match(r"\d+ of \d+ leaves checked, ", told[0])


def test_the_widths_of_a_training(folder, told):
    assert run("train", "xor.csv", "--width", "1..2").exit_code == 0
    assert any("nodes of width 1 (1 to 2), " in line for line in told)
    assert any("nodes of width 2 (1 to 2), " in line for line in told)
