"""`relupoly analyze --property`: results as the verification competition has them, exact, and documents."""

import json
import re
from fractions import Fraction

import pytest
from command import run, save

ABSOLUTE = [([[1], [-1]], None), ([[1, 1]], None)]
TWO = [([[1, 0], [0, 1]], None), ([[1, 1], [1, -1]], None)]


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save(tmp_path / "net.json", *ABSOLUTE)
    save(tmp_path / "two.json", *TWO)
    return tmp_path


def write(name, text, inputs=1, outputs=1):
    names = [f"X_{i}" for i in range(inputs)] + [f"Y_{j}" for j in range(outputs)]
    with open(name, "w") as file:
        file.write("".join(f"(declare-const {one} Real)\n" for one in names) + text)
    return name


def told(*arguments, exit_code=0):
    result = run("analyze", *arguments)
    assert result.exit_code == exit_code, result.output
    return result.stdout.splitlines()


def counterexample(lines):
    """The numbers of the competition's S-expression."""
    text = "".join(lines)
    assert re.fullmatch(r"\((\([XY]_\d+ [-+.e/\d]+\) ?)+\)", text), text
    return {name: Fraction(number) for name, number in re.findall(r"\(([XY]_\d+) ([^\s()]+)\)", text)}


def test_sat_comes_with_a_counterexample(here):
    write("p.vnnlib", "(assert (<= -1 X_0 2)) (assert (or (>= Y_0 3) (= Y_0 1.25)))")
    word, *lines, comment = told("net.json", "--property", "p.vnnlib")
    assert word == "sat"
    assert lines == ["((X_0 1.25)", " (Y_0 1.25))"]
    assert comment.startswith("; p.vnnlib on net.json, alternative 2 of 2: ")


def test_numbers_without_a_finite_decimal_are_fractions(here):
    write("p.vnnlib", "(assert (<= -1 X_0 1)) (assert (= (* 3 Y_0) 1)) (assert (<= X_0 0))")
    assert counterexample(told("net.json", "--property", "p.vnnlib")[1:-1]) == {"X_0": Fraction(-1, 3), "Y_0": Fraction(1, 3)}


def test_several_inputs_and_outputs(here):
    write("p.vnnlib", "(assert (<= 0 X_0 1)) (assert (<= 0 X_1 1)) (assert (>= Y_0 2)) (assert (<= Y_1 X_0))", 2, 2)
    found = counterexample(told("two.json", "--property", "p.vnnlib")[1:-1])
    assert found == {"X_0": 1, "X_1": 1, "Y_0": 2, "Y_1": 0}


def test_unsat(here):
    write("p.vnnlib", "(assert (<= -1 X_0 2)) (assert (< Y_0 0))")
    word, comment = told("net.json", "--property", "p.vnnlib")
    assert word == "unsat"
    assert re.fullmatch(r"; p\.vnnlib on net\.json: \d+ box(es)? bounded, \d+ cells? seen, [\d.]+ s", comment)


def test_an_output_file_is_a_result_file(here):
    write("p.vnnlib", "(assert (<= -1 X_0 2)) (assert (>= Y_0 2))")
    assert told("net.json", "--property", "p.vnnlib", "--output", "result.txt") == []
    assert (here / "result.txt").read_text().splitlines()[:3] == ["sat", "((X_0 2)", " (Y_0 2))"]


def test_the_property_may_come_from_standard_input(here):
    text = (here / write("p.vnnlib", "(assert (<= -1 X_0 2)) (assert (< Y_0 0))")).read_text()
    result = run("analyze", "net.json", "--property", "-", stdin=text)
    assert result.stdout.startswith("unsat\n; standard input on net.json: ")


