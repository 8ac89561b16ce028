"""`relupoly equal`."""

import json

import pytest
from command import assert_refused, random_layers, run, save

from relupoly.files import read_network, write_network
from relupoly.networks.composition import compose
from relupoly.networks.network import Network

ABSOLUTE = [([[1], [-1]], None), ([[1, 1]], None)]
TWICE = [([[2], [-3]], None), ([["1/2", "1/3"]], None)]
POSITIVE = [([[1]], None), ([[2]], None)]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Two nets of |x|, one of 2 relu(x), one with two inputs, one with two outputs; two equal nets that take hours."""
    folder = tmp_path_factory.mktemp("pairs")
    for name, layers in {"absolute": ABSOLUTE, "twice": TWICE, "positive": POSITIVE}.items():
        save(folder / f"{name}.json", *layers)
    save(folder / "plane.json", ([[1, 2]], None))
    save(folder / "outputs.json", ([[1], [2]], None))
    save(folder / "huge.json", *random_layers([6, 30, 30, 30, 1]))
    signs = [[sign * (i == j) for j in range(6)] for sign in (1, -1) for i in range(6)]
    split = Network.from_rows([(signs, None), ([list(column) for column in zip(*signs, strict=True)], None)])
    write_network(compose(read_network(folder / "huge.json"), split), folder / "other.json")
    return folder


def document(*arguments, exit_code=0, **options):
    result = run("equal", *arguments, "--json", **options)
    assert result.exit_code == exit_code, result.output
    answer = json.loads(result.stdout)
    assert answer.pop("seconds") >= 0
    return answer


def test_equal(files, monkeypatch):
    monkeypatch.chdir(files)
    result = run("equal", "absolute.json", "twice.json")
    assert (result.exit_code, result.output) == (0, "absolute.json, twice.json: equal on R^n\n")
    assert document("absolute.json", "twice.json") == {
        "schema": 1,
        "files": ["absolute.json", "twice.json"],
        "equal": True,
        "point": None,
        "values": None,
        "domain": "R^n",
        "complete": True,
        "stopped": None,
        "cells": 0,
    }


def test_different(files, monkeypatch):
    monkeypatch.chdir(files)
    result = run("equal", "absolute.json", "positive.json")
    assert (result.exit_code, result.stderr) == (5, "")
    assert result.stdout == (
        "absolute.json, positive.json: different\n  at x =         -1\n  absolute.json  1\n  positive.json  0\n"
    )
    answer = document("absolute.json", "positive.json", exit_code=5)
    assert (answer["equal"], answer["point"], answer["values"]) == (False, ["-1"], [["1"], ["0"]])
    assert answer["complete"] is True


def test_domains(files, tmp_path):
    pair = files / "absolute.json", files / "positive.json"
    assert document(*pair, "--box", "-1", "0", exit_code=5)["domain"] == "box -1 0"
    save(tmp_path / "identity.json", ([[1]], None))
    assert document(files / "absolute.json", tmp_path / "identity.json", "--box", "0", "3")["equal"] is True
    (tmp_path / "half.json").write_text('{"A": [[-1]], "b": [0]}')
    assert document(files / "absolute.json", tmp_path / "identity.json", "--domain", tmp_path / "half.json")["equal"] is True
    save(tmp_path / "sum.json", ([[1, 1]], None))
    save(tmp_path / "first.json", ([[2, 0]], None))
    (tmp_path / "line.csv").write_text("0,0\n1,1\n")
    assert document(tmp_path / "sum.json", tmp_path / "first.json", "--through", tmp_path / "line.csv")["equal"] is True
    assert document(tmp_path / "sum.json", tmp_path / "first.json", exit_code=5)["equal"] is False


def test_standard_input_and_output_file(files, tmp_path):
    text = (files / "twice.json").read_bytes()
    result = run("equal", files / "absolute.json", "-", "--output", tmp_path / "answer.txt", stdin=text)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "standard input: equal on R^n" in (tmp_path / "answer.txt").read_text()


def test_what_cannot_be_compared(files):
    assert_refused(
        run("equal", files / "absolute.json", files / "plane.json"), "absolute.json", "has 1 input, but the second has 2"
    )
    assert_refused(run("equal", files / "absolute.json", files / "outputs.json"), "has 1 output, but the second has 2")
    assert_refused(run("equal", files / "absolute.json", files / "nothing.json"), "nothing.json: there is no such file")
    assert_refused(run("equal", files / "absolute.json", files / "twice.json", "--box", "1", "0"), "lo = 1 > hi = 0")
    assert run("equal", "-", "-").exit_code == 2
    assert run("equal", files / "absolute.json").exit_code == 2


def test_a_deadline_leaves_it_undecided(files):
    answer = document(files / "huge.json", files / "other.json", "--deadline", "0.5", exit_code=4)
    assert (answer["equal"], answer["complete"], answer["stopped"]) == (None, False, "deadline")
    result = run("equal", files / "huge.json", files / "other.json", "--deadline", "0")
    assert (result.exit_code, result.stderr) == (4, "")
    assert "not decided: stopped by the deadline; no difference on 0 cells" in result.stdout
