"""The rows of `hard verify`: two runs on one folder keep each other's."""

import json
import multiprocessing

import pytest

from relupoly.constructions.results import VERIFIED, Results
from relupoly.errors import FileFormatError
from relupoly.files.lock import held

EACH = 25


def write(folder, name, barrier):
    """Save row after row, together with another process."""
    results = Results(folder)
    barrier.wait()
    for number in range(EACH):
        results.add({"sha256": f"{name}{number}"})
        results.save()


def names(folder):
    return [json.loads(line)["sha256"] for line in (folder / VERIFIED).read_bytes().splitlines()]


def test_two_processes_lose_no_row(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "nets"
    folder.mkdir()
    system = multiprocessing.get_context("spawn")
    barrier = system.Barrier(2)
    runs = [system.Process(target=write, args=(folder, name, barrier)) for name in "ab"]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert [run.exitcode for run in runs] == [0, 0]
    assert sorted(names(folder)) == sorted(f"{name}{number}" for name in "ab" for number in range(EACH))
    assert [path.name for path in folder.iterdir()] == [VERIFIED]


def test_the_lock_is_held_from_reading_to_replacing(tmp_path, monkeypatch):
    results = Results(tmp_path)
    real = Results._merge

    def merge(self):
        with pytest.raises(FileFormatError, match="another run"), held(tmp_path / VERIFIED):
            pass
        real(self)

    monkeypatch.setattr(Results, "_merge", merge)
    results.add({"sha256": "a"})
    assert names(tmp_path) == ["a"]
