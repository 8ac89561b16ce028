"""Sessions that README and docs show, and what happens when they are run.

A page is a Markdown file. Its blocks ```console hold commands after `$` (and `>` on more lines of a command), and what a
terminal then shows; its blocks ```python with `>>>` are doctests. All blocks of a page run in their order, in one folder that
has `data/` and `docs/` in it, with one set of Python names. Compared is the whole output, but for

* `...`: alone on a line it stands for any number of lines, elsewhere for any characters of its line;
* lines that begin with `  time`, and how many signs needed exact arithmetic (it depends on when the compiled walk took over);
* lines on stderr that say what is compiled, once on a machine.

What `curl` would load from the network is taken from the folder of published files beside the checkout, or the page is skipped.

A command that does not exit with 0 is followed by `$ echo $?`. A block after `<!-- slow -->` is left out of the daily loop,
one after `<!-- not run: REASON -->` is never run; blocks that import packages that are not installed are passed over.
"""

from __future__ import annotations

import doctest
import os
import re
import shlex
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest
from command import PROGRAM, run
from oracles.tables import REASON, SHARED

ROOT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"^(?:<!-- (?P<remark>[^\n]*) -->\n+)?```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
OPTIONAL = ("distributed", "jsonschema", "keras", "matplotlib", "onnx", "sklearn", "torch")
SHELL = re.compile(r"[|<>;&*`]|\$\(")
COMPILING = re.compile(r"^compiling the .*\n", re.MULTILINE)
EXACT = re.compile(r", \d+ of them beyond machine arithmetic")


@dataclass(frozen=True)
class Block:
    """A session in a page.

    Attributes
    ----------
    page : Path
    line : int
        Where its text begins, from 0.
    language : str
        "console" or "python".
    text : str
    slow : bool
    """

    page: Path
    line: int
    language: str
    text: str
    slow: bool = False

    @property
    def place(self) -> str:
        return f"{self.page.name}:{self.line + 1}"


def pages() -> list[Path]:
    """README and all pages of docs/."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(page: Path) -> list[Block]:
    """The sessions of a page that can run."""
    text = page.read_text(encoding="utf-8")
    found = []
    for match in BLOCK.finditer(text):
        remark, language, body = match["remark"] or "", match["language"], match["text"]
        is_session = language == "console" or (language == "python" and ">>>" in body)
        if is_session and not remark.startswith("not run: ") and not missing(body):
            line = text.count("\n", 0, match.start("text"))
            found.append(Block(page, line, language, body, remark == "slow"))
    return found


def missing(text: str) -> set[str]:
    """The packages that a block imports, or needs for its files, and that are not installed."""
    needed = {name for name in OPTIONAL if re.search(rf"(?:from|import) {name}\b", text)}
    needed |= {"onnx"} if re.search(r"\.onnx\b", text) else set()
    needed |= {"matplotlib"} if "relupoly plot " in text else set()
    return {name for name in needed if find_spec(name) is None}


def commands(text: str) -> Iterator[tuple[str, str]]:
    """Each command of a console session, and what it shows."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        while shown.startswith("> "):
            more, _, shown = shown.partition("\n")
            command += "\n" + more.removeprefix("> ")
        yield command.replace("\\\n", ""), shown


def play(found: list[Block], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run sessions in a folder; whatever is not as it is shown fails the test."""
    for name in ("data", "docs"):
        (folder / name).symlink_to(ROOT / name)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "80")
    names: dict[str, object] = {"__name__": "__main__"}
    code = 0
    for block in found:
        if block.language == "python":
            play_python(block, names)
            continue
        for command, shown in commands(block.text):
            if command == "echo $?":
                assert shown.strip() == str(code), f"{block.place}: the exit code is {code}, not {shown.strip()}"
                code = 0
                continue
            assert code == 0, f"{block.place}: the command before this one ended with {code}: $ {command}"
            code, printed = happened(command, folder)
            assert alike(printed, shown), f"{block.place}: $ {command}\n--- shown\n{shown}\n--- happened\n{printed}"
    assert code == 0, f"{found[-1].place}: the last command ended with {code}"


def play_python(block: Block, names: dict[str, object]) -> None:
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    test = doctest.DocTestParser().get_doctest(block.text, names, block.place, str(block.page), block.line)
    said: list[str] = []
    runner = doctest.DocTestRunner(verbose=False, optionflags=flags)
    outcome = runner.run(test, out=said.append, clear_globs=False)
    names.update(test.globs)
    assert outcome.attempted > 0, block.place
    assert outcome.failed == 0, "".join(said)


def happened(command: str, folder: Path) -> tuple[int, str]:
    """The exit code of a command, and what it printed: in this process if it is relupoly alone, else in a shell."""
    if command.startswith("curl "):
        return loaded(command.rsplit("/", 1)[-1], folder)
    if command.startswith("relupoly ") and not SHELL.search(command):
        result = run(*shlex.split(command)[1:])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        # On a terminal, narration comes before the answer, and errors come after it.
        return result.exit_code, result.stderr + result.stdout if result.exit_code == 0 else result.stdout + result.stderr
    result = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": f"{own_programs(folder)}:{os.environ['PATH']}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
    )
    return result.returncode, result.stdout


def loaded(name: str, folder: Path) -> tuple[int, str]:
    """What curl -sLO would do, without a network."""
    found = [path for place in ("onnx", "vnncomp") if (path := SHARED / "nets" / place / name).is_file()]
    if not found:
        pytest.skip(REASON)
    (folder / name).symlink_to(found[0])
    return 0, ""


def own_programs(folder: Path) -> Path:
    """A folder with the programs `relupoly` and `python` of this interpreter."""
    place = folder.parent / f"{folder.name}-bin"
    if not place.exists():
        place.mkdir()
        programs = {"relupoly": f"{sys.executable} -c {shlex.quote(PROGRAM)}", "python": sys.executable}
        for name, line in programs.items():
            script = place / name
            script.write_text(f'#!/bin/sh\nexec {line} "$@"\n')
            script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return place


def alike(printed: str, shown: str) -> bool:
    """Whether a page shows what was printed."""
    pattern = ""
    for line in shown.rstrip().splitlines():
        if line.strip() == "...":
            pattern += r"(?:.*\n)*?"
        elif line.startswith("  time "):
            pattern += r"  time .*\n"
        else:
            pattern += ".*".join(map(re.escape, EXACT.sub("", line).split("..."))) + r"\n"
    lines = EXACT.sub("", COMPILING.sub("", printed)).rstrip().splitlines()
    return re.fullmatch(pattern, "".join(line.rstrip() + "\n" for line in lines)) is not None
