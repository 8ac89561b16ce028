"""`relupoly plot graph` at the command line."""

import pytest
from command import run

from relupoly import Network

pytest.importorskip("matplotlib", reason="pictures need matplotlib")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder on a machine without a display."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    Network.from_rows([([[1, 0], [0, 1], [1, 1]], None), ([[1, -1, 2]], None)]).save("net.json")
    Network.from_rows([([[1, 0, 0], [0, 1, 0], [1, 1, 1]], None), ([[1, -1, 2]], None)]).save("space.json")
    return tmp_path


@pytest.mark.parametrize("arguments", [["net.json"], ["net.json", "--box", "-1", "1", "--cells", "--dark"], ["space.json"]])
def test_the_same_bytes_twice(folder, arguments):
    for form in ("png", "svg", "pdf"):
        for name in ("one", "two"):
            result = run("plot", "graph", *arguments, "-o", f"{name}.{form}")
            assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
        assert (folder / f"one.{form}").read_bytes() == (folder / f"two.{form}").read_bytes()


def test_titles_and_legends(folder):
    arguments = ["space.json", "--notion", "activation", "-o", "a.svg"]
    assert run("plot", "graph", *arguments).exit_code == 0
    text = (folder / "a.svg").read_text()
    assert "space.json: 8 nodes, 12 edges, average degree 3" in text
    assert "across layer 1" in text
    assert run("plot", "graph", *arguments, "--no-legend", "--title", "A cube", "--force").exit_code == 0
    text = (folder / "a.svg").read_text()
    assert "A cube" in text
    assert "across layer 1" not in text


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ([], 2, "NET"),
        (["net.json", "--cells", "--notion", "open"], 2, "--notion activation"),
        (["net.json", "--box", "0,0,0", "1"], 3, "LO has 3 numbers"),
        (["nothing.json"], 3, "nothing.json: there is no such file"),
    ],
)
def test_what_is_refused(folder, arguments, code, told):
    result = run("plot", "graph", *arguments, "-o", "a.png")
    assert result.exit_code == code, result.stderr
    assert told in " ".join(result.stderr.split())
    assert not (folder / "a.png").exists()


def test_stopped_without_a_picture(folder):
    result = run("plot", "graph", "space.json", "--deadline", "0", "-o", "a.png")
    assert (result.exit_code, result.stderr.count("there is no picture")) == (4, 1)
    assert not (folder / "a.png").exists()
