"""`relupoly plot arrangement` at the command line: files, families, what is refused."""

import pytest
from command import run

pytest.importorskip("matplotlib", reason="pictures need matplotlib")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder on a machine without a display."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    (tmp_path / "lines.csv").write_text("1,0,0\n0,1,0\n1,1,1\n")
    return tmp_path


@pytest.mark.parametrize("arguments", [["lines.csv"], ["--family", "typeB", "--n", "3", "--dark"]])
def test_the_same_bytes_twice(folder, arguments):
    for form in ("png", "svg", "pdf"):
        for name in ("one", "two"):
            result = run("plot", "arrangement", *arguments, "-o", f"{name}.{form}")
            assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
        assert (folder / f"one.{form}").read_bytes() == (folder / f"two.{form}").read_bytes()


def test_from_standard_input(folder):
    stdin = '{"hyperplanes": [[1, 0, 0], [0, 1, 0]]}'
    assert run("plot", "arrangement", "-", "-o", "a.svg", "--title", "A cross", stdin=stdin).exit_code == 0
    assert "A cross" in (folder / "a.svg").read_text()


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ([], 2, "give either FILE or --family"),
        (["--family", "braid"], 2, "--family needs --n"),
        (["--family", "braid", "--n", "4"], 3, "braid 4: these are hyperplanes of R^4; lines in the plane are drawn"),
        (["--family", "shi", "--n", "3"], 3, "without a common point"),
        (["nothing.csv"], 3, "nothing.csv: there is no such file"),
    ],
)
def test_what_is_refused(folder, arguments, code, told):
    result = run("plot", "arrangement", *arguments, "-o", "a.png")
    assert result.exit_code == code, result.stderr
    assert told in " ".join(result.stderr.split())
    assert not (folder / "a.png").exists()


def test_stopped_without_a_picture(folder):
    arguments = ["--family", "generic", "--n", "2000", "--dimension", "2", "--deadline", "0.5", "-o", "a.png"]
    result = run("plot", "arrangement", *arguments)
    assert (result.exit_code, result.stderr.count("there is no picture")) == (4, 1)
    assert not (folder / "a.png").exists()
