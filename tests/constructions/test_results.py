"""The rows of `hard verify`: two runs on one folder keep each other's."""

import json
import subprocess
import sys

import pytest

from relupoly.constructions.results import VERIFIED, Results
from relupoly.errors import FileFormatError
from relupoly.files.lock import held

EACH = 25

# Says that it is ready, waits for a line, and then saves row after row, together with another process.
WRITER = """
import sys
from pathlib import Path
from relupoly.constructions.results import Results
folder, name, each = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
results = Results(folder)
print(flush=True)
sys.stdin.readline()
for number in range(each):
    results.add({"sha256": f"{name}{number}"})
    results.save()
"""


def names(folder):
    return [json.loads(line)["sha256"] for line in (folder / VERIFIED).read_bytes().splitlines()]


def test_two_processes_lose_no_row(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "nets"
    folder.mkdir()
    commands = [[sys.executable, "-c", WRITER, str(folder), name, str(EACH)] for name in "ab"]
    runs = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for command in commands]
    for run in runs:
        run.stdout.readline()
    for run in runs:
        run.stdin.write(b"\n")
        run.stdin.flush()
    for run in runs:
        run.communicate()
    assert [run.returncode for run in runs] == [0, 0]
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


@pytest.mark.parametrize(("lines", "more"), [(1, ""), (2, " (and 1 line more)"), (3, " (and 2 lines more)")])
def test_lines_that_are_no_results(tmp_path, lines, more):
    (tmp_path / VERIFIED).write_text("nothing\n" * lines)
    (warning,) = Results(tmp_path).warnings
    assert warning.endswith(f"line 1: it is no result; it was set aside{more}")
