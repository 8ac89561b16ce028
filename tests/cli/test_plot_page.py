"""`relupoly plot net --html`: where pages go, beside pictures or instead of them, and what is refused."""

import subprocess
import sys

import pytest
from command import run
from html_page import Page

from relupoly import Network

BENT = Network.from_rows([([[1, 0], [0, 1]], None), ([[1, -1], [1, 1]], [0, -1]), ([[1, 2], [3, -1]], None)])
BOX = ("--box", "-1", "1")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder with nets, on a machine without a display."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    BENT.save("net.json")
    Network.from_rows([([[1], [1]], [0, -1]), ([[1, -2]], None)]).save("line.json")
    Network.from_rows([([[1, 0, 0], [0, 1, 1]], None), ([[1, 1]], None)]).save("space.json")
    return tmp_path


def test_a_page_beside_a_picture(folder):
    pytest.importorskip("matplotlib", reason="pictures need matplotlib")
    result = run("plot", "net.json", *BOX, "--html", "a.html", "-o", "a.svg")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    assert (folder / "a.svg").read_bytes().startswith(b"<?xml")
    found = Page((folder / "a.html").read_bytes())
    assert found.about["title"] == "net.json: 5 affine pieces\nopen, on box -1 1"


def test_a_page_instead_of_a_picture(folder):
    assert run("plot", "net.json", *BOX, "--html", "a.html").exit_code == 0
    assert run("plot", "net.json", *BOX, "-o", "b.HTML").exit_code == 0
    assert (folder / "a.html").read_bytes() == (folder / "b.HTML").read_bytes()
    assert sorted(path.suffix for path in folder.iterdir() if "json" not in path.name) == [".HTML", ".html"]
    result = run("plot", "net.json", *BOX, "--html", "-")
    assert result.stdout_bytes == (folder / "a.html").read_bytes()


def test_a_page_needs_no_matplotlib(folder):
    program = (
        "import sys; sys.modules['matplotlib'] = None; sys.argv[0] = 'relupoly'\n"
        "from relupoly_cli.entry import main\nsys.exit(main())"
    )
    done = subprocess.run([sys.executable, "-c", program, "plot", "net.json", *BOX, "--html", "a.html"], check=False)
    assert done.returncode == 0
    assert (folder / "a.html").exists()


def test_files_are_overwritten_by_force_only(folder):
    (folder / "a.html").write_text("mine")
    result = run("plot", "net.json", *BOX, "--html", "a.html")
    assert (result.exit_code, (folder / "a.html").read_text()) == (3, "mine")
    assert "--html a.html" in result.stderr
    assert run("plot", "net.json", *BOX, "--html", "a.html", "--force").exit_code == 0
    assert (folder / "a.html").read_bytes().startswith(b"<!doctype html>")


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        (["net.json", "--color", "value", "--output-number", "2"], {"color": "value", "output": 1, "dimension": 2}),
        (["net.json", "--layers", "1"], {"layers": [1], "color": "gradient"}),
        (["net.json", "--title", "</title><b>", "--dark", "--no-legend"], {"title": "</title><b>", "legend": False}),
        (["line.json", "--level", "1/4"], {"dimension": 1, "level": 0.25}),
        (["space.json"], {"first": 9, "axes": ["x1", "x2"]}),
        (["space.json", "--level", "1"], {"first": 9}),
        (["space.json", "--slice", "2=0"], {"axes": ["x1", "x3"], "first": 0}),
        (["space.json", "--slice", "1=0,2=0"], {"axes": ["x3", "value"]}),
    ],
)
def test_what_a_page_shows(folder, options, shown):
    result = run("plot", *options, *BOX, "--html", "a.html")
    assert (result.exit_code, result.stderr) == (0, "")
    about = Page((folder / "a.html").read_bytes()).about
    assert {name: about[name] for name in shown} == shown


def test_a_picture_of_a_space_beside_its_slices(folder):
    pytest.importorskip("matplotlib", reason="pictures need matplotlib")
    assert run("plot", "space.json", *BOX, "--level", "1", "--html", "a.html", "-o", "a.png").exit_code == 0
    assert len(Page((folder / "a.html").read_bytes()).about["sheets"]) == 19


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        (["--html", "a.html", "-o", "b.html"], 2, "two pages"),
        (["--html", "-", "-o", "-"], 2, "only one goes to stdout"),
        (["--html", "a.html", "--as", "png"], 2, "--as is the format of a picture"),
        (["--html", "a.png", "-o", "a.png"], 3, "same file"),
        (["--html", "net.json", "--force"], 3, "same file as NET"),
        (["-o", "net.json", "--html", "net.json"], 3, "same file"),
        (["--html", "no/a.html"], 3, "no/a.html"),
        (["--html", "a.html", "--deadline", "0"], 4, "deadline"),
    ],
)
def test_what_is_refused(folder, options, code, told):
    before = (folder / "net.json").read_bytes()
    result = run("plot", "net.json", *BOX, *options)
    assert result.exit_code == code, result.stderr
    assert told in result.stderr
    assert not [path for path in folder.iterdir() if path.suffix != ".json"]
    assert (folder / "net.json").read_bytes() == before
