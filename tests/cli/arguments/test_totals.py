"""How much there is to do in a file: seen at once, and never in the way."""

import gzip
import json
import os
import threading

import pytest
from command import run

from relupoly_cli.arguments import totals
from relupoly_cli.arguments.totals import rough_lines, said_leaves


@pytest.mark.parametrize(("text", "lines"), [("1\n2\n3\n", 3), ("1\n2", 2), ("", None), ("\n", 1)])
def test_the_lines_of_a_short_file_are_counted(tmp_path, text, lines):
    (tmp_path / "a.csv").write_text(text)
    assert rough_lines(str(tmp_path / "a.csv")) == lines


def test_those_of_a_long_file_are_estimated(tmp_path, monkeypatch):
    monkeypatch.setattr(totals, "_SAMPLE", 100)
    (tmp_path / "a.csv").write_text("12345678\n" * 1000)
    assert 950 < rough_lines(str(tmp_path / "a.csv")) < 1050


@pytest.mark.parametrize("about", [rough_lines, said_leaves])
def test_nothing_is_known_of_streams_and_of_what_is_no_file(tmp_path, about):
    assert [about(place) for place in ("-", str(tmp_path), str(tmp_path / "absent"), "a\0b")] == [None] * 4


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_nothing_is_taken_from_a_pipe(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert (rough_lines(str(pipe)), said_leaves(str(pipe))) == (None, None)
    writer = threading.Thread(target=pipe.write_text, args=("all",))
    writer.start()
    assert pipe.read_text() == "all"
    writer.join()


@pytest.fixture
def proof(tmp_path):
    (tmp_path / "xor.csv").write_text("0,0,0\n0,1,1\n1,0,1\n1,1,0\n")
    place = tmp_path / "proof.jsonl"
    assert run("train", tmp_path / "xor.csv", "--width", 1, "--certificate", place).exit_code == 0
    return place


def test_the_leaves_of_a_certificate(proof, tmp_path):
    answer = json.loads(run("check", proof, tmp_path / "xor.csv", "--json").stdout)
    assert said_leaves(str(proof)) == answer["leaves"] > 1
    packed = tmp_path / "proof.jsonl.gz"
    packed.write_bytes(gzip.compress(proof.read_bytes()))
    assert said_leaves(str(packed)) == answer["leaves"]


def test_long_certificates_are_not_expanded_for_that(proof, monkeypatch, tmp_path):
    packed = tmp_path / "proof.jsonl.gz"
    packed.write_bytes(gzip.compress(proof.read_bytes()))
    monkeypatch.setattr(totals, "_MOST_EXPANDED", 100)
    assert said_leaves(str(packed)) is None


@pytest.mark.parametrize(
    "end",
    ["", "{}", "[]", "null", "not JSON", '{"end": 3}', '{"end": {"leaves": "many"}}', '{"end": {"leaves": -1}}', "[" * 4000],
)
def test_a_certificate_that_does_not_say_it(tmp_path, end):
    (tmp_path / "a.jsonl").write_text(f'{{"a": 1}}\n{end}\n')
    assert said_leaves(str(tmp_path / "a.jsonl")) is None


@pytest.mark.parametrize(
    "data", [b"\x1f\x8b", b"\x1f\x8b\x08\x00damaged", gzip.compress(b"a" * 1000, mtime=0)[:-4], b"\xff\xfe\n"]
)
def test_a_damaged_certificate(tmp_path, data):
    (tmp_path / "a.jsonl").write_bytes(data)
    assert said_leaves(str(tmp_path / "a.jsonl")) is None
