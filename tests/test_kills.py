"""A few kills at random moments, by the script that does hundreds of them."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.slow
def test_a_few_kills():
    script = [sys.executable, str(ROOT / "tools" / "kills"), "--number", "10", "--seed", "1"]
    done = subprocess.run(script, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = done.stdout.splitlines()
    assert [row.split()[:2] for row in rows] == [[name, "2"] for name in ("count", "train", "grid", "convert", "certificate")]
    assert all("no torn file, the right answer, nothing left" in row for row in rows)
