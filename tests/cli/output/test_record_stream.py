"""Records on their way out: at once, in bundles, or into a file that appears when it is whole."""

import os
import sys

import pytest

from relupoly.errors import FileFormatError
from relupoly_cli.output import record_stream
from relupoly_cli.output.record_stream import opened


class Clock:
    """A clock that goes when it is told to."""

    now = 100.0

    def perf_counter(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(record_stream, "time", clock)
    return clock


def test_the_first_one_comes_at_once_and_others_in_bundles(clock, capsys):
    with opened(None, False) as stream:
        stream.write("a\n")
        assert capsys.readouterr().out == "a\n"
        stream.write("b\n")
        stream.write("c\n")
        assert capsys.readouterr().out == ""
        clock.now += 1
        stream.write("d\n")
        assert capsys.readouterr().out == "b\nc\nd\n"
        stream.write("e\n")
    assert capsys.readouterr().out == "e\n"


def test_what_waits_is_written_while_the_next_one_is_looked_for(clock, capsys):
    with opened("-", False) as stream:
        stream.write("a\n")
        stream.write("b\n")
        stream.look()
        assert capsys.readouterr().out == "a\n"
        clock.now += 1
        stream.look()
        assert capsys.readouterr().out == "b\n"


def test_a_reader_who_has_gone_is_missed_before_the_next_record(clock, monkeypatch):
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as pipe, monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", pipe)
        stream = record_stream.StandardOutput()
        stream.write("a\n")
        assert os.read(reading, 10) == b"a\n"
        clock.now += 1
        stream.look()
        os.close(reading)
        stream.look()  # it is not the time to ask yet
        clock.now += 1
        with pytest.raises(BrokenPipeError):
            stream.look()


def test_no_standard_output(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    with opened(None, False) as stream:
        stream.write("a\n")
        stream.look()


def write_and_stop(target):
    with opened(target, True) as stream:
        stream.write("c\n")
        raise KeyboardInterrupt


def test_a_file_appears_when_it_is_whole(tmp_path):
    target = tmp_path / "list.jsonl"
    with opened(str(target), False) as stream:
        stream.write("a\n")
        stream.look()
        assert not target.exists()
        stream.write("b\n")
    assert target.read_text() == "a\nb\n"
    with pytest.raises(FileFormatError, match=r"list.jsonl: the file exists"), opened(str(target), False):
        pass
    with pytest.raises(KeyboardInterrupt):
        write_and_stop(str(target))
    assert target.read_text() == "a\nb\n"
    assert os.listdir(tmp_path) == ["list.jsonl"]