def test_documents(here):
    write("sat.vnnlib", "(assert (= X_0 -1/3)) (assert (>= Y_0 0))")
    write("unsat.vnnlib", "(assert (<= -1 X_0 2)) (assert (or (< Y_0 0) (> Y_0 2)))")
    found = json.loads("\n".join(told("net.json", "--property", "sat.vnnlib", "--json")))
    del found["seconds"]
    assert found == {
        "schema": 1,
        "file": "net.json",
        "property": "sat.vnnlib",
        "verdict": "sat",
        "point": ["-1/3"],
        "values": ["1/3"],
        "alternative": 1,
        "alternatives": 1,
        "cells": 0,
        "boxes": 0,
        "complete": True,
        "stopped": None,
        "certificate": None,
    }
    found = json.loads("\n".join(told("net.json", "--property", "unsat.vnnlib", "--jsonl")))
    assert (found["verdict"], found["point"], found["values"], found["alternative"]) == ("unsat", None, None, None)
    assert (found["alternatives"], found["complete"]) == (2, True)
    assert found["cells"] > 0


def test_a_deadline_is_a_timeout(here):
    write("p.vnnlib", "(assert (<= -1 X_0 2)) (assert (< Y_0 0))")
    word, comment = told("net.json", "--property", "p.vnnlib", "--deadline", "0", exit_code=4)
    assert word == "timeout"
    assert "stopped by the deadline" in comment
    found = json.loads("\n".join(told("net.json", "--property", "p.vnnlib", "--deadline", "0", "--json", exit_code=4)))
    assert (found["verdict"], found["complete"], found["stopped"]) == ("timeout", False, "deadline")


def test_a_deadline_that_strikes_while_files_are_read_is_a_timeout(here, monkeypatch):
    from relupoly_cli.process.time_limit import OutOfTime

    write("p.vnnlib", "(assert (< Y_0 0))")
    monkeypatch.setattr("relupoly.files.formats.read_bytes", lambda source: _late(OutOfTime, source))
    result = run("analyze", "net.json", "--property", "p.vnnlib", "--deadline", "5")
    assert (result.exit_code, result.stdout) == (4, "timeout\n")
    assert "too late" in result.stderr
    document = json.loads(run("analyze", "net.json", "--property", "p.vnnlib", "--deadline", "5", "--json").stdout)
    assert (document["complete"], document["stopped"]) == (False, "deadline")


def _late(error, source):
    raise error("too late", str(source))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--only", "max"], "--property and --only exclude each other; the property says what is asked, and where"),
        (["--norm", "1"], "--property and --norm exclude each other"),
        (["--objective", "1"], "--property and --objective exclude each other"),
        (["--at-values", "1"], "--property and --at-values exclude each other"),
        (["--quantiles", "1/2"], "--property and --quantiles exclude each other"),
        (["--compress", "small.json"], "--property and --compress exclude each other"),
        (["--box", "0", "1"], "--property and --box exclude each other"),
        (["--domain", "p.vnnlib"], "--property and --domain exclude each other"),
        (["--through", "p.csv"], "--property and --through exclude each other"),
    ],
)
def test_other_questions_are_refused(options, message, here):
    write("p.vnnlib", "(assert (< Y_0 0))")
    result = run("analyze", "net.json", "--property", "p.vnnlib", *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


@pytest.mark.parametrize(
    ("text", "inputs", "outputs", "message"),
    [
        ("(assert (<= Y_1 0))", 1, 1, 'Error: p.vnnlib: line 3: "Y_1" is not declared; add (declare-const Y_1 Real) above'),
        ("(assert (<= Y_0 0))", 2, 1, "Error: p.vnnlib, net.json: the property is about 2 inputs, but the network has 1;"),
        ("(assert (<= Y_0 0))", 1, 2, "Error: p.vnnlib, net.json: the property is about 2 outputs, but the network has 1;"),
    ],
)
def test_what_is_refused(text, inputs, outputs, message, here):
    write("p.vnnlib", text, inputs, outputs)
    result = run("analyze", "net.json", "--property", "p.vnnlib")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.startswith(message)
    assert len(result.stderr.splitlines()) == 1


def test_a_missing_property(here):
    result = run("analyze", "net.json", "--property", "none.vnnlib")
    assert result.exit_code == 3
    assert result.stderr == "Error: none.vnnlib: there is no such file; check its name and folder\n"
