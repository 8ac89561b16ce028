"""Limits and Ctrl-C while the engine is compiled for the first time: they are kept at once, with a partial answer."""

import json
import os
import random
import signal
import subprocess
import sys

import pytest

MAIN = [sys.executable, "-c", "from relupoly_cli.main import cli; cli()"]
COMPILING = "; this takes some seconds, once\n"


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty folder for compiled code."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def commands(tmp_path):
    """Long work of each kind that compiles."""
    chance = random.Random(1)
    rows = [[chance.gauss(0, 1) for _ in range(4)] for _ in range(14)]
    wide = [[chance.gauss(0, 1) for _ in range(14)] for _ in range(14)]
    layers = [{"weight": rows}, {"weight": wide}, {"weight": wide}, {"weight": wide[:1]}]
    for layer in layers:
        layer["bias"] = [chance.gauss(0, 1) for _ in layer["weight"]]
    (tmp_path / "net.json").write_text(json.dumps({"format": "relupoly-network", "version": 1, "layers": layers}))
    samples = [f"{chance.gauss(0, 1)},{chance.gauss(0, 1)},{chance.gauss(0, 1)}" for _ in range(40)]
    (tmp_path / "samples.csv").write_text("x,y,target\n" + "\n".join(samples) + "\n")
    return {
        "walk": ["count-pieces", str(tmp_path / "net.json")],
        "search": ["train", str(tmp_path / "samples.csv"), "--width", "4"],
        "local": ["train", str(tmp_path / "samples.csv"), "--width", "4", "--method", "local"],
        "kernel": ["arrangement", "--family", "resonance", "--n", "8", "--symmetry"],
    }


def is_kept(folder):
    return [path for path in folder.iterdir() if path.suffix == ".o"]


@pytest.mark.parametrize("kind", ["walk", "search", "local", "kernel"])
def test_ctrl_c_while_compiling(cache, commands, kind):
    command = [*MAIN, *commands[kind], "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr.readline().endswith(COMPILING)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate()
    assert process.returncode == 130
    assert json.loads(out)["complete"] is False
    assert not is_kept(cache)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["walk", "search", "local", "kernel"])
def test_a_deadline_while_compiling(cache, commands, kind):
    command = [*MAIN, *commands[kind], "--json", "--deadline", "4"]
    found = subprocess.run(command, capture_output=True, text=True)
    assert found.returncode == 4
    assert found.stderr.startswith("compiling the ")
    assert json.loads(found.stdout)["complete"] is False
    assert not is_kept(cache)


@pytest.mark.parametrize("kind", ["walk", "local"])
def test_without_numba_answers_are_slow(cache, commands, tmp_path, kind):
    (tmp_path / "numba.py").write_text("raise ImportError('numba is broken')")
    (tmp_path / "llvmlite.py").write_text("raise ImportError('llvmlite is broken')")
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    command = [*MAIN, *commands[kind], "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as process:
        said = [process.stderr.readline(), process.stderr.readline()]
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate()
    assert said[0].endswith(COMPILING)
    noun = "engine" if kind == "walk" else "search"
    assert said[1].startswith(f"going on without the compiled {noun}, which is slow: ImportError: ")
    assert process.returncode == 130
    assert json.loads(out)["complete"] is False
