"""What README and docs show is what happens: every session of every page runs, and every link leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sessions import ROOT, Block, alike, blocks, commands, missing, pages, play

PAGES = {page.relative_to(ROOT).as_posix(): page for page in pages()}
WITH_SESSIONS = [name for name, page in PAGES.items() if blocks(page)]


@pytest.mark.parametrize("name", [name for name in WITH_SESSIONS if not all(block.slow for block in blocks(PAGES[name]))])
def test_the_sessions_of_a_page(name, tmp_path, monkeypatch):
    play([block for block in blocks(PAGES[name]) if not block.slow], tmp_path, monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in WITH_SESSIONS if any(block.slow for block in blocks(PAGES[name]))])
def test_the_slow_sessions_of_a_page(name, tmp_path, monkeypatch):
    """With the others, whose files they may need."""
    play(blocks(PAGES[name]), tmp_path, monkeypatch)


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere(name):
    page = PAGES[name]
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\((?!https?:|mailto:)([^)]+)\)", text):
        path, _, heading = target.partition("#")
        other = (page.parent / path).resolve() if path else page
        assert other.exists(), target
        assert other.is_relative_to(ROOT), target
        if heading:
            assert heading in anchors(other), target


def anchors(page: Path) -> set[str]:
    """The names of a page's headings, as GitHub and Sphinx make them; those of pages that it includes are its own."""
    text = page.read_text(encoding="utf-8")
    included = re.findall(r"^```\{include\} (\S+)", text, flags=re.MULTILINE)
    text = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    named = {re.sub(r"[^\w -]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}
    return named.union(*(anchors((page.parent / name).resolve()) for name in included))


def test_console_sessions_with_relupoly_are_marked_as_such():
    """So that none is passed over: whatever looks like a session is one."""
    for name, page in PAGES.items():
        for language, body in re.findall(r"^```(\w*)\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
            if re.search(r"^\$ ", body, re.MULTILINE):
                assert language == "console", (name, body)
            if re.search(r"^>>> ", body, re.MULTILINE):
                assert language == "python", (name, body)


@pytest.mark.parametrize(
    ("printed", "shown", "same"),
    [
        ("a\nb\n", "a\nb\n", True),
        ("a\nb\n", "a\n", False),
        ("a\nb\nc\n", "a\n  ...\n", True),
        ("a\nb\nc\n", "...\nc\n", True),
        ("a\nb\nc\n", "a\n...\nb\n", False),
        ("x 0.123 y\n", "x 0.1... y\n", True),
        ("x 0.223 y\n", "x 0.1... y\n", False),
        ("  time   0.1 s\n", "  time   7 s\n", True),
        ("  kind   0.1 s\n", "  kind   7 s\n", False),
        ("yes, 3 of them beyond machine arithmetic\n", "yes\n", True),
        ("a.b\n", "aXb\n", False),
        ("", "", True),
        ("", "a\n", False),
    ],
)
def test_what_is_compared(printed, shown, same):
    assert alike(printed, shown) == same


def session(text, language="console"):
    return [Block(Path("page.md"), 0, language, text)]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("$ relupoly --version\nrelupoly, version 0\n", "happened"),
        ("$ relupoly count-pieces no.json\nError: ...\n", "the last command ended with 3"),
        ("$ relupoly count-pieces no.json\nError: ...\n$ echo $?\n0\n", "the exit code is 3, not 0"),
        ("$ relupoly count-pieces no.json\nError: ...\n$ echo 1\n1\n", "the command before this one ended with 3"),
        ("$ printf 'a\\n' | cat\nb\n", "happened"),
    ],
)
def test_a_session_that_is_wrong_fails(text, wrong, tmp_path, monkeypatch):
    with pytest.raises(AssertionError, match=wrong):
        play(session(text), tmp_path, monkeypatch)


def test_a_python_session_that_is_wrong_fails(tmp_path, monkeypatch):
    with pytest.raises(AssertionError, match="Expected"):
        play(session(">>> 1 + 1\n3\n", "python"), tmp_path, monkeypatch)


def test_names_files_and_shells_last_for_a_page(tmp_path, monkeypatch):
    play(
        session(">>> a = 3\n", "python")
        + session("$ printf '1,2\\n' > a.csv && ls\na.csv\ndata\ndocs\n$ relupoly --version | wc -l\n1\n")
        + session(">>> a, __import__('pathlib').Path('a.csv').read_text()\n(3, '1,2\\n')\n", "python"),
        tmp_path,
        monkeypatch,
    )


def test_the_parser_of_sessions(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "<!-- slow -->\n```console\n$ a \\\n> b\nc\n$ d <<E\n> f\n> E\n```\n\n```python\nx = 1\n```\n\n"
        "<!-- not run: it takes a day -->\n```console\n$ e\n```\n```python\n>>> 1\n1\n```\n"
    )
    first, second = blocks(page)
    assert (first.slow, second.slow) == (True, False)
    assert (first.place, second.language) == ("page.md:3", "python")
    assert list(commands(first.text)) == [("a b", "c\n"), ("d <<E\nf\nE", "")]
    assert missing("import click\n") == set()
