"""`make bench` from end to end, on its smallest rows."""

import pytest
import run


def test_chosen_rows(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(run, "RESULTS", tmp_path / "RESULTS.md")
    assert run.main(["--only", "random | 2-16-16", "--runs", "1", "--write"]) == 0
    printed = capsys.readouterr().out
    assert "2-16-16" in printed
    assert "2-32-32-32" not in printed
    written = (tmp_path / "RESULTS.md").read_text()
    assert "| 2-16-16 | [-10,10]^2 | activation | 437 | 437 |" in written
    for fact in ("processor", "cores", "memory", "Python", "numpy", "numba", "date"):
        assert f"* {fact}: " in written


def test_a_wrong_count_is_an_exit_code(monkeypatch):
    cases = [case for case in run.all_cases() if case.net == "2-16-16" and case.notion == "activation"]
    wrong = [type(case)(**(vars(case) | {"cells": 1, "extra": False})) for case in cases[:1]]
    found = run.measure(cases[0], 1, 60)
    monkeypatch.setattr(run, "all_cases", lambda: wrong)
    monkeypatch.setattr(run, "measure", lambda case, runs, deadline: type(found)(**(vars(found) | {"case": case})))
    assert run.main(["--only", "random", "--runs", "1"]) == run.WRONG


def test_absent_peers_are_named(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr("peers.PYTHON", tmp_path / "python")
    assert run.main(["--only", "peers | regioncam | 2-16-16", "--runs", "1"]) == 0
    assert "not installed: make peers" in capsys.readouterr().out


def test_a_command_line_that_is_wrong():
    with pytest.raises(SystemExit):
        run.main(["--runs", "many"])
