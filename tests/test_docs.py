"""The site: every page is in it, the API page has every public name once, and it builds without warnings or a network."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from importlib.util import find_spec

import pytest
from sessions import ROOT

import relupoly

DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def api():
    return runpy.run_path(str(DOCS / "make_api_reference.py"))


def test_every_public_name_is_in_one_theme(api):
    names = [name for _, group in api["THEMES"].values() for name in group]
    assert sorted(names) == sorted(relupoly.__all__)


def test_the_api_page_is_up_to_date(api):
    assert api["TARGET"].read_text(encoding="utf-8") == api["reference"](), "run make docs"


def test_classes_show_their_members(api):
    assert api["directive"]("Network") == ".. autoclass:: relupoly.Network\n   :members:\n\n"
    assert api["directive"]("load") == ".. autofunction:: relupoly.load\n\n"


def test_every_page_is_in_the_table_of_contents():
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    listed = [
        line for block in re.findall(r"^```\{toctree\}\n(.*?)^```", index, re.MULTILINE | re.DOTALL) for line in block.split()
    ]
    pages = {page.relative_to(DOCS).with_suffix("").as_posix() for page in DOCS.rglob("*.md")} - {"index"}
    assert {name for name in listed if not name.startswith(":")} >= pages
    assert len([name for name in listed if name in pages]) == len(pages)


@pytest.mark.slow
@pytest.mark.skipif(
    any(find_spec(name) is None for name in ("furo", "myst_parser", "numpydoc")), reason="make docs installs them"
)
def test_the_site_builds_without_warnings_and_needs_no_network(tmp_path):
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", "-d", tmp_path / "trees"]
    result = subprocess.run([*command, DOCS, tmp_path / "site"], capture_output=True, text=True)
    assert (result.returncode, result.stderr) == (0, "")
    for page in (tmp_path / "site").rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert re.findall(r'<script[^>]+src="(?:https?:)?//', text) == [], page
        assert re.findall(r'<link[^>]+rel="(?:stylesheet|preload|preconnect)"[^>]+href="(?:https?:)?//', text) == [], page
        assert re.findall(r'<img[^>]+src="(?:https?:)?//', text) == [], page
    for sheet in (tmp_path / "site").rglob("*.css"):
        assert re.findall(r"url\(\s*['\"]?(?:https?:)?//", sheet.read_text(encoding="utf-8")) == [], sheet
