"""The pages for those who read or change the code name what is there: every folder, and nothing that is gone."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from source_tree import FILES, ROOT, parsed

ARCHITECTURE = ROOT / "docs" / "architecture.md"
PAGES = [ARCHITECTURE, ROOT / "CONTRIBUTING.md"]

# What stands between backquotes: a path from the root, perhaps with a name that is defined there.
TREES = ("relupoly", "cli", "tests", "tools", "docs", "benchmarks", "data")
MENTION = re.compile(rf"`((?:{'|'.join(TREES)})/[\w./-]*)(?::\s+([\w.]+))?`")


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def mentions(text: str) -> set[tuple[str, str]]:
    return set(MENTION.findall(text))


def defined(tree: ast.Module) -> set[str]:
    """The names at a module's top level, and those in its classes as Class.name."""
    names = set()
    for node in tree.body:
        names |= names_of(node)
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}.{name}" for inner in node.body for name in names_of(inner)}
    return names


def names_of(node: ast.stmt) -> set[str]:
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}


def test_every_folder_is_named() -> None:
    folders = {path.parent.relative_to(ROOT).as_posix() + "/" for path in FILES.values()} - {"relupoly/"}
    assert folders - {path for path, _ in mentions(read(ARCHITECTURE))} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_everything_that_is_named_is_there(page: Path) -> None:
    found = mentions(read(page))
    assert len(found) > 20
    assert {path for path, _ in found if not (ROOT / path).exists()} == set()
    gone = {(path, name) for path, name in found if name and name not in defined(parsed(ROOT / path))}
    assert gone == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_file_is_named_without_its_folder(page: Path) -> None:
    """So that the test above sees it."""
    words = re.findall(r"`([\w./-]+\.py)(?:: [\w.]+)?`", read(page))
    assert {word for word in words if not word.startswith(tuple(f"{tree}/" for tree in TREES))} - {"__init__.py"} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    headings = {anchor(line) for line in read(page).splitlines() if line.startswith("#")}
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", read(page)):
        path, _, heading = target.partition("#")
        assert (page.parent / path).exists() if path else heading in headings, target


def anchor(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading.lstrip("#").strip().lower()).replace(" ", "-")


def test_the_checker_knows_names() -> None:
    source = "A: int = 1\nB, C = 2, 3\ndef f(): D = 4\nclass E:\n    g = 5\n    def h(self): pass\n"
    assert defined(ast.parse(source)) == {"A", "B", "C", "f", "E", "E.g", "E.h"}
    text = "`relupoly/a/b.py: E.h`, `cli/`, `relupoly check` and `b.py`"
    assert mentions(text) == {("relupoly/a/b.py", "E.h"), ("cli/", "")}
