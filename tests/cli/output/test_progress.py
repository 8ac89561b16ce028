"""Progress: on stderr, where somebody watches a terminal; silence elsewhere."""

import contextlib
import io
import itertools
import json
import sys

import pytest
from command import all_shown, on_terminal, start

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
