"""The fuzzer of parsers: a short run finds nothing, always with the same inputs, and what is wrong would be found."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

FUZZ = Path(__file__).resolve().parents[2] / "tools" / "fuzz"


def fuzz(folder: Path, *options: Any) -> subprocess.CompletedProcess[str]:
    # No limit of time that a busy machine could reach: how fast readers are is not what is tested here.
    common = ("--findings", folder, "--seconds", 600)
    return subprocess.run(
        [sys.executable, FUZZ, *map(str, (*common, *options))], cwd=folder, capture_output=True, text=True, check=False
    )


GROUPS = ("network", "domain", "points", "vectors", "generators", "arrangement", "samples", "numbers", "options")
OWN_FILES = ("part", "checkpoint", "certificate", "manifest", "verified", "hard", "grid", "path")


@pytest.mark.slow
@pytest.mark.parametrize("group", [*GROUPS, *OWN_FILES])
def test_a_short_run_finds_nothing(group: str, tmp_path: Path) -> None:
    done = fuzz(tmp_path, "--only", group, "--cases", 200, "--seed", 11)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 findings" in done.stdout
    assert not list(tmp_path.iterdir())


@pytest.fixture
def modules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the modules of the script be imported."""
    monkeypatch.syspath_prepend(str(FUZZ))


@pytest.mark.usefixtures("modules")
class TestFindings:
    def test_inputs_are_the_same_in_every_process(self) -> None:
        from file_targets import file_targets

        def cases() -> list[list[bytes]]:
            return [[target.case(3, number) for number in range(30)] for target in file_targets()]

        found = cases()
        # Archives know when they were written, if they are not kept from it.
        time.sleep(2.1)
        assert found == cases()

    def test_seeds_are_accepted(self) -> None:
        from file_targets import file_targets

        from relupoly.errors import InputError

        for target in file_targets():
            accepted = 0
            for number in range(len(target.inputs)):
                try:
                    target.check(target.case(0, number))
                    accepted += 1
                except InputError:
                    continue
            assert accepted, target.name

    @pytest.mark.slow
    @pytest.mark.parametrize("what", ["raise KeyError(data[0])", "while 1: pass", "[0] * 10**12", "import os; os._exit(7)"])
    def test_a_fault_is_found(self, what: str, tmp_path: Path) -> None:
        program = (
            f"import sys; sys.path.insert(0, {str(FUZZ)!r})\n"
            f"sys.argv = ['fuzz', '--cases', '4', '--seconds', '1', '--findings', {str(tmp_path / 'found')!r}]\n"
            "import runpy, file_targets, state_targets, targets\n"
            f"def check(data):\n    {what}\n"
            "file_targets.file_targets = lambda: [targets.Target('faulty', lambda: [b'ab'], check)]\n"
            "state_targets.state_targets = lambda: []\n"
            f"runpy.run_path({str(FUZZ / '__main__.py')!r}, run_name='__main__')\n"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
        assert done.returncode == 1, done.stderr
        [report] = (tmp_path / "found").glob("*.txt")
        assert report.read_text().startswith("faulty, case ")
        assert report.with_suffix(".input").exists()
