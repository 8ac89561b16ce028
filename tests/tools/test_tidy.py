"""`tools/tidy` and the hooks that run before a commit: the sources are as these would leave them."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
CONFIG: dict[str, Any] = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
HOOKS: list[dict[str, Any]] = [hook for repository in CONFIG["repos"] for hook in repository["hooks"]]


def tidy(*paths: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, ROOT / "tools" / "tidy", *paths], capture_output=True, text=True, check=False)


def tracked() -> list[Path]:
    """The files of a checkout that the hooks look at."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("this is no checkout")
    names = [name for name in done.stdout.split("\0") if name and not re.search(CONFIG["exclude"], name)]
    return [ROOT / name for name in names if (ROOT / name).is_file()]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"a\nb\n", b"a\nb\n"),
        (b"a", b"a\n"),
        (b"a  \n\tb\t\n\n\n", b"a\n\tb\n"),
        (b"a\r\nb\r\n", b"a\nb\n"),
        (b"\n \n", b""),
        (b"", b""),
        (b"PK\0 \n\n", b"PK\0 \n\n"),
    ],
)
def test_what_is_mended(tmp_path: Path, before: bytes, after: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(before)
    done = tidy(path)
    assert path.read_bytes() == after
    assert done.returncode == (before != after)
    assert done.stdout == (f"{path}: mended\n" if before != after else "")
    assert tidy(path).returncode == 0


def test_a_large_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b" \n" * 500_001)
    done = tidy(path)
    assert done.returncode == 1
    assert "1000002 bytes" in done.stdout
    assert path.stat().st_size == 1_000_002


def test_all_files_are_tidy() -> None:
    faults = [path for path in tracked() if path.stat().st_size > 10**6 or needs_mending(path.read_bytes())]
    assert faults == []


def needs_mending(content: bytes) -> bool:
    lines = content.split(b"\n")
    untidy = any(line != line.rstrip(b" \t\r") for line in lines)
    return b"\0" not in content and (untidy or not content.endswith(b"\n") or content.endswith(b"\n\n")) and content != b""


def test_no_hook_needs_a_network() -> None:
    assert [repository["repo"] for repository in CONFIG["repos"]] == ["local"]
    assert {hook["language"] for hook in HOOKS} == {"system"}


def test_every_hook_runs_what_set_up_installs() -> None:
    extra = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for hook in HOOKS:
        program, *arguments = shlex.split(hook["entry"])
        folder, name = program.rsplit("/", 1)
        assert folder == ".venv/bin"
        assert name == "python" or f'"{name}>=' in extra
        assert name != "python" or (ROOT / arguments[0]).is_file()
