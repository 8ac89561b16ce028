"""`tools/oldest`: the lowest versions that pyproject.toml claims, all of them."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOL = ROOT / "tools" / "oldest"


@pytest.fixture(scope="module")
def tool() -> dict[str, Any]:
    return runpy.run_path(str(TOOL))


def declared(*dependencies: str, **extras: list[str]) -> dict[str, Any]:
    return {"requires-python": ">=3.10", "dependencies": list(dependencies), "optional-dependencies": extras}


def test_every_requirement_has_a_lowest_version(tool: dict[str, Any]) -> None:
    project = tool["project"]()
    listed = subprocess.run([sys.executable, TOOL, "--list"], capture_output=True, text=True, check=True).stdout.split()
    assert listed == tool["pins"](project)
    names = {text.partition(">=")[0] for text in project["dependencies"]}
    assert names < {line.partition("==")[0] for line in listed}


def test_an_extra_may_ask_for_more(tool: dict[str, Any]) -> None:
    assert tool["pins"](declared("a>=1.9,<3", "b>=2", dev=["a>=1.10"], more=["c>=1.0", "b>=1"])) == [
        "a==1.10",
        "b==2",
        "c==1.0",
    ]


def test_what_the_lowest_python_does_not_need_is_left_out(tool: dict[str, Any]) -> None:
    assert tool["pins"](declared("a>=1; python_version < '3.11'", "b>=1; python_version >= '3.11'")) == ["a==1"]


def test_packages_of_gigabytes_and_of_the_site_are_left_out(tool: dict[str, Any]) -> None:
    extras = {"torch": ["torch>=2"], "keras": ["keras>=3"], "docs": ["sphinx>=8"], "more": ["b>=1"]}
    assert tool["pins"](declared("a>=1", **extras)) == ["a==1", "b==1"]


def test_a_requirement_without_a_lowest_version_is_an_error(tool: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not enough values"):
        tool["pins"](declared("a<2"))
