"""`relupoly setup`: everything is compiled ahead, once."""

import json
import os
import signal
import subprocess
import sys

import pytest
from command import assert_refused, run, start

KINDS = {"counts", "training, squared loss", "training, other losses", "arrangements", "counts in many inputs"}


def kept(folder):
    return {path.name: path.stat().st_mtime_ns for path in folder.iterdir() if path.suffix in (".o", ".nb")}


def test_what_is_there_is_told_at_once():
    run("setup")
    answer = json.loads(run("setup", "--json").stdout)
    assert (set(answer["kept"]), answer["compiled"], answer["complete"]) == (KINDS, {}, True)


@pytest.mark.slow
def test_an_empty_cache_is_filled_and_then_nothing_waits(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    process = start("setup", "--json")
    out, err = process.communicate()
    answer = json.loads(out)
    assert (process.returncode, set(answer["compiled"]), answer["folder"]) == (0, KINDS, str(tmp_path / "cache"))
    assert {line.partition(": ")[2] for line in err.splitlines()} == KINDS
    before = kept(tmp_path / "cache")
    words = ["arrangement", "--family", "resonance", "--n", "8", "--symmetry"]
    again = [start("setup", "--quiet"), start(*words)]
    assert [one.communicate()[1] for one in again] == ["", ""]
    assert kept(tmp_path / "cache") == before


def test_ctrl_c_stops_it_and_says_what_is_missing(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    process = start("setup", "--json")
    assert process.stderr.readline() == f"compiling 1 of {len(KINDS)}: counts\n"
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate()
    answer = json.loads(out)
    assert (process.returncode, answer["complete"], answer["stopped"]) == (130, False, "interrupted")
    assert set(answer["missing"]) == KINDS


def test_a_deadline_stops_it(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    process = start("setup", "--deadline", "2")
    out, _ = process.communicate()
    assert process.returncode == 4
    assert out.splitlines()[0] == f"{tmp_path / 'cache'}: not everything is compiled; run it again to go on"


def test_where_nothing_can_be_kept_it_says_so(tmp_path, monkeypatch):
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o777)
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "shared"))
    assert_refused(run("setup"), "nothing can be kept", "can be written by others", "NUMBA_CACHE_DIR")


def test_without_a_compiler_it_says_so(tmp_path):
    for name in ("numba", "llvmlite"):
        (tmp_path / f"{name}.py").write_text(f"raise ImportError('{name} is broken')")
    environment = os.environ | {"PYTHONPATH": str(tmp_path), "NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    command = [sys.executable, "-c", "from relupoly_cli.main import cli; cli()", "setup", "--quiet"]
    found = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout, len(found.stderr.splitlines())) == (3, "", 1)
    assert found.stderr.startswith("Error: ")
    assert "it cannot be compiled (going on without" in found.stderr
