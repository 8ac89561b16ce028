"""What the README shows, for tests that do the same."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def session(heading: str = "") -> list[tuple[str, str]]:
    """The commands of the first session below a heading, each with what it prints."""
    found = re.search(rf"{re.escape(heading)}.*?```console\n(.*?)```", README, re.DOTALL)
    assert found, heading
    parts = found[1].removeprefix("$ ").split("\n$ ")
    return [(command, shown) for command, _, shown in (part.partition("\n") for part in parts)]


def assert_shown(printed: str, shown: str) -> None:
    """What was printed begins with what is shown; but for times, and what is left out."""
    # How many signs needed exact arithmetic depends on how far the walk has come before it goes on compiled.
    printed, shown = (re.sub(r", \d+ of them beyond machine arithmetic", "", text) for text in (printed, shown))
    lines = [line for line in shown.splitlines() if line and not line.startswith(("  time", "  ..."))]
    assert lines
    assert printed.splitlines()[: len(lines)] == lines
